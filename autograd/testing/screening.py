"""Many entries at once: random projections, and where one disagrees, bisection to the entries that are wrong."""

from __future__ import annotations

import numpy as np

from autograd.testing.differences import STEPS, Vector
from autograd.testing.examine import Coordinates, Examination
from autograd.testing.judgement import Finding, clearest
from autograd.testing.report import Verdict

__all__ = ["screen"]

WRONG_ENOUGH = 8  # so many wrong entries are searched for; more would not say more
SEEN = 1e-2  # a projection has seen an entry if an error of this fraction of it would have shown
CLEARLY = 1e-4  # the same for the largest entry of each array
DEEPEST = 3


def screen(
    examination: Examination, coordinates: Coordinates, depth: int = 0, steps: tuple[float, ...] = STEPS
) -> None:
    """Project on random directions; where that disagrees, bisect. Entries too small to be seen go again, alone."""
    hidden = np.ones(examination.subject.size, bool)
    for _ in range(1 if depth else 2):
        directions = random_directions(examination, coordinates)
        findings = []
        for direction in directions:
            findings.append(examination.along(direction, steps))
            if findings[-1].verdict is not Verdict.INCONCLUSIVE:
                break
        finding = clearest(findings)
        if finding.verdict is not Verdict.PASS:
            search(examination, coordinates, finding)
            return
        steps = tuple(h for h in STEPS if h <= 16 * finding.step)
        hidden &= unseen(examination, direction, finding)
    rest = coordinates[hidden[coordinates]]
    if 0 < len(rest) < len(coordinates) and depth < DEEPEST:
        screen(examination, rest, depth + 1, steps)
    elif len(rest) and depth == 0:
        examination.verdicts[rest] = Verdict.INCONCLUSIVE
        examination.doubts.append(
            f"differences along random directions are good to {finding.error:.1e} only: no single entry can be seen"
        )


def unseen(examination: Examination, direction: Vector, finding: Finding) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The coordinates of which an error would not have shown; all of an array, if its largest could be slightly off."""
    parts = np.abs(direction * examination.gradient)
    blur = finding.error + examination.tolerance(direction, np.flatnonzero(direction))
    hidden = (parts > 0) & (parts * SEEN < blur)
    for leaf in examination.subject.leaves:
        own = parts[leaf.coordinates]
        if np.max(own, initial=0.0) * CLEARLY < blur:
            hidden[leaf.coordinates] = own > 0
    return hidden


def random_directions(examination: Examination, coordinates: Coordinates) -> list[Vector]:
    """One draw of signs and sizes, at the scale of each array, of each entry, and as it is.

    The sizes go from 1 to 2 in eighths. With signs alone, two equal errors would cancel in half of all draws.
    """
    rng, count = examination.rng, len(coordinates)
    draw = rng.choice([-1.0, 1.0], count) * rng.integers(8, 16, count) / 8
    directions: list[Vector] = []
    for scale in (examination.typical, examination.relative, np.ones(examination.subject.size)):
        direction = np.zeros(examination.subject.size)
        direction[coordinates] = draw * scale[coordinates]
        if not any(np.array_equal(direction, other) for other in directions):
            directions.append(direction)
    return directions


def search(examination: Examination, coordinates: Coordinates, found: Finding) -> None:
    """Bisect to the entries that are wrong, and project what is left once these are known."""
    guilty: list[int] = []
    stack = [coordinates]
    while stack and len(guilty) < WRONG_ENOUGH:
        group = stack.pop()
        if len(group) == 1:
            if examination.entry(int(group[0])).verdict is not Verdict.PASS:
                guilty.append(int(group[0]))
            continue
        halves = np.array_split(group, 2)
        off = [disagreement(examination, half, found.step) for half in halves]
        # of two halves that both seem right, the one that seems less so: their sum is wrong
        stack += [half for half, far in zip(halves, off, strict=True) if far >= min(1.0, max(off))][::-1]
    rest = np.setdiff1d(coordinates, guilty)
    if len(guilty) >= WRONG_ENOUGH:
        sample = np.sort(examination.rng.permutation(rest)[: 2 * WRONG_ENOUGH])
        for i in sample:
            examination.entry(int(i))
        examination.verdicts[np.setdiff1d(rest, sample)] = Verdict.INCONCLUSIVE
    elif len(rest):
        finding = clearest(map(examination.along, random_directions(examination, rest)))
        if finding.verdict is not Verdict.PASS:
            examination.verdicts[rest] = Verdict.INCONCLUSIVE
            examination.doubts.append(f"entries that pass singly do not pass together: {finding.reason or 'a kink?'}")


def disagreement(examination: Examination, group: Coordinates, step: float) -> float:
    """How far a projection of the group is off, in units of what is allowed, at the steps that served best before."""
    direction, *_ = random_directions(examination, group)
    line = examination.line(direction)
    slope = line.descend(0.0, (16 * step, 4 * step, step, step / 4))
    allowed = 2 * (examination.tolerance(direction, line.moving) + slope.error)
    return slope.residual / allowed if slope.rungs and np.isfinite(slope.residual) else np.inf
