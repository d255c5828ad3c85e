"""The picture as shapes in their places: what the formats have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd.viz.picture.cards import LINE, PADDING, SIZE, Face, Half, clipped, link_text
from autograd.viz.picture.dot import LONGEST_LABEL, Sheet, name_of
from autograd.viz.picture.frames import Frame
from autograd.viz.picture.heat import Heat
from autograd.viz.picture.layout import Box, Layout, Point, Spline
from autograd.viz.picture.metrics import text_width
from autograd.viz.picture.outline import Outline
from autograd.viz.picture.rows import Arrow, Row, Tag
from autograd.viz.picture.tips import card_tip, link_tip

__all__ = ["Area", "Curve", "Group", "Scene", "Shape", "Squares", "Words", "scene_of"]

ROUND = 7.0


class Area(NamedTuple):
    """A rectangle; `corners` are the radii from the upper left clockwise. Colours are roles of a theme."""

    box: Box
    fill: str | None
    stroke: str | None = None
    corners: tuple[float, float, float, float] = (ROUND, ROUND, ROUND, ROUND)
    width: float = 1.0
    dash: str = ""


class Words(NamedTuple):
    """A line of text around its middle."""

    middle: Point
    text: str
    colour: str
    size: float = SIZE
    bold: bool = False
    haloed: bool = False


class Curve(NamedTuple):
    """An arrow."""

    spline: Spline
    colour: str
    dash: str = ""
    width: float = 1.1


class Squares(NamedTuple):
    """Squares of one colour and strength."""

    boxes: list[Box]
    colour: str
    strength: float


Shape = Area | Words | Curve | Squares


@dataclass(eq=False, slots=True)
class Group:
    """Shapes that belong together; `tip` is shown when the mouse rests on them. `cover` hides a box when clicked."""

    shapes: list[Shape]
    tip: str = ""
    name: str = ""
    cover: list[Shape] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Scene:
    """Groups from the back to the front."""

    width: float
    height: float
    title: str
    groups: list[Group]


def scene_of(picture: Outline, rows: list[Row], sheet: Sheet, layout: Layout) -> Scene:
    """Draw boxes, then arrows, then nodes, with their labels."""
    groups = list(box_groups(sheet, layout))
    number = 0
    for row in rows:
        for arrow in row.arrows:
            groups.append(arrow_group(arrow, layout.splines[f"e{number}"]))
            number += 1
    for row in rows:
        for node in row.nodes:
            box = layout.nodes[name_of(node)]
            if isinstance(node, Tag):
                groups.append(tag_group(node, box))
            else:
                shapes = list(card_shapes(sheet.faces[node], box, picture.root is node.vertex))
                groups.append(Group(shapes, card_tip(node), name_of(node)))
    title = f"graph of {picture.root.symbol}: {picture.values:,} values"
    return Scene(layout.width, layout.height, title, groups)


def box_groups(sheet: Sheet, layout: Layout) -> Iterator[Group]:
    """The boxes, outer ones first, as they were written."""
    seen: set[Frame] = set()
    for name, (frame, _) in sheet.frames.items():
        title = frame.title + (" …" if frame in seen else "")
        seen.add(frame)
        box = layout.boxes[name]
        yield repeat_group(frame, title, box) if frame.count > 1 else module_group(name, frame, title, box)


def repeat_group(frame: Frame, title: str, box: Box) -> Group:
    """Two sheets, one behind the other."""
    behind = Box(box.x + 4, box.y - 4, box.width, box.height)
    words = Words(Point(box.x + 14 + text_width(title, 14) / 2, box.y + 13), title, "repeat", 14, bold=True)
    shapes: list[Shape] = [Area(behind, None, "repeat"), Area(box, "ground", "repeat", width=1.4), words]
    return Group(shapes, f"{frame.count:,} copies, the last drawn")


def module_group(name: str, frame: Frame, title: str, box: Box) -> Group:
    """A box with its name, and what covers it when it is closed."""
    button = Area(Box(box.x + 9, box.y + 7, 12, 12), "ground", "pale", (2, 2, 2, 2))
    minus, bar = Box(box.x + 12, box.y + 12.4, 6, 1.2), Box(box.x + 14.4, box.y + 10, 1.2, 6)
    words = Words(Point(box.x + 28 + text_width(title, 12) / 2, box.y + 13), title, "quiet", 12)
    opened: list[Shape] = [Area(box, "frame", "pale"), button, Squares([minus], "quiet", 1.0), words]
    name_only = Words(centre(box), title, "ink", 14, bold=True)
    closed: list[Shape] = [Area(box, "module", "pale"), button, Squares([minus, bar], "quiet", 1.0), name_only]
    return Group(opened, f"{frame.title}: click to close", name, closed)


def arrow_group(arrow: Arrow, spline: Spline) -> Group:
    """The arrow and what stands beside it."""
    link = arrow.link
    if link.back:
        curve = Curve(spline, "repeat", "5,3")
    elif link.edge is not None and link.edge.contribution is None:
        curve = Curve(spline, "pale", "4,3")
    else:
        curve = Curve(spline, "edge")
    shapes: list[Shape] = [curve]
    text = clipped(link_text(link), LONGEST_LABEL)
    if text and spline.label:
        shapes.append(Words(spline.label, text, "repeat" if link.back else "ink", 11, haloed=True))
    return Group(shapes, link_tip(link))


def tag_group(tag: Tag, box: Box) -> Group:
    radius = min(box.height / 2, 12)
    area = Area(box, "value", "quiet", (radius,) * 4, dash="2,2")
    return Group([area, Words(centre(box), tag.card.vertex.symbol, "ink")], card_tip(tag.card))


def card_shapes(face: Face, box: Box, is_root: bool) -> Iterator[Shape]:
    """A node: the badge, the value above, the gradient below."""
    width = 2.0 if is_root else 1.0
    if face.gradient is None:
        yield Area(box, "constant", "pale", dash="4,3")
        yield from half_shapes(face.value, box, "quiet")
        return
    left = face.badge_width / 2 if face.is_sign else 0.0
    body = Box(box.x + left, box.y, box.width - left, box.height)
    inner = Box(box.x + face.badge_width, box.y, box.width - face.badge_width, box.height)
    share = face.value.height / (face.value.height + face.gradient.height)
    upper = Box(inner.x, inner.y, inner.width, round(inner.height * share, 2))
    lower = Box(inner.x, round(inner.y + upper.height, 2), inner.width, round(inner.height - upper.height, 2))
    start = body.x if face.is_sign else inner.x
    near = 0.0 if face.badge and not face.is_sign else ROUND
    yield Area(Box(start, upper.y, box.x + box.width - start, upper.height), "value", None, (near, ROUND, 0, 0))
    yield Area(Box(start, lower.y, box.x + box.width - start, lower.height), "gradient", None, (0, 0, ROUND, near))
    if face.badge and not face.is_sign:
        area = Box(box.x, box.y, face.badge_width, box.height)
        yield Area(area, "module" if face.is_module else "badge", None, (ROUND, 0, 0, ROUND))
        yield from lines(face.badge, centre(area), "ink", first_bold=face.is_module)
        yield Area(area, None, "ink", (ROUND, 0, 0, ROUND))
    yield Area(body, None, "ink", width=width)
    yield from half_shapes(face.value, upper, "ink")
    yield from half_shapes(face.gradient, lower, "ink")
    if face.is_sign:
        middle, radius = Point(box.x + 14, box.y + box.height / 2), 14.0
        circle = Box(middle.x - radius, middle.y - radius, 2 * radius, 2 * radius)
        yield Area(circle, "badge", "ink", (radius,) * 4)
        yield Words(middle, face.badge[0], "ink", 17)


def half_shapes(half: Half, box: Box, colour: str) -> Iterator[Shape]:
    """Text, and the heat map to the right of it."""
    room = half.heat.width + PADDING if half.heat else 0.0
    yield from lines(half.lines, Point(box.x + (box.width - room) / 2, box.y + box.height / 2), colour)
    if half.heat:
        corner = Point(box.x + box.width - PADDING - half.heat.width, box.y + (box.height - half.heat.height) / 2)
        yield from heat_shapes(half.heat, corner)


def heat_shapes(heat: Heat, corner: Point) -> Iterator[Shape]:
    def moved(boxes: list[tuple[float, float, float, float]]) -> list[Box]:
        return [Box(round(corner.x + x, 2), round(corner.y + y, 2), w, h) for x, y, w, h in boxes]

    yield Squares(moved(heat.panels), "panel", 1.0)
    for (colour, strength), boxes in heat.shades.items():
        yield Squares(moved(boxes), colour, strength)


def lines(texts: list[str], middle: Point, colour: str, first_bold: bool = False) -> Iterator[Shape]:
    top = middle.y - LINE * (len(texts) - 1) / 2
    for i, text in enumerate(texts):
        bold = first_bold and i == 0
        yield Words(Point(middle.x, top + LINE * i), text, colour if bold or not first_bold else "quiet", bold=bold)


def centre(box: Box) -> Point:
    return Point(box.x + box.width / 2, box.y + box.height / 2)
