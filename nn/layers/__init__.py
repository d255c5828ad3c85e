"""Layers, a file per family."""

from nn.layers.activation import ReLU, Sigmoid, Tanh
from nn.layers.container import Sequential
from nn.layers.distance import CosineSimilarity, PairwiseDistance
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.recurrent_cells import GRUCell, LSTMCell, RNNCell

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "CosineSimilarity",
    "Dropout",
    "GRUCell",
    "LSTMCell",
    "Linear",
    "PairwiseDistance",
    "RNNCell",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
]
