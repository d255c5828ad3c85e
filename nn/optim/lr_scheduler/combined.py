"""Schedulers made of schedulers: one after the other, or all at once."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from nn import errors
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau
from nn.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, epochs, values_of
from nn.optim.optimizer import Optimizer

__all__ = ["ChainedScheduler", "SequentialLR"]


class Combined(LRScheduler):
    """What both have in common: `schedulers` of one optimizer, whose states are saved with their own."""

    not_saved = ("optimizer", "_schedulers")

    def __init__(self, schedulers: Any, optimizer: Optimizer | None) -> None:
        what = type(self).__name__
        if not (
            isinstance(schedulers, Sequence) and schedulers and all(isinstance(s, LRScheduler) for s in schedulers)
        ):
            raise errors.ArgumentError(f"{what} takes a list of schedulers, at least one.")
        if any(isinstance(s, ReduceLROnPlateau) for s in schedulers):
            raise errors.ArgumentError(
                f"{what} cannot step a ReduceLROnPlateau, which needs a metric. Step it yourself."
            )
        self.optimizer = optimizer or schedulers[0].optimizer
        if any(s.optimizer is not self.optimizer for s in schedulers):
            raise errors.ArgumentError(f"{what}: the schedulers must be of one optimizer, the one that it is given.")
        self._schedulers: list[LRScheduler] = list(schedulers)

    @property
    def base_lrs(self) -> list[float]:  # type: ignore[override]
        """The rates before the first of the schedulers."""
        return self._schedulers[0].base_lrs

    def rewind(self) -> None:
        for scheduler in self._schedulers:
            scheduler.rewind()

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that it and its schedulers know but the optimizer."""
        return {**super().state_dict(), "_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def load_state_dict(self, state_dict: Any) -> None:
        """Continue where another of the same schedulers stood."""
        states = state_dict.get("_schedulers", []) if isinstance(state_dict, Mapping) else []
        if len(states) != len(self._schedulers):
            raise errors.StateDictError(
                f"the state dict is of {len(states)} schedulers, this {type(self).__name__} has "
                f"{len(self._schedulers)}; nothing was loaded."
            )
        for scheduler, state in zip(self._schedulers, states, strict=True):
            copy.copy(scheduler).load_state_dict(state)  # raises before anything has changed
        super().load_state_dict(state_dict)
        for scheduler, state in zip(self._schedulers, states, strict=True):
            scheduler.load_state_dict(state)


class SequentialLR(Combined):
    """One scheduler after the other: the next begins at each of the `milestones`, epochs in ascending order."""

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        super().__init__(schedulers, checked_optimizer(self, optimizer))
        self._milestones = epochs("SequentialLR", milestones)
        if self._milestones != sorted(self._milestones):
            raise errors.out_of_range("SequentialLR", "milestones", milestones, "epochs in ascending order")
        if len(milestones) != len(schedulers) - 1:
            raise errors.ArgumentError(
                f"SequentialLR: {len(schedulers)} schedulers need {len(schedulers) - 1} milestones, "
                f"not {len(milestones)}."
            )
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]  # each scheduler has set it when it was made
        self.rewind()
        self.begin()
        self.last_epoch = last_epoch + 1

    def begin(self) -> None:
        self.last_epoch = 0
        self._schedulers[bisect_right(self._milestones, 0)].begin()
        self._last_lr = values_of(self.optimizer, "lr")

    def step(self) -> None:
        """Go on by one epoch."""
        self.last_epoch += 1
        index = bisect_right(self._milestones, self.last_epoch)
        if index and self._milestones[index - 1] == self.last_epoch:
            self._schedulers[index].restart()
        else:
            self._schedulers[index].step()
        self._last_lr = values_of(self.optimizer, "lr")


class ChainedScheduler(Combined):
    """All schedulers at once: each changes the rate that the one before it has left."""

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        super().__init__(schedulers, optimizer)
        self._last_lr = values_of(self.optimizer, "lr")

    def begin(self) -> None:
        for scheduler in self._schedulers:
            scheduler.begin()
        self._last_lr = values_of(self.optimizer, "lr")

    def step(self) -> None:
        """Go on by one epoch."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = values_of(self.optimizer, "lr")
