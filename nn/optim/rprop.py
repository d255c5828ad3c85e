"""Rprop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from nn import errors
from nn.optim.optimizer import Kernels, Optimizer
from nn.optim.options import check_not_negative, is_pair

__all__ = ["Rprop"]


class Rprop(Optimizer):
    """Resilient propagation (Riedmiller and Braun, 1993), as iRprop- of Igel and Hüsken (2000).

    Each entry has a step size, `lr` at first. Where g has kept its sign, it grows by ``etas[1]``; where g has changed
    it, the size shrinks by ``etas[0]`` and the entry rests once; always within `step_sizes`.
    ``p -= sign(g) * step_size``. For full batches, as the sign of a noisy gradient says little.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        maximize: bool = False,
        **kernels: Unpack[Kernels],
    ) -> None:
        super().__init__(params, {"lr": lr, "etas": etas, "step_sizes": step_sizes, "maximize": maximize}, **kernels)

    def check_options(self, options: dict[str, Any]) -> None:
        check_not_negative("Rprop", options, "lr")
        etas, sizes = options["etas"], options["step_sizes"]
        if not (is_pair(etas) and 0 < etas[0] < 1 < etas[1]):
            raise errors.out_of_range("Rprop", "etas", etas, "two numbers, one between 0 and 1, one above 1")
        if not (is_pair(sizes) and 0 <= sizes[0] <= sizes[1]):
            raise errors.out_of_range("Rprop", "step_sizes", sizes, "the smallest and the largest step, 0 or more")

    def start(self, p: Any, options: dict[str, Any]) -> dict[str, Any]:
        return {"step": 0, "prev": np.zeros_like(p), "step_size": np.full_like(p, options["lr"])}

    def update(
        self,
        p: Any,
        g: Any,
        state: dict[str, Any],
        work: list[Any],
        *,
        lr: float,  # noqa: ARG002  # for `start`
        etas: tuple[float, float],
        step_sizes: tuple[float, float],
    ) -> None:
        (shrink, grow), size, before, (step, _) = etas, state["step_size"], state["prev"], work
        np.multiply(g, before, out=step)
        turned = step < 0
        np.multiply(size, grow, out=size, where=step > 0)
        np.multiply(size, shrink, out=size, where=turned)
        np.clip(size, *step_sizes, out=size)
        before[...] = g
        before[turned] = 0
        np.sign(before, out=step)
        step *= size
        p -= step
