"""Adagrad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_not_negative
from nn.optim.pieces import own_array

__all__ = ["Adagrad"]


class Adagrad(Optimizer):
    """Adagrad (Duchi et al., 2011): each entry slows down with the gradients that it has seen.

    ``s += g**2``, which begins at `initial_accumulator_value`, then ``p -= lr_t * g / (sqrt(s) + eps)`` with
    ``lr_t = lr / (1 + (t - 1) * lr_decay)``. `weight_decay` adds ``weight_decay * p`` to g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "eps": eps,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "maximize": maximize,
            },
            **kernels,
        )

    def check_options(self, options: dict[str, Any]) -> None:
        names = ("lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")
        check_not_negative("Adagrad", options, *names)

    def add_param_group(self, group: Any) -> None:
        super().add_param_group(group)
        options = self.param_groups[-1]
        for p in options["params"]:  # not with the first step, as elsewhere: so a saved state has what PyTorch's has
            self.state[p] = self.start(own_array(p.data), options)

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:
        return {"step": 0, "sum": np.full_like(p, options["initial_accumulator_value"])}

    def update(
        self,
        p: Any,
        g: Any,
        state: dict[str, Any],
        work: list[Any],
        *,
        lr: float,
        lr_decay: float,
        eps: float,
        initial_accumulator_value: float,  # noqa: ARG002  # for `start`
    ) -> None:
        s, t, (step, _) = state["sum"], state["step"], work
        s += np.multiply(g, g, out=step)
        np.sqrt(s, out=step)
        step += eps
        np.divide(g, step, out=step)
        step *= lr / (1 + (t - 1) * lr_decay)
        p -= step
