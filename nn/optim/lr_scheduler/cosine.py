"""Learning rates along a cosine (Loshchilov and Hutter, 2017, equation 5)."""

from __future__ import annotations

import math
from math import cos, pi

from nn import checks
from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer

__all__ = ["CosineAnnealingLR", "CosineAnnealingWarmRestarts"]


class CosineAnnealingLR(LRScheduler):
    """``eta_min + (lr - eta_min) * (1 + cos(pi * epoch / T_max)) / 2``; after `T_max` epochs it rises again.

    Computed from the last rate, so that other schedulers can change it too.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        checks.at_least_one("CosineAnnealingLR", T_max=T_max)
        checks.not_negative("CosineAnnealingLR", eta_min=eta_min)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.initial:
            return self.times(1)
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # from the minimum there is no ratio to go by
            rise = (1 - cos(pi / self.T_max)) / 2
            rates = zip(self.times(1), self.base_lrs, strict=True)
            return [lr + (base - self.eta_min) * rise for lr, base in rates]
        now, before = (1 + cos(pi * epoch / self.T_max) for epoch in (self.last_epoch, self.last_epoch - 1))
        return [self.eta_min + now / before * (lr - self.eta_min) for lr in self.times(1)]


class CosineAnnealingWarmRestarts(LRScheduler):
    """``eta_min + (lr - eta_min) * (1 + cos(pi * T_cur / T_i)) / 2``, from `lr` again after `T_i` epochs.

    `T_cur` counts the epochs since the last restart; `T_i` is `T_0` at first, and `T_mult` times longer each time.
    """

    T_cur: float = 0

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        checks.at_least_one("CosineAnnealingWarmRestarts", T_0=T_0, T_mult=T_mult)
        checks.not_negative("CosineAnnealingWarmRestarts", eta_min=eta_min)
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        super().__init__(optimizer, last_epoch)

    def step(self, epoch: float | None = None) -> None:
        """Go on by one epoch, or go to one, which may be a fraction: ``step(epoch + batch / batches)``."""
        if epoch is not None:
            checks.not_negative("CosineAnnealingWarmRestarts", epoch=epoch)
        if epoch is None:
            epoch = self.last_epoch + self.T_cur % 1 + 1
        self.last_epoch = math.floor(epoch)
        self.T_cur, self.T_i = epoch, self.T_0
        if self.T_mult == 1:
            self.T_cur %= self.T_0
        while self.T_cur >= self.T_i:
            self.T_cur, self.T_i = self.T_cur - self.T_i, self.T_i * self.T_mult
        self.set_rates(self.get_lr())

    def begin(self) -> None:
        self.T_cur = 0
        super().begin()

    def get_lr(self) -> list[float]:
        share = (1 + cos(pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (lr - self.eta_min) * share for lr in self.base_lrs]
