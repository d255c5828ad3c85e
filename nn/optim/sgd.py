"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn import checks, errors
from nn.optim.optimizer import Optimizer

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
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
            },
        )

    def check_options(self, options: dict[str, Any]) -> None:
        numbers = ("lr", "momentum", "dampening", "weight_decay")
        checks.not_negative("SGD", **{name: options[name] for name in numbers})
        if options["nesterov"] and (options["momentum"] == 0 or options["dampening"] != 0):
            raise errors.ArgumentError("SGD: nesterov=True needs a momentum above 0 and dampening=0.")

    def update(
        self,
        p: Tensor,
        g: Any,
        state: dict[str, Any],
        *,
        lr: float,
        momentum: float,
        dampening: float,
        weight_decay: float,
        nesterov: bool,
    ) -> None:
        if weight_decay:
            g = g + weight_decay * p.data
        if momentum:
            v = state.get("momentum_buffer")
            if v is None:
                v = state["momentum_buffer"] = np.array(g)
            else:
                v *= momentum
                v += (1 - dampening) * g
            g = g + momentum * v if nesterov else v
        p.data -= lr * g
