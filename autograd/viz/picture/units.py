"""A graph as a sequence of steps: calls, and modules that are collapsed into one."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, takewhile

import numpy as np

from autograd.viz.picture.folds import Steps
from autograd.viz.trace import Edge, Trace, Vertex

__all__ = ["Part", "Unit", "steps_of", "units_of"]

Part = tuple[str, int]  # a module's call: its name, and a number that no other call has
COMPARED = 8  # operands of a step: of a call with more, the others may differ between steps that are alike


@dataclass(eq=False, slots=True)
class Unit:
    """A call, or all calls of a collapsed module: `title` is the module's name then."""

    vertices: list[Vertex]
    parts: tuple[Part, ...]  # the modules around it that are not collapsed
    title: str | None = None
    operands: list[Edge] = field(default_factory=list)  # from outside
    hidden: list[Vertex] = field(default_factory=list)  # parameters and constants that are not drawn


def units_of(graph: Trace, depth: int | None) -> list[Unit]:
    """The calls in order, those of a module deeper than `depth` as one unit; None collapses nothing."""
    units: list[Unit] = []
    last: tuple[Part, ...] = ()
    for vertex in graph.vertices:
        if vertex.op is None:
            continue
        parts = tuple(zip(vertex.modules, vertex.calls, strict=True))
        if depth is None or len(parts) <= depth:
            units.append(Unit([vertex], parts))
            last = ()
        elif parts[: depth + 1] == last:
            units[-1].vertices.append(vertex)
        else:
            last = parts[: depth + 1]
            units.append(Unit([vertex], last[:-1], last[-1][0]))
    users = sole_users(units)
    for unit in units:
        find_operands(unit, depth, users)
    return units


def sole_users(units: list[Unit]) -> dict[Vertex, Unit | None]:
    """For what no call made, the one unit that uses it, or None if there are several."""
    users: dict[Vertex, Unit | None] = {}
    for unit in units:
        for vertex in unit.vertices:
            for edge in vertex.edges:
                if edge.source.op is None:
                    users[edge.source] = unit if users.get(edge.source, unit) is unit else None
    return users


def find_operands(unit: Unit, depth: int | None, users: dict[Vertex, Unit | None]) -> None:
    """Fill in what comes from outside; a collapsed module hides its parameters, and constants that only it uses."""
    inside = set(unit.vertices)
    outer = [edge for vertex in unit.vertices for edge in vertex.edges if edge.source not in inside]
    if unit.title is None:
        unit.operands = outer
        return
    nameless: list[Edge] = []
    for edge in outer:
        source = edge.source
        if source.op is None and depth is not None and len(source.modules) > depth:
            unit.hidden.append(source)
        elif source.kind == "constant" and source.name is None and users[source] is unit:
            nameless.append(edge)
        else:
            unit.operands.append(edge)
    if not unit.operands:  # the data, passed as a plain array
        unit.operands = [edge for edge in nameless if np.ndim(edge.source.value)][:1]


# --------------------------------------------------------------------------------------------------------- alike?


def steps_of(units: list[Unit]) -> Steps:
    """The units as numbers, for the search of what repeats."""
    place = {vertex: i for i, unit in enumerate(units) for vertex in unit.vertices}
    looks: dict[object, int] = {}
    kinds: dict[object, int] = {}
    look, kind = np.zeros(len(units), np.int64), np.zeros(len(units), np.int64)
    source = np.full((len(units), COMPARED), -1, np.int64)
    for i, unit in enumerate(units):
        appearance = (tuple(map(appearance_of, unit.vertices)), blanked(unit), len(unit.operands))
        look[i] = looks.setdefault(appearance, len(looks))
        leaves = []
        for k, edge in enumerate(unit.operands[:COMPARED]):
            source[i, k] = place.get(edge.source, -1)
            leaves.append((source[i, k] < 0, appearance_of(edge.source)))
        kind[i] = kinds.setdefault((look[i], *leaves), len(kinds))
    shapes: list[list[object]] = [
        [appearance_of(edge.source)[1:] for edge in unit.operands[:COMPARED]] for unit in units
    ]
    paths = [unit.parts for unit in units]
    shared = [0, *(common_length(one, other) for one, other in pairwise(paths))] if units else []
    return Steps(look, kind, source, shapes, np.array(shared, np.int64))


def common_length(one: tuple[Part, ...], other: tuple[Part, ...]) -> int:
    """How much two paths have in common from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def appearance_of(vertex: Vertex) -> tuple[object, ...]:
    """What makes two values alike: their call and shape, not their entries."""
    return vertex.op or vertex.kind, np.shape(vertex.value)


def blanked(unit: Unit) -> tuple[str, ...]:
    """The names of the modules around, without numbers: ``blocks.3`` is like ``blocks.4``."""
    names = [*(name for name, _ in unit.parts), unit.title or ""]
    return tuple("".join("#" if c.isdigit() else c for c in name).replace("##", "#") for name in names)
