"""What is drawn: a card for each value, fewer where modules are collapsed or repetition is folded, and links between.

`outline` decides; everything after it only draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from autograd.errors import ViewError
from autograd.viz.picture.folds import Fold, find_folds
from autograd.viz.picture.frames import Boxes, Frame, common
from autograd.viz.picture.units import Unit, steps_of, units_of
from autograd.viz.trace import Edge, Trace, Vertex

__all__ = ["Card", "Depth", "Folding", "Link", "Outline", "outline"]

SMALL = 24  # calls that are drawn as they are
READABLE = 80  # cards; with more, deeper modules are collapsed
LIMIT = 1_000  # cards that Graphviz lays out in bearable time
PIECES = 60  # that a large graph without modules and repetition is cut into

Depth = int | Literal["auto"] | None
Folding = bool | Literal["auto"]


@dataclass(eq=False, slots=True)
class Card:
    """What is drawn as one node: `vertex`, and the calls that it stands for."""

    vertex: Vertex
    units: list[Unit] = field(default_factory=list)
    frames: tuple[Frame, ...] = ()
    title: str | None = None
    place: int = -1

    @property
    def size(self) -> int:
        """How many calls it stands for."""
        return sum(len(unit.vertices) for unit in self.units)


@dataclass(eq=False, slots=True)
class Link:
    """An arrow: of one operand if `edge` is given, of `count` operands between collapsed parts otherwise.

    `back` marks what a repetition hands to its next copy.
    """

    source: Card
    target: Card
    edge: Edge | None = None
    count: int = 1
    back: bool = False


@dataclass(eq=False, slots=True)
class Outline:
    """The cards, operands before what uses them, and the links in the order of the operands."""

    root: Vertex
    cards: list[Card]
    links: list[Link]
    values: int


def outline(graph: Trace, depth: Depth, fold: Folding) -> Outline:
    """Choose what to draw, so that it can be read; see `draw`. Raises `ViewError` for more than 1,000 cards."""
    deepest = max((len(vertex.modules) for vertex in graph.vertices), default=0)
    tries: list[int | None] = [None, *range(deepest - 1, -1, -1)] if depth == "auto" else [depth]
    best: Sketch | None = None
    for tried in tries:
        units = units_of(graph, tried)
        wanted = fold is True or (fold == "auto" and len(units) > SMALL)
        sketch = Sketch(graph, units, find_folds(steps_of(units)) if wanted else [])
        if best is None or len(sketch.drawn) < len(best.drawn):
            best = sketch
        if len(sketch.drawn) <= READABLE:
            break
    assert best is not None
    if depth == "auto" and fold == "auto" and len(best.drawn) > 4 * READABLE:
        best.cut(PIECES)
    found = best.outline()
    if len(found.cards) > LIMIT:
        raise ViewError(
            f"draw(t, depth={depth}, fold={fold}) would draw {len(found.cards):,} nodes, and Graphviz can place about "
            f"{LIMIT:,}. Without depth= and fold=, modules are collapsed and repetition is folded."
        )
    return found


class Sketch:
    """The way from units and folds to cards and links."""

    def __init__(self, graph: Trace, units: list[Unit], folds: list[Fold]) -> None:
        self.graph, self.units, self.folds = graph, units, folds
        self.place = {vertex: i for i, unit in enumerate(units) for vertex in unit.vertices}
        self.standing = stand_ins(len(units), folds)
        self.drawn = [i for i, other in enumerate(self.standing) if i == other]
        self.card: dict[int, Card] = {}
        self.leaf: dict[Vertex, Card] = {}
        self.pieces: list[list[int]] = [[i] for i in self.drawn]

    def cut(self, pieces: int) -> None:
        """Put neighbours together until there are about so many cards."""
        size = -(-len(self.drawn) // pieces)
        self.pieces = [self.drawn[i : i + size] for i in range(0, len(self.drawn), size)]

    def outline(self) -> Outline:
        boxes = Boxes(self.units, self.folds, self.drawn)
        for piece in self.pieces:
            card = self.make_card(piece)
            card.frames = common(boxes.around(i) for i in piece)
            self.card |= dict.fromkeys(piece, card)
        links: list[Link] = []
        cards: dict[Card, None] = {}  # in order
        for piece in self.pieces:
            card = self.card[piece[0]]
            new = merged([link for i in piece for edge in self.units[i].operands for link in self.links_of(i, edge)])
            links += new
            cards.update((link.source, None) for link in new if not link.source.units)
            cards[card] = None
        if not cards:
            cards[Card(self.graph.root)] = None
        self.put_leaves_into_frames(links)
        for place, card in enumerate(cards):
            card.place = place
        return Outline(self.graph.root, list(cards), links, len(self.graph.vertices))

    def make_card(self, piece: list[int]) -> Card:
        units = [self.units[i] for i in piece]
        vertex = units[-1].vertices[-1]
        if len(units) == 1:
            return Card(vertex, units, title=units[0].title)
        return Card(vertex, units, title=f"{sum(len(unit.vertices) for unit in units):,} calls")

    def links_of(self, i: int, operand: Edge) -> Iterator[Link]:
        """The arrows for one operand; two for what a loop hands on, from the copy before and from where it began."""
        target, k, edge = self.card[i], self.units[i].operands.index(operand), operand
        first = i
        while (source := self.place.get(edge.source)) is not None:
            stand_in = self.card[self.standing[source]]
            own = edge is operand and self.standing[source] == source
            fold = self.handing_on(source, first)
            if stand_in is not target or (fold and len(target.units) == 1):
                yield Link(stand_in, target, edge if own or fold else None, back=fold is not None)
            if fold is None:
                return
            first = fold.start + (first - fold.start) % fold.period
            if k >= len(self.units[first].operands):
                return
            edge = self.units[first].operands[k]
        if not (len(target.units) > 1 and edge.source.is_literal):  # the numbers within a piece are part of it
            yield Link(self.leaf_card(edge.source), target, edge if edge is operand else None)

    def handing_on(self, source: int, target: int) -> Fold | None:
        """The outermost repetition in which the one is in another copy than the other."""
        for fold in self.folds:
            (one, _), (other, _) = divmod(source - fold.start, fold.period), divmod(target - fold.start, fold.period)
            if one != other and 0 <= one < fold.copies and 0 <= other < fold.copies:
                return fold
        return None

    def leaf_card(self, vertex: Vertex) -> Card:
        return self.leaf.setdefault(vertex, Card(vertex))

    def put_leaves_into_frames(self, links: list[Link]) -> None:
        """Put what no call made into the innermost box that all of its uses share, and that it belongs to."""
        users: dict[Card, list[Card]] = {}
        for link in links:
            if not link.source.units:
                users.setdefault(link.source, []).append(link.target)
        shared = self.used_by_copies()
        for card, targets in users.items():
            around = common(target.frames for target in targets)
            modules = len(card.vertex.modules)
            room: list[Frame] = []
            for frame in around:
                if frame.count > 1 and card.vertex in shared:
                    break
                if frame.count == 1 and not card.vertex.is_literal:
                    modules -= 1
                    if modules < 0:
                        break
                room.append(frame)
            card.frames = tuple(room)

    def used_by_copies(self) -> set[Vertex]:
        """What the copies that are not drawn use too."""
        hidden = (unit for i, unit in enumerate(self.units) if self.standing[i] != i)
        return {edge.source for unit in hidden for edge in unit.operands if edge.source in self.leaf}


def stand_ins(count: int, folds: list[Fold]) -> list[int]:
    """For each unit the one that is drawn in its place: that of the last copy."""
    standing = list(range(count))
    for fold in reversed(folds):  # the inner ones first: outer copies then take over what became of the last
        for i in range(fold.start, fold.drawn):
            standing[i] = standing[fold.drawn + (i - fold.start) % fold.period]
    return standing


def merged(links: list[Link]) -> list[Link]:
    """The links into one card: those of single calls one per operand, those from collapsed parts put together."""
    found: dict[object, Link] = {}
    several = {link.source for link in links if link.edge is None}
    for link in links:
        collapsed = link.source in several or link.source.title is not None or link.target.title is not None
        key = (link.source, link.back) if collapsed or link.back else link
        if key in found:
            found[key].count += 1
        else:
            found[key] = link
    return list(found.values())
