"""A line search for the strong Wolfe conditions: Nocedal and Wright, 2006, algorithms 3.5 and 3.6.

Which points are tried follows Schmidt's minFunc, as PyTorch does, so that its steps are found again. For `LBFGS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["Point", "strong_wolfe"]


class Point(NamedTuple):
    """Where on the line: the step, the loss there, its gradient, and its slope along the line."""

    t: float
    loss: float
    gradient: Any
    slope: float


def strong_wolfe(
    at: Callable[[float], Point],
    start: Point,
    t: float,
    length: float,
    *,
    tries: int,
    tolerance: float,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> Point:
    """A point whose loss is low enough and whose slope is flat enough, or the lowest found.

    `at` evaluates a step, `t` is the first, which up to `tries` others follow. The search also ends where the interval
    times `length`, the largest entry of the direction, is below `tolerance`.
    """

    def too_high(point: Point) -> bool:
        return point.loss > start.loss + c1 * point.t * start.slope

    def flat(point: Point) -> bool:
        return abs(point.slope) <= -c2 * start.slope

    # go on until the points on both sides of the minimum are known
    before, new, calls = start, at(t), 1
    while calls <= tries:
        if too_high(new) or (calls > 2 and new.loss >= before.loss):
            break
        if flat(new):
            return new
        if new.slope >= 0:
            break
        t = cubic_minimum(before, new, new.t + 0.01 * (new.t - before.t), new.t * 10)
        before, new, calls = new, at(t), calls + 1
    else:
        before = start
    ends = [before, new]
    low = lower_of(ends)

    # narrow it; the lower end is low enough, and falls towards the other
    near_an_end = False
    while calls <= tries and abs(ends[1].t - ends[0].t) * length >= tolerance:
        left, right = sorted(end.t for end in ends)
        t = cubic_minimum(ends[0], ends[1], left, right)
        margin = 0.1 * (right - left)
        if min(right - t, t - left) >= margin:
            near_an_end = False
        elif near_an_end or not left < t < right:  # the second time, or at the end itself
            t = right - margin if right - t < t - left else left + margin
            near_an_end = False
        else:
            near_an_end = True
        new, calls = at(t), calls + 1
        if too_high(new) or new.loss >= ends[low].loss:
            ends[1 - low] = new
            low = lower_of(ends)
        elif flat(new):
            return new
        else:
            if new.slope * (ends[1 - low].t - ends[low].t) >= 0:
                ends[1 - low] = ends[low]
            ends[low] = new
    return ends[low]


def lower_of(ends: list[Point]) -> int:
    """Which of two points is lower, the first in a tie."""
    return 0 if ends[0].loss <= ends[1].loss else 1


def cubic_minimum(a: Point, b: Point, lower: float, upper: float) -> float:
    """Where the cubic through two points with their slopes is lowest (equation 3.59), within bounds."""
    if a.t > b.t:
        a, b = b, a
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = d1**2 - a.slope * b.slope
    if square < 0 or math.isnan(square):
        return (lower + upper) / 2
    d2 = math.sqrt(square)
    flattened = b.slope - a.slope + 2 * d2
    if flattened == 0:
        return (lower + upper) / 2
    return min(max(b.t - (b.t - a.t) * ((b.slope + d2 - d1) / flattened), lower), upper)
