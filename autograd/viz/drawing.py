"""`draw`: the graph as a picture, values and gradients in the nodes, local derivatives on the edges.

`draw` turns a trace into DOT; `Drawing` holds the DOT and has it rendered. Labels are plain text, not Graphviz's HTML,
because the wheel's Graphviz cannot read HTML; a node has two colours by a gradient fill that changes at one point.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import graphviz
import numpy as np

from autograd.errors import MissingDependencyError, ViewError
from autograd.viz.render import render
from autograd.viz.text import INFIX, argument_texts, call_name, index_text, number, short, summary, value_range
from autograd.viz.trace import Edge, Trace, Vertex, trace

__all__ = ["Drawing", "draw"]

LIMIT = 1_000  # Graphviz needs seconds for this many, minutes for five times as many
FAR = 6  # an operand from further back is drawn again by its name: long edges cost Graphviz minutes, and hide the rest
SUFFIXES = ("svg", "png", "pdf", "dot")

INK, QUIET, PALE = "#1f2937", "#64748b", "#94a3b8"
VALUE, GRADIENT, CONSTANT = "#dbeafe", "#ffe4c9", "#f8fafc"  # blue and orange: told apart by any eye
FONT = "Helvetica,Arial,sans-serif"
GRAPH = {"rankdir": "LR", "bgcolor": "#ffffff", "pad": "0.2", "nodesep": "0.3", "ranksep": "0.45"}
GRAPH |= {"ordering": "in", "fontname": FONT}  # the operands of a call from top to bottom
NODE = {"shape": "Mrecord", "style": "filled", "fontname": FONT, "fontsize": "13", "color": INK, "fontcolor": INK}
EDGE = {"fontname": FONT, "fontsize": "11", "color": QUIET, "fontcolor": INK, "arrowsize": "0.7"}
TWO_COLOURS = {"fillcolor": f"{VALUE};0.5:{GRADIENT}", "gradientangle": "270"}
BOX = {"shape": "box", "style": "filled,rounded", "height": "0.36", "width": "0.4", "margin": "0.12,0.05"}
FADED = {**BOX, "style": "filled,rounded,dashed", "fillcolor": CONSTANT, "color": PALE, "fontcolor": QUIET}
CIRCLE = {"shape": "circle", "fixedsize": "true", "width": "0.42", "fontsize": "17", "fillcolor": "#ffffff"}
PILL = {**BOX, "fillcolor": "#ffffff"}
AGAIN = {**BOX, "style": "filled,rounded,dotted", "fillcolor": VALUE}
SIGNS = {"-": "−", "*": "×", "/": "÷", "**": "^"}


class Drawing:
    """A drawn graph: `source` is its DOT text, `save` writes it, a notebook shows it."""

    def __init__(self, source: str) -> None:
        self.source = source

    def save(self, path: str | Path) -> Path:
        """Write the picture, in the format that the suffix names: .svg, .png, .pdf or .dot. Returns the path.

        Raises `ViewError` for another suffix, `MissingDependencyError` if no Graphviz is installed that can make it.
        """
        path = Path(path)
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in SUFFIXES:
            raise ViewError(
                f"save({str(path)!r}): the suffix says the format, and the known ones are "
                f"{', '.join(f'.{known}' for known in SUFFIXES)}."
            )
        path.write_bytes(self.source.encode() if suffix == "dot" else render(self.source, suffix))
        return path

    @property
    def svg(self) -> str:
        """The picture as SVG text."""
        return render(self.source, "svg").decode()

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002  # IPython's
        try:
            return {"image/svg+xml": self.svg, "text/plain": repr(self)}
        except MissingDependencyError as error:
            return {"text/plain": f"{error}\n\n{self.source}"}

    def __repr__(self) -> str:
        return "<Drawing: .save('graph.svg') writes it, .source is its DOT text>"


def draw(t: Any) -> Drawing:
    """Draw the graph behind `t`: each value with its gradient, each call, one edge per operand with its derivative.

    The gradients are those of `t`, or of its sum if it is not a scalar; they are computed for the picture, before
    `backward` or after it, and nothing in the graph changes. An array is shown by its dtype, shape and range, a
    constant faded; a value that is used again much later is there once more, by its name alone. The same graph gives
    the same DOT text.

    Raises `DataError` if `t` is no Tensor, `ViewError` for more than 1,000 values, `FreedGraphError`.

    >>> from autograd import Tensor
    >>> x = Tensor(3.0, name="x")
    >>> draw(x * x)
    <Drawing: .save('graph.svg') writes it, .source is its DOT text>
    """
    return Drawing(dot_source(trace(t, "draw", LIMIT)))


def dot_source(graph: Trace) -> str:
    """The trace as DOT: a node per value, named by its place, and one in front of it for the call that made it."""
    dot = graphviz.Digraph(graph_attr=GRAPH, node_attr=NODE, edge_attr=EDGE)
    ids = {vertex: f"n{place}" for place, vertex in enumerate(graph.vertices)}
    level = levels(graph)
    for vertex, name in ids.items():
        look = {"penwidth": "2"} if vertex is graph.root else {}
        dot.node(name, **value_node(vertex, graph.root), **look)
        if vertex.op is not None:
            call = name.replace("n", "op")
            dot.node(call, **call_node(vertex))
            for edge in vertex.edges:
                tail = ids[edge.source]
                if level[vertex] - level[edge.source] > FAR:
                    tail = f"{tail}_{name}"
                    dot.node(tail, label=escape(edge.source.symbol), **AGAIN)
                dot.edge(tail, call, **edge_look(edge))
            dot.edge(call, name)
    return str(dot.source)


def levels(graph: Trace) -> dict[Vertex, int]:
    """How far each value stands from the left: a result after its operands, anything else before its first use."""
    level: dict[Vertex, int] = {}
    for vertex in graph.vertices:
        if vertex.op is not None:
            level[vertex] = 1 + max((level.get(edge.source, 0) for edge in vertex.edges), default=0)
    for source, uses in graph.uses().items():
        if source.op is None:
            level[source] = min((level[edge.target] for edge in uses), default=0) - 1
    return level


def value_node(vertex: Vertex, root: Vertex) -> dict[str, str]:
    """The attributes of a value's node: its value above its gradient."""
    if vertex.kind == "constant":
        return {"label": escape(described("" if vertex.is_literal else vertex.symbol, vertex.value)), **FADED}
    value = escape(described(vertex.symbol, vertex.value))
    name = f"d{root.symbol}/d{vertex.symbol}"
    if vertex.grad is None:
        return {"label": f"{value}|{escape(name + ' = 0')}", **TWO_COLOURS}
    return {"label": f"{value}|{escape(described(name, vertex.grad, with_dtype=False))}", **TWO_COLOURS}


def described(symbol: str, value: Any, with_dtype: bool = True) -> str:
    """``x = 1``; of an array, in two lines, so that value and gradient share the node in halves, its range."""
    if np.ndim(value) == 0:
        return f"{symbol} = {number(value)}" if symbol else number(value)
    first = ": ".join(filter(None, [symbol, summary(value) if with_dtype else ""]))
    return f"{first}\n{value_range(value)}"


def call_node(vertex: Vertex) -> dict[str, str]:
    """The attributes of a call's node: a sign in a circle, or the function's name with what else it was given."""
    if vertex.op in INFIX or vertex.op is np.negative:
        sign = INFIX.get(vertex.op, "-")
        return {"label": SIGNS.get(sign, sign), **CIRCLE}
    given = argument_texts(vertex.op, vertex.arguments, lambda argument: "" if is_operand(argument) else None)
    parameters = ", ".join(
        [*filter(None, given), *(f"{key}={index_text(value)}" for key, value in vertex.keywords.items())]
    )
    return {"label": escape("\n".join(filter(None, [call_name(vertex.op), clipped(parameters)]))), **PILL}


def is_operand(argument: Any) -> bool:
    return isinstance(argument, Edge) or (isinstance(argument, list) and any(map(is_operand, argument)))


def clipped(text: str, length: int = 32) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def edge_look(edge: Edge) -> dict[str, str]:
    """The local derivative beside the edge; an operand without a gradient is faded."""
    if edge.contribution is None:
        return {"style": "dashed", "color": PALE}
    if edge.local is None:
        return {}
    return {"label": escape(f"d{edge.target.symbol}/d{edge.source.symbol} = {short(edge.local)}")}


def escape(text: str) -> str:
    r"""`text` as a record label that shows exactly it: no fields, no ``\N``, no entities, no HTML."""
    for sign in "\\{}|<>":
        text = text.replace(sign, f"\\{sign}")
    return str(graphviz.nohtml(text.replace("&", "&amp;").replace("\n", "\\n")))
