"""Units that do nothing: ReLUs that are off for every row, sigmoids and tanhs at their ends."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

from autograd.graph import by_age, unwrap
from nn.functional.activation import sigmoid, tanh
from nn.functional.rectifiers import relu
from nn.train.doctor.findings import Finding, named
from nn.train.doctor.observing import Step
from nn.train.doctor.thresholds import (
    DEAD_BATCHES,
    DEAD_ROWS,
    DEAD_SHARE,
    DEAD_WIDTH,
    SATURATED_SHARE,
    SATURATED_SIGMOID,
    SATURATED_TANH,
)

__all__ = ["Activations", "is_rectifier", "on", "saturated"]

SQUASHES = (sigmoid, tanh, np.tanh)


class Activations:
    """What the hidden activations were over several batches; those of the output may end at 0 and 1."""

    def __init__(self) -> None:
        self.batches = self.rows = 0
        self.alive: dict[str, Any] = {}  # of each rectifier, which of its units were ever on
        self.ends: dict[str, list[float]] = {}  # of each sigmoid or tanh, the share at the ends, a number a batch

    def add(self, step: Step) -> None:
        """The activations of one batch."""
        self.batches, self.rows = self.batches + 1, self.rows + step.rows
        for node in sorted(step.hidden, key=by_age):
            if is_rectifier(node):
                place, units = step.place(node), on(node)
                before = self.alive.get(place)
                self.alive[place] = units if before is None or before.shape != units.shape else before | units
            elif node.op in SQUASHES and node.size:
                self.ends.setdefault(step.place(node), []).append(saturated(node))

    def findings(self) -> Iterator[Finding]:
        """What holds for all batches together."""
        if self.batches >= DEAD_BATCHES and self.rows >= DEAD_ROWS:
            dead = {place: 1 - float(np.mean(units)) for place, units in self.alive.items() if is_dead(units)}
            if dead:
                shares = named(f"{place}: {share:.0%}" for place, share in dead.items())
                yield Finding(
                    "dead-relu",
                    f"ReLU units that were 0 for each of {self.rows} rows, and so get no gradient: {shares}. "
                    f"Lower the learning rate, start from biases of 0 (nn.init.zeros_), or use nn.LeakyReLU().",
                )
        full = {place: median(shares) for place, shares in self.ends.items()}
        full = {place: share for place, share in full.items() if share > SATURATED_SHARE}
        if full:
            shares = named(f"{place}: {share:.0%}" for place, share in full.items())
            yield Finding(
                "saturated",
                f"sigmoid or tanh units at their ends, where the slope is next to 0: {shares}. "
                f"Scale the inputs, start from smaller weights (nn.init.xavier_uniform_), lower the learning rate, "
                f"or put a BatchNorm or LayerNorm layer before.",
            )


def is_rectifier(node: Any) -> bool:
    """Whether it is a ReLU: the layer, the function, or ``np.maximum(x, 0)``."""
    if node.op is relu:
        return True
    return node.op is np.maximum and any(np.ndim(arg) == 0 and unwrap(arg) == 0 for arg in node.args)


def on(node: Any) -> Any:
    """Which units of a rectifier are on for some row: channels after a convolution, else entries of the last axis."""
    y = node._value
    convolved = y.ndim >= 4 or (y.ndim == 3 and any("conv" in name for name in names_below(node)))
    axis = 1 if convolved else y.ndim - 1
    return np.any(y > 0, axis=tuple(i for i in range(y.ndim) if i != axis))


def names_below(node: Any) -> Iterator[str]:
    """The names of the calls that led here: a normalization may be between."""
    for _ in range(4):
        if not node.parents:
            return
        node = node.parents[0]
        yield getattr(node.op, "__name__", "")


def is_dead(units: Any) -> bool:
    share = 1 - float(np.mean(units)) if units.size else 0.0
    return share == 1 or (share > DEAD_SHARE and units.size >= DEAD_WIDTH)


def saturated(node: Any) -> float:
    """The share of a sigmoid's or tanh's entries that are at the ends."""
    y = node._value
    if node.op is sigmoid:
        return float(np.mean(y * (1 - y) < SATURATED_SIGMOID))
    return float(np.mean(np.abs(y) > SATURATED_TANH))
