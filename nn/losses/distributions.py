"""Negative log likelihoods and divergences of distributions."""

from __future__ import annotations

from typing import Any

from nn import checks, functional
from nn.functional.arguments import positive
from nn.losses.base import Loss
from nn.reduction import REDUCTIONS

__all__ = ["GaussianNLLLoss", "KLDivLoss", "PoissonNLLLoss"]


class KLDivLoss(Loss):
    """Divergence of the target's probabilities from the input's, which are given as logarithms.

    With `log_target` the target holds logarithms too. ``reduction="batchmean"`` is the divergence by its definition,
    averaged over the rows; ``"mean"`` is over the entries.
    """

    reductions = ("batchmean", *REDUCTIONS)

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Any:
        return functional.kl_div(input, target, self.reduction, self.log_target)


class PoissonNLLLoss(Loss):
    """Negative log likelihood of counts under Poisson distributions of rate ``exp(input)``, or `input`.

    The latter without `log_input`, where `eps` keeps the logarithm finite. `full` adds Stirling's approximation of
    log(target!) for targets above 1.
    """

    def __init__(self, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean") -> None:
        super().__init__(reduction)
        checks.not_negative("PoissonNLLLoss", eps=eps)
        self.log_input, self.full, self.eps = log_input, full, eps

    def forward(self, log_input: Any, target: Any) -> Any:
        return functional.poisson_nll_loss(log_input, target, self.log_input, self.full, self.eps, self.reduction)


class GaussianNLLLoss(Loss):
    """Negative log likelihood of targets under Gaussians of mean `input` and variance `var`, at least `eps`.

    `full` adds the constant log(2 pi) / 2. Raises `ArgumentError` unless `eps` is above 0.
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction)
        positive("GaussianNLLLoss", eps=eps)
        self.full, self.eps = full, eps

    def forward(self, input: Any, target: Any, var: Any) -> Any:
        return functional.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)
