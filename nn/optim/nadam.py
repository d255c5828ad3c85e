"""NAdam."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_betas, check_not_negative
from nn.optim.pieces import mean, mean_of_squares

__all__ = ["NAdam"]


class NAdam(Optimizer):
    """NAdam (Dozat, 2016): Adam with Nesterov's momentum, whose weight grows with a schedule.

    ``mu_t = beta1 * (1 - 0.96**(t * momentum_decay) / 2)``; ``m`` and ``v`` are running means of g and g**2;
    ``m̂ = (1 - mu_t) / (1 - mu_1 ... mu_t) * g + mu_t+1 / (1 - mu_1 ... mu_t+1) * m``,
    ``p -= lr * m̂ / (sqrt(v̂) + eps)``. `weight_decay` adds ``weight_decay * p`` to g, or if decoupled takes
    ``lr * weight_decay * p`` from p.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
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
                "momentum_decay": momentum_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
            **kernels,
        )

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("NAdam", options, "lr", "eps", "weight_decay", "momentum_decay")
        check_betas("NAdam", options["betas"])

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"step": 0, "mu_product": 1.0, "exp_avg": np.zeros_like(p), "exp_avg_sq": np.zeros_like(p)}

    def advance(self, state: dict[str, Any], options: dict[str, Any]) -> None:
        super().advance(state, options)
        state["mu_product"] *= momentum_at(state["step"], options["betas"][0], options["momentum_decay"])

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
        momentum_decay: float,
    ) -> None:
        (beta1, beta2), t, (step, other) = betas, state["step"], work
        m, v = state["exp_avg"], state["exp_avg_sq"]
        mean(m, g, beta1, step)
        mean_of_squares(v, g, beta2, step)
        mu, mu_next = (momentum_at(s, beta1, momentum_decay) for s in (t, t + 1))
        product = state["mu_product"]
        np.multiply(g, lr * (1 - mu) / (1 - product), out=step)
        step += np.multiply(m, lr * mu_next / (1 - product * mu_next), out=other)
        np.sqrt(v, out=other)
        other /= math.sqrt(1 - beta2**t)
        other += eps
        step /= other
        p -= step


def momentum_at(t: int, beta1: float, momentum_decay: float) -> float:
    """The weight of the momentum in step t."""
    return beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))  # type: ignore[no-any-return]
