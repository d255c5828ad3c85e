"""Learning rates that are multiplied by something: each says when, and by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from nn import checks, errors
from nn.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, epochs
from nn.optim.optimizer import Optimizer

__all__ = [
    "ConstantLR",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "PolynomialLR",
    "StepLR",
]


class StepLR(LRScheduler):
    """``lr *= gamma`` every `step_size` epochs."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        checks.at_least_one("StepLR", step_size=step_size)
        checks.not_negative("StepLR", gamma=gamma)
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        due = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return self.times(self.gamma if due else 1)


class MultiStepLR(LRScheduler):
    """``lr *= gamma`` at each of the `milestones`, which may come several times."""

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        checks.not_negative("MultiStepLR", gamma=gamma)
        self.milestones, self.gamma = Counter(epochs("MultiStepLR", milestones)), gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return self.times(self.gamma ** self.milestones.get(self.last_epoch, 0))


class ConstantLR(LRScheduler):
    """``lr * factor`` for the first `total_iters` epochs."""

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        if not (checks.is_number(factor) and 0 < factor <= 1):
            raise errors.out_of_range("ConstantLR", "factor", factor, "a number above 0, at most 1")
        checks.not_negative("ConstantLR", total_iters=total_iters)
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return self.times(self.factor)
        return self.times(1 / self.factor if self.last_epoch == self.total_iters else 1)


class LinearLR(LRScheduler):
    """From ``lr * start_factor`` to ``lr * end_factor`` in `total_iters` equal steps."""

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not (checks.is_number(start_factor) and 0 < start_factor <= 1):
            raise errors.out_of_range("LinearLR", "start_factor", start_factor, "a number above 0, at most 1")
        if not (checks.is_number(end_factor) and 0 <= end_factor <= 1):
            raise errors.out_of_range("LinearLR", "end_factor", end_factor, "a number from 0 to 1")
        checks.at_least_one("LinearLR", total_iters=total_iters)
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return self.times(self.start_factor)
        if self.initial or self.last_epoch > self.total_iters:
            return self.times(1)
        rise = self.end_factor - self.start_factor
        factor = 1 + rise / (self.total_iters * self.start_factor + (self.last_epoch - 1) * rise)
        return self.times(max(0.0, factor))  # the last one to 0 may be below it by rounding


class ExponentialLR(LRScheduler):
    """``lr *= gamma`` every epoch."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        checks.not_negative("ExponentialLR", gamma=gamma)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return self.times(1 if self.initial else self.gamma)


class PolynomialLR(LRScheduler):
    """``lr * (1 - epoch / total_iters)**power``, then 0."""

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        checks.at_least_one("PolynomialLR", total_iters=total_iters)
        checks.not_negative("PolynomialLR", power=power)
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.initial or self.last_epoch > self.total_iters:
            return self.times(1)
        left, left_before = (1 - epoch / self.total_iters for epoch in (self.last_epoch, self.last_epoch - 1))
        return self.times((left / left_before) ** self.power)


class LambdaLR(LRScheduler):
    """``lr * lr_lambda(epoch)``, from the initial rate; a list has a function for each group."""

    not_saved = ("optimizer", "lr_lambdas")

    def __init__(self, optimizer: Optimizer, lr_lambda: Any, last_epoch: int = -1) -> None:
        groups = checked_optimizer(self, optimizer).param_groups
        self.lr_lambdas: list[Callable[[int], float]] = (
            list(lr_lambda) if isinstance(lr_lambda, (tuple, list)) else [lr_lambda] * len(groups)
        )
        if len(self.lr_lambdas) != len(groups) or not all(map(callable, self.lr_lambdas)):
            wanted = f"a function of the epoch, or a list of as many as there are groups ({len(groups)})"
            raise errors.out_of_range(type(self).__name__, "lr_lambda", lr_lambda, wanted)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [lr * function(self.last_epoch) for lr, function in zip(self.base_lrs, self.lr_lambdas, strict=True)]


class MultiplicativeLR(LambdaLR):
    """``lr *= lr_lambda(epoch)``, from the last rate; a list has a function for each group."""

    def get_lr(self) -> list[float]:
        if self.initial:
            return self.times(1)
        return [lr * function(self.last_epoch) for lr, function in zip(self.times(1), self.lr_lambdas, strict=True)]
