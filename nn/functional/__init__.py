"""Layers and losses as functions, PyTorch's `torch.nn.functional`.

The classes in ``layers/`` and ``losses.py`` call them. A function has a rule of its own where numerics or speed ask for
it; everything else is composed of NumPy's functions.
"""

from nn.functional.activation import relu, sigmoid, tanh
from nn.functional.dropout import dropout
from nn.functional.linear import linear
from nn.functional.loss import cross_entropy, mse_loss, softmax_cross_entropy

__all__ = ["cross_entropy", "dropout", "linear", "mse_loss", "relu", "sigmoid", "softmax_cross_entropy", "tanh"]
