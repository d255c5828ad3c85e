"""The rows of a picture: a long graph is cut where few arrows cross, and read line by line.

An operand from another row, or from far back in the same, is drawn again by its name: long arrows hide the rest, and
cost Graphviz minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil

from autograd.viz.picture.cards import Face
from autograd.viz.picture.frames import Frame
from autograd.viz.picture.outline import Card, Link, Outline

__all__ = ["Arrow", "Row", "Tag", "rows_of"]

FAR = 6  # levels that an arrow may bridge
WIDE, SINGLE = 1_500, 1_900  # points: of a row, and what is not worth a second one
REPETITION = 20  # arrows that may be cut rather than the box of a repetition
MOST = 100  # levels of a row
GAP = 55  # points between levels, for an arrow and its label


@dataclass(eq=False, slots=True)
class Tag:
    """A card once more, by its name, for one arrow."""

    card: Card
    frames: tuple[Frame, ...]
    place: int


@dataclass(eq=False, slots=True)
class Arrow:
    """A link, from a card or a tag."""

    source: Card | Tag
    link: Link


@dataclass(eq=False, slots=True)
class Row:
    """What is laid out together."""

    nodes: list[Card | Tag] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


def rows_of(picture: Outline, faces: dict[Card, Face]) -> list[Row]:
    """The picture in rows, from top to bottom; most graphs are one."""
    level = levels(picture)
    line = line_of(level, picture.links, widths(level, faces))
    rows = [Row() for _ in range(max(line.values()) + 1)]
    arriving: dict[Card, list[Link]] = {}
    for link in picture.links:
        arriving.setdefault(link.target, []).append(link)
    tags = 0
    for card in picture.cards:
        row = rows[line[card]]
        arrows: list[Arrow] = []
        for link in arriving.get(card, []):
            source: Card | Tag = link.source
            apart = line[link.source] != line[card] or level[card] - level[link.source] > FAR
            if apart and not (link.back and line[link.source] == line[card]):
                source = Tag(link.source, shared_frames(link), tags)
                row.nodes.append(source)
                tags += 1
            arrows.append(Arrow(source, link))
        row.nodes.append(card)
        row.arrows += arrows
    return rows


def shared_frames(link: Link) -> tuple[Frame, ...]:
    """The boxes around both ends; around the target alone, if the source stands in none."""
    if not link.source.units:
        return link.target.frames
    return tuple(frame for frame in link.target.frames if frame in link.source.frames)


def levels(picture: Outline) -> dict[Card, int]:
    """How far each card stands from the left: a result after its operands, anything else before its first use."""
    level: dict[Card, int] = {}
    before: dict[Card, list[Card]] = {}
    users: dict[Card, list[Card]] = {}
    for link in picture.links:
        if not link.back:
            before.setdefault(link.target, []).append(link.source)
            users.setdefault(link.source, []).append(link.target)
    for card in picture.cards:
        if card.units:
            level[card] = 1 + max((level.get(source, 0) for source in before.get(card, [])), default=0)
    for card in picture.cards:
        if not card.units:
            level[card] = min((level[target] for target in users.get(card, [])), default=1) - 1
    return level


def widths(level: dict[Card, int], faces: dict[Card, Face]) -> list[float]:
    """How much room each level takes."""
    found = [0.0] * (max(level.values()) + 1)
    for card, at in level.items():
        found[at] = max(found[at], faces[card].width + GAP)
    return found


def line_of(level: dict[Card, int], links: list[Link], widths: list[float]) -> dict[Card, int]:
    """The row of each card: the levels are cut where least is cut through, in rows of about the same width."""
    last = len(widths) - 1
    costs = cutting_costs(level, links, last)
    left = [*accumulate(reversed(widths))][::-1]  # the width from each level on
    line, begin, row = [0] * (last + 1), 0, 0
    while begin <= last:
        end = last
        if left[begin] > SINGLE:
            target = left[begin] / ceil(left[begin] / WIDE)
            near = range(begin, min(last, begin + MOST))
            away = {at: abs(left[begin] - left[at + 1] - target) for at in near}
            ends = [at for at in near if away[at] <= 0.4 * target] or [min(near, key=away.__getitem__)]
            end = min(ends, key=lambda at: (costs[at], away[at]))
        line[begin : end + 1] = [row] * (end + 1 - begin)
        begin, row = end + 1, row + 1
    # an input stands before its first use, and not alone at the end of the row above
    first_use: dict[Card, int] = {}
    for link in links:
        if not link.source.units:
            first_use[link.source] = min(first_use.get(link.source, last), level[link.target])
    return {card: line[first_use.get(card, at)] for card, at in level.items()}


def cutting_costs(level: dict[Card, int], links: list[Link], last: int) -> list[int]:
    """What a cut after each level goes through: arrows, and boxes, of which a repetition should stay whole."""
    changes = [0] * (last + 2)
    for link in links:
        if link.source.units and not link.back:
            changes[level[link.source]] += 1
            changes[level[link.target]] -= 1
    spans: dict[Frame, tuple[int, int]] = {}
    for card, at in level.items():
        for frame in card.frames:
            low, high = spans.get(frame, (at, at))
            spans[frame] = min(low, at), max(high, at)
    for frame, (low, high) in spans.items():
        price = REPETITION if frame.count > 1 else 1
        changes[low] += price
        changes[high] -= price
    return [*accumulate(changes)]
