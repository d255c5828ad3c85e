"""Training: the verbs, the loop, its callbacks, checkpoints, history and progress bar.

Read `trainer.py` and `loop.py` first.
"""

from nn.train import callbacks
from nn.train.callbacks.base import Callback
from nn.train.checkpoint import Checkpoint
from nn.train.history import History
from nn.train.trainer import Trainer

__all__ = ["Callback", "Checkpoint", "History", "Trainer", "callbacks"]
