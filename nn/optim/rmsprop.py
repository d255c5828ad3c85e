"""RMSprop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_not_negative
from nn.optim.pieces import mean, mean_of_squares

__all__ = ["RMSprop"]


class RMSprop(Optimizer):
    """RMSprop (Tieleman and Hinton, 2012; centered: Graves, 2013): the gradient over its root mean square.

    ``v`` is the running mean of g**2 with weight `alpha`, less the square of that of g if `centered`;
    ``d = g / (sqrt(v) + eps)``, then ``p -= lr * d``, or with `momentum` ``b = momentum * b + d`` and ``p -= lr * b``.
    `weight_decay` adds ``weight_decay * p`` to g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "alpha": alpha,
                "eps": eps,
                "centered": centered,
                "weight_decay": weight_decay,
                "maximize": maximize,
            },
            **kernels,
        )

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("RMSprop", options, "lr", "alpha", "eps", "weight_decay", "momentum")

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:
        names = [
            "square_avg",
            *["momentum_buffer"] * (options["momentum"] > 0),
            *["grad_avg"] * bool(options["centered"]),
        ]
        return {"step": 0, **{name: np.zeros_like(p) for name in names}}

    def update(
        self,
        p: Any,
        g: Any,
        state: dict[str, Any],
        work: list[Any],
        *,
        lr: float,
        alpha: float,
        eps: float,
        momentum: float,
        centered: bool,
    ) -> None:
        v, (d, root) = state["square_avg"], work
        mean_of_squares(v, g, alpha, d)
        if centered:
            mean(state["grad_avg"], g, alpha, d)
            np.multiply(state["grad_avg"], state["grad_avg"], out=d)
            v = np.maximum(np.subtract(v, d, out=root), 0, out=root)  # a variance, whatever the rounding
        np.sqrt(v, out=root)
        root += eps
        np.divide(g, root, out=d)
        if momentum:
            state["momentum_buffer"] *= momentum
            state["momentum_buffer"] += d
            d[...] = state["momentum_buffer"]
        d *= lr
        p -= d
