"""`ModelCheckpoint`: the model's weights in a file, after every epoch or the best."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn import errors
from nn.files import named_failures
from nn.io import save
from nn.train.callbacks.monitor import Monitor

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["ModelCheckpoint"]


class ModelCheckpoint(Monitor):
    """Write the model's weights with `nn.save` after every epoch, or only after the best so far.

    `path` may name the epoch and columns of the history: ``"weights-{epoch:03d}-{val_loss:.2f}.safetensors"``. To go
    on with a training, which needs more than weights, use ``fit(..., checkpoint=folder)``.

    Raises `ArgumentError` for options outside their range, and in `fit` if there is no such column, and
    `CheckpointError` if the file cannot be written; the one before stays.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        monitor: str = "val_loss",
        save_best_only: bool = False,
        mode: str = "auto",
    ) -> None:
        super().__init__(monitor, mode if save_best_only or mode != "auto" else "min", 0.0)
        if not isinstance(path, (str, os.PathLike)):
            raise errors.wrong_argument("ModelCheckpoint", "path", path, "the path of a file")
        self.path, self.save_best_only = os.fspath(path), save_best_only

    def on_train_begin(self, trainer: Trainer) -> None:
        if self.save_best_only:
            super().on_train_begin(trainer)
        self.file(dict.fromkeys(trainer.columns, 0.0), 1)

    def on_epoch_end(self, trainer: Trainer) -> None:
        if self.save_best_only and not self.improved(trainer):
            return
        path = self.file(trainer.history.last, trainer.epoch)
        with named_failures("ModelCheckpoint", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            save(trainer.model, path)

    def file(self, record: dict[str, Any], epoch: int) -> Path:
        """The path, with the numbers of an epoch in it."""
        try:
            return Path(self.path.format(epoch=epoch, **record))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            known = ", ".join(map(repr, ["epoch", *record]))
            raise errors.ArgumentError(
                f"ModelCheckpoint: path={self.path!r} cannot be filled in ({error!r}); the names are {known}."
            ) from None
