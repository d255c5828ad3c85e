"""Margin losses of the scores of several classes."""

from __future__ import annotations

from typing import Any

from nn import errors, functional
from nn.functional.arguments import number
from nn.losses.base import Loss, WeightedLoss

__all__ = ["MultiLabelMarginLoss", "MultiLabelSoftMarginLoss", "MultiMarginLoss"]


class MultiMarginLoss(WeightedLoss):
    """Hinge loss, to the power of `p`, of integer classes given scores (N, C) or (C,).

    `weight` (C,), a buffer, multiplies the loss of each class. Raises `ArgumentError` unless `p` is 1 or 2.
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(weight, reduction)
        if p not in (1, 2):
            raise errors.out_of_range("MultiMarginLoss", "p", p, "1 or 2")
        self.p, self.margin = p, number("MultiMarginLoss", margin)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.multi_margin_loss(input, target, self.p, self.margin, self.weight, self.reduction)


class MultiLabelMarginLoss(Loss):
    """Hinge loss of several classes for each row: the target lists them, up to the first -1."""

    def forward(self, input: Any, target: Any) -> Any:
        return functional.multilabel_margin_loss(input, target, self.reduction)


class MultiLabelSoftMarginLoss(WeightedLoss):
    """Binary cross entropy of logits (..., C), averaged over the classes; `weight` (C,), a buffer, weighs these."""

    def forward(self, input: Any, target: Any) -> Any:
        return functional.multilabel_soft_margin_loss(input, target, self.weight, self.reduction)
