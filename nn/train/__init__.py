"""Training: the verbs, the loop, its callbacks, checkpoints, history and progress bar.

Read `trainer.py` and `loop.py` first.
"""

from nn.train import callbacks
from nn.train.callbacks.base import Callback
from nn.train.callbacks.live import LiveView
from nn.train.checkpoint import Checkpoint
from nn.train.doctor import Diagnosis, Doctor, diagnose
from nn.train.history import History
from nn.train.trainer import Trainer

__all__ = [
    "Callback",
    "Checkpoint",
    "Diagnosis",
    "Doctor",
    "History",
    "LiveView",
    "Trainer",
    "callbacks",
    "diagnose",
]
