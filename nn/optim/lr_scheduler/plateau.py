"""Learning rates that drop when training no longer gets better."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import checks, errors
from nn.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, per_group, values_of
from nn.optim.optimizer import Optimizer

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(LRScheduler):
    """``lr *= factor`` when a metric has not become better for more than `patience` steps.

    Better is below the best by more than the `threshold`, a share of it (``threshold_mode="rel"``) or a distance
    ("abs"); above it with ``mode="max"``. After a drop `cooldown` steps pass before steps count as bad again. No rate
    drops below `min_lr`, a number or one per group, nor by less than `eps`.

    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=1.0)
    >>> scheduler = ReduceLROnPlateau(optimizer, patience=0)
    >>> for loss in (3.0, 2.0, 2.0):
    ...     scheduler.step(loss)
    >>> scheduler.get_last_lr()
    [0.1]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: Any = 0,
        eps: float = 1e-8,
    ) -> None:
        what = "ReduceLROnPlateau"
        checks.not_negative(what, factor=factor, patience=patience, threshold=threshold, cooldown=cooldown, eps=eps)
        if factor >= 1:
            raise errors.out_of_range(what, "factor", factor, "below 1")
        for name, value, known in (("mode", mode, ["min", "max"]), ("threshold_mode", threshold_mode, ["rel", "abs"])):
            checks.known_name(f"{name} of {what}", value, known)
        self.optimizer = checked_optimizer(self, optimizer)
        self.mode, self.factor, self.patience, self.cooldown, self.eps = mode, factor, patience, cooldown, eps
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.min_lrs = per_group(what, "min_lr", optimizer, min_lr)
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        self._last_lr = values_of(optimizer, "lr")

    @property
    def in_cooldown(self) -> bool:
        """Whether steps do not count as bad yet."""
        return self.cooldown_counter > 0

    def is_better(self, value: float) -> bool:
        """Whether a value of the metric is better than the best."""
        sign = -1 if self.mode == "min" else 1
        if self.threshold_mode == "rel":
            return sign * value > sign * self.best * (1 + sign * self.threshold)
        return sign * value > sign * self.best + self.threshold

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Take note of the metric's new value, a number or a tensor of one, and lower the rates if it is time."""
        given = np.asarray(unwrap(metrics))
        if given.dtype.kind not in "biuf" or given.size != 1:
            raise errors.wrong_argument("ReduceLROnPlateau.step", "metrics", metrics, "a number, such as a loss")
        value = float(given.item())
        self.last_epoch += 1
        if self.is_better(value):
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
            lower = [max(lr * self.factor, least) for lr, least in zip(self.times(1), self.min_lrs, strict=True)]
            self.set_rates([new if lr - new > self.eps else lr for lr, new in zip(self.times(1), lower, strict=True)])
        self._last_lr = values_of(self.optimizer, "lr")
