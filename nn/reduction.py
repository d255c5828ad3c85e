"""How a loss is reduced to one number: by PyTorch's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn import errors

__all__ = ["check_reduction", "reduced"]

REDUCTIONS: dict[str, Callable[..., Any]] = {"mean": np.mean, "sum": np.sum, "none": lambda values: values}


def check_reduction(reduction: str) -> str:
    """The name, if it is one; `ArgumentError` if not."""
    if reduction not in REDUCTIONS:
        raise errors.unknown_name("reduction", reduction, REDUCTIONS)
    return reduction


def reduced(values: Any, reduction: str) -> Any:
    """The mean or the sum of the values, or they themselves."""
    return REDUCTIONS[check_reduction(reduction)](values)
