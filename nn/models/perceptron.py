"""The perceptron, and layers of its kind."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from nn.layers import Dropout, Linear, ReLU, Sequential, Sigmoid, Step, Tanh
from nn.module import Module
from nn.sharing import register

__all__ = ["MLP", "Perceptron"]

ACTIVATIONS: dict[str, Callable[[], Module]] = {"relu": ReLU, "sigmoid": Sigmoid, "tanh": Tanh}


@register(name="nn.models.Perceptron")
class Perceptron(Module):
    """A weighted sum and a threshold (Rosenblatt, 1958): 1 where ``x @ weights + bias >= 0``, else 0.

    Takes (N, in), returns (N,). The step has no slope to follow; `learn` is the perceptron's own rule.
    """

    def __init__(self, in_features: int) -> None:
        self.linear, self.step = Linear(in_features, 1, dtype=np.float64), Step()
        for p in self.parameters():
            p.data = np.zeros_like(p.data)

    def forward(self, x: Any) -> Any:
        return self.step(self.linear(x))[:, 0]

    def learn(self, x: Any, y: Any, epochs: int) -> int:
        """Go through the examples and add those that are read wrongly to the weights, with their sign.

        Returns the number of epochs until none was wrong, or `epochs`.
        """
        weight, bias = self.linear.weight, self.linear.bias
        assert bias is not None
        for epoch in range(epochs):
            mistakes = 0
            for xi, yi in zip(x, y, strict=True):
                error = yi - self(xi[None]).item()
                weight.data, bias.data = weight.data + error * xi, bias.data + error
                mistakes += error != 0
            if not mistakes:
                return epoch
        return epochs


@register(name="nn.models.MLP")
class MLP(Sequential):
    """Linear layers with an activation between them, and dropout before each but the first.

    ``MLP(784, 128, 10)`` takes (N, 784) and returns (N, 10); `activation` is "relu", "sigmoid" or "tanh".
    """

    def __init__(
        self,
        *sizes: int,
        activation: str = "relu",
        dropout: float = 0.0,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        layers: list[Module] = []
        for width, next_width in pairwise(sizes):
            if layers:
                layers += [ACTIVATIONS[activation](), *([Dropout(dropout, rng=rng)] if dropout else [])]
            layers.append(Linear(width, next_width, dtype=dtype, rng=rng))
        super().__init__(*layers)
