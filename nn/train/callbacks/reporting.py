"""Callbacks that write the history elsewhere while it grows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.optional import optional
from nn import errors
from nn.files import named_failures, replace
from nn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["CSVLogger", "TensorBoard"]


class CSVLogger(Callback):
    """Write the history to a CSV file after every epoch: the whole table anew, so that it is never half of one.

    Raises `CheckpointError` if the file cannot be written; the one before stays.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        if not isinstance(path, (str, os.PathLike)):
            raise errors.wrong_argument("CSVLogger", "path", path, "the path of a file")
        self.path = Path(path)

    def on_epoch_end(self, trainer: Trainer) -> None:
        with named_failures("CSVLogger", self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace(self.path, (trainer.history.to_csv() or "").encode())


class TensorBoard(Callback):
    """Write the columns of the history and the learning rate for TensorBoard, into a folder.

    Raises `ArgumentError` for what is no path, `MissingDependencyError` without the package tensorboard, and in `fit`
    `CheckpointError` if the folder cannot be written to.
    """

    def __init__(self, folder: str | os.PathLike[str] = "logs") -> None:
        if not isinstance(folder, (str, os.PathLike)):
            raise errors.wrong_argument("TensorBoard", "folder", folder, "the path of a folder")
        self.folder = os.fspath(folder)
        self.module = optional("tensorboard.summary", "tensorboard", "the callback TensorBoard")
        self.writer: Any = None

    def on_epoch_end(self, trainer: Trainer) -> None:
        rates = {"lr": trainer.optimizer.param_groups[0]["lr"]}
        with named_failures("TensorBoard", self.folder):
            if self.writer is None:
                self.writer = self.module.Writer(self.folder)
            for name, value in {**trainer.history.last, **rates}.items():
                self.writer.add_scalar(name, value, trainer.epoch)
            self.writer.flush()

    def on_train_end(self, trainer: Trainer) -> None:  # noqa: ARG002  # as callbacks are called
        if self.writer is not None:
            self.writer.close()
            self.writer = None

    on_exception = on_train_end
