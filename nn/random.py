"""Where randomness comes from when no `rng` is given: one generator, seeded by `manual_seed`, or that of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from autograd.compile import watched
from autograd.graph import holding
from nn import errors

__all__ = ["generator", "manual_seed", "within"]

default = watched(np.random.default_rng())
of_block: ContextVar[np.random.Generator | None] = ContextVar("of_block", default=None)


def manual_seed(seed: int) -> np.random.Generator:
    """Seed the generator that is used wherever no `rng` is given, and return it.

    It is seeded in place, so that whoever holds it sees the new seed.
    """
    default.bit_generator.state = np.random.default_rng(seed).bit_generator.state
    return default


def generator(rng: np.random.Generator | None = None) -> np.random.Generator:
    """The generator that was given, or the default one."""
    if not (rng is None or isinstance(rng, np.random.Generator)):
        raise errors.wrong_argument("nn", "rng", rng, "np.random.default_rng(seed), or None")
    return rng or of_block.get() or default


@contextmanager
def within(rng: np.random.Generator) -> Iterator[None]:
    """Take this generator wherever none is given, in the block alone: not in threads that do something else."""
    with holding(of_block, rng):
        yield
