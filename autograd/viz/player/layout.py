"""Where the values stand: a small layered layout, so that the player needs no Graphviz.

A value's rank is how many calls it is from the inputs; its place is where it stands in the rank. The page draws ranks
from left to right, or on a phone from top to bottom. In order: the ranks; rows, with a point wherever an edge passes
through; the order in each row (by barycentres: Sugiyama, Tagawa and Toda 1981); places near the neighbours.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from autograd.viz.trace import Edge, Trace, Vertex

__all__ = ["place"]

FAR = 6  # ranks; an operand from further back stands again beside its use: long edges hide the rest
SWEEPS = 8
POINT, AGAIN, VALUE = 0.4, 0.6, 1.0  # the room across the ranks


@dataclass(eq=False, slots=True)
class Item:
    """Something in a row: a value, a value again, or a point of an edge that passes through."""

    rank: int
    room: float
    before: list[Item] = field(default_factory=list, repr=False)
    after: list[Item] = field(default_factory=list, repr=False)
    place: float = 0.0

    @property
    def is_end(self) -> bool:
        """Whether nothing leads on from here; ends give way, or a chain of calls would run askew."""
        return len(self.before) + len(self.after) <= 1

    @property
    def spot(self) -> list[float]:
        return [self.rank, round(self.place, 2)]


def place(graph: Trace) -> dict[str, Any]:
    """The layout as JSON: a ``[rank, place]`` per value, the spots that each edge passes, and the values drawn again.

    Constants that are written as their number have no spot. A route is ``None`` for their edges, and begins at the
    repeated value for an operand from far back.
    """
    ranks = ranked(graph)
    items = {vertex: Item(ranks[vertex], VALUE) for vertex in graph.vertices if vertex in ranks}
    rows: list[list[Item]] = [[] for _ in range(max(ranks.values()) + 1)]
    routes: list[list[Item] | None] = []
    again: list[tuple[int, int, Item]] = []
    numbers = {vertex: i for i, vertex in enumerate(graph.vertices)}
    for vertex in ordered(graph):
        if vertex in items:
            rows[ranks[vertex]].append(items[vertex])
    for edge in (edge for vertex in graph.vertices for edge in vertex.edges):
        route = route_of(edge, items, rows)
        routes.append(route)
        if route is not None and route[0] is not items[edge.source]:
            again.append((numbers[edge.source], len(routes) - 1, route[0]))
    arrange(rows)
    spread(rows)
    return {
        "ranks": len(rows),
        "places": round(max(item.place + item.room / 2 for row in rows for item in row), 2),
        "spots": [items[vertex].spot if vertex in items else None for vertex in graph.vertices],
        "routes": [None if route is None else [item.spot for item in route] for route in routes],
        "again": [{"vertex": vertex, "edge": edge, "spot": item.spot} for vertex, edge, item in again],
    }


def ranked(graph: Trace) -> dict[Vertex, int]:
    """The rank of each value that is drawn: a result after its operands, the rest just before the first use."""
    ranks: dict[Vertex, int] = {}
    for vertex in graph.vertices:
        if vertex.op is not None:
            ranks[vertex] = 1 + max((ranks.get(edge.source, 0) for edge in vertex.edges), default=0)
    for source, uses in graph.uses().items():
        if source.op is None and (source is graph.root or not source.is_literal):
            ranks[source] = min((ranks[edge.target] for edge in uses), default=1) - 1
    lowest = min(ranks.values())
    return {vertex: rank - lowest for vertex, rank in ranks.items()}


def ordered(graph: Trace) -> Iterable[Vertex]:
    """The values as one reads them from the root: the first operand, and all behind it, before the second."""
    found: dict[Vertex, None] = {}
    waiting = [graph.root]
    while waiting:
        vertex = waiting.pop()
        if vertex not in found:
            found[vertex] = None
            waiting += [edge.source for edge in reversed(vertex.edges)]
    return found


def route_of(edge: Edge, items: dict[Vertex, Item], rows: list[list[Item]]) -> list[Item] | None:
    """What the edge passes, linked; the points that it needs in the rows between are put there."""
    if edge.source not in items:
        return None
    first, last = items[edge.source], items[edge.target]
    if last.rank - first.rank > FAR:
        first = Item(last.rank - 1, AGAIN)
        rows[first.rank].append(first)
    points = [Item(rank, POINT) for rank in range(first.rank + 1, last.rank)]
    for point in points:
        rows[point.rank].append(point)
    route = [first, *points, last]
    for one, other in pairwise(route):
        one.after.append(other)
        other.before.append(one)
    return route


# ---------------------------------------------------------------------------------------------------------- the order


def arrange(rows: list[list[Item]]) -> None:
    """Order each row by the mean place of its neighbours, to and fro; the order with the fewest crossings stays."""
    best, fewest = [list(row) for row in rows], crossings(rows)
    for sweep in range(SWEEPS):
        count_off(rows)
        forward = sweep % 2 == 0
        for row in rows if forward else reversed(rows):
            row.sort(key=lambda item: mean(item.before if forward else item.after, item.place))
            for position, item in enumerate(row):
                item.place = position
        found = crossings(rows)
        if found < fewest:
            best, fewest = [list(row) for row in rows], found
    rows[:] = best


def count_off(rows: list[list[Item]]) -> None:
    for row in rows:
        for position, item in enumerate(row):
            item.place = position


def mean(neighbours: list[Item], otherwise: float) -> float:
    return sum(item.place for item in neighbours) / len(neighbours) if neighbours else otherwise


def pull(neighbours: list[Item], otherwise: float) -> float:
    """The mean place of the neighbours, of ends only if there is nothing else."""
    return mean([item for item in neighbours if not item.is_end] or neighbours, otherwise)


def crossings(rows: list[list[Item]]) -> int:
    """How many pairs of edges between neighbouring rows cross."""
    count_off(rows)
    count = 0
    for row in rows:
        ends: list[float] = []
        for item in row:
            places = [found.place for found in item.after]
            count += sum(len(ends) - bisect_right(ends, end) for end in places)
            for end in places:
                insort(ends, end)
    return count


# --------------------------------------------------------------------------------------------------------- the places


def spread(rows: list[list[Item]]) -> None:
    """Place every item as near to its neighbours as the order and the room of the others allow."""
    for row in rows:
        settle(row, [0.0] * len(row))
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for row in rows if forward else reversed(rows):
            settle(row, [pull((item.before if forward else item.after) or item.after, item.place) for item in row])
    for row in rows:  # at last by both sides
        settle(row, [pull([*item.before, *item.after], item.place) for item in row])
    low = min(item.place - item.room / 2 for row in rows for item in row)
    for row in rows:
        for item in row:
            item.place -= low


def settle(row: list[Item], wanted: list[float]) -> None:
    """Put the items where they are wanted, by least squares, without changing the order or overlapping.

    Without the room between them, this is isotonic regression: neighbours in the wrong order share their mean.
    """
    offsets = [0.0]
    for one, other in pairwise(row):
        offsets.append(offsets[-1] + (one.room + other.room) / 2)
    blocks: list[tuple[float, float, int]] = []  # the sum, the weight and the number of those that share a place
    for item, target, offset in zip(row, wanted, offsets, strict=False):
        weight, count = (0.01 if item.is_end else 1.0), 1
        total = weight * (target - offset)
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / weight:
            total, weight, count = total + blocks[-1][0], weight + blocks[-1][1], count + blocks[-1][2]
            blocks.pop()
        blocks.append((total, weight, count))
    shared = [total / weight for total, weight, count in blocks for _ in range(count)]
    for item, offset, start in zip(row, offsets, shared, strict=False):
        item.place = start + offset
