"""`LRScheduler`: the base. A schedule is one method, `get_lr`: the groups' learning rates at `last_epoch`."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from nn import checks, errors
from nn.optim.optimizer import Optimizer

__all__ = ["LRScheduler", "checked_optimizer", "epochs", "per_group", "values_of"]


#: what PyTorch saves besides: counts of calls, and what follows from the arguments
PYTORCHS_OWN = {
    *("_step_count", "_is_initial", "_get_lr_called_within_step", "verbose", "lr_lambdas", "default_min_lr"),
    *("mode_worse", "use_beta1", "base_momentums", "max_momentums", "_scale_fn_custom", "_scale_fn_ref"),
}


class LRScheduler:
    """Sets the learning rates of an optimizer's groups: once when it is made, and with every `step`.

    Call `step` after the optimizer's, per epoch or per batch: `last_epoch` counts the calls. A group's learning rate
    when the first scheduler is made is its ``initial_lr``, here `base_lrs`. `last_epoch` other than -1 continues a
    schedule, of groups that have an ``initial_lr``.

    Raises `ArgumentError` for an option outside its range.
    """

    optimizer: Optimizer
    initial = False  # in the first step, which __init__ takes: a rule that goes on from the last rate has none yet
    not_saved: tuple[str, ...] = ("optimizer",)

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked_optimizer(self, optimizer)
        if not (checks.is_integer(last_epoch) and last_epoch >= -1):
            raise errors.out_of_range(type(self).__name__, "last_epoch", last_epoch, "an integer, -1 or more")
        for group in optimizer.param_groups:
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise errors.ArgumentError(
                    f"{type(self).__name__}: last_epoch={last_epoch} continues a schedule, and a group of the "
                    f"optimizer has no 'initial_lr' to go by. Load the optimizer's state dict first."
                )
        self.base_lrs = values_of(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        self.begin()

    def get_lr(self) -> list[float]:
        """The learning rate of each group at `last_epoch`; may go on from those that the groups have."""
        raise NotImplementedError(f"{type(self).__name__} has no get_lr: define `def get_lr(self)` in the class.")

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group since the last step."""
        return self._last_lr

    def step(self) -> None:
        """Go on by one epoch."""
        self.last_epoch += 1
        self.set_rates(self.get_lr())

    def begin(self) -> None:
        """The first step."""
        self.initial = True
        try:
            self.step()
        finally:
            self.initial = False

    def restart(self) -> None:
        """Begin again from `base_lrs`, at epoch 0; `SequentialLR` does so."""
        self.rewind()
        self.set_rates(self.base_lrs)
        self.begin()

    def rewind(self) -> None:
        """Go back to before the first step."""
        self.last_epoch = -1

    def times(self, factor: float) -> list[float]:
        """The groups' learning rates by a factor."""
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def set_rates(self, rates: list[float]) -> None:
        for group, lr in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = lr
        self._last_lr = values_of(self.optimizer, "lr")

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that it knows but the optimizer; functions are not in it."""
        return {
            name: copy.deepcopy(value)
            for name, value in vars(self).items()
            if name not in self.not_saved and name != "initial"
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where another scheduler of the same class stood, PyTorch's included; load the optimizer's state too.

        Raises `StateDictError` if it is of another class; nothing is loaded then.
        """
        if not isinstance(state_dict, Mapping):
            what = f"{type(self).__name__}.load_state_dict"
            raise errors.wrong_argument(what, "state_dict", state_dict, "what state_dict() of a scheduler gives")
        own = self.state_dict()
        given = {name: value for name, value in state_dict.items() if name not in PYTORCHS_OWN - own.keys()}
        missing, unexpected = [k for k in own if k not in given], [k for k in given if k not in own]
        if missing or unexpected:
            raise errors.state_mismatch(type(self).__name__, missing, unexpected, [])
        vars(self).update({k: copy.deepcopy(value) for k, value in given.items() if k not in self.not_saved})


def checked_optimizer(scheduler: LRScheduler, optimizer: Any) -> Optimizer:
    """The optimizer, if it is one."""
    if not isinstance(optimizer, Optimizer):
        raise errors.wrong_argument(
            type(scheduler).__name__, "optimizer", optimizer, "an optimizer, such as nn.optim.SGD(model.parameters())"
        )
    return optimizer


def epochs(what: str, milestones: Any) -> list[int]:
    """Milestones are a list of integers."""
    found: list[Any] = list(milestones) if isinstance(milestones, Iterable) else [None]
    if not all(checks.is_whole(epoch, 0) for epoch in found):
        raise errors.out_of_range(what, "milestones", milestones, "a list of epochs, integers, 0 or more")
    return found


def values_of(optimizer: Optimizer, name: str) -> list[Any]:
    """An option of every group."""
    return [group[name] for group in optimizer.param_groups]


def per_group(what: str, name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """A number for each group, from one for all or a list."""
    values = list(value) if isinstance(value, (tuple, list)) else [value] * len(optimizer.param_groups)
    count = len(optimizer.param_groups)
    if len(values) != count or not all(checks.is_number(v) and v >= 0 for v in values):
        wanted = f"a number, 0 or more, or a list of as many as there are groups ({count})"
        raise errors.out_of_range(what, name, value, wanted)
    return values
