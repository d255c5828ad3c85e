"""Points in the plane with labels, drawn from an `rng`, and the digits that scikit-learn brings along.

All return ``x, y``: float32 (n, 2), or (n, 1, 8, 8) for the digits, and int64 (n,).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.optional import optional
from nn import checks
from nn.random import generator

__all__ = ["circles", "digits", "moons", "ring_of_gaussians", "spirals", "xor"]

Examples = tuple[Any, Any]  # x and y


def digits() -> Examples:
    """1,797 handwritten digits of 8 x 8 pixels, in 0..1, as scikit-learn has them (Alpaydin and Kaynak, 1998)."""
    x, y = optional("sklearn.datasets", "data", "nn.data.datasets.digits").load_digits(return_X_y=True)
    return examples(x.reshape(-1, 1, 8, 8) / 16, y)


def moons(n: int = 200, *, noise: float = 0.1, rng: np.random.Generator | None = None) -> Examples:
    """Two half circles that reach into each other, one class each: scikit-learn's `make_moons`."""
    return from_sklearn("moons", n, noise, rng)


def circles(n: int = 200, *, noise: float = 0.05, rng: np.random.Generator | None = None) -> Examples:
    """A circle within a circle, the inner one half as large and class 1: scikit-learn's `make_circles`."""
    return from_sklearn("circles", n, noise, rng, factor=0.5)


def from_sklearn(name: str, n: int, noise: float, rng: np.random.Generator | None, **options: Any) -> Examples:
    """What one of scikit-learn's generators makes."""
    check(name, n, noise)
    make = getattr(optional("sklearn.datasets", "data", f"nn.data.datasets.{name}"), f"make_{name}")
    seed = int(generator(rng).integers(2**32))  # it takes no Generator
    return examples(*make(n, noise=float(noise), random_state=seed, **options))


def spirals(
    n: int = 200, *, arms: int = 2, turns: float = 1.0, noise: float = 0.02, rng: np.random.Generator | None = None
) -> Examples:
    """Spirals from the middle to radius 1 that wind `turns` times, one class each, with as many points."""
    check("spirals", n, noise)
    checks.at_least_one("spirals", arms=arms)
    checks.finite("spirals", turns=turns)
    rng = generator(rng)
    y = rng.permutation(np.arange(n) % arms)
    radius = np.sqrt(rng.random(n))  # as many points along each stretch of the arm
    angle = 2 * np.pi * (turns * radius + y / arms)
    return examples(polar(radius, angle) + noise * rng.standard_normal((n, 2)), y)


def xor(n: int = 4, *, noise: float = 0.0, rng: np.random.Generator | None = None) -> Examples:
    """The corners of the unit square in turn, class 1 where one coordinate is 1: four of them are the truth table."""
    check("xor", n, noise)
    corners = np.arange(n) % 4
    bits = np.stack([corners // 2, corners % 2], axis=1)
    x = bits + noise * generator(rng).standard_normal((n, 2)) if noise else bits
    return examples(x, bits[:, 0] ^ bits[:, 1])


def ring_of_gaussians(
    n: int = 1000,
    *,
    modes: int = 8,
    radius: float = 2.0,
    std: float = 0.02,
    rng: np.random.Generator | None = None,
) -> Examples:
    """Equal normal distributions evenly spaced on a circle, one class each: the usual trial of generative models."""
    check("ring_of_gaussians", n, std, "std")
    checks.at_least_one("ring_of_gaussians", modes=modes)
    checks.finite("ring_of_gaussians", radius=radius)
    rng = generator(rng)
    y = rng.integers(0, modes, n)
    return examples(radius * polar(1.0, 2 * np.pi * y / modes) + std * rng.standard_normal((n, 2)), y)


def polar(radius: Any, angle: Any) -> Any:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def check(what: str, n: int, noise: float, name: str = "noise") -> None:
    """A number of examples, and of their deviation."""
    checks.at_least_one(what, n=n)
    checks.not_negative(what, **{name: noise})
    checks.finite(what, **{name: noise})


def examples(x: Any, y: Any) -> Examples:
    return np.asarray(x, np.float32), np.asarray(y, np.int64)
