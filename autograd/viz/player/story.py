"""What the page is told, as JSON: the values, the edges, the steps, the code. Every text is made here but for headings.

`tell` is all of it. Numbers are texts, as every view writes them; an array has its entries if they are few.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograd.viz.player.code import Code
from autograd.viz.player.wording import (
    because,
    derivative,
    formula,
    notes,
    product_in_numbers,
    product_in_symbols,
    with_numbers,
)
from autograd.viz.text import is_short, number, short, summary
from autograd.viz.trace import Edge, Trace, Vertex

__all__ = ["tell"]

ENTRIES = 64  # of an array that are sent;
FEWER = 16  # in a graph of more than
MANY = 200  # values; the file stays under a megabyte

JSON = dict[str, Any]


class Values:
    """The values that the story speaks of, each told once: most of what an edge brings is a gradient already."""

    def __init__(self, entries: int) -> None:
        self.entries = entries
        self.told: dict[tuple[Any, ...], int] = {}

    def add(self, value: Any) -> int:
        """The place of a value among all."""
        few = np.size(value) <= self.entries and np.asarray(value).dtype.kind != "O"
        entries = tuple(number(entry) for entry in np.ravel(value)) if few else None
        return self.told.setdefault((short(value), brief(value), np.shape(value), entries), len(self.told))

    @property
    def stories(self) -> list[JSON]:
        """Each as text, as a shorter text for the picture, its shape, and its entries in order if they are few."""
        return [dict(zip(("text", "brief", "shape", "entries"), told, strict=True)) for told in self.told]


def tell(graph: Trace, code: Code) -> JSON:
    """The whole story of a graph: `steps` go through `vertices` forward, then along `edges` backward."""
    values = Values(ENTRIES if len(graph.vertices) <= MANY else FEWER)
    numbers = {vertex: i for i, vertex in enumerate(graph.vertices)}
    edges = {edge: i for i, edge in enumerate(edge for vertex in graph.vertices for edge in vertex.edges)}
    uses = {vertex: backward_uses(leaving, numbers) for vertex, leaving in graph.uses().items()}
    sums = {edge: total for leaving in uses.values() for edge, total in running_sums(leaving).items()}
    return {
        "root": numbers[graph.root],
        "notes": notes(graph),
        "vertices": [vertex_story(vertex, graph, code, values) for vertex in graph.vertices],
        "edges": [edge_story(edge, graph, numbers, sums.get(edge), values, code) for edge in edges],
        "values": values.stories,
        "steps": [*forward_steps(graph, numbers), *backward_steps(graph, numbers, edges, uses)],
        "code": code.text.splitlines(),
    }


# ----------------------------------------------------------------------------------------------------------- the steps


def forward_steps(graph: Trace, numbers: dict[Vertex, int]) -> list[JSON]:
    """The inputs at once, then one step per call."""
    calls = [numbers[vertex] for vertex in graph.vertices if vertex.op is not None]
    return [{"phase": "given"}, *({"phase": "forward", "vertex": call} for call in calls)]


def backward_steps(
    graph: Trace, numbers: dict[Vertex, int], edges: dict[Edge, int], uses: dict[Vertex, list[Edge]]
) -> list[JSON]:
    """Value by value from the root, a step per use: the sum of a gradient is complete before it is used."""
    if graph.root.grad is None:
        return []
    steps: list[JSON] = [{"phase": "seed", "vertex": numbers[graph.root]}]
    for vertex in reversed(graph.vertices[:-1]):
        if vertex.kind != "constant":
            along = [{"phase": "backward", "vertex": numbers[vertex], "edge": edges[edge]} for edge in uses[vertex]]
            steps += along or [{"phase": "none", "vertex": numbers[vertex]}]
    return steps


def backward_uses(leaving: list[Edge], numbers: dict[Vertex, int]) -> list[Edge]:
    """The edges that bring a gradient, that of the last call first, as a backward pass meets them."""
    bringing = [edge for edge in leaving if edge.contribution is not None]
    return sorted(bringing, key=lambda edge: -numbers[edge.target])


def running_sums(edges: list[Edge]) -> dict[Edge, Any]:
    """The gradient so far after each of the edges of one value; the last sum is the gradient that the trace has."""
    sums: dict[Edge, Any] = {}
    total: Any = None
    with np.errstate(all="ignore"):
        for edge in edges:
            total = edge.contribution if total is None else total + edge.contribution
            sums[edge] = edge.source.grad if edge is edges[-1] else total
    return sums if len(edges) > 1 else {}


# ---------------------------------------------------------------------------------------------------- values and edges


def vertex_story(vertex: Vertex, graph: Trace, code: Code, values: Values) -> JSON:
    """A value, its call in symbols and in numbers, its gradient, and where it stands in the program and in the code."""
    called = vertex.op is not None
    short_operands = all(is_short(edge.source.value) for edge in vertex.edges)
    forward = code.lines_of(vertex)[0] if called else []
    return {
        "kind": vertex.kind,
        "symbol": vertex.symbol,
        "gradient": derivative(graph.root, vertex),
        "call": formula(vertex) if called else None,
        "numbers": with_numbers(vertex) if called and short_operands else None,
        "value": values.add(vertex.value),
        "grad": None if vertex.grad is None else values.add(vertex.grad),
        "modules": list(vertex.modules),
        "where": where(vertex),
        "forward": list(forward),
    }


def where(vertex: Vertex) -> JSON | None:
    """The line of the program; of its file the name alone, for the page may be passed on."""
    seen = vertex.sighting
    return None if seen is None else {"file": Path(seen.file).name, "line": seen.line, "text": seen.text}


def edge_story(edge: Edge, graph: Trace, numbers: dict[Vertex, int], total: Any, values: Values, code: Code) -> JSON:
    """What flows along an edge: the product in symbols and numbers, why, the sum so far if it has terms, the code."""
    told: JSON = {"source": numbers[edge.source], "target": numbers[edge.target]}
    if edge.contribution is None:
        return told
    return {
        **told,
        "term": product_in_symbols(edge, graph.root),
        "because": because(edge),
        "local": None if edge.local is None else short(edge.local),
        "product": product_in_numbers(edge),
        "brings": values.add(edge.contribution),
        "sum": None if total is None else values.add(total),
        "lines": list(code.lines_along(edge)),
    }


def brief(value: Any) -> str:
    """``4``; of an array its entries if they are two at most, or else its shape and range."""
    if np.ndim(value) == 0:
        return short(value)
    if value.dtype == object:
        return summary(value)
    shape = "×".join(map(str, value.shape))
    if 0 < value.size <= 2 and value.ndim == 1:
        return short(value)
    real = np.abs(value) if value.dtype.kind == "c" else value
    known = real[~np.isnan(real)] if real.dtype.kind == "f" else real
    if not known.size:
        return f"[{shape}] {'nan' if value.size else 'empty'}"
    low, high = rough(known.min()), rough(known.max())
    return f"[{shape}] {low}" if low == high else f"[{shape}] {low} … {high}"


def rough(value: Any) -> str:
    """A number in two digits."""
    return number(value) if isinstance(value.item(), int) else f"{float(value):.2g}"
