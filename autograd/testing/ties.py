"""Entries that tie: each passes at its kink alone, and still their gradients may not add up.

At a kink a gradient has to lie in the hull of those around it (J. Burke, A. Lewis and M. Overton, 2005). Here this is
asked along a few directions in which ties stay ties: a maximum whose tied entries get the whole gradient each is wrong
along them, and along no single entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from autograd.testing.differences import Vector
from autograd.testing.examine import Coordinates, Examination
from autograd.testing.report import Verdict

__all__ = ["check_ties"]

MOST = 48  # groups of entries that are moved
POINTS = 16  # around the point checked
NEAR = 2.0**-16  # their distance, relative to the entries
STEP = 2.0**-24  # of the differences there, relative as well: far less than the distance to a kink
BLAMED = 8  # entries of a group that are marked: more would not say more


def check_ties(examination: Examination) -> None:
    """Move entries together that sit at a kink, or have the same value; mark those whose gradients do not add up."""
    if Verdict.FAIL in examination.verdicts:
        return
    kinks = [i for i, finding in examination.measured.items() if finding.kink is not None]
    suspects = [np.array(pair) for pair in pairwise(kinks)]
    equal = equal_entries(examination)
    if len(examination.measured) < examination.subject.size and disagrees(examination, equal):
        suspects += [group for group in equal if disagrees(examination, [group])]
    for group in suspects[:MOST]:
        if not in_hull(examination, group):
            for i in map(int, group[:BLAMED]):
                reason = "the gradients of entries that tie do not add up"
                examination.measured[i] = replace(examination.entry(i), verdict=Verdict.FAIL, reason=reason)
                examination.verdicts[i] = Verdict.FAIL


def equal_entries(examination: Examination) -> list[Coordinates]:
    """The entries of each array that have the same value."""
    groups: list[Coordinates] = []
    for leaf in examination.subject.leaves:
        own = np.arange(leaf.start, leaf.coordinates.stop)
        order = own[np.argsort(examination.point[own], kind="stable")]
        runs = np.split(order, np.flatnonzero(np.diff(examination.point[order])) + 1)
        groups += [run for run in runs if len(run) > 1]
    return groups


def disagrees(examination: Examination, groups: list[Coordinates]) -> bool:
    """Whether the gradient is wrong where each group moves as one: ties stay ties, and the function is smooth."""
    direction = np.zeros(examination.subject.size)
    for group in groups:
        size = examination.rng.choice([-1.0, 1.0]) * examination.rng.integers(8, 16) / 8
        direction[group] = size * examination.relative[group[0]]
    return bool(groups) and examination.along(direction).verdict is Verdict.FAIL


def in_hull(examination: Examination, group: Coordinates) -> bool:
    """Whether the slope along the group lies among those at points around."""
    direction = np.zeros(examination.subject.size)
    direction[group] = examination.relative[group[0]]
    expected = float(direction[group] @ examination.gradient[group])
    slopes = [slope for at in around(examination, group) if np.isfinite(slope := beside(examination, at, direction))]
    margin = 1e-5 * max(map(abs, [*slopes, expected]), default=0.0)
    return len(slopes) < POINTS // 2 or min(slopes) - margin <= expected <= max(slopes) + margin


def around(examination: Examination, group: Coordinates) -> Iterator[Vector]:
    """Points around the point; of two entries in every direction of their plane, of more in random ones."""
    near = NEAR * examination.relative[group[0]]
    for k in range(POINTS):
        angle = k * 2 * np.pi / POINTS + 0.2
        moved = examination.point.copy()
        plane = np.array([np.cos(angle), np.sin(angle)])
        moved[group] += near * (plane if len(group) == 2 else examination.rng.uniform(-1, 1, len(group)))
        yield moved


def beside(examination: Examination, at: Vector, direction: Vector) -> float:
    """The slope along a direction at a point where the function is smooth; NaN where it has none."""
    evaluate = examination.subject.evaluate
    up, down = evaluate(at + STEP * direction), evaluate(at - STEP * direction)
    if up is None or down is None or not up.shape == down.shape == examination.weights.shape:
        return np.nan
    return float(examination.weights @ (up - down)) / (2 * STEP)
