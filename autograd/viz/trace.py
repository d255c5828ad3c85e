"""The model that every view draws from: values in creation order, one edge per operand, the gradients through each.

`trace` reads a graph and leaves it as it is: no gradient is stored, no hook runs, nothing is freed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, signature
from itertools import chain, count, repeat
from typing import Any, Literal

import numpy as np

from autograd.contributions import fit, spread
from autograd.engine import order_graph
from autograd.errors import DataError, ViewError
from autograd.graph import Node, by_age, flat_nodes
from autograd.rules import RULES
from autograd.sightings import Sighting
from autograd.viz.naming import calls_of, names_of
from autograd.viz.text import is_short, short

__all__ = ["Edge", "Trace", "Vertex", "trace"]

Kind = Literal["input", "constant", "computed"]


@dataclass(eq=False, slots=True)
class Edge:
    """One operand of a call: `a + a` has two.

    `local` is the derivative of the target with respect to this operand where both are scalars, else None;
    `contribution` is what the edge adds to the gradient of its source, None where no gradient flows.
    """

    source: Vertex = field(repr=False)
    target: Vertex = field(repr=False)
    local: Any = None
    contribution: Any = None


@dataclass(eq=False, slots=True)
class Vertex:
    """One value: an input (a traced leaf), a constant, or the result of a call.

    `arguments` are those of the call, in order: an `Edge` for an operand, a list for a list of operands, anything else
    (an axis, a shape, an index) as it was given. `grad` is the gradient of the root's sum with respect to this value.
    `name` is the user's: given, or that of a variable. `sighting` has the line, where that was recorded; `modules` are
    those that made the value, the outermost first, each by its name: ``("model", "model.encoder", ...)``; `calls` has a
    number for each, by which two calls of one module differ.
    """

    kind: Kind
    value: Any
    name: str | None = None
    op: Any = None
    arguments: tuple[Any, ...] = field(default=(), repr=False)
    keywords: dict[str, Any] = field(default_factory=dict)
    grad: Any = None
    symbol: str = ""
    sighting: Sighting | None = field(default=None, repr=False)
    modules: tuple[str, ...] = ()
    calls: tuple[int, ...] = field(default=(), repr=False)

    @property
    def is_literal(self) -> bool:
        """Whether this is a constant that is written as its value."""
        return self.kind == "constant" and self.name is None and is_short(self.value)

    @property
    def edges(self) -> list[Edge]:
        """The operands in order."""
        return list(flat_edges(self.arguments))


@dataclass(eq=False, slots=True)
class Trace:
    """The vertices, oldest first; a constant stands just before the first call that uses it, the root last."""

    vertices: list[Vertex]

    @property
    def root(self) -> Vertex:
        return self.vertices[-1]

    def uses(self) -> dict[Vertex, list[Edge]]:
        """The edges that leave each vertex, in the order of the calls."""
        leaving: dict[Vertex, list[Edge]] = {vertex: [] for vertex in self.vertices}
        for vertex in self.vertices:
            for edge in vertex.edges:
                leaving[edge.source].append(edge)
        return leaving


def trace(root: Any, view: str, limit: int) -> Trace:
    """The graph behind `root`, with gradients of its sum; `view` and `limit` are for the error messages.

    Raises `DataError` for what is no Tensor, `ViewError` for a graph of more than `limit` traced values,
    `FreedGraphError` and `StaleValueError`.
    """
    if not isinstance(root, Node):
        raise DataError(
            f"{view}(t) shows the graph behind a Tensor, and this is {type(root).__name__}, which has none. "
            f"Wrap an input, x = ag.Tensor(...), and pass what you compute from it."
        )
    calls, leaves = order_graph([root])
    order = sorted(calls + leaves, key=by_age)
    if len(order) > limit:
        raise ViewError(
            f"{view}(t) shows at most {limit:,} values, and this graph has {len(order):,}. "
            f"Pass a Tensor from nearer its inputs, or build the graph from a smaller case."
        )
    vertices, known = read_graph(order)
    name_vertices(vertices)
    if root._requires_grad:
        known[root].grad = np.ones_like(root._value)[()]
        with np.errstate(all="ignore"):  # the views show infinities and NaN, the calls have warned of them
            for node in reversed(order):
                if node.op is not None and known[node].grad is not None:
                    run_backward(node, known[node])
    return Trace(vertices)


# ------------------------------------------------------------------------------------------------------- the structure


def read_graph(order: list[Node]) -> tuple[list[Vertex], dict[Node, Vertex]]:
    """The vertices of the nodes in `order` and of the constants between them."""
    vertices: list[Vertex] = []
    known: dict[Node, Vertex] = {}
    names = names_of(dict.fromkeys(chain(order, *(node.parents for node in order))))
    calls = calls_of(order)

    def constant(value: Any, name: str | None = None) -> Vertex:
        vertices.append(Vertex("constant", value, name))
        return vertices[-1]

    def linked(argument: Any, target: Vertex, differentiable: bool) -> Any:
        if isinstance(argument, Node):
            if argument not in known:
                known[argument] = constant(argument._value, names.get(argument))
            return Edge(known[argument], target)
        if isinstance(argument, (list, tuple)) and any(True for _ in flat_nodes(argument)):
            return [linked(item, target, differentiable) for item in argument]
        if differentiable and (isinstance(argument, (int, float, complex)) or hasattr(argument, "dtype")):
            return Edge(constant(argument), target)
        return argument

    for node in order:
        if node.op is None:
            kind: Kind = "input" if node._requires_grad else "constant"
        else:
            kind = "computed"
        vertex = Vertex(kind, node._value, names.get(node), node.op, keywords=chosen(node.op, node.kwargs or {}))
        rules = chain(RULES.get(node.op, ()), repeat(None))
        vertex.arguments = tuple(linked(arg, vertex, rule is not None) for arg, rule in zip(node.args, rules))  # noqa: B905
        vertex.modules = tuple(name for name, _ in calls.get(node, ()))
        vertex.calls = tuple(number for _, number in calls.get(node, ()))
        vertex.sighting = None if node.notes is None else node.notes.sighting
        vertices.append(vertex)
        known[node] = vertex
    return vertices, known


def chosen(op: Any, keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords that say more than the function's defaults."""
    try:
        parameters: Mapping[str, Parameter] = signature(op).parameters
    except (TypeError, ValueError):  # a ufunc in older versions of NumPy, or a compiled function
        return dict(keywords)
    return {
        key: value for key, value in keywords.items() if key not in parameters or parameters[key].default is not value
    }


def flat_edges(arguments: Any) -> Iterator[Edge]:
    """The edges in nested lists, in order."""
    for argument in arguments:
        if isinstance(argument, Edge):
            yield argument
        elif isinstance(argument, list):
            yield from flat_edges(argument)


def name_vertices(vertices: list[Vertex]) -> None:
    """Give each a symbol: its name, or x1, x2, ... for inputs, v1, ... for results, c1, ... for larger constant arrays.

    A smaller constant is its own symbol: ``2``. A name that two values have gets a number from the second on.
    """
    taken: set[str] = set()
    for vertex in vertices:
        if vertex.name is not None:
            tries = chain([vertex.name], (f"{vertex.name}_{i}" for i in count(2)))
            vertex.symbol = next(symbol for symbol in tries if symbol not in taken)
            taken.add(vertex.symbol)
    free = {"input": unused("x", taken), "computed": unused("v", taken), "constant": unused("c", taken)}
    for vertex in vertices:
        if vertex.name is None:
            vertex.symbol = short(vertex.value) if vertex.is_literal else next(free[vertex.kind])


def unused(letter: str, taken: set[str]) -> Iterator[str]:
    """x1, x2, ... without those that are names."""
    return (symbol for i in count(1) if (symbol := f"{letter}{i}") not in taken)


# ------------------------------------------------------------------------------------------------------- the gradients


def run_backward(node: Node, vertex: Vertex) -> None:
    """Send the gradient of a vertex, complete by now, along its edges.

    The engine keeps gradients of nodes; the contribution of each edge and its local derivative are wanted here, so the
    rules are called once more, edge by edge. Scalars get a second call, with 1 for the gradient.
    """
    assert node.values is not None  # `order_graph` lets no freed graph through
    op, y, values, keywords = node.op, node._value, node.values, node.kwargs or {}
    for argument, given, value, vjp in zip(vertex.arguments, node.args, values, RULES[op], strict=False):
        edges = [edge for edge in flat_edges([argument]) if edge.source.kind != "constant"]
        if vjp is None or not edges:
            continue
        parts = spread(given, value, vjp(vertex.grad, y, *values, **keywords), op)
        traced = (found for found in parts if found[0]._requires_grad)
        for edge, (_, part, gradient) in zip(edges, traced, strict=True):
            edge.contribution = gx = fit(gradient, part, op)
            edge.source.grad = gx if edge.source.grad is None else edge.source.grad + gx
        if isinstance(argument, Edge) and np.ndim(value) == np.ndim(y) == 0:
            argument.local = fit(vjp(np.ones_like(y)[()], y, *values, **keywords), value, op)
