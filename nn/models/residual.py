"""Very deep perceptrons: residual ones, and ones that normalize."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import functional, init
from nn.layers import Linear, Sequential
from nn.module import Module
from nn.sharing import register

__all__ = ["ResidualMLP"]


@register(name="nn.models.Residual")
class Residual(Module):
    """``x + linear(relu(x))``, (N, width): the gradient comes back through the sum as it is (He and others, 2016).

    The weights are He's, divided by the root of `depth`: the variance grows by 1 / depth in each of as many layers, so
    by e in all of them, whatever their number.
    """

    def __init__(self, width: int, depth: int, *, rng: np.random.Generator | None = None) -> None:
        self.linear = Linear(width, width, rng=rng)
        init.normal_(self.linear.weight, std=math.sqrt(2 / width / depth), rng=rng)
        init.zeros_(self.linear.bias)

    def forward(self, x: Any) -> Any:
        return x + self.linear(functional.relu(x))


@register(name="nn.models.ResidualMLP")
class ResidualMLP(Module):
    """A linear layer, `depth` residual ones of one width, a linear layer: (N, inputs) to logits (N, classes)."""

    def __init__(
        self, inputs: int, width: int, classes: int, *, depth: int, rng: np.random.Generator | None = None
    ) -> None:
        self.first = Linear(inputs, width, rng=rng)
        self.layers = Sequential(*(Residual(width, depth, rng=rng) for _ in range(depth)))
        self.last = Linear(width, classes, rng=rng)

    def forward(self, x: Any) -> Any:
        return self.last(functional.relu(self.layers(self.first(x))))
