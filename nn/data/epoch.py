"""One pass over the data: which examples make which batch, and the randomness of each, all from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nn import errors

__all__ = ["Epoch", "Plan"]

WORDS = 4  # of 32 bits, as NumPy takes for a seed by itself


@dataclass(frozen=True)
class Plan:
    """What an epoch's batches depend on beside its seed."""

    length: int
    batch_size: int
    shuffle: bool
    drop_last: bool

    @property
    def batches(self) -> int:
        """How many there are."""
        return self.length // self.batch_size if self.drop_last else -(-self.length // self.batch_size)

    def check(self) -> None:
        """There is a batch; raises `ArgumentError`."""
        if not self.length:
            raise errors.ArgumentError("DataLoader: the dataset is empty, so there is no batch.")
        if not self.batches:
            raise errors.ArgumentError(
                f"DataLoader: drop_last=True leaves no batch, as {self.length} examples do not fill one of "
                f"{self.batch_size}. Write a smaller batch_size, or drop_last=False."
            )


class Epoch:
    """The batches of one pass. `position` counts those that the consumer has got.

    Each batch has a generator of its own, so that it comes out the same whichever thread makes it, and when.
    """

    def __init__(self, plan: Plan, seed: list[int], position: int = 0) -> None:
        self.plan, self.seed, self.position = plan, seed, position
        # the indices of all examples in the order of this epoch
        self.order = self.generator(0).permutation(plan.length) if plan.shuffle else np.arange(plan.length)

    @staticmethod
    def draw(rng: np.random.Generator) -> list[int]:
        """A seed for an epoch."""
        drawn: list[int] = rng.integers(0, 2**32, WORDS, dtype=np.uint32).tolist()
        return drawn

    def indices(self, batch: int) -> Any:
        """The examples of a batch."""
        size = self.plan.batch_size
        return self.order[batch * size : (batch + 1) * size]

    def generator(self, stream: int) -> np.random.Generator:
        """A generator that depends on the epoch's seed and a number: 0 for the order, 1 + i for batch i."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(stream,)))
