"""Activations, elementwise: any shape in, the same shape out."""

from __future__ import annotations

from typing import Any

from nn import checks, functional
from nn.module import Module

__all__ = ["ReLU", "Sigmoid", "Tanh"]


class ReLU(Module):
    """``max(x, 0)``, with derivative 0 at 0; `inplace` is PyTorch's, and must be False."""

    def __init__(self, inplace: bool = False) -> None:
        checks.not_inplace("ReLU", inplace)

    def forward(self, x: Any) -> Any:
        return functional.relu(x)


class Sigmoid(Module):
    """``1 / (1 + exp(-x))``."""

    def forward(self, x: Any) -> Any:
        return functional.sigmoid(x)


class Tanh(Module):
    """``tanh(x)``."""

    def forward(self, x: Any) -> Any:
        return functional.tanh(x)
