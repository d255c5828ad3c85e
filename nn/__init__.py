"""Neural networks on top of `autograd`, with PyTorch's names and Keras's verbs for training.

Read `module.py` first, then `layers/`, `losses/`, `optim/` and `train/`.
"""

from nn import data, errors, functional, init, layers, losses, metrics, onnx, optim, sharing, utils
from nn.io import load, save
from nn.layers import *
from nn.losses import *
from nn.module import Module, Parameter
from nn.random import manual_seed
from nn.sharing import freeze, load_model, register, save_model, unfreeze
from nn.stateless import functional_call
from nn.train import Callback, Checkpoint, History, LiveView, Trainer, callbacks, diagnose

__all__ = [
    "Callback",
    "Checkpoint",
    "History",
    "LiveView",
    "Module",
    "Parameter",
    "Trainer",
    "callbacks",
    "data",
    "diagnose",
    "errors",
    "freeze",
    "functional",
    "functional_call",
    "init",
    "load",
    "load_model",
    "manual_seed",
    "metrics",
    "onnx",
    "optim",
    "register",
    "save",
    "save_model",
    "sharing",
    "unfreeze",
    "utils",
]
__all__ += layers.__all__
__all__ += losses.__all__
