"""Callbacks that end a training early."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nn import checks
from nn.train.callbacks.base import Callback
from nn.train.callbacks.monitor import Monitor

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["EarlyStopping", "TerminateOnNaN"]


class EarlyStopping(Monitor):
    """Stop when a column of the history has not become better for `patience` epochs.

    Better is by more than `min_delta`, below or above as `mode` says. When the training ends, by this or after its last
    epoch or by Ctrl-C, the model gets the weights of its best epoch, unless ``restore_best_weights=False``.

    Raises `ArgumentError` for options outside their range, and in `fit` if there is no such column.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        *,
        patience: int = 0,
        min_delta: float = 0.0,
        mode: str = "auto",
        restore_best_weights: bool = True,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        checks.not_negative("EarlyStopping", patience=patience)
        self.patience, self.restore_best_weights = patience, restore_best_weights
        self.wait = self.best_epoch = 0
        self.best_weights: dict[str, Any] | None = None

    def on_train_begin(self, trainer: Trainer) -> None:
        super().on_train_begin(trainer)
        self.wait, self.best_epoch, self.best_weights = 0, 0, None

    def on_epoch_end(self, trainer: Trainer) -> None:
        if self.improved(trainer):
            self.wait, self.best_epoch = 0, trainer.epoch
            self.best_weights = trainer.model.state_dict() if self.restore_best_weights else None
            return
        self.wait += 1
        if self.wait >= self.patience:
            trainer.stop_training = True
            trainer.say(f"EarlyStopping: {self.monitor} was best in epoch {self.best_epoch}")

    def on_train_end(self, trainer: Trainer) -> None:
        if self.best_weights is not None:
            trainer.model.load_state_dict(self.best_weights)

    def state_dict(self) -> dict[str, Any]:
        names = ("wait", "best_epoch", "best_weights")
        return {**super().state_dict(), **{name: getattr(self, name) for name in names}}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        vars(self).update(state_dict)


class TerminateOnNaN(Callback):
    """Stop as soon as the loss is NaN or infinite, before the optimizer takes that step."""

    def on_backward_end(self, trainer: Trainer) -> None:
        self.look(trainer)

    def on_batch_end(self, trainer: Trainer) -> None:
        if not trainer.stop_training:  # a batch that is accumulated for a later step
            self.look(trainer)

    def look(self, trainer: Trainer) -> None:
        """Stop unless the loss is finite."""
        loss = trainer.last_loss
        if loss is not None and not math.isfinite(loss.item()):
            trainer.stop_training = True
            trainer.say(f"TerminateOnNaN: the loss is {loss.item()} in epoch {trainer.epoch}, step {trainer.step + 1}")
