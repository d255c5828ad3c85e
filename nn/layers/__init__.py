"""Layers, a file per family."""

from nn.layers.activation import ReLU, Sigmoid, Tanh
from nn.layers.container import Sequential
from nn.layers.distance import CosineSimilarity, PairwiseDistance
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear

__all__ = ["CosineSimilarity", "Dropout", "Linear", "PairwiseDistance", "ReLU", "Sequential", "Sigmoid", "Tanh"]
