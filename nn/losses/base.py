"""What all losses have: the name of a reduction, and for some of them weights in buffers."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn.functional.arguments import constant
from nn.module import Module
from nn.reduction import REDUCTIONS, check_reduction

__all__ = ["Loss", "WeightedLoss"]


class Loss(Module):
    """A loss that is averaged, summed, or left as it is for each entry or example."""

    reductions: tuple[str, ...] = REDUCTIONS

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = check_reduction(reduction, self.reductions)


class WeightedLoss(Loss):
    """A loss with constant weights, which are part of the state."""

    weight: Any

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.register_weights("weight", weight)

    def register_weights(self, name: str, weight: Any) -> None:
        """A buffer of floating numbers, or None; integers and lists become float32, PyTorch's default."""
        if weight is not None:
            given = constant(type(self).__name__, name, unwrap(weight))
            plain = given.dtype.kind != "f" or not hasattr(weight, "dtype")
            weight = given.astype(np.float32 if plain else given.dtype)
        self.register_buffer(name, weight)
