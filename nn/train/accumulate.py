"""`Group`: batches whose gradients are added up for one step, as if they were one batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn.optim.optimizer import Optimizer
from nn.train.weighting import size_of

__all__ = ["Group"]


class Group:
    """Up to `size` batches. Each counts by its share of what the means of all divide by; a sum is just added."""

    def __init__(self, loss: Any, size: int) -> None:
        self.loss, self.size = loss, size
        self.summed = getattr(loss, "reduction", "mean") == "sum"
        self.count, self.unit, self.total = 0, 0.0, 0.0

    def add(self, loss: Any, y: Any, backward: Callable[..., None]) -> None:
        """Run the loss of a batch backward, onto what is there from those before."""
        self.count += 1
        if self.size == 1 or self.summed:
            backward()
            return
        weight = size_of(self.loss, y)
        if weight:  # else nothing of the batch counts
            self.unit = self.unit or weight  # gradients of about the usual size: float16 would overflow
            self.total += weight
            backward(np.full(loss.shape, weight / self.unit, loss.dtype))

    def finish(self, optimizer: Optimizer) -> None:
        """Make the gradients those of the mean over all of the batches; the next batch begins another group."""
        if self.total != self.unit:
            share = self.unit / self.total
            for p in optimizer.parameters():
                if p.grad is not None:
                    p.grad = unwrap(p.grad) * p.dtype.type(share)
        self.count, self.unit, self.total = 0, 0.0, 0.0
