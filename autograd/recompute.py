"""`checkpoint`: keep the inputs of a call instead of its inner values, and compute these again on the way back.

The call is one node, `checkpointed`; its rule runs the function again and pulls the gradient through that graph.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd import errors
from autograd.containers import flatten
from autograd.engine import call, leading_to, order_graph
from autograd.graph import Node, enable_grad, get_mode, tick, traced, unwrap
from autograd.rules import vjp_rule
from autograd.tensor import Tensor
from autograd.trace import gradients, traced_among, variable

__all__ = ["checkpoint"]

Function = Callable[..., Any]


class Segment:
    """A checkpointed call: what is needed to run it again on other values of its traced arguments."""

    def __init__(self, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.f = f
        leaves, self.rebuild = flatten([list(args), kwargs])
        self.tensors = {i: x for i, x in enumerate(leaves) if isinstance(x, Tensor) and x.requires_grad}
        self.constants = [None if i in self.tensors else x for i, x in enumerate(leaves)]
        self.closure: list[Node] = []  # traced nodes that f uses without taking them as arguments

    def run(self, values: list[Any]) -> tuple[list[Tensor], list[Any], Function]:
        """Variables that stand for `values`, the outputs, and how to put outputs together."""
        variables = [variable(value, recording=True) for value in values]
        leaves = list(self.constants)
        for place, x in zip(self.tensors, variables, strict=True):
            leaves[place] = x
        args, kwargs = self.rebuild(leaves)
        with enable_grad():
            outputs, rebuild_output = flatten(self.f(*args, **kwargs))
        return variables, outputs, rebuild_output


def checkpoint(f: Function) -> Function:
    """`f`, keeping none of its inner values: they are computed again in the backward pass (Griewank, 1992).

    Gradients also flow to tensors that `f` uses without taking them as arguments. `f` must give the same result twice;
    the backward pass raises `BackwardError` if it does not.
    """

    @wraps(f)
    def recomputed(*args: Any, **kwargs: Any) -> Any:
        if not get_mode().recording:
            return f(*args, **kwargs)
        segment = Segment(f, args, kwargs)
        tensors: list[Node] = list(segment.tensors.values())
        start = tick()
        _, outputs, rebuild_output = segment.run([x._value for x in tensors])
        roots = traced_among(outputs)
        segment.closure = [node for node in order_graph(roots, floor=start)[1] if node.serial < start]
        if not roots or not (tensors or segment.closure):
            return rebuild_output([unwrap(out) for out in outputs])
        values = [root._value for root in roots]
        joined = call(Tensor, checkpointed, (segment, [*tensors, *segment.closure], joined_row(values)), {})
        parts = dict(zip(roots, split_like(joined, values), strict=True))
        return rebuild_output([parts[out] if traced(out) else unwrap(out) for out in outputs])

    return recomputed


def checkpointed(_segment: Segment, _tensors: list[Any], result: Any) -> Any:
    """The node that a checkpointed call leaves in the graph: its traced output, or several in one row."""
    return result


def checkpointed_vjp(g: Any, _y: Any, segment: Segment, tensors: list[Any], result: Any) -> list[Any]:
    start = tick()
    variables, outputs, _rebuild = segment.run(tensors[: len(segment.tensors)])
    roots = traced_among(outputs)
    values = [root._value for root in roots]
    order, begin = order_graph(roots, floor=start)
    known = {*segment.closure, *(x for x in tensors if isinstance(x, Node))}
    outside = [node for node in begin if node.serial < start]
    if not known.issuperset(outside) or not np.array_equal(joined_row(values), result, equal_nan=True):
        raise errors.BackwardError(
            f"checkpoint({errors.op_name(segment.f)}) gave other values, or used other tensors, when it was run again "
            f"for the backward pass (randomness? a changed global?). Pass what varies as an argument."
        )
    closed = not any(isinstance(x, Tensor) for x in tensors)  # a pass over gradients alone, as those of a pullback
    create_graph = isinstance(g, Tensor) or not closed
    seeds = zip(roots, split_like(g, values), strict=True)
    used = {root: seed for root, seed in seeds if create_graph or np.any(seed)}  # 0 * NaN would be NaN
    targets = [*variables, *segment.closure]
    live = leading_to(set(targets), order)
    made = set(variables)
    order = [node for node in order if node not in made]
    return gradients(order, used, targets, live, create_graph, closed)


vjp_rule(checkpointed, None, checkpointed_vjp, None)


def joined_row(values: list[Any]) -> Any:
    """One value as it is, several in one row."""
    return values[0] if len(values) == 1 else np.concatenate([np.ravel(value) for value in values])


def split_like(joined: Any, values: list[Any]) -> list[Any]:
    """The inverse of `joined_row`, for arrays and Tensors."""
    if len(values) == 1:
        return [joined]
    ends = np.cumsum([np.size(value) for value in values])
    parts = [joined[end - np.size(v) : end].reshape(np.shape(v)) for end, v in zip(ends, values, strict=True)]
    return [
        (part if v.dtype.kind == joined.dtype.kind else np.real(part)).astype(v.dtype)
        for part, v in zip(parts, values, strict=True)
    ]
