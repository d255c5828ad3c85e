"""Units that do nothing: ReLUs that are off for every row, sigmoids and tanhs at their ends.

Of a recurrent layer, which is one call, the tanhs count: what an LSTM or a GRU would write into its state. Its gates
may be open or shut for good reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

from autograd.graph import by_age, unwrap
from nn.functional.activation import sigmoid, tanh
from nn.functional.gru import gru_steps
from nn.functional.lstm import gates_of, lstm_steps
from nn.functional.rectifiers import hardtanh, relu
from nn.functional.rnn import rnn_steps
from nn.train.doctor.findings import Finding, named
from nn.train.doctor.observing import Step
from nn.train.doctor.thresholds import (
    DEAD_BATCHES,
    DEAD_ROWS,
    DEAD_SHARE,
    DEAD_WIDTH,
    DEAD_WINDOW,
    SATURATED_SHARE,
    SATURATED_SIGMOID,
    SATURATED_TANH,
)

__all__ = ["Activations", "is_rectifier", "is_recurrence", "on", "saturated", "squashes"]

SQUASHES = (sigmoid, tanh, np.tanh)
#: where a recurrence keeps four arrays a step for its backward pass; the third of them is the tanh
SAVED = {lstm_steps: 3, gru_steps: 2}
STEPS = 16  # of a recurrence are looked at


class Activations:
    """What the hidden activations were over several batches; those of the output may end at 0 and 1."""

    def __init__(self) -> None:
        self.rows: list[int] = []  # of each batch
        self.on: dict[str, dict[int, Any]] = {}  # of each rectifier, which of its units were on, by batch
        self.ends: dict[str, list[float]] = {}  # of each sigmoid or tanh, the share at the ends, a number a batch

    def add(self, step: Step) -> None:
        """The activations of one batch."""
        self.rows.append(step.rows)
        for node in sorted(step.hidden, key=by_age):
            if is_rectifier(node):
                batches, units = self.on.setdefault(step.place(node), {}), on(node)
                before = batches.get(len(self.rows))  # of another call in the same batch
                batches[len(self.rows)] = units if before is None or before.shape != units.shape else before | units
            elif squashes(node):
                self.ends.setdefault(step.place(node), []).append(saturated(node))

    def window(self) -> int:
        """How many of the last batches tell whether a unit is dead; 0 if there were too few."""
        if len(self.rows) < DEAD_BATCHES or sum(self.rows) < DEAD_ROWS:
            return 0
        count = min(DEAD_WINDOW, len(self.rows))
        while sum(self.rows[-count:]) < DEAD_ROWS:
            count += 1
        return count

    def findings(self) -> Iterator[Finding]:
        """What the batches show together."""
        count = self.window()
        if count:
            alive = {place: alive_in(batches, len(self.rows) - count) for place, batches in self.on.items()}
            dead = {place: 1 - float(np.mean(units)) for place, units in alive.items() if is_dead(units)}
            if dead:
                shares = named(f"{place}: {share:.0%}" for place, share in dead.items())
                yield Finding(
                    "dead-relu",
                    f"ReLU units that were 0 for each of {sum(self.rows[-count:])} rows, and so get no gradient: "
                    f"{shares}. Lower the learning rate, start from biases of 0 (nn.init.zeros_), or use "
                    f"nn.LeakyReLU().",
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


def alive_in(batches: dict[int, Any], before: int) -> Any:
    """The units that were on in any of the batches after so many; of other shapes, the last ones."""
    units = [found for number, found in batches.items() if number > before]
    if not units:
        return np.ones(0, bool)
    return np.any([found for found in units if found.shape == units[-1].shape], axis=0)


def is_rectifier(node: Any) -> bool:
    """Whether it is a ReLU: the layer, the function, ``np.maximum(x, 0)``, or one that is bounded above, too."""
    if node.op is relu:
        return True
    if node.op in (hardtanh, np.clip):
        return len(node.args) > 1 and np.ndim(node.args[1]) == 0 and unwrap(node.args[1]) == 0
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
    y = states(node) if is_recurrence(node) else node._value
    if node.op is sigmoid:
        return float(np.mean(y * (1 - y) < SATURATED_SIGMOID))
    return float(np.mean(np.abs(y) > SATURATED_TANH))


def squashes(node: Any) -> bool:
    """Whether it is a sigmoid or a tanh of some entries, or a recurrent layer with one inside."""
    return (node.op in SQUASHES and node.size > 0) or is_recurrence(node)


def is_recurrence(node: Any) -> bool:
    """Whether it is a recurrent layer over a sequence with tanhs inside, whose values are still there."""
    return bool(node.args) and (node.op in SAVED or (node.op is rnn_steps and node.args[-1] == "tanh"))


def states(node: Any) -> Any:
    """The tanhs of some steps of a recurrent layer."""
    plan, values = node.args[1], node._value
    some = plan.steps[:: 1 + len(plan.steps) // STEPS]
    if node.op is rnn_steps:
        return np.concatenate([values[0][start:stop] for start, stop in some])
    place = SAVED[node.op]
    saved, width = values[place], values[place - 1].shape[1]  # the state before it has the width
    return np.concatenate([gates_of(saved, start, stop, width)[2] for start, stop in some])
