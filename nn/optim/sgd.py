"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn import errors
from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_not_negative

__all__ = ["SGD"]


class SGD(Optimizer):
    """Gradient descent with momentum, as PyTorch has it (Sutskever et al., 2013, with the learning rate outside).

    ``v = momentum * v + (1 - dampening) * g``, where the first v is g; then ``p -= lr * v``, or with `nesterov`
    ``p -= lr * (g + momentum * v)``. `weight_decay` adds ``weight_decay * p`` to g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
            **kernels,
        )

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("SGD", options, "lr", "momentum", "dampening", "weight_decay")
        if options["nesterov"] and (options["momentum"] == 0 or options["dampening"] != 0):
            raise errors.ArgumentError("SGD: nesterov=True needs a momentum above 0 and dampening=0.")

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:
        return {"momentum_buffer": np.zeros_like(p)} if options["momentum"] else {}

    def update(
        self,
        p: Any,
        g: Any,
        state: dict[str, Any],
        work: list[Any],
        *,
        lr: float,
        momentum: float,
        dampening: float,
        nesterov: bool,
    ) -> None:
        step, _ = work
        v = g
        if momentum:
            v = state["momentum_buffer"]
            v *= momentum
            v += g if state["first"] else np.multiply(g, 1 - dampening, out=step)
        if nesterov:
            v = np.multiply(v, momentum, out=step)
            v += g
        p -= np.multiply(v, lr, out=step)
