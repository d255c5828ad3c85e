"""Callbacks: what may happen while a model is trained. Read `base.py` first; the others are a file per theme."""

from nn.train.callbacks.base import Callback
from nn.train.callbacks.functions import LambdaCallback
from nn.train.callbacks.live import LiveView
from nn.train.callbacks.reporting import CSVLogger, TensorBoard
from nn.train.callbacks.saving import ModelCheckpoint
from nn.train.callbacks.schedule import LRScheduler
from nn.train.callbacks.stopping import EarlyStopping, TerminateOnNaN

__all__ = [
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "LRScheduler",
    "LambdaCallback",
    "LiveView",
    "ModelCheckpoint",
    "TensorBoard",
    "TerminateOnNaN",
]
