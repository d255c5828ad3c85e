"""Manhattan propagation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_not_negative

__all__ = ["Manhattan"]


class Manhattan(Optimizer):
    """Sign propagation, the Manhattan rule (as in Riedmiller and Braun, 1993): ``p -= lr * sign(g)``.

    Every entry moves by `lr`, along the axes only, whatever the gradient's size; `Rprop` adapts the steps.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, *, maximize: bool = False, **kernels: Unpack[Kernels]
    ) -> None:
        super().__init__(params, {"lr": lr, "maximize": maximize}, **kernels)

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("Manhattan", options, "lr")

    def update(self, p: Any, g: Any, state: dict[str, Any], work: list[Any], *, lr: float) -> None:  # noqa: ARG002
        step, _ = work
        np.sign(g, out=step)
        step *= lr
        p -= step
