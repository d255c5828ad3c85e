"""Adamax."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_betas, check_not_negative
from nn.optim.pieces import mean

__all__ = ["Adamax"]


class Adamax(Optimizer):
    """Adamax (Kingma and Ba, 2015, algorithm 2): Adam by the largest gradient in place of the root mean square.

    ``m`` is the running mean of g; ``u = max(beta2 * u, |g| + eps)``; ``p -= lr / (1 - beta1**t) * m / u``.
    `weight_decay` adds ``weight_decay * p`` to g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize},
            **kernels,
        )

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("Adamax", options, "lr", "eps", "weight_decay")
        check_betas("Adamax", options["betas"])

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"step": 0, "exp_avg": np.zeros_like(p), "exp_inf": np.zeros_like(p)}

    def update(
        self,
        p: Any,
        g: Any,
        state: dict[str, Any],
        work: list[Any],
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
    ) -> None:
        (beta1, beta2), t, (step, _) = betas, state["step"], work
        m, u = state["exp_avg"], state["exp_inf"]
        mean(m, g, beta1, step)
        np.abs(g, out=step)
        step += eps
        u *= beta2
        np.maximum(u, step, out=u)
        np.divide(m, u, out=step)
        step *= lr / (1 - beta1**t)
        p -= step
