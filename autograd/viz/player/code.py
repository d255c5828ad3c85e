"""The code beside the picture: that of `ag.source` for this graph, or else its forward lines.

This is the one place that knows `autograd.compile`; it is asked at run time, because it stands above the views.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from autograd.errors import AutogradError
from autograd.optional import optional
from autograd.viz.player.wording import formula
from autograd.viz.text import short
from autograd.viz.trace import Edge, Trace, Vertex

__all__ = ["Code", "ForwardLines", "code_of"]


class Code(Protocol):
    """Program text, and which of its lines compute a vertex and its part of the gradients; the first line is 1."""

    @property
    def text(self) -> str: ...

    def lines_of(self, vertex: Vertex, /) -> tuple[Sequence[int], Sequence[int]]: ...

    def lines_along(self, edge: Edge, /) -> Sequence[int]: ...


@dataclass(frozen=True)
class ForwardLines:
    """A line per call, ``p = x + y``, and none for the gradients."""

    text: str
    lines: dict[Vertex, int] = field(repr=False)

    def lines_of(self, vertex: Vertex) -> tuple[Sequence[int], Sequence[int]]:
        """The line of the vertex's call; none for an input."""
        return ([self.lines[vertex]] if vertex in self.lines else []), []

    def lines_along(self, edge: Edge) -> Sequence[int]:
        """The line of the call: the gradients have none."""
        return [self.lines[edge.target]]


def code_of(graph: Trace) -> Code:
    """The code of `ag.source`; the forward lines for a graph that it refuses."""
    try:
        source = optional("autograd.compile.source", "source", "the code in ag.player")
        code: Code = getattr(source, "listing", forward_lines)(graph)
    except AutogradError:
        return forward_lines(graph)
    return code


def forward_lines(graph: Trace) -> ForwardLines:
    """One assignment per call; a graph without calls is its value."""
    calls = [vertex for vertex in graph.vertices if vertex.op is not None]
    text = [f"{vertex.symbol} = {formula(vertex)}" for vertex in calls]
    if not calls:
        text = [f"{graph.root.symbol} = {short(graph.root.value)}"]
    return ForwardLines("\n".join(text), {vertex: number for number, vertex in enumerate(calls or [graph.root], 1)})
