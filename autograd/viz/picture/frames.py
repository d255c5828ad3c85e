"""The boxes around cards: modules and repetitions, one in another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from autograd.viz.picture.folds import Fold
from autograd.viz.picture.units import Unit

__all__ = ["Boxes", "Frame", "common"]

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Frame:
    """A box around cards: a module's call, or what is repeated, `count` times."""

    title: str
    count: int = 1


class Boxes:
    """The boxes around units: modules and repetitions, one in another."""

    def __init__(self, units: list[Unit], folds: list[Fold], drawn: list[int]) -> None:
        self.units = units
        self.made: dict[object, Frame] = {}
        self.level: dict[int, list[tuple[int, Fold]]] = {i: [] for i in drawn}  # of each fold: how many modules outside
        for fold in folds:
            inside = [i for i in range(fold.drawn, fold.stop) if i in self.level]
            outside = len(common(units[i].parts for i in range(fold.start, fold.stop)))
            for i in inside:
                self.level[i].append((outside, fold))

    def around(self, i: int) -> tuple[Frame, ...]:
        frames: list[Frame] = []
        path: tuple[object, ...] = ()
        parts = self.units[i].parts
        folds = sorted(self.level[i], key=lambda found: (found[0], -found[1].gain))
        for level in range(len(parts) + 1):
            for _, fold in (found for found in folds if found[0] == level):
                path = (*path, fold)
                frames.append(self.made.setdefault(path, Frame(f"× {fold.copies:,}", fold.copies)))
            if level < len(parts):
                path = (*path, parts[level])
                frames.append(self.made.setdefault(path, Frame(parts[level][0])))
        return tuple(frames)


def common(paths: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """What all paths begin with."""
    found: tuple[T, ...] | None = None
    for path in paths:
        if found is None:
            found = path
        else:
            found = tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(found, path, strict=False)))
    return found or ()
