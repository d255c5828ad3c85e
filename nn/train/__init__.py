"""Training: the loop, its history and its progress bar."""

from nn.train.history import History
from nn.train.trainer import Callback, Trainer

__all__ = ["Callback", "History", "Trainer"]
