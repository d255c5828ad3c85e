"""Dropout as a function."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors
from nn.random import generator

__all__ = ["dropout"]


def dropout(input: Any, p: float = 0.5, training: bool = True, *, rng: np.random.Generator | None = None) -> Any:
    """Set each entry to 0 with probability `p` and divide the others by ``1 - p``; without `training`, the input.

    The expected value stays the same, so that nothing is left to do in evaluation (Srivastava et al., 2014).

    Raises `ArgumentError` unless 0 <= p <= 1.
    """
    if not 0 <= p <= 1:
        raise errors.out_of_range("dropout", "p", p, "a probability, 0 to 1")
    if not training or p == 0:
        return input
    checks.array("dropout", input)
    keep = (generator(rng).random(input.shape, dtype=np.float32) >= p).astype(input.dtype)
    return input * (keep if p == 1 else keep / (1 - p))
