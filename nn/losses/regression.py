"""Losses of the difference between input and target."""

from __future__ import annotations

from typing import Any

from nn import checks, functional
from nn.functional.arguments import positive
from nn.losses.base import Loss

__all__ = ["HuberLoss", "L1Loss", "MSELoss", "SSELoss", "SmoothL1Loss"]


class MSELoss(Loss):
    """Squared difference of input and target, which have the same shape."""

    def forward(self, input: Any, target: Any) -> Any:
        return functional.mse_loss(input, target, self.reduction)


class SSELoss(Loss):
    """Sum of squared errors: ``sum((input - target)**2)``, without a factor 1/2.

    ``reduction="mean"`` averages the sums of the examples, the first axis; ``"none"`` leaves one for each.
    """

    def __init__(self, reduction: str = "sum") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.sse_loss(input, target, self.reduction)


class L1Loss(Loss):
    """Distance of input and target, which have the same shape; its derivative at 0 is 0."""

    def forward(self, input: Any, target: Any) -> Any:
        return functional.l1_loss(input, target, self.reduction)


class SmoothL1Loss(Loss):
    """Distance d of input and target, ``d**2 / (2 beta)`` below `beta` and ``d - beta / 2`` from there on.

    Raises `ArgumentError` for a negative `beta`.
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        checks.not_negative("SmoothL1Loss", beta=beta)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Any:
        return functional.smooth_l1_loss(input, target, self.reduction, self.beta)


class HuberLoss(Loss):
    """Distance d of input and target, ``d**2 / 2`` up to `delta` and ``delta * (d - delta / 2)`` beyond.

    Raises `ArgumentError` unless `delta` is above 0.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        positive("HuberLoss", delta=delta)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        return functional.huber_loss(input, target, self.reduction, self.delta)
