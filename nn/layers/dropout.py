"""Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors, functional
from nn.module import Module

__all__ = ["Dropout"]


class Dropout(Module):
    """Set entries to 0 with probability `p` in training and scale the others up; nothing in evaluation.

    `rng` is the generator to draw from, the default one of `nn.manual_seed` if None. Srivastava et al., 2014.

    Raises `ArgumentError` unless 0 <= p <= 1; PyTorch's `inplace` must be False.
    """

    def __init__(self, p: float = 0.5, inplace: bool = False, *, rng: np.random.Generator | None = None) -> None:
        if not (checks.is_number(p) and 0 <= p <= 1):
            raise errors.out_of_range("Dropout", "p", p, "a probability, 0 to 1")
        checks.not_inplace("Dropout", inplace)
        self.p, self.rng = p, rng

    def forward(self, x: Any) -> Any:
        return functional.dropout(x, self.p, self.training, rng=self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace=False"
