"""The search for what repeats in a sequence of steps: the iterations of a loop, the blocks of a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fold", "Steps", "find_folds"]

Numbers = NDArray[np.int64]

LONGEST = 400  # steps of one copy
FEWEST = 3  # copies that are worth a fold
GAIN = 4  # steps that a fold must save
ROUNDS = 3  # of the search, each in the gaps that the one before left


class Steps(NamedTuple):
    """A sequence of N steps of at most K operands.

    Steps of the same `look` do the same to values of the same shapes; of the same `kind` they have the same of their
    operands from earlier steps. `source` (N, K) is the step that made each operand, -1 for none; `shapes` tells which
    operands could stand for each other, `shared` in how many modules' calls a step is together with the one before.
    """

    look: Numbers
    kind: Numbers
    source: Numbers
    shapes: list[list[object]]
    shared: Numbers


class Fold(NamedTuple):
    """`copies` of `period` steps each, from step `start`; the last copy stands for all."""

    start: int
    period: int
    copies: int

    @property
    def stop(self) -> int:
        return self.start + self.period * self.copies

    @property
    def drawn(self) -> int:
        """Where the last copy begins."""
        return self.stop - self.period

    @property
    def gain(self) -> int:
        return self.period * (self.copies - 1)


def find_folds(steps: Steps) -> list[Fold]:
    """The folds that save most, outer ones before those within their last copies."""
    found: list[Fold] = []
    pending = [(0, len(steps.look))]
    while pending:
        low, high = pending.pop()
        inside = search(steps, low, high)
        found += inside
        pending += [(fold.drawn, fold.stop) for fold in inside if fold.period > GAIN]
    return sorted(found, key=lambda fold: (fold.start, -fold.stop))


def search(steps: Steps, low: int, high: int) -> list[Fold]:
    """Folds between two places that do not overlap, the one that saves most first."""
    gaps, found = [(low, high)], list[Fold]()
    for _ in range(ROUNDS):
        new: list[Fold] = []
        for begin, end in gaps:
            for run in sorted(runs(steps, begin, end), key=lambda run: (run[1] - run[2], run[0])):
                if not any(fold.start < run[2] + run[0] and run[1] < fold.stop for fold in new):
                    fold = fold_of(steps, begin, *run)
                    if fold and not any(other.start < fold.stop and fold.start < other.stop for other in new):
                        new.append(fold)
        if not new:
            break
        found += new
        gaps = list(between(sorted(found), low, high))
    return found


def between(folds: list[Fold], low: int, high: int) -> Iterator[tuple[int, int]]:
    """The gaps that folds leave."""
    for fold in folds:
        yield low, fold.start
        low = fold.stop
    yield low, high


def runs(steps: Steps, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    """Periods with where a run begins and ends in which each step is like the one a period later."""
    for period in range(1, min(LONGEST, (high - low) // 2) + 1):
        first, second = slice(low, high - period), slice(low + period, high)
        same = steps.kind[first] == steps.kind[second]
        if np.count_nonzero(same) < period:
            continue
        one, other = steps.source[first], steps.source[second]
        same &= ((other - one == period) | (other == one)).all(axis=1)
        ends = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
        for begin, end in zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True):
            if end - begin >= period:
                yield period, low + begin, low + end


def fold_of(steps: Steps, low: int, period: int, begin: int, end: int) -> Fold | None:
    """The fold with most copies in a run: they may start anywhere in it, and a first one may differ in its inputs."""
    found: list[tuple[float, Fold]] = []
    loosest = steps.shared[begin : begin + period + 1].min()
    for start in range(begin, min(begin + period, end - period) + 1):
        fold = Fold(start, period, (end - start) // period + 1)
        led = start - period >= low and leads_in(steps, start, period)
        if led:
            fold = Fold(start - period, period, fold.copies + 1)
        # a copy begins best with a module's call, if that costs no more than one
        aligned = bool(steps.shared[fold.start] <= loosest)
        found.append((fold.copies + 1.75 * aligned + led / 2, fold))
    best = max(found, key=lambda candidate: candidate[0])[1] if found else None
    if best is None or best.copies < FEWEST or best.gain < GAIN or reaches_into(steps, best):
        return None
    return best


def leads_in(steps: Steps, start: int, period: int) -> bool:
    """Whether the steps before `start` are a first copy, which takes from outside what later ones take over."""
    if not np.array_equal(steps.look[start - period : start], steps.look[start : start + period]):
        return False
    return all(
        shape == steps.shapes[i + period][k]
        and corresponds(steps.source[i, k], steps.source[i + period, k], start, period)
        for i in range(start - period, start)
        for k, shape in enumerate(steps.shapes[i])
    )


def corresponds(own: int, later: int, start: int, period: int) -> bool:
    """Whether the operand of a first copy has the place of that of the second copy, which begins at `start`."""
    if later - own == period:
        return True
    if later < 0:  # an input or a constant
        return own < 0
    return later < start and own < start - period  # the second takes from the first, the first from outside


def reaches_into(steps: Steps, fold: Fold) -> bool:
    """Whether later copies all use one value from within an earlier copy, so that they are not alike after all."""
    first, second = slice(fold.start, fold.drawn), slice(fold.start + fold.period, fold.stop)
    same = steps.source[first] == steps.source[second]
    return bool((same & (steps.source[first] >= fold.start)).any())
