"""Margin losses with labels 1 and -1."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.functional.arguments import number
from nn.losses.base import Loss

__all__ = ["HingeEmbeddingLoss", "HingeLoss", "MarginRankingLoss", "SoftMarginLoss"]


class HingeLoss(Loss):
    """``max(0, margin - target * input)`` for labels 1 and -1, the loss of a support vector machine."""

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = number("HingeLoss", margin)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.hinge_loss(input, target, self.margin, self.reduction)


class HingeEmbeddingLoss(Loss):
    """The input, a distance, where the label is 1, and ``max(0, margin - input)`` where it is -1."""

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = number("HingeEmbeddingLoss", margin)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.hinge_embedding_loss(input, target, self.margin, self.reduction)


class SoftMarginLoss(Loss):
    """``log(1 + exp(-target * input))`` for labels 1 and -1."""

    def forward(self, input: Any, target: Any) -> Any:
        return functional.soft_margin_loss(input, target, self.reduction)


class MarginRankingLoss(Loss):
    """``max(0, margin - target * (input1 - input2))``: label 1 asks for the first to be larger, -1 for the second."""

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = number("MarginRankingLoss", margin)

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        return functional.margin_ranking_loss(input1, input2, target, self.margin, self.reduction)
