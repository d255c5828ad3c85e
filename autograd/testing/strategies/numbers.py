"""Strategies for numbers of one dtype between bounds, and the intervals that points leave."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.errors import DataError
from autograd.testing.strategies.base import st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["intervals", "numbers"]


def numbers(dtype: np.dtype[Any], low: float, high: float) -> SearchStrategy[Any]:
    """Finite numbers of one dtype between two bounds."""
    if dtype.kind == "b":
        return st.booleans()
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return between(max(math.ceil(low), limits.min), min(math.floor(high), limits.max), st.integers, dtype)
    if dtype.kind == "c":
        part = numbers(np.finfo(dtype).dtype, low, high)
        return st.tuples(part, part).map(lambda parts: dtype.type(complex(*parts)))
    if dtype.kind != "f" or dtype.itemsize > 8:
        raise DataError(f"no numbers of {dtype} can be drawn: ask for float16, float32, float64, complex or integers.")
    return between(*inward(low, high, dtype), st.floats, dtype, width=8 * dtype.itemsize, allow_subnormal=False)


def between(low: float, high: float, strategy: Any, dtype: np.dtype[Any], **options: Any) -> SearchStrategy[Any]:
    """`strategy` with these bounds; `DataError` where they cross."""
    if not low <= high:
        raise DataError(f"no {dtype} lies between the bounds {low} and {high}: give a wider range.")
    return strategy(low, high, **options)


def inward(low: float, high: float, dtype: np.dtype[Any]) -> tuple[float, float]:
    """The outermost numbers of `dtype` in a range: rounding to `dtype` does not leave these."""
    with np.errstate(over="ignore"):  # 1e6 is infinite in float16; the next number inward is not
        first, last = dtype.type(low), dtype.type(high)
    first = np.nextafter(first, dtype.type(np.inf)) if float(first) < low else first
    last = np.nextafter(last, dtype.type(-np.inf)) if float(last) > high else last
    return float(first), float(last)


def intervals(points: list[float], by: float, low: float, high: float) -> list[tuple[float, float]]:
    """What is left of a range at least `by` from sorted points; first the interval with the simplest numbers."""
    ends = [(a + by, b - by) for a, b in pairwise([-math.inf, *points, math.inf])]
    clipped = [(max(a, low), min(b, high)) for a, b in ends]
    spans = [narrow(a, b) for a, b in clipped if a <= b]
    return sorted(spans, key=lambda span: (max(0.0, span[0], -span[1]), span[1] < 0))  # near 0, then above it


def narrow(low: float, high: float) -> tuple[float, float]:
    """The range with ends that the narrowest possible dtype can express."""
    for dtype in (np.dtype(np.float16), np.dtype(np.float32)):
        first, last = inward(low, high, dtype)
        if first <= last:
            return first, last
    return low, high
