"""Find the recorded operation whose rule is wrong: each node of the graph is checked on its own, at its own inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.containers import flatten
from autograd.engine import order_graph
from autograd.errors import AnomalyError, AutogradError, describe_all, op_name
from autograd.graph import Node, detect_anomaly, new_leaf, unwrap
from autograd.recompute import checkpointed
from autograd.tensor import Tensor
from autograd.testing.report import GradcheckReport, Verdict
from autograd.testing.subject import Subject

__all__ = ["find_culprit"]

MOST = 400  # nodes that are looked at
Check = Callable[[Subject], GradcheckReport]

LOST = (
    "each recorded operation is right on its own: the gradient may be lost between them, where a value leaves the "
    "graph (`.data`, `stop_gradient`, a conversion to NumPy) or an array is changed in place"
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
    all_right = 0 < len(nodes) <= MOST
    for node in nodes[:MOST]:
        report = check(local(node))
        all_right &= report.verdict is Verdict.PASS
        if report.verdict is Verdict.FAIL:
            wrong = [name for name, verdicts in report.verdicts.items() if np.any(verdicts == Verdict.FAIL)]
            which = f" for {' and '.join(wrong)}" if wrong else ""
            why = "".join(f": {cause.partition(': ')[2]}" for cause in report.causes[:1])
            where = f"\n{node.origin.where()}" if node.origin is not None else ""
            inputs = describe_all(unwrap(node.parents))
            return f"the rule of {op_name(node.op)} is wrong{which}, called with {inputs}{why}{where}"
    return LOST if all_right else ""


def graph_of(subject: Subject) -> list[Any]:
    """The nodes of one run, oldest first, each with the line that made it where that can be had."""
    values = subject.given_values()  # at the dtype given: some rules are wrong in float32 alone
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
    return [inner for node in order for inner in expanded(node)]


def expanded(node: Any) -> list[Any]:
    """The node; in place of a checkpointed call, the nodes inside."""
    if node.op is not checkpointed:
        return [node]
    segment = node.args[0]
    _, outputs, _ = segment.run([x._value for x in segment.tensors.values()])
    order, _ = order_graph([out for out in outputs if isinstance(out, Tensor)])
    return [inner for part in order for inner in expanded(part)]


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

    return Subject(operation, tuple(constants[i] for i in places), None, [f"argument {i}" for i in places])
