"""Learning rates that rise and fall, and momenta that fall and rise with them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nn import checks, errors
from nn.functional.arguments import positive
from nn.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, per_group
from nn.optim.optimizer import Optimizer

__all__ = ["CyclicLR", "OneCycleLR"]

SCALES: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "triangular": ("cycle", lambda _, cycle: 1.0),  # noqa: ARG005  # one signature
    "triangular2": ("cycle", lambda _, cycle: 1 / 2.0 ** (cycle - 1)),
    "exp_range": ("iterations", lambda gamma, iteration: gamma**iteration),
}
ANNEALINGS: dict[str, Callable[[float, float, float], float]] = {
    "cos": lambda start, end, share: end + (start - end) / 2 * (math.cos(math.pi * share) + 1),
    "linear": lambda start, end, share: start + (end - start) * share,
}


class Cycle(LRScheduler):
    """What both have in common: the momentum, or the first of the betas, goes from `max_momentum` down and back."""

    def prepare_momentum(self, cycle_momentum: bool, base_momentum: Any, max_momentum: Any, last_epoch: int) -> None:
        """Set the largest momentum, and keep both in the groups."""
        what, options = type(self).__name__, self.optimizer.defaults
        self.cycle_momentum = cycle_momentum
        if not cycle_momentum:
            return
        if "momentum" not in options and "betas" not in options:
            raise errors.ArgumentError(
                f"{what}: {type(self.optimizer).__name__} has no momentum to cycle. Write cycle_momentum=False."
            )
        bases = per_group(what, "base_momentum", self.optimizer, base_momentum)
        tops = per_group(what, "max_momentum", self.optimizer, max_momentum)
        if last_epoch == -1:
            for group, base, top in zip(self.optimizer.param_groups, bases, tops, strict=True):
                group.update(base_momentum=base, max_momentum=top)
                set_momentum(group, top)


def set_momentum(group: dict[str, Any], momentum: float) -> None:
    """The momentum of a group; Adam and its kin have the first of the betas."""
    if "betas" in group:
        group["betas"] = (momentum, *group["betas"][1:])
    else:
        group["momentum"] = momentum


class CyclicLR(Cycle):
    """Up from `base_lr` to `max_lr` in `step_size_up` steps, down in `step_size_down`, again and again (Smith, 2017).

    Each cycle is as high as the first ("triangular"), half as high as the one before ("triangular2"), or lower by
    `gamma` every step ("exp_range"); `scale_fn` gives another share of the height, of the cycle's number, from 1, or
    with ``scale_mode="iterations"`` of the step. The momentum moves the other way, unless ``cycle_momentum=False``.
    Both rates may be lists, a number for each group.
    """

    not_saved = ("optimizer", "custom_scale")

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: Any,
        max_lr: Any,
        step_size_up: float = 2000,
        step_size_down: float | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked_optimizer(self, optimizer)
        base_lrs = per_group("CyclicLR", "base_lr", optimizer, base_lr)
        self.max_lrs = per_group("CyclicLR", "max_lr", optimizer, max_lr)
        down = step_size_up if step_size_down is None else step_size_down
        positive("CyclicLR", step_size_up=step_size_up, step_size_down=down)
        self.total_size, self.step_ratio = step_size_up + down, step_size_up / (step_size_up + down)
        if scale_fn is None:
            checks.known_name("mode of CyclicLR", mode, SCALES)
        elif not callable(scale_fn):
            raise errors.wrong_argument("CyclicLR", "scale_fn", scale_fn, "a function of the cycle or the step")
        checks.known_name("scale_mode of CyclicLR", scale_mode, ["cycle", "iterations"])
        self.mode, self.gamma, self.custom_scale = mode, checks.number("CyclicLR", gamma=gamma), scale_fn
        self.scale_mode = scale_mode if scale_fn else SCALES[mode][0]
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, base_lrs, strict=True):
                group["lr"] = lr
        self.prepare_momentum(cycle_momentum, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """The height of a cycle, as a share of the first's."""
        return self.custom_scale(x) if self.custom_scale else SCALES[self.mode][1](self.gamma, x)

    def get_lr(self) -> list[float]:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        height *= self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                base, top = group["base_momentum"], group["max_momentum"]
                set_momentum(group, top - (top - base) * height)
        return [base + (top - base) * height for base, top in zip(self.base_lrs, self.max_lrs, strict=True)]


class OneCycleLR(Cycle):
    """Up from ``max_lr / div_factor`` to `max_lr`, and down to a `final_div_factor`-th of the start (Smith, 2018).

    For `total_steps` steps, or ``epochs * steps_per_epoch``, of which the share `pct_start` goes up; along a cosine or
    a line (`anneal_strategy`). With `three_phase` it comes down to where it began as fast as it went up, and then to
    the end. The momentum moves the other way, unless ``cycle_momentum=False``. Rates and momenta may be lists, a number
    for each group.

    Raises `ArgumentError` for a step after the last.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: Any,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.85,
        max_momentum: Any = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked_optimizer(self, optimizer)
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise errors.ArgumentError("OneCycleLR needs total_steps, or epochs and steps_per_epoch.")
        if total_steps is None:
            checks.at_least_one("OneCycleLR", epochs=epochs, steps_per_epoch=steps_per_epoch)
        self.total_steps: int = epochs * steps_per_epoch if total_steps is None else total_steps  # type: ignore[operator]
        checks.at_least_one("OneCycleLR", total_steps=self.total_steps)
        if not (checks.is_number(pct_start) and 0 <= pct_start <= 1):
            raise errors.out_of_range("OneCycleLR", "pct_start", pct_start, "a number from 0 to 1")
        checks.known_name("anneal_strategy of OneCycleLR", anneal_strategy, ANNEALINGS)
        for name, factor in (("div_factor", div_factor), ("final_div_factor", final_div_factor)):
            if not (checks.is_number(factor) and factor > 0):
                raise errors.out_of_range("OneCycleLR", name, factor, "a number above 0")
        self._anneal_func_type = anneal_strategy
        self._schedule_phases = phases(pct_start * self.total_steps - 1, self.total_steps - 1, three_phase)
        max_lrs = per_group("OneCycleLR", "max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, max_lrs, strict=True):
                low = lr / div_factor
                group.update(initial_lr=low, max_lr=lr, min_lr=low / final_div_factor)
        self.prepare_momentum(cycle_momentum, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch > self.total_steps:
            raise errors.ArgumentError(
                f"OneCycleLR: this is step {self.last_epoch}, and total_steps is {self.total_steps}."
            )
        ends = [phase["end_step"] for phase in self._schedule_phases]
        now = next((i for i, end in enumerate(ends) if self.last_epoch <= end), len(ends) - 1)
        phase, end, begin = self._schedule_phases[now], ends[now], ends[now - 1] if now else 0.0
        share = (self.last_epoch - begin) / (end - begin) if end != begin else 1.0
        anneal = ANNEALINGS[self._anneal_func_type]
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                set_momentum(group, anneal(group[phase["start_momentum"]], group[phase["end_momentum"]], share))
        return [
            anneal(group[phase["start_lr"]], group[phase["end_lr"]], share) for group in self.optimizer.param_groups
        ]


def phases(top: float, last: float, three: bool) -> list[dict[str, Any]]:
    """The last step of each phase of `OneCycleLR`, and between which of a group's values rate and momentum move."""
    names = ("end_step", "start_lr", "end_lr", "start_momentum", "end_momentum")
    up = (top, "initial_lr", "max_lr", "max_momentum", "base_momentum")
    fall = (last, "max_lr", "min_lr", "base_momentum", "max_momentum")
    down = (2 * top, "max_lr", "initial_lr", "base_momentum", "max_momentum")
    end = (last, "initial_lr", "min_lr", "max_momentum", "max_momentum")
    return [dict(zip(names, phase, strict=True)) for phase in ([up, down, end] if three else [up, fall])]
