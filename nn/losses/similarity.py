"""Losses of the distances and angles of vectors, (N, D) or (D,)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nn import checks, functional
from nn.functional.arguments import number, positive
from nn.layers.distance import PairwiseDistance
from nn.losses.base import Loss

__all__ = ["CosineEmbeddingLoss", "TripletMarginLoss", "TripletMarginWithDistanceLoss"]


class CosineEmbeddingLoss(Loss):
    """``1 - cos(input1, input2)`` where the label is 1, ``max(0, cos(input1, input2) - margin)`` where it is -1."""

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = number("CosineEmbeddingLoss", margin)

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        return functional.cosine_embedding_loss(input1, input2, target, self.margin, self.reduction)


class TripletMarginLoss(Loss):
    """``max(0, margin + d(anchor, positive) - d(anchor, negative))``, d being the distance of order `p`.

    With `swap` the negative may be compared with the positive instead, where that is closer (Balntas et al., 2016).

    Raises `ArgumentError` unless `margin` is above 0.
    """

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        positive("TripletMarginLoss", margin=margin)
        checks.not_negative("TripletMarginLoss", p=p)
        self.eps = checks.number("TripletMarginLoss", eps=eps)
        self.margin, self.p, self.swap = margin, p, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        return functional.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, self.reduction
        )


class TripletMarginWithDistanceLoss(Loss):
    """`TripletMarginLoss` with a distance of one's own, a function of two arrays of vectors."""

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        positive("TripletMarginWithDistanceLoss", margin=margin)
        self.distance_function = PairwiseDistance() if distance_function is None else distance_function
        self.margin, self.swap = margin, swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        return functional.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
