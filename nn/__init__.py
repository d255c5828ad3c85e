"""Neural networks on top of `autograd`, with PyTorch's names and Keras's verbs for training.

Read `module.py` first, then `layers/`, `losses/`, `optim/` and `train/`.
"""

from importlib import import_module
from typing import Any

from autograd.formulas import chapter as _chapter
from nn import data, errors, functional, init, layers, losses, metrics, models, onnx, optim, sharing, utils
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
    "models",
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

_chapter("nn.formulas", after="nn")


def __getattr__(name: str) -> Any:
    """Load the estimators on first use, as they need scikit-learn."""
    if name == "sklearn":
        return import_module("nn.sklearn")
    raise AttributeError(f"module 'nn' has no attribute {name!r}")
