"""The binary cross entropy, of probabilities and of logits."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.losses.base import WeightedLoss

__all__ = ["BCELoss", "BCEWithLogitsLoss"]


class BCELoss(WeightedLoss):
    """Binary cross entropy of probabilities and targets, both in 0..1 and of one shape.

    A loss is at most 100. `weight`, a buffer, broadcasts to the input. `BCEWithLogitsLoss` is quicker and more exact.
    """

    def forward(self, input: Any, target: Any) -> Any:
        return functional.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """Binary cross entropy of ``sigmoid(input)`` and targets in 0..1, exact for large logits.

    `weight` and `pos_weight`, which multiplies the part of the positive class, are buffers and broadcast to the input.
    """

    pos_weight: Any

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(weight, reduction)
        self.register_weights("pos_weight", pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(input, target, self.weight, self.reduction, self.pos_weight)
