"""Adam."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn import checks, errors
from nn.optim.optimizer import Optimizer

__all__ = ["Adam"]


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, algorithm 1): steps of about `lr`, whatever the gradient's scale.

    ``m`` and ``v`` are running means of g and g**2, with weights `betas`; ``p -= lr * m̂ / (sqrt(v̂) + eps)``, where the
    hat divides by ``1 - beta**t``. `weight_decay` adds ``weight_decay * p`` to g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def check_options(self, options: dict[str, Any]) -> None:
        checks.not_negative("Adam", **{name: options[name] for name in ("lr", "eps", "weight_decay")})
        betas = options["betas"]
        two = isinstance(betas, (tuple, list)) and len(betas) == 2
        if not (two and all(checks.is_number(beta) and 0 <= beta < 1 for beta in betas)):
            raise errors.out_of_range("Adam", "betas", betas, "two numbers, each at least 0 and below 1")

    def update(
        self,
        p: Tensor,
        g: Any,
        state: dict[str, Any],
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
    ) -> None:
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(g), exp_avg_sq=np.zeros_like(g))
        state["step"] += 1
        t, m, v = state["step"], state["exp_avg"], state["exp_avg_sq"]
        beta1, beta2 = betas
        if weight_decay:
            g = g + weight_decay * p.data
        work = np.multiply(g, 1 - beta1, out=np.empty_like(g))  # the one array that a step makes
        m *= beta1
        m += work  # m = beta1 * m + (1 - beta1) * g
        np.multiply(g, g, out=work)
        work *= 1 - beta2
        v *= beta2
        v += work  # v = beta2 * v + (1 - beta2) * g**2
        np.sqrt(v, out=work)
        work /= math.sqrt(1 - beta2**t)
        work += eps
        np.divide(m, work, out=work)
        work *= lr / (1 - beta1**t)
        p.data -= work  # lr * m̂ / (sqrt(v̂) + eps)
