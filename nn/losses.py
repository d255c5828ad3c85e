"""Losses as modules; the formulas are in `functional.py`."""

from __future__ import annotations

from typing import Any

from nn.functional import cross_entropy, mse_loss
from nn.module import Module
from nn.reduction import check_reduction

__all__ = ["CrossEntropyLoss", "MSELoss"]


class Loss(Module):
    """A loss that is averaged, summed, or left as it is per element."""

    def __init__(self, *, reduction: str = "mean") -> None:
        self.reduction = check_reduction(reduction)


class MSELoss(Loss):
    """Squared difference of input and target, which have the same shape."""

    def forward(self, input: Any, target: Any) -> Any:
        return mse_loss(input, target, reduction=self.reduction)


class CrossEntropyLoss(Loss):
    """Negative log likelihood of integer classes (N,) under the softmax of logits (N, C)."""

    def forward(self, input: Any, target: Any) -> Any:
        return cross_entropy(input, target, reduction=self.reduction)
