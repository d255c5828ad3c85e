"""Gradients on their way to a node: fitted to its value, added up, shown to its hooks, handed out.

`engine.backpropagate` uses all of it, and has the most common cases spelled out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import errors
from autograd.derivatives.shaping import as_array
from autograd.graph import Node, unwrap
from autograd.rules import Entries

__all__ = ["accumulate", "add_entries", "fit", "hooked", "leads", "own", "spread"]


def fit(g: Any, value: Any, op: Any) -> Any:
    """Undo broadcasting and promotion: sum and cast `g`, from a rule of `op`, to the shape and dtype of `value`.

    Raises `RuleError` where that is impossible, so that a wrong rule does not become a wrong number.
    """
    if isinstance(g, Entries):
        total = np.zeros_like(value)
        g.add_to(total)
        return total[()]
    if not hasattr(g, "dtype"):  # a rule may return a Python number, or a list where the argument was one array
        number = np.stack(g) if isinstance(g, list) else np.asarray(g)
        if number.dtype.kind not in "biufc":
            raise errors.bad_gradient(op, g, value.shape)
        g = number[()]
    shape, given = value.shape, g
    if g.shape != shape:
        extra = g.ndim - len(shape)
        if extra > 0:
            g = g.sum(axis=0 if extra == 1 else tuple(range(extra)))
        if g.shape != shape:
            if extra >= 0:
                g = g.sum(axis=tuple([i for i, n in enumerate(shape) if n == 1]), keepdims=True)
            if g.shape != shape:
                raise errors.bad_gradient(op, given, shape)
    if g.dtype != value.dtype:
        g = (g.real if g.dtype.kind == "c" != value.dtype.kind else g).astype(value.dtype)
    return g


def spread(arg: Any, value: Any, g: Any, op: Any) -> Iterator[tuple[Node, Any, Any]]:
    """The nodes in an argument that is a list, each with its value and its part of the gradient, a list or an array."""
    if isinstance(arg, Node):
        yield arg, value, g
    elif isinstance(arg, dict):
        for key, item in arg.items():
            yield from spread(item, value[key], g[key], op)
    elif isinstance(arg, (list, tuple)):
        parts = g if isinstance(g, (list, tuple)) else fit(g, as_array(value), op)
        for item, part, gx in zip(arg, value, parts, strict=True):
            yield from spread(item, part, gx, op)


def accumulate(grads: dict[Node, Any], node: Node, g: Any, owned: set[Node] | None) -> None:
    """Add a contribution to the gradient of a node: the second makes a new array, further ones go into that array.

    `owned` holds the nodes whose array is of our own making; None where gradients are recorded and nothing is in place.
    """
    if node not in grads:
        grads[node] = g
    elif owned is None:
        grads[node] = grads[node] + g
    elif node in owned:
        grads[node] += g
    else:
        grads[node] = grads[node] + g
        owned.add(node)


def add_entries(grads: dict[Node, Any], node: Node, entries: Entries, value: Any, owned: set[Node]) -> None:
    """Add a contribution to some entries of the gradient of a node, in place."""
    if node not in owned:
        total = np.zeros_like(value)
        if node in grads:
            total += grads[node]
        grads[node] = total
        owned.add(node)
    entries.add_to(grads[node])


def hooked(node: Node, g: Any, create_graph: bool) -> Any:
    """`g` after the hooks of the node have seen it, one after the other; they see an array read-only."""
    assert node.notes is not None
    for hook in list(node.notes.hooks.values()):
        shown = g
        if isinstance(g, np.ndarray):
            shown = g.view()
            shown.flags.writeable = False
        replacement = hook(shown)
        if replacement is not None:
            g = fit(replacement if create_graph else unwrap(replacement), node._value, hook)
    return g


def leads(node: Node, live: set[Node] | None) -> bool:
    """Whether a gradient is wanted at the node."""
    return node._requires_grad if live is None else node in live


def own(g: Any, taken: set[int]) -> Any:
    """`g`, or a copy if it is a view or was handed out before."""
    if isinstance(g, Node):
        return g
    if g.ndim == 0:
        return g[()]
    if g.base is not None or id(g) in taken:
        g = g.copy()
    taken.add(id(g))
    return g
