"""The course of the loss: a learning rate with which it grows; the call that made it NaN, and from which batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import numpy as np

from autograd import detect_anomaly
from autograd.anomaly import is_broken
from autograd.errors import AnomalyError
from autograd.graph import unwrap
from nn.module import Module
from nn.random import generator
from nn.train.doctor.findings import Finding, named
from nn.train.doctor.graph import first_broken, flat
from nn.train.doctor.thresholds import LARGE_UPDATE, LOSS_GROWTH, LOSS_WINDOW

__all__ = ["culprit", "diverging", "unchanged"]


def diverging(losses: list[float], ratios: list[float], rates: list[float], *, rows: int) -> Iterator[Finding]:
    """Losses that stay far above the first one, after steps that are long for the weights."""
    recent, updates = losses[-LOSS_WINDOW:], ratios[-LOSS_WINDOW:]
    overflowed = not math.isfinite(losses[-1])
    if (len(losses) <= LOSS_WINDOW and not overflowed) or min(losses) <= 0 or not updates:
        return
    first = losses[0] if rows >= 8 else max(losses[:LOSS_WINDOW])  # of a few rows it may be small by chance
    grown = max(recent[:-1]) > LOSS_GROWTH**2 * first if overflowed else min(recent) > LOSS_GROWTH * first
    update = median(updates)
    if grown and not update <= LARGE_UPDATE:
        yield Finding(
            "learning-rate",
            f"the loss grows, from {losses[0]:.3g} to {losses[-1]:.3g} in {len(losses)} batches, and a step changes "
            f"the weights by {update:.0%} of their size, where 0.1 % is usual: the learning rate"
            f"{' of ' + named(f'{rate:g}' for rate in rates) if rates else ''} is too large. "
            f"Divide it by ten until the loss falls, and standardise inputs and targets.",
        )


def culprit(model: Module, loss: Callable[..., Any] | None, batch: Any, value: Any) -> str:
    """Where the NaN comes from: the data, the parameters, or a call, with the line of the user's that made it."""
    inputs = zip(("x", "y"), batch, strict=False) if isinstance(batch, (tuple, list)) else ()
    for name, arrays in inputs:
        for array in map(unwrap, flat([arrays])):
            if is_broken(array):
                rows = np.unique(np.argwhere(~np.isfinite(array))[:, :1])
                return f"{name} itself is not finite, in {len(rows)} rows, the first of which is {rows[0]}"
    broken = [path for path, p in model.named_parameters() if is_broken(p)]
    if broken:
        return (
            f"parameters were not finite before it ({named(broken)}): the step before broke them. Lower the learning "
            f"rate, clip (nn.utils.clip_grad_norm_), or train under ag.detect_anomaly() to see the call"
        )
    if loss is not None and isinstance(batch, (tuple, list)) and len(batch) == 2:
        try:
            with unchanged(model), detect_anomaly(), np.errstate(all="ignore"):
                loss(model(batch[0]), batch[1]).backward()
        except AnomalyError as error:
            return str(error)
        except Exception:  # noqa: BLE001  # a model or loss that is called in another way; the graph is still there
            pass
    return first_broken(value) or "no call was found: it did not come again with the same batch"


@contextmanager
def unchanged(model: Module) -> Iterator[None]:
    """Inside, the model may be run forward and backward; gradients, buffers and generators are put back afterwards."""
    gradients = [(p, p.grad) for p in model.parameters()]
    names = [(module, name) for module in model.modules() for name in module._own_buffers()]
    buffers = [(module, name, np.copy(getattr(module, name))) for module, name in names]
    generators = {id(rng): rng for rng in [generator(), *generators_of(model)]}
    states = [(rng, rng.bit_generator.state) for rng in generators.values()]
    for p, _ in gradients:
        p.grad = None
    try:
        yield
    finally:
        for p, g in gradients:
            p.grad = g
        for module, name, before in buffers:
            setattr(module, name, before)
        for rng, state in states:
            rng.bit_generator.state = state


def generators_of(model: Module) -> Iterator[np.random.Generator]:
    for module in model.modules():
        for value in vars(module).values():
            if isinstance(value, np.random.Generator):
                yield value
