"""Numerical derivatives by central differences: the reference that a gradient is compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["derivative_along"]


def derivative_along(f: Callable[[Any], float], x: Any, direction: Any, step: float = 1e-3) -> tuple[float, float]:
    """The derivative of `f` at the array `x` along `direction`, and an estimate of its error.

    Central differences at `step`, half and a quarter of it, scaled to |x|, extrapolated twice (Richardson, 1911): the
    truncation error falls to the sixth power of the step, so that a step large enough to keep rounding small will do.
    """
    scale = float(np.max(np.abs(x[direction != 0]), initial=0.0))
    h = step * max(1.0, scale)
    values = [(f(x + s * direction), f(x - s * direction)) for s in (h, h / 2, h / 4)]
    first, second, third = ((up - down) / (2 * s) for (up, down), s in zip(values, (h, h / 2, h / 4), strict=True))
    better, best = (4 * second - first) / 3, (4 * third - second) / 3
    extrapolated = (16 * best - better) / 15
    rounding = np.finfo(float).eps * max(abs(v) for pair in values for v in pair) / (h / 4)
    return extrapolated, abs(extrapolated - best) / 10 + 4 * rounding
