"""Neural networks on top of `autograd`, with PyTorch's names and Keras's verbs for training.

Read `module.py` first, then `layers/`, `losses.py`, `optim/` and `train/`.
"""

from nn import errors, functional, init, metrics, optim
from nn.layers import Dropout, Linear, ReLU, Sequential, Sigmoid, Tanh
from nn.losses import CrossEntropyLoss, MSELoss
from nn.module import Module, Parameter
from nn.random import manual_seed
from nn.stateless import functional_call
from nn.train import Callback, History, Trainer

__all__ = [
    "Callback",
    "CrossEntropyLoss",
    "Dropout",
    "History",
    "Linear",
    "MSELoss",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "Trainer",
    "errors",
    "functional",
    "functional_call",
    "init",
    "manual_seed",
    "metrics",
    "optim",
]
