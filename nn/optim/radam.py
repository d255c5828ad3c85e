"""RAdam."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_betas, check_not_negative
from nn.optim.pieces import mean, mean_of_squares

__all__ = ["RAdam"]


class RAdam(Optimizer):
    """RAdam (Liu et al., 2020, algorithm 2): Adam that waits until its second moment can be relied on.

    ``m`` and ``v`` are running means of g and g**2; rho_t is the length of the mean that v is of. Where it is above 5,
    ``p -= lr * r_t * m̂ * sqrt(1 - beta2**t) / (sqrt(v) + eps)``, else ``p -= lr * m̂``. `weight_decay` adds
    ``weight_decay * p`` to g, or if decoupled takes ``lr * weight_decay * p`` from p.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
            **kernels,
        )

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("RAdam", options, "lr", "eps", "weight_decay")
        check_betas("RAdam", options["betas"])

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"step": 0, "exp_avg": np.zeros_like(p), "exp_avg_sq": np.zeros_like(p)}

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
        (beta1, beta2), t, (step, root) = betas, state["step"], work
        m, v = state["exp_avg"], state["exp_avg_sq"]
        mean(m, g, beta1, step)
        mean_of_squares(v, g, beta2, step)
        np.multiply(m, lr / (1 - beta1**t), out=step)
        rho_inf = 2 / (1 - beta2) - 1
        rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
        if rho > 5:
            r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
            np.sqrt(v, out=root)
            root += eps
            step *= r * math.sqrt(1 - beta2**t)
            step /= root
        p -= step
