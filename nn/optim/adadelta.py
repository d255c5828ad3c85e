"""Adadelta."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn import checks, errors
from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_not_negative
from nn.optim.pieces import mean_of_squares

__all__ = ["Adadelta"]


class Adadelta(Optimizer):
    """Adadelta (Zeiler, 2012, algorithm 1): steps of the size that steps had, so that no learning rate is needed.

    ``E[g²]`` and ``E[d²]`` are running means with weight `rho`; ``d = sqrt(E[d²] + eps) / sqrt(E[g²] + eps) * g``, then
    ``p -= lr * d``. `weight_decay` adds ``weight_decay * p`` to g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params, {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}, **kernels
        )

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("Adadelta", options, "lr", "eps", "weight_decay")
        if not (checks.is_number(options["rho"]) and 0 <= options["rho"] <= 1):
            raise errors.out_of_range("Adadelta", "rho", options["rho"], "a number from 0 to 1")

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"step": 0, "square_avg": np.zeros_like(p), "acc_delta": np.zeros_like(p)}

    def update(
        self, p: Any, g: Any, state: dict[str, Any], work: list[Any], *, lr: float, rho: float, eps: float
    ) -> None:
        squares, deltas, (d, other) = state["square_avg"], state["acc_delta"], work
        mean_of_squares(squares, g, rho, other)
        np.add(deltas, eps, out=d)
        d /= np.add(squares, eps, out=other)
        np.sqrt(d, out=d)
        d *= g
        mean_of_squares(deltas, d, rho, other)
        d *= lr
        p -= d
