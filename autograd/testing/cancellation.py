"""How much flows through a function to make a slope: what cancels on the way leaves its last digits behind.

The slope of ``sum(x - mean(x))`` is 0, and differences give some 1e-16, the same at every step if x is 0: rounding that
no comparison of steps can tell from a slope. But what was added up is of size 1. Asked where a gradient seems wrong.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.engine import backpropagate
from autograd.graph import Node
from autograd.testing.subject import Subject
from autograd.trace import Trace, gradients_by_node

__all__ = ["flow"]


def flow(subject: Subject, values: list[Any], moved: list[Any], weights: list[Any]) -> float:
    """The sum, over all values on the way, of how far each moves times the slope of the result by it.

    It is 0 where the function cannot be traced, or does something else when it has moved.
    """
    try:
        there, here = run(subject, moved), run(subject, values)
        start = gradients_by_node(there.outputs, [w[()] for w in weights])
        order = list(there.order)
        for node in order:
            node.noted().retains_grad = True
        slopes = backpropagate(list(order), start, there.live, retaining=True)
        pairs = list(zip(order, here.order, strict=True)) + list(zip(there.variables, here.variables, strict=True))
        return float(sum(moves(slopes[a], a, b) for a, b in pairs if a in slopes))
    except Exception:  # noqa: BLE001  # whatever f does as a graph was not asked: it only speaks in its own favour
        return 0.0


def run(subject: Subject, values: list[Any]) -> Trace:
    return Trace(subject.call, tuple(range(len(values))), tuple(values), {})


def moves(slope: Any, a: Node, b: Node) -> float:
    return float(np.sum(np.abs(slope) * np.abs(a._value - b._value))) if a._value.dtype.kind in "fc" else 0.0
