"""What is shown when the mouse rests on something: the call, the line that made it, what an arrow carries."""

from __future__ import annotations

from autograd.viz.picture.outline import Card, Link
from autograd.viz.text import argument_texts, call_text, printable, short
from autograd.viz.trace import Edge, Vertex

__all__ = ["card_tip", "link_tip"]

LONGEST = 160


def card_tip(card: Card) -> str:
    """The value as it was computed, and where."""
    vertex = card.vertex
    lines = [card.title] if card.title else []
    if vertex.op is None:
        lines.append(f"{vertex.symbol}: {vertex.kind}, {short(vertex.value)}")
    else:
        lines.append(f"{vertex.symbol} = {formula(vertex)} = {short(vertex.value)}")
    if vertex.grad is not None:
        lines.append(f"gradient {short(vertex.grad)}")
    if vertex.modules:
        lines.append(f"in {printable(vertex.modules[-1])}")
    if vertex.sighting is not None:
        lines.append(f"line {vertex.sighting.line}: {printable(vertex.sighting.text)}")
    return "\n".join(clip(line) for line in lines)


def formula(vertex: Vertex) -> str:
    def show(argument: object) -> str | None:
        return argument.source.symbol if isinstance(argument, Edge) else None

    return call_text(vertex.op, argument_texts(vertex.op, vertex.arguments, show), vertex.keywords)


def link_tip(link: Link) -> str:
    """The derivative along an arrow, and what it adds to the gradient."""
    edge = link.edge
    if link.back:
        return "handed to the next copy"
    if edge is None or link.count > 1:
        return f"{link.count:,} operands" if link.count > 1 else ""
    if edge.contribution is None:
        return f"no gradient flows to {edge.source.symbol}"
    local = "" if edge.local is None else f"d{edge.target.symbol}/d{edge.source.symbol} = {short(edge.local)}\n"
    return clip(f"{local}adds {short(edge.contribution)} to the gradient of {edge.source.symbol}")


def clip(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
