"""Find the recorded operation whose rule is wrong: each node of the graph is checked on its own, at its own inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.containers import flatten
from autograd.engine import order_graph
from autograd.errors import AnomalyError, AutogradError, describe_all, op_name
from autograd.graph import Node, detect_anomaly, new_leaf, unwrap
from autograd.tensor import Tensor
from autograd.testing.report import GradcheckReport, Verdict
from autograd.testing.subject import Subject

__all__ = ["find_culprit"]

MOST = 400  # nodes that are looked at
Check = Callable[[Subject], GradcheckReport]

LOST = (
    "each recorded operation is right on its own: the gradient is lost between them, where a value leaves the graph "
    "(`.data`, `stop_gradient`, a conversion to NumPy) or an array is changed in place"
)


def find_culprit(subject: Subject, check: Check) -> str:
    """The first node whose rule is wrong, in words, with the line that made it; empty if there is no graph to look at.

    Nodes that look alike (operation, shapes, keywords) are looked at once, before any is looked at twice.
    """
    if subject.gradient is not None:
        return ""
    nodes = graph_of(subject)
    alike: dict[Any, int] = {}
    for node in nodes:
        alike.setdefault(looks(node), node.serial)
    first = set(alike.values())
    nodes.sort(key=lambda node: node.serial not in first)
    for node in nodes[:MOST]:
        report = check(local(node))
        if report.verdict is Verdict.FAIL:
            wrong = sorted({entry.argument for entry in report.failures})
            which = f" for argument {', '.join(map(str, wrong))}" if wrong else ""
            why = "".join(f": {cause.split(': ', 1)[1]}" for cause in report.causes[:1])
            where = f"\n{node.origin.where()}" if node.origin is not None else ""
            return (
                f"the rule of {op_name(node.op)}{which} is wrong, of {describe_all(unwrap(node.parents))}{why}{where}"
            )
    return LOST if nodes and len(nodes) <= MOST else ""


def graph_of(subject: Subject) -> list[Any]:
    """The nodes of one run, oldest first, each with the line that made it where that can be had."""
    values = subject.values_at(subject.point)
    try:
        with detect_anomaly():
            return recorded(subject, values)
    except AnomalyError:  # a value that is not finite on the way; then without lines
        return recorded(subject, values)
    except AutogradError:
        return []


def recorded(subject: Subject, values: list[Any]) -> list[Any]:
    leaves = [new_leaf(Tensor, np.array(value)[()], requires_grad=True) for value in values]
    outputs = [out for out in flatten(subject.call(*leaves))[0] if isinstance(out, Tensor) and out.requires_grad]
    order, _ = order_graph(list(dict.fromkeys(outputs)))
    return [node for node in order if node.op is not None]


def looks(node: Any) -> Any:
    return node.op, tuple((p.shape, p.dtype) for p in node.parents), repr(node.kwargs)


def local(node: Any) -> Subject:
    """The operation of a node as a function of those of its arguments that came from the graph."""
    leaves, rebuild = flatten(list(node.args))
    places = [i for i, leaf in enumerate(leaves) if isinstance(leaf, Node)]
    constants = [unwrap(leaf) for leaf in leaves]

    def operation(*values: Any) -> Any:
        filled = list(constants)
        for place, value in zip(places, values, strict=True):
            filled[place] = value
        return node.op(*rebuild(filled), **(node.kwargs or {}))

    return Subject(operation, tuple(constants[i] for i in places), None)
