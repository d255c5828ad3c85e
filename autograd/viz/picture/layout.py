"""Where Graphviz puts the nodes, arrows and boxes: its JSON, with the rows one below the other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.viz.picture.dot import Sheet
from autograd.viz.render import run_graphviz

__all__ = ["Box", "Layout", "Point", "Spline", "place"]

MARGIN, BETWEEN = 14.0, 26.0  # around the picture, and between rows, in points


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    """The upper left corner, width and height."""

    x: float
    y: float
    width: float
    height: float


class Spline(NamedTuple):
    """Bézier points of an arrow, the point of its head, and the middle of its label."""

    points: list[Point]
    tip: Point
    label: Point | None


@dataclass(eq=False, slots=True)
class Layout:
    """The places by the names that things have in DOT."""

    width: float = 0.0
    height: float = 0.0
    nodes: dict[str, Box] = field(default_factory=dict)
    splines: dict[str, Spline] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)


def place(sheet: Sheet) -> Layout:
    """Have each row laid out, and put it below the one before."""
    layout, top = Layout(), MARGIN
    for row in json_graphs(run_graphviz(sheet.rows, "json0")):
        left, _, right, high = numbers(row["bb"])
        shift = Shift(MARGIN - left, top + high)
        for thing in row.get("objects", []):
            if "bb" in thing:
                x, low, end, up = numbers(thing["bb"])
                layout.boxes[thing["name"]] = Box(*shift(x, up), round(end - x, 2), round(up - low, 2))
            elif "pos" in thing:
                width, height = float(thing["width"]) * 72, float(thing["height"]) * 72
                middle = shift(*numbers(thing["pos"]))
                corner = Point(round(middle.x - width / 2, 2), round(middle.y - height / 2, 2))
                layout.nodes[thing["name"]] = Box(*corner, round(width, 2), round(height, 2))
        for edge in row.get("edges", []):
            layout.splines[edge["id"]] = spline(edge, shift)
        layout.width = max(layout.width, right - left + 2 * MARGIN)
        top += high + BETWEEN
    layout.width, layout.height = round(layout.width, 2), round(top - BETWEEN + MARGIN, 2)
    return layout


def json_graphs(texts: Iterable[bytes]) -> list[dict[str, Any]]:
    """The graphs in Graphviz's output: one after another, if it was given several at once."""
    found, decoder = [], json.JSONDecoder()
    for data in texts:
        text, at = data.decode(errors="replace").strip(), 0
        while at < len(text):
            graph, at = decoder.raw_decode(text, at)
            found.append(graph)
            while at < len(text) and text[at].isspace():
                at += 1
    return found


class Shift(NamedTuple):
    """From Graphviz's coordinates, which grow upwards, to those of the picture."""

    x: float
    y: float

    def __call__(self, x: float, y: float) -> Point:
        return Point(round(x + self.x, 2), round(self.y - y, 2))


def spline(edge: dict[str, Any], shift: Shift) -> Spline:
    """The arrow in an edge's ``pos``: ``e,x,y x,y x,y ...``."""
    points, tip, backwards = [], None, False
    for word in edge["pos"].split(";")[0].split():
        if word.startswith(("e,", "s,")):
            tip, backwards = shift(*numbers(word[2:])), word[0] == "s"
        else:
            points.append(shift(*numbers(word)))
    label = shift(*numbers(edge["lp"])) if "lp" in edge else None
    return Spline(points[::-1] if backwards else points, tip or points[-1], label)


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]
