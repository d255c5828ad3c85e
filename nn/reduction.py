"""How a loss is reduced to one number: by PyTorch's names."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from nn.checks import known_name

__all__ = ["REDUCTIONS", "check_reduction", "reduced", "share", "total"]

REDUCTIONS = ("mean", "sum", "none")


def check_reduction(reduction: Any, known: Iterable[str] = REDUCTIONS) -> Any:
    """The name, if it is one; `ArgumentError` if not."""
    return known_name("reduction", reduction, known)


def reduced(values: Any, reduction: str) -> Any:
    """The mean or the sum of the values, or they themselves; they may be traced."""
    check_reduction(reduction)
    if reduction == "none":
        return values
    if reduction == "mean" and values.size:
        return np.mean(values)
    found = np.sum(values)
    return found if reduction == "sum" else found * math.nan  # the mean of nothing, without a warning


def total(values: Any, reduction: str) -> Any:
    """The same of arrays, at half the cost, and ``batchmean``: the sum over the number of rows."""
    if reduction == "none":
        return values
    found = np.add.reduce(values, axis=None)
    if reduction == "sum":
        return found
    return found / (count(np.shape(values), reduction) or math.nan)


def share(g: Any, shape: tuple[int, ...], reduction: str) -> Any:
    """What each of the values, of this shape, gets of the gradient of their total."""
    return g if reduction in ("none", "sum") else g / max(count(shape, reduction), 1)


def count(shape: tuple[int, ...], reduction: str) -> int:
    return math.prod(shape if reduction == "mean" else shape[:1])
