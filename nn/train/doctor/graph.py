"""The graph of a loss, as the doctor reads it: which nodes are there, what stands between prediction and loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import anomaly
from autograd.errors import op_name
from autograd.graph import Node, by_age, unwrap
from nn.parameter import Parameter
from nn.train.doctor.thresholds import MOST_NODES

__all__ = ["first_broken", "flat", "graph_of", "head_of", "shape"]


def graph_of(loss: Any, *, whole: bool = True) -> list[Any]:
    """The calls that led to the loss, the last ones first, at most `MOST_NODES`.

    Unless it is the `whole` graph, those of layers, which have parameters, and what is below them, are left out.
    """
    found: list[Any] = []
    seen, stack = {id(loss)}, [loss]
    while stack and len(found) < MOST_NODES:
        node = stack.pop()
        if not isinstance(node, Node) or node.op is None:
            continue
        if not whole and any(isinstance(parent, Parameter) for parent in node.parents):
            continue
        found.append(node)
        for parent in node.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                stack.append(parent)
    return found


def head_of(loss: Any) -> list[Any]:
    """The calls between the last layers with parameters and the loss: output activations and the loss itself."""
    return graph_of(loss, whole=False)


def first_broken(loss: Any) -> str:
    """The oldest call in the graph whose result is not finite, and its inputs; empty if there is none."""
    for node in sorted(graph_of(loss), key=by_age):
        if anomaly.is_broken(node):
            inputs = "; ".join(map(anomaly.span, flat(node.args)))
            return f"{op_name(node.op)} made {anomaly.worst(node)} from {inputs}"
    return ""


def flat(args: Any) -> Iterator[Any]:
    """The arrays and nodes among arguments, those in lists and tuples too."""
    for arg in args:
        if isinstance(arg, (list, tuple)):
            yield from flat(arg)
        elif isinstance(arg, (Node, np.ndarray)):
            yield arg


def shape(value: Any) -> tuple[int, ...]:
    return np.shape(unwrap(value))
