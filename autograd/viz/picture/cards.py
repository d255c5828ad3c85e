"""What stands in each node: the call at the left, the value above, the gradient below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.viz.formulas import local_formula
from autograd.viz.picture.heat import Heat, heat_of
from autograd.viz.picture.metrics import text_width
from autograd.viz.picture.outline import Card, Link, Outline
from autograd.viz.text import INFIX, argument_texts, call_name, index_text, number, short, summary, value_range
from autograd.viz.trace import Edge, Vertex

__all__ = ["Face", "Half", "faces_of", "link_text"]

SIZE, LINE = 13.0, 16.0  # of the text, in points
PADDING = 9.0
SIGNS = {"-": "−", "*": "×", "/": "÷", "**": "^"}
LONGEST_CALL, LONGEST_FORMULA = 24, 22


@dataclass(frozen=True, slots=True)
class Half:
    """Lines of text, and a heat map beside them."""

    lines: list[str]
    heat: Heat | None = None

    @property
    def text_width(self) -> float:
        return max(text_width(line, SIZE) for line in self.lines)

    @property
    def width(self) -> float:
        return self.text_width + 2 * PADDING + (self.heat.width + PADDING if self.heat else 0)

    @property
    def height(self) -> float:
        return max(len(self.lines) * LINE, self.heat.height + 2 if self.heat else 0) + 8


@dataclass(frozen=True, slots=True)
class Face:
    """A node's content. A constant has no gradient, an input no badge; a sign is a badge in a circle."""

    badge: list[str]
    value: Half
    gradient: Half | None
    is_module: bool = False

    @property
    def is_sign(self) -> bool:
        return not self.is_module and len(self.badge) == 1 and len(self.badge[0]) == 1

    @property
    def badge_width(self) -> float:
        if not self.badge:
            return 0
        return 30.0 if self.is_sign else max(text_width(line, SIZE) for line in self.badge) + 2 * PADDING

    @property
    def width(self) -> float:
        halves = [half for half in (self.value, self.gradient) if half]
        return max(44.0, self.badge_width + max(half.width for half in halves))

    @property
    def height(self) -> float:
        halves = self.value.height + (self.gradient.height if self.gradient else 0)
        return max(halves, len(self.badge) * LINE + 8)


def faces_of(picture: Outline) -> dict[Card, Face]:
    """The content of each card."""
    return {card: face_of(card, picture.root) for card in picture.cards}


def face_of(card: Card, root: Vertex) -> Face:
    """The content of a card; gradients are those of `root`."""
    vertex = card.vertex
    if vertex.kind == "constant":
        return Face([], half_of("" if vertex.is_literal else vertex.symbol, vertex.value), None)
    value = half_of(vertex.symbol, vertex.value)
    name = f"d{root.symbol}/d{vertex.symbol}"
    gradient = Half([f"{name} = 0"]) if vertex.grad is None else half_of(name, vertex.grad, with_dtype=False)
    if card.title is not None:
        return Face([card.title, *module_lines(card)], value, gradient, is_module=True)
    return Face(badge_of(vertex) if vertex.op is not None else [], value, gradient)


def half_of(symbol: str, value: Any, with_dtype: bool = True) -> Half:
    """``x = 1``; of an array its dtype and shape above its range."""
    if np.ndim(value) == 0:
        return Half([f"{symbol} = {number(value)}" if symbol else number(value)])
    first = ": ".join(filter(None, [symbol, summary(value) if with_dtype else ""]))
    return Half([first or summary(value), clipped(value_range(value), 40)], heat_of(value))


def module_lines(card: Card) -> list[str]:
    """How much is in a collapsed module."""
    if len(card.units) > 1:
        return []
    (unit,) = card.units
    calls = call_name(unit.vertices[0].op) if len(unit.vertices) == 1 else f"{len(unit.vertices):,} calls"
    held = {vertex: np.size(vertex.value) for vertex in unit.hidden if vertex.kind == "input"}
    return [clipped(calls), *([f"{sum(held.values()):,} weights"] if held else [])]


def badge_of(vertex: Vertex) -> list[str]:
    """A sign, or the function's name with what else it was given."""
    if vertex.op in INFIX or vertex.op is np.negative:
        sign = INFIX.get(vertex.op, "-")
        return [SIGNS.get(sign, sign)]
    given = argument_texts(vertex.op, vertex.arguments, lambda argument: "" if is_operand(argument) else None)
    keywords = (f"{key}={index_text(value)}" for key, value in vertex.keywords.items())
    return list(filter(None, [clipped(call_name(vertex.op)), clipped(", ".join([*filter(None, given), *keywords]))]))


def is_operand(argument: Any) -> bool:
    return isinstance(argument, Edge) or (isinstance(argument, list) and any(map(is_operand, argument)))


def clipped(text: str, length: int = LONGEST_CALL) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def link_text(link: Link) -> str:
    """What stands beside an arrow: the local derivative, as a number or a formula; how many operands it stands for."""
    edge = link.edge
    if link.back:
        return "next copy"
    if link.count > 1:
        return f"× {link.count:,}"
    if edge is None or edge.contribution is None or link.source.title or link.target.title:
        return ""
    name = f"d{edge.target.symbol}/d{edge.source.symbol}"
    if edge.local is not None:
        return f"{name} = {short(edge.local)}"
    formula = local_formula(edge)
    return f"{name} = {formula}" if formula and len(formula) <= LONGEST_FORMULA else ""
