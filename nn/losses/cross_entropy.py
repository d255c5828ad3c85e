"""The cross entropy of classes and the negative log likelihood."""

from __future__ import annotations

from typing import Any

from nn import errors, functional
from nn.checks import integer, is_number
from nn.losses.base import WeightedLoss

__all__ = ["CrossEntropyLoss", "NLLLoss"]


class CrossEntropyLoss(WeightedLoss):
    """Negative log likelihood of classes under the softmax of logits (C,), (N, C) or (N, C, d1, ...).

    Targets are integer classes, in the input's shape without C, or probabilities in the input's shape. `weight` (C,),
    a buffer, multiplies the loss of each class; see `functional.cross_entropy` for all options.

    Raises `ArgumentError` for a `label_smoothing` outside 0..1.
    """

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction)
        if not (is_number(label_smoothing) and 0 <= label_smoothing <= 1):
            raise errors.out_of_range("CrossEntropyLoss", "label_smoothing", label_smoothing, "a number, 0 to 1")
        self.ignore_index = integer("CrossEntropyLoss", ignore_index=ignore_index)
        self.label_smoothing = label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        return functional.cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )


class NLLLoss(WeightedLoss):
    """Negative log likelihood of integer classes, given log-probabilities (C,), (N, C) or (N, C, d1, ...).

    `weight` (C,), a buffer, multiplies the loss of each class; examples of class `ignore_index` count nothing.
    """

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(weight, reduction)
        self.ignore_index = integer("NLLLoss", ignore_index=ignore_index)

    def forward(self, input: Any, target: Any) -> Any:
        return functional.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)
