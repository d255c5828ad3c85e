"""Neural networks on top of `autograd`, with PyTorch's names and Keras's verbs for training.

Read `module.py` first, then `layers/`, `losses/`, `optim/` and `train/`.
"""

from nn import data, errors, functional, init, layers, losses, metrics, optim, utils
from nn.io import load, save
from nn.layers import *
from nn.losses import *
from nn.module import Module, Parameter
from nn.random import manual_seed
from nn.stateless import functional_call
from nn.train import Callback, Checkpoint, History, Trainer, callbacks

__all__ = [
    "Callback",
    "Checkpoint",
    "History",
    "Module",
    "Parameter",
    "Trainer",
    "callbacks",
    "data",
    "errors",
    "functional",
    "functional_call",
    "init",
    "load",
    "manual_seed",
    "metrics",
    "optim",
    "save",
    "utils",
]
__all__ += layers.__all__
__all__ += losses.__all__
