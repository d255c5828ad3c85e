"""Adam, and AdamW, whose weight decay is decoupled."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_betas, check_not_negative
from nn.optim.pieces import mean, mean_of_squares

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, algorithm 1): steps of about `lr`, whatever the gradient's scale.

    ``m`` and ``v`` are running means of g and g**2, with weights `betas`; ``p -= lr * m̂ / (sqrt(v̂) + eps)``, where the
    hat divides by ``1 - beta**t``. With `amsgrad` the largest v so far is in its place (Reddi et al., 2018).
    `weight_decay` adds ``weight_decay * p`` to g, or if decoupled takes ``lr * weight_decay * p`` from p, as `AdamW`.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
            **kernels,
        )

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative(type(self).__name__, options, "lr", "eps", "weight_decay")
        check_betas(type(self).__name__, options["betas"])

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:
        names = ["exp_avg", "exp_avg_sq", *["max_exp_avg_sq"] * bool(options["amsgrad"])]
        return {"step": 0, **{name: np.zeros_like(p) for name in names}}

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
        amsgrad: bool,
    ) -> None:
        (beta1, beta2), t, (step, _) = betas, state["step"], work
        m, v = state["exp_avg"], state["exp_avg_sq"]
        mean(m, g, beta1, step)
        mean_of_squares(v, g, beta2, step)
        if amsgrad:
            v = np.maximum(v, state["max_exp_avg_sq"], out=state["max_exp_avg_sq"])
        # the hats as factors of numbers, not of arrays, as at the end of the paper's section 2
        hat = math.sqrt(1 - beta2**t)
        np.sqrt(v, out=step)
        step += eps * hat
        np.divide(m, step, out=step)
        step *= lr * hat / (1 - beta1**t)
        p -= step


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2): ``p -= lr * weight_decay * p``."""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True, **kernels
        )
