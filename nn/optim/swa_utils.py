"""Averages of the weights that training passes through: equal (SWA) or exponential (EMA), by PyTorch's names.

`AveragedModel` holds them, `SWALR` is the learning rate for the time in which they are taken, and `update_bn` makes the
statistics of batch norm anew, which are those of no model that was trained.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.graph import unwrap
from nn import checks, errors
from nn.layers.batch_norm import BatchNorm
from nn.module import Module
from nn.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, per_group
from nn.optim.optimizer import Optimizer
from nn.optim.pieces import own_array

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]

Average = Callable[[Any, Any, int], Any]
MultiAverage = Callable[[list[Any], list[Any], int], None]


class AveragedModel(Module):
    """A copy of a model whose weights are the average of those it has been shown by `update_parameters`.

    `avg_fn` takes the average of one parameter so far, its value now and how many values the average is of, and returns
    the new average; `multi_avg_fn` takes lists of arrays, and changes the averages in place. Without either, all values
    count the same (Izmailov et al., 2018). Buffers, such as the running means of batch norm, are averaged with
    ``use_buffers=True``, else copied.

    >>> import nn
    >>> model = nn.Linear(2, 1)
    >>> average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    >>> average.update_parameters(model)  # after each step of the optimizer
    >>> average(np.ones((3, 2), np.float32)).shape
    (3, 1)
    """

    n_averaged: Any

    def __init__(
        self,
        model: Module,
        avg_fn: Average | None = None,
        multi_avg_fn: MultiAverage | None = None,
        use_buffers: bool = False,
    ) -> None:
        if avg_fn is not None and multi_avg_fn is not None:
            raise errors.ArgumentError("AveragedModel takes avg_fn or multi_avg_fn, not both.")
        self.module = copy.deepcopy(model)
        self.register_buffer("n_averaged", np.array(0))
        self.avg_fn, self.use_buffers = avg_fn, use_buffers
        self.multi_avg_fn = multi_avg_fn if multi_avg_fn or avg_fn else get_swa_multi_avg_fn()

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the model's weights into the average; the first are copied.

        Raises `ModuleError` if the model has other parameters than the one that was copied.
        """
        own, new = list(self.module.parameters()), [unwrap(p) for p in model.parameters()]
        if [p.shape for p in own] != [np.shape(value) for value in new]:
            raise errors.ModuleError("AveragedModel: the model's parameters are not like those of the model it copied.")
        averages = [own_array(p.data) for p in own]
        places, values = buffers(self.module), [getattr(*place) for place in buffers(model)]
        if self.use_buffers:
            averages += [np.array(getattr(*place)) for place in places]
            new += values
        self.average(averages, new)
        for p in own:
            p.data = averages.pop(0)
        for (module, name), value in zip(places, averages if self.use_buffers else copy.deepcopy(values), strict=True):
            setattr(module, name, value)
        self.n_averaged = self.n_averaged + 1

    def average(self, averages: list[Any], new: list[Any]) -> None:
        """Change the averages in place."""
        count = int(self.n_averaged)
        if count == 0 or self.multi_avg_fn is None:
            for average, value in zip(averages, new, strict=True):
                average[...] = value if count == 0 or self.avg_fn is None else self.avg_fn(average, value, count)
        else:
            self.multi_avg_fn(averages, new, count)


class SWALR(LRScheduler):
    """From the rates that the groups have to `swa_lr` in `anneal_epochs` epochs, along a cosine or a line.

    For the time in which weights are averaged (Izmailov et al., 2018). `swa_lr` is a number, or a list of one for each
    group. Raises `ArgumentError` for an option outside its range.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        rates = per_group("SWALR", "swa_lr", checked_optimizer(self, optimizer), swa_lr)
        checks.not_negative("SWALR", anneal_epochs=checks.integer("SWALR", anneal_epochs=anneal_epochs))
        checks.known_name("anneal_strategy of SWALR", anneal_strategy, ["cos", "linear"])
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["swa_lr"] = rate
        self.anneal_epochs, self._anneal_strategy = anneal_epochs, anneal_strategy
        super().__init__(optimizer, last_epoch)

    def share(self, epoch: int) -> float:
        """How far the rates have come on their way."""
        t = min(1.0, max(0, epoch) / max(1, self.anneal_epochs))
        return t if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2

    def get_lr(self) -> list[float]:
        epoch = self.last_epoch if self.anneal_epochs else 1
        now, before = self.share(epoch), self.share(epoch - 1)
        left = (1 - now) / (1 - before) if before < 1 else 0.0
        return [g["swa_lr"] + (g["lr"] - g["swa_lr"]) * left for g in self.optimizer.param_groups]


def update_bn(loader: Iterable[Any], model: Module) -> None:
    """Make the running statistics of the model's batch norm layers those of the data: the means over all batches.

    A batch is an array, or a tuple or list whose first item is one. Without such layers nothing is run.
    """
    layers = {module: module.momentum for module in model.modules() if isinstance(module, BatchNorm)}
    if not layers:
        return
    training = model.training
    model.train()
    try:
        for layer in layers:
            layer.reset_running_stats()
            layer.momentum = None
        with no_grad():
            for batch in loader:
                model(batch[0] if isinstance(batch, (tuple, list)) else batch)
    finally:
        for layer, momentum in layers.items():
            layer.momentum = momentum
        model.train(training)


def buffers(model: Module) -> list[tuple[Module, str]]:
    """Where the buffers of a model are."""
    return [(module, name) for module in model.modules() for name in module._own_buffers()]


def get_ema_multi_avg_fn(decay: float = 0.999) -> MultiAverage:
    """For `AveragedModel`: ``average = decay * average + (1 - decay) * value``, an exponential moving average."""
    return partial(move_exponentially, check_decay(decay))


def get_swa_multi_avg_fn() -> MultiAverage:
    """For `AveragedModel`: the mean of all values."""
    return move_equally


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """`get_ema_multi_avg_fn` for one array at a time."""
    return partial(exponential_mean, check_decay(decay))


def get_swa_avg_fn() -> Average:
    """`get_swa_multi_avg_fn` for one array at a time."""
    return equal_mean


# functions of the module, which can be pickled with an `AveragedModel`


def move_exponentially(decay: float, averages: list[Any], values: list[Any], _: int) -> None:
    move(averages, values, 1 - decay)


def move_equally(averages: list[Any], values: list[Any], count: int) -> None:
    move(averages, values, 1 / (count + 1))


def exponential_mean(decay: float, average: Any, value: Any, _: int) -> Any:
    return decay * average + (1 - decay) * value


def equal_mean(average: Any, value: Any, count: int) -> Any:
    return average + (value - average) / (count + 1)


def check_decay(decay: float) -> float:
    if not (checks.is_number(decay) and 0 <= decay <= 1):
        raise errors.out_of_range("an exponential moving average", "decay", decay, "a number from 0 to 1")
    return decay


def move(averages: list[Any], values: list[Any], share: float) -> None:
    """Bring each average nearer to the value by this share of the way; integers are rounded down."""
    for average, value in zip(averages, values, strict=True):
        average[...] = average + share * (value - average)
