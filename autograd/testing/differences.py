"""Numerical derivatives by central differences: the reference that a gradient is compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["derivative_along"]

STEPS = (1e-3, 1e-5, 1e-7)
ENOUGH = 1e-9  # an error below this fraction of the derivative needs no smaller step


def derivative_along(f: Callable[[Any], float], x: Any, direction: Any) -> tuple[float, float]:
    """The derivative of `f` at the array `x` along `direction`, and an estimate of its error.

    The largest step has the least rounding, but may reach across a kink; where its estimate is poor, smaller ones are
    tried and the best is taken. Steps are relative to the entries that move, or to 1 if that is larger; for small
    entries both are tried. Where no step stays in the domain, the result is NaN with an infinite error.
    """
    size = float(np.max(np.abs(x[direction != 0]), initial=0.0))
    steps = [step * max(1.0, size) for step in STEPS]
    if 0 < size < 1:
        steps += [step * size for step in STEPS[:2]]  # for a function with an edge at 0, such as a logarithm
    estimates = []
    with np.errstate(all="ignore"):  # a step may leave the domain; it then gives no estimate
        for step in steps:
            value, error = extrapolated_difference(f, x, direction, step)
            if np.isfinite(value) and np.isfinite(error):
                estimates.append((error, value))
                if error <= ENOUGH * abs(value):
                    break
    error, value = min(estimates, default=(np.inf, np.nan))
    return value, error


def extrapolated_difference(f: Callable[[Any], float], x: Any, direction: Any, h: float) -> tuple[float, float]:
    """Central differences at `h`, a half and a quarter of it, extrapolated twice (Richardson, 1911), and their error.

    The truncation error falls to the sixth power of the step; the rounding error is that of the smallest step.
    """
    steps = (h, h / 2, h / 4)
    values = [(f(x + s * direction), f(x - s * direction)) for s in steps]
    first, second, third = ((up - down) / (2 * s) for (up, down), s in zip(values, steps, strict=True))
    better, best = (4 * second - first) / 3, (4 * third - second) / 3
    extrapolated = (16 * best - better) / 15
    rounding = np.finfo(float).eps * max(abs(v) for pair in values for v in pair) / steps[-1]
    return extrapolated, abs(extrapolated - best) + 4 * rounding
