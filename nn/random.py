"""Where randomness comes from when no `rng` is given: one generator, seeded by `manual_seed`."""

from __future__ import annotations

import numpy as np

from nn import errors

__all__ = ["generator", "manual_seed"]

default = np.random.default_rng()


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
    return default if rng is None else rng
