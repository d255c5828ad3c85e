"""Layers, a file per family."""

from nn.layers.activation import ReLU, Sigmoid, Tanh
from nn.layers.container import Sequential
from nn.layers.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.layers.distance import CosineSimilarity, PairwiseDistance
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.recurrent_cells import GRUCell, LSTMCell, RNNCell

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
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
