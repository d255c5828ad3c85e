"""What callbacks that watch a column of the history have in common: which direction is better, and by how much."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nn import checks, errors
from nn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["Monitor", "watched"]

LOWER = ("loss", "mae", "mse", "rmse", "error", "perplexity")
HIGHER = ("accuracy", "precision", "recall", "f1", "auc", "r2", "top", "iou")


def watched(what: str, trainer: Trainer, monitor: str) -> None:
    """Raise unless the history is going to have the column."""
    if monitor not in trainer.columns:
        known = ", ".join(map(repr, trainer.columns))
        hint = " Give validation data, or monitor='loss'." if str(monitor).startswith("val_") else ""
        raise errors.ArgumentError(f"{what}: monitor={monitor!r} is not a column of the history: {known}.{hint}")


class Monitor(Callback):
    """A callback that watches a column, and knows the best of its values so far.

    `mode` says what is better, "min" or "max"; "auto" goes by the name. NaN is never better.
    """

    def __init__(self, monitor: str, mode: str, min_delta: float) -> None:
        what = type(self).__name__
        checks.known_name(f"mode of {what}", mode, ["auto", "min", "max"])
        checks.not_negative(what, min_delta=min_delta)
        self.monitor, self.mode = monitor, direction(what, monitor) if mode == "auto" else mode
        self.min_delta, self.best = min_delta, self.worst

    @property
    def worst(self) -> float:
        """What every value is better than."""
        return math.inf if self.mode == "min" else -math.inf

    def on_train_begin(self, trainer: Trainer) -> None:
        watched(type(self).__name__, trainer, self.monitor)
        self.best = self.worst

    def improved(self, trainer: Trainer) -> bool:
        """Take note of the last epoch's value; whether it is the best, by more than `min_delta`."""
        value = trainer.history[self.monitor][-1]
        margin = self.best - value if self.mode == "min" else value - self.best
        better = bool(margin > self.min_delta) and not np.isnan(value)
        if better:
            self.best = value
        return better

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.best = state_dict["best"]


def direction(what: str, monitor: str) -> str:
    """Which direction is better, by the name of the column."""
    for mode, names in (("max", HIGHER), ("min", LOWER)):
        if any(name in str(monitor) for name in names):
            return mode
    raise errors.ArgumentError(f"{what}: is a small or a large {monitor!r} better? Write mode='min' or mode='max'.")
