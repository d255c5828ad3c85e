"""`Trace`: one run of a function on fresh variables, and the gradients that are pulled back through it.

Everything in `functional.py` is a way to use it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import errors
from autograd.containers import flatten
from autograd.engine import backpropagate, leading_to, order_graph
from autograd.graph import Node, differentiating, get_mode, new_leaf, new_node, traced, unwrap
from autograd.tensor import Tensor

__all__ = ["Argnums", "Trace", "as_seeds", "gradients", "gradients_by_node", "traced_among", "variable"]

Argnums = int | tuple[int, ...] | list[int]


class Trace:
    """One run of a function on fresh variables in place of the arguments that `argnums` picks.

    `outer` says that the result depends on something traced outside, so that gradients must be traced too.
    """

    def __init__(self, f: Callable[..., Any], argnums: Argnums, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        recording = get_mode().recording
        places = argument_places(argnums, len(args))
        several = isinstance(argnums, (tuple, list))
        leaves, self.rebuild = flatten(tuple([args[i] for i in places]) if several else args[places[0]])
        self.variables = [variable(leaf, recording) for leaf in leaves]
        made = self.rebuild(self.variables)
        traced_args = list(args)
        for i, arg in zip(places, made if several else (made,), strict=True):
            traced_args[i] = arg
        with differentiating():
            self.outputs, self.rebuild_output = flatten(f(*traced_args, **kwargs))
        for out in self.outputs:
            if not (isinstance(out, Tensor) or np.asarray(out).dtype.kind in "biufc"):
                raise errors.OutputError(
                    f"the function returned {errors.describe(out)}, and a derivative needs numbers. A missing return?"
                )
        floor = self.variables[-1].serial + 1 if self.variables else 0
        self.order, begin = order_graph(traced_among(self.outputs), floor)
        targets: set[Node] = set(self.variables)
        others = set(begin) - targets
        outside = [node for node in begin if node.serial < floor and (node.op is not None or node in others)]
        self.outer = recording and bool(outside)
        self.live: set[Node] | None = None  # all of them
        if others:
            self.live = leading_to(targets, self.order)
            self.order = [node for node in self.order if node in self.live]

    def value(self) -> Any:
        """What the function returned: traced if it is traced outside too, else NumPy of its own memory."""
        return self.rebuild_output([out if self.outer else np.array(unwrap(out))[()] for out in self.outputs])

    def pull(self, seeds: list[Any], create_graph: bool = False) -> list[Any]:
        """The gradient of each variable, from a gradient for each output."""
        start = gradients_by_node(self.outputs, seeds)
        return gradients(
            list(self.order), start, self.variables, self.live, create_graph or self.outer, closed=not self.outer
        )

    def pull_once(self, seeds: list[Any]) -> list[Any]:
        """As `pull`, for the last time: a node goes when it has been used, and its memory serves the next ones."""
        start = gradients_by_node(self.outputs, seeds)
        order, self.order, self.outputs = self.order, [], []
        return gradients(order, start, self.variables, self.live, self.outer)

    def require_analytic(self) -> None:
        """Raise where the derivative of a complex output by a real input would be cut to its real part."""
        complex_output = any(unwrap(out).dtype.kind == "c" for out in self.outputs if isinstance(out, Tensor))
        if complex_output and any(x.dtype.kind != "c" for x in self.variables):
            raise errors.OutputError(
                "the output is complex and the input real: one real number cannot hold the derivative. Differentiate "
                "np.real(...) and np.imag(...) of the output apart, or pass a complex input."
            )


def argument_places(argnums: Argnums, count: int) -> list[int]:
    """The positions that `argnums` names, counted from the front; an error for one that is missing or named twice."""
    if argnums.__class__ is int and 0 <= argnums < count:  # the common case, made fast
        return [argnums]
    try:
        given = [operator.index(i) for i in (argnums if isinstance(argnums, (tuple, list)) else (argnums,))]
    except TypeError:
        raise errors.BackwardError(
            f"argnums={argnums!r}: it is the place of an argument, or a tuple of them."
        ) from None
    if any(not -count <= i < count for i in given):
        raise errors.BackwardError(f"argnums={argnums}: the function was given {count} positional arguments.")
    places = [i % count for i in given]
    if len(set(places)) < len(places):
        raise errors.BackwardError(f"argnums={argnums} names an argument twice.")
    return places


def variable(leaf: Any, recording: bool) -> Tensor:
    """A node that stands for one argument: linked to a traced one, else a leaf around its value."""
    if recording and isinstance(leaf, Node) and leaf._requires_grad:
        return new_node(Tensor, leaf._value, np.positive, (leaf,), (leaf,), (leaf._value,))  # type: ignore[no-any-return]
    value = leaf if leaf.__class__ is np.ndarray else np.asarray(leaf._value if isinstance(leaf, Node) else leaf)
    if value.dtype.kind not in "fc":
        raise errors.DataError(
            f"cannot differentiate with respect to {errors.describe(leaf)} ({value.dtype}): derivatives need floating "
            f"or complex values. Write 2.0 instead of 2, x.astype(float) for an array, or leave it out of argnums."
        )
    return new_leaf(Tensor, value if value.ndim else value[()], requires_grad=True)  # type: ignore[no-any-return]


def gradients(
    order: list[Node],
    start: dict[Node, Any],
    targets: Sequence[Node],
    live: set[Node] | None,
    create_graph: bool,
    closed: bool = False,
) -> list[Any]:
    """The gradients of `targets`, which are not in `order`, as `live` says; zeros where none arrives."""
    if create_graph:
        with differentiating():
            found = backpropagate(order, start, live, create_graph=True, closed=closed)
    else:
        found = backpropagate(order, start, live)
    return [found[node] if node in found else np.zeros_like(node._value)[()] for node in targets]


def traced_among(outputs: list[Any]) -> list[Node]:
    """The outputs that gradients flow to, each once."""
    return list({out: None for out in outputs if isinstance(out, Node) and out._requires_grad})


def gradients_by_node(outputs: list[Any], seeds: list[Any]) -> dict[Node, Any]:
    """The gradients to start from: those of traced outputs; an output given twice gets the sum."""
    start: dict[Node, Any] = {}
    for out, seed in zip(outputs, seeds, strict=True):
        if isinstance(out, Tensor) and out._requires_grad:
            start[out] = start[out] + seed if out in start else seed
    return start


def as_seed(out: Any, seed: Any) -> Any:
    """A gradient for the output `out`, checked."""
    if np.shape(unwrap(seed)) != np.shape(unwrap(out)):
        raise errors.ShapeError(
            f"a gradient of shape {np.shape(unwrap(seed))} does not fit the output's {np.shape(unwrap(out))}."
        )
    return seed if traced(seed) else np.asarray(unwrap(seed), dtype=np.asarray(unwrap(out)).dtype)[()]


def as_seeds(outputs: list[Any], gradient: Any) -> list[Any]:
    """A gradient for each output, checked."""
    seeds = flatten(gradient)[0]
    if len(seeds) != len(outputs):
        raise errors.ShapeError(f"{len(seeds)} gradients were given for {len(outputs)} values.")
    return [as_seed(out, seed) for out, seed in zip(outputs, seeds, strict=True)]
