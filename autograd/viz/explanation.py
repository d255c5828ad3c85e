"""`explain`: the chain rule, edge by edge, with the numbers.

`explain` reads a trace into an `Explanation`: the forward lines, then one line per gradient, newest value first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.errors import ViewError
from autograd.viz import latex
from autograd.viz.formulas import local_formula, pullback_formula
from autograd.viz.text import argument_texts, call_text, factor, is_short, short
from autograd.viz.trace import Edge, Trace, Vertex, trace

__all__ = ["Explanation", "explain"]

LIMIT = 5_000
FORMATS = ("text", "markdown", "latex")
MOST_TERMS = 4  # of a sum that are written out
WIDEST = 64  # an equation that has its reason on the same line


@dataclass(frozen=True)
class Explanation:
    """An explanation, line by line; `str` gives it in the `format` that it was made for.

    A line of `backward` has an equation and its reason. `notes` say what the reader must know first. `latex` is there
    if it was asked for.
    """

    forward: tuple[str, ...]
    backward: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    format: str = "text"
    latex: str = ""

    @property
    def text(self) -> str:
        """Plain text, the reasons in a column; that of a long equation on a line of its own."""
        width = max((len(equation) for equation, _ in self.backward if len(equation) <= WIDEST), default=0)
        reasoned = [beside(equation, reason, width) for equation, reason in self.backward]
        blocks = [list(self.notes), titled("Forward", self.forward), titled("Backward", reasoned)]
        return "\n\n".join("\n".join(block) for block in blocks if block)

    @property
    def markdown(self) -> str:
        """Markdown, every equation as code."""
        forward = [f"- {code(line)}" for line in self.forward]
        backward = [f"- {code(line)}" + (f" because {code(why)}" if why else "") for line, why in self.backward]
        blocks = [list(self.notes), ["**Forward**", "", *forward], ["**Backward**", "", *backward] if backward else []]
        return "\n\n".join("\n".join(block) for block in blocks if block)

    def __str__(self) -> str:
        return str(getattr(self, self.format))

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return self.markdown


def explain(t: Any, format: str = "text") -> Explanation:  # noqa: A002  # the word that people look for
    """Put into words how `t` was computed and how the chain rule gives its gradients; `str` of the result is the text.

    `format` is ``"text"``, ``"markdown"`` or ``"latex"``, which needs amsmath. Of a value that is not a scalar, the
    gradients are those of its sum. An input without a name is called x1, x2, ..., a result v1, v2, ... Nothing in the
    graph changes.

    Raises `DataError` if `t` is no Tensor, `ViewError` for another format and for more than 5,000 values,
    `FreedGraphError`.

    >>> from autograd import Tensor
    >>> x = Tensor(3.0, name="x")
    >>> print(explain((x * x).named("y")))
    Forward
      x = 3
      y = x * x = 3 * 3 = 9
    <BLANKLINE>
    Backward
      dy/dy = 1
      dy/dx = dy/dy * x + dy/dy * x = 1 * 3 + 1 * 3 = 6  (y = x * x, so dy/dx = x + x)
    """
    if format not in FORMATS:
        raise ViewError(f"explain(t, format={format!r}): the formats are {', '.join(map(repr, FORMATS))}.")
    graph = trace(t, "explain", LIMIT)
    forward, backward = equations(graph)
    said = tuple(notes(graph))
    return Explanation(forward, backward, said, format, typeset(graph, said) if format == "latex" else "")


def equations(graph: Trace) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The lines of `Explanation`, forward and backward."""
    uses = graph.uses()
    forward = tuple(computation(vertex) for vertex in graph.vertices if vertex is graph.root or not vertex.is_literal)
    backward = tuple(
        gradient(graph, vertex, uses[vertex]) for vertex in reversed(graph.vertices) if vertex.kind != "constant"
    )
    return forward, backward


def typeset(graph: Trace, said: tuple[str, ...]) -> str:
    """The explanation in LaTeX, without the reasons; the symbols of `graph` are placeholders afterwards."""
    symbols, names = {}, {}
    for place, vertex in enumerate(graph.vertices):
        if not vertex.is_literal:
            names[f"S{place}"] = vertex.symbol
            symbols[f"S{place}"] = latex.symbol(vertex.symbol, made_up=vertex.name is None)
            vertex.symbol = f"S{place}"
    forward, backward = equations(graph)
    blocks = [latex.escape(note) for note in said]
    for title, lines in (("Forward", forward), ("Backward", [equation for equation, _ in backward])):
        if lines:
            rows = [latex.typeset(line, symbols, names) for line in lines]
            blocks.append(f"\\textbf{{{title}}}\n{latex.aligned(rows)}")
    return "\n\n".join(blocks)


def titled(title: str, lines: Any) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []


def beside(equation: str, reason: str, width: int) -> str:
    """The equation and its reason in a column from `width` on, or below an equation that is longer."""
    if not reason:
        return equation
    return f"{equation:{width}}  ({reason})" if len(equation) <= width else f"{equation}\n      ({reason})"


def code(text: str) -> str:
    """`text` as Markdown code, between more backquotes than any run inside."""
    fence = "`"
    while fence in text:
        fence += "`"
    return f"{fence}{text}{fence}" if len(fence) == 1 else f"{fence} {text} {fence}"


def notes(graph: Trace) -> list[str]:
    root = graph.root
    if root.kind == "constant":
        return [f"No traced input leads to {root.symbol}: there is no gradient."]
    if np.ndim(root.value):
        return [f"{root.symbol} is not a scalar: the gradients are those of the sum of its entries."]
    return []


# ------------------------------------------------------------------------------------------------------------ forward


def computation(vertex: Vertex) -> str:
    """``p = x + y = 1 + 3 = 4``."""
    value = short(vertex.value)
    if vertex.op is None:
        return value if vertex.is_literal else f"{vertex.symbol} = {value}"
    steps = [vertex.symbol, formula(vertex)]
    if all(is_short(edge.source.value) for edge in vertex.edges):
        steps.append(with_numbers(vertex))
    if value != steps[-1]:
        steps.append(value)
    return " = ".join(dict.fromkeys(steps))


def formula(vertex: Vertex) -> str:
    """The call in symbols: ``x + y``."""
    return written(vertex, lambda source: source.symbol)


def with_numbers(vertex: Vertex) -> str:
    """The call with the values of its operands: ``1 + 3``."""
    return written(vertex, lambda source: short(source.value))


def written(vertex: Vertex, show: Callable[[Vertex], str]) -> str:
    """The call, each operand as `show` writes it."""
    arguments = argument_texts(
        vertex.op, vertex.arguments, lambda argument: show(argument.source) if isinstance(argument, Edge) else None
    )
    return call_text(vertex.op, arguments, vertex.keywords)


# ----------------------------------------------------------------------------------------------------------- backward


def gradient(graph: Trace, vertex: Vertex, uses: list[Edge]) -> tuple[str, str]:
    """The equation of a vertex's gradient, a term per use, and the calls that it follows from."""
    root, name = graph.root, derivative(graph.root, vertex)
    if vertex is root:
        return f"{name} = {short(vertex.grad)}", ""
    uses = [edge for edge in uses if edge.contribution is not None]
    if not uses:
        return f"{name} = 0", f"no gradient flows from {root.symbol} to {vertex.symbol}"
    steps = [name, total([term(edge, root) for edge in uses])]
    if all(edge.local is not None for edge in uses):
        steps.append(total([f"{short(edge.target.grad)} * {short(edge.local)}" for edge in uses]))
    return " = ".join(dict.fromkeys([*steps, short(vertex.grad)])), "; ".join(reasons(uses))


def derivative(of: Vertex, by: Vertex) -> str:
    return f"d{of.symbol}/d{by.symbol}"


def total(terms: list[str]) -> str:
    """The terms as a sum, a long one with its middle left out."""
    if len(terms) > MOST_TERMS:
        terms = [*terms[: MOST_TERMS - 2], f"... ({len(terms)} terms) ...", terms[-1]]
    return " + ".join(terms)


def term(edge: Edge, root: Vertex) -> str:
    """What one edge adds, in symbols: ``dg/dp * dp/dx``; where that would say two things, with the formula instead.

    It does so at the root, where ``dg/dx`` is the whole gradient of x, and where x is an operand twice. A function
    without a formula then shows its number, and one of arrays, which has no single one, what the edge adds.
    """
    upstream = derivative(root, edge.target)
    pulled = pullback_formula(edge, upstream) if edge.local is None else None
    if pulled is not None:
        return pulled
    ambiguous = edge.target is root or len([e for e in edge.target.edges if e.source is edge.source]) > 1
    local = local_formula(edge) if ambiguous or edge.local is None else None
    if local is None and ambiguous:
        if edge.local is None:
            return short(edge.contribution)
        local = short(edge.local)
    return f"{upstream} * {derivative(edge.target, edge.source) if local is None else factor(local)}"


def reasons(uses: list[Edge]) -> list[str]:
    """``p = x + y, so dp/dx = 1`` for each call among the uses."""
    by_call: dict[Vertex, list[Edge]] = {}
    for edge in uses:
        by_call.setdefault(edge.target, []).append(edge)
    found = [reason(call, edges) for call, edges in by_call.items()]
    return found if len(found) <= MOST_TERMS else [*found[: MOST_TERMS - 2], "...", found[-1]]


def reason(call: Vertex, edges: list[Edge]) -> str:
    says = f"{call.symbol} = {formula(call)}"
    locals_ = [local_formula(edge) or short(edge.local) for edge in edges if edge.local is not None]
    if locals_:
        return f"{says}, so {derivative(call, edges[0].source)} = {' + '.join(locals_)}"
    stretched = any(np.shape(edge.source.value) != np.shape(call.value) and local_formula(edge) for edge in edges)
    return f"{says}, summed where {edges[0].source.symbol} was broadcast" if stretched else says
