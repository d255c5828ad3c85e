"""`explain`: the chain rule, edge by edge, with the numbers.

`explain` reads a trace into an `Explanation`: the forward lines, then one line per gradient, newest call first, then
why gradients of arrays have their shapes. The lines are written in `sentences.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from autograd.errors import ViewError
from autograd.formulas import Equation
from autograd.viz import latex
from autograd.viz.sentences import backward_lines, forward_lines, meanings, shape_lines
from autograd.viz.trace import Trace, trace

__all__ = ["Explanation", "explain"]

LIMIT = 5_000
FORMATS = ("text", "markdown", "latex")
WIDEST = 64  # an equation that has its reason on the same line
WHY, WHERE = "Why these shapes?", "Where"
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Explanation:
    """An explanation, line by line; `str` gives it in the `format` that it was made for.

    A line of `backward` has an equation and its reason. `shapes` say entry by entry why the gradients of arrays have
    their shapes, each as a call, what follows from it, and the reason; `brief` are those that the text shows. `notes`
    are what the reader must know first, `words` what the functions in the formulas are. `latex` is there if it was
    asked for.
    """

    forward: tuple[str, ...]
    backward: Pairs
    notes: tuple[str, ...]
    shapes: tuple[Equation, ...] = ()
    brief: tuple[Equation, ...] = ()
    words: tuple[str, ...] = ()
    format: str = "text"
    latex: str = ""

    @property
    def text(self) -> str:
        """Plain text, the reasons in a column; that of a long equation on a line of its own."""
        width = max((len(equation) for equation, _ in self.backward if len(equation) <= WIDEST), default=0)
        reasoned = [beside(equation, reason, width) for equation, reason in self.backward]
        shapes = [line for call, parts in calls(self.brief) for line in [call, *indented(parts)]]
        blocks = [list(self.notes), titled("Forward", self.forward), titled("Backward", reasoned)]
        blocks += [titled(WHY, shapes), titled(WHERE, self.words)]
        return "\n\n".join("\n".join(block) for block in blocks if block)

    @property
    def markdown(self) -> str:
        """Markdown, every equation as code."""
        sections = {
            "Forward": [f"- {code(line)}" for line in self.forward],
            "Backward": [f"- {code(line)}" + (f" because {code(why)}" if why else "") for line, why in self.backward],
            WHY: [line for call, parts in calls(self.brief) for line in [f"- {code(call)}", *nested(parts)]],
            WHERE: [f"- {code(line)}" for line in self.words],
        }
        blocks = [
            list(map(plain_markdown, self.notes)),
            *([f"**{title}**", "", *lines] for title, lines in sections.items() if lines),
        ]
        return "\n\n".join("\n".join(block) for block in blocks if block)

    def __str__(self) -> str:
        return str(getattr(self, self.format))

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        if self.format != "latex":
            return self.markdown
        mathematics = self.latex.removeprefix("\n\n".join(map(latex.escape, self.notes)))
        return "\n\n".join([*map(plain_markdown, self.notes), latex.in_markdown(mathematics).strip()])


def explain(
    t: Any,
    format: str = "text",  # noqa: A002  # the word that people look for
    *,
    shapes: bool | None = None,
    lines: bool = False,
) -> Explanation:
    """Put into words how `t` was computed and how the chain rule gives its gradients; `str` of the result is the text.

    `format` is ``"text"``, ``"markdown"`` or ``"latex"``, which needs amsmath. Of a value that is not a scalar, the
    gradients are those of its sum. An input without a name is called x1, x2, ..., a result v1, v2, ... Nothing in the
    graph changes.

    Where arrays are multiplied as matrices, summed, broadcast, indexed or convolved, the text says too why gradients
    have their shapes: once for each kind of call; with ``shapes=True`` for every call, and at length; with
    ``shapes=False`` not at all. ``lines=True`` puts each line of the program, as far as `annotate` has seen it, above
    what it computed.

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
      dy/dx = x + x = 3 + 3 = 6  (y = x * x, so dy/dx = x + x)
    """
    if format not in FORMATS:
        raise ViewError(f"explain(t, format={format!r}): the formats are {', '.join(map(repr, FORMATS))}.")
    graph = trace(t, "explain", LIMIT)
    said = tuple(notes(graph))
    forward, backward, words = forward_lines(graph, lines), backward_lines(graph), meanings(graph)
    whole, brief = shape_lines(graph)
    shown = whole if shapes else () if shapes is False else brief
    tex = typeset(graph, said, shapes) if format == "latex" else ""
    return Explanation(forward, backward, said, whole, shown, words, format, tex)


def notes(graph: Trace) -> list[str]:
    root = graph.root
    if root.kind == "constant":
        return [f"No traced input leads to {root.symbol}: there is no gradient."]
    if np.ndim(root.value):
        return [f"{root.symbol} is not a scalar: the gradients are those of the sum of its entries."]
    return []


def typeset(graph: Trace, said: tuple[str, ...], shapes: bool | None) -> str:
    """The explanation in LaTeX, without the reasons; the symbols of `graph` are placeholders afterwards."""
    symbols, names = {}, {}
    for place, vertex in enumerate(graph.vertices):
        if not vertex.is_literal:
            names[f"S{place}"] = vertex.symbol
            symbols[f"S{place}"] = latex.symbol(vertex.symbol, made_up=vertex.name is None)
            vertex.symbol = f"S{place}"
    whole, brief = shape_lines(graph)
    indexed = whole if shapes else () if shapes is False else brief
    blocks = [latex.escape(note) for note in said]
    sections = {"Forward": forward_lines(graph, False), "Backward": [line for line, _ in backward_lines(graph)]}
    for title, lines in sections.items():
        if lines:
            blocks.append(titled_rows(title, [latex.typeset(line, symbols, names) for line in lines]))
    if indexed:
        said_once = dict.fromkeys(
            part for call, parts in calls(indexed) for part in [*call.split(", where "), *(p.backward for p in parts)]
        )
        rows = [latex.typeset_indexed(part, symbols) for part in said_once]
        blocks.append(titled_rows(WHY, rows))
    if words := [f"\\item {latex.escape(word)}" for word in meanings(graph)]:
        blocks.append("\n".join([f"\\textbf{{{WHERE}}}", r"\begin{itemize}", *words, r"\end{itemize}"]))
    return "\n\n".join(blocks)


def calls(equations: tuple[Equation, ...]) -> Iterator[tuple[str, list[Equation]]]:
    """Each call, entry by entry, and what follows from it."""
    for call, parts in groupby(equations, lambda equation: equation.forward):
        yield call, list(parts)


def indented(parts: list[Equation]) -> Iterator[str]:
    for part in parts:
        yield f"  {part.backward}"
        if part.reason:
            yield f"      ({part.reason})"


def nested(parts: list[Equation]) -> Iterator[str]:
    for part in parts:
        yield f"  - {code(part.backward)}" + (f" because {code(part.reason)}" if part.reason else "")


def titled_rows(title: str, rows: list[list[str]]) -> str:
    return f"\\textbf{{{title}}}\n{latex.aligned(rows)}"


def titled(title: str, lines: Any) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []


def beside(equation: str, reason: str, width: int) -> str:
    """The equation and its reason in a column from `width` on, or below an equation that is longer."""
    if not reason:
        return equation
    return f"{equation:{width}}  ({reason})" if len(equation) <= width else f"{equation}\n      ({reason})"


def plain_markdown(text: str) -> str:
    """`text`, in which a name may hold anything, as a paragraph of Markdown that holds neither marks nor HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|&$~!])", r"\\\1", text)


def code(text: str) -> str:
    """`text` as Markdown code, between more backquotes than any run inside."""
    fence = "`"
    while fence in text:
        fence += "`"
    return f"{fence}{text}{fence}" if len(fence) == 1 else f"{fence} {text} {fence}"
