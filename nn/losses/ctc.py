"""Connectionist temporal classification."""

from __future__ import annotations

from typing import Any

from nn import checks, functional
from nn.losses.base import Loss

__all__ = ["CTCLoss"]


class CTCLoss(Loss):
    """Negative log likelihood of label sequences without alignment (Graves et al., 2006).

    Called with log-probabilities (T, N, C), targets (N, S) or all in one row, and the lengths of both, (N,). `blank` is
    the class that stands for no label; `zero_infinity` passes over targets that are too long for their input. See
    `functional.ctc_loss`.
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction)
        checks.not_negative("CTCLoss", blank=checks.integer("CTCLoss", blank=blank))
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Any:
        return functional.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )
