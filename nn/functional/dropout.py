"""Dropout as functions: of entries, of whole channels, and with the mean and variance of the input kept."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.compile.spelled import drawn
from nn import checks, errors
from nn.functional.normalizing import scaled
from nn.random import generator

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
]

SATURATION = 1.7580993408473766  # of SELU: scale * alpha, minus which is its value at minus infinity


def kept(shape: tuple[int, ...], p: float, rng: np.random.Generator | None) -> Any:
    """Booleans, each False with probability `p`, independently."""
    return drawn(keeping, shape, p, rng=generator(rng))


def keeping(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Any:
    """Booleans, each False with probability `p`, independently.

    A random byte decides unless it is the one in which ``256 * p`` lies; one in 256 entries takes a second draw. That
    is four times as fast as a number for each, and as exact.
    """
    size = math.prod(shape)
    count = -(-size // 8)
    if isinstance(rng.bit_generator, np.random.MT19937):  # whose own words have 32 bits
        words = rng.integers(0, 1 << 64, count, dtype=np.uint64, endpoint=False)
    else:
        words = rng.bit_generator.random_raw(count)  # the same numbers, at a third of the cost
    draws = words.view(np.uint8)[:size]
    limit = math.floor(256 * p)
    keep = draws >= limit
    if limit < 256 * p:
        (undecided,) = np.nonzero(draws == limit)
        keep[undecided] = rng.random(len(undecided)) >= 256 * p - limit
    return keep.reshape(shape)


def check(what: str, input: Any, p: Any) -> None:
    """Raise unless the input is an array and `p` a probability."""
    if not (checks.is_number(p) and 0 <= p <= 1):
        raise errors.out_of_range(what, "p", p, "a probability, 0 to 1")
    checks.array(what, input)


def check_floating(input: Any) -> None:
    """Raise unless what entries are dropped from is a floating array."""
    if input.dtype.kind not in "fc":
        raise errors.ArgumentError(f"dropout: got {input.dtype}; write x.astype(np.float32).")


def dropout(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, rng: np.random.Generator | None = None
) -> Any:
    """Set each entry to 0 with probability `p` and divide the others by ``1 - p``; without `training`, the input.

    The expected value stays the same, so that nothing is left to do in evaluation (Srivastava et al., 2014). PyTorch's
    `inplace` must be False.

    Raises `ArgumentError` unless 0 <= p <= 1.
    """
    check("dropout", input, p)
    checks.not_inplace("dropout", inplace)
    return input if not training or p == 0 else dropped(input, input.shape, p, rng)


def dropped(input: Any, shape: tuple[int, ...], p: float, rng: np.random.Generator | None) -> Any:
    """The input times a mask of this shape, whose entries are 0 or 1 / (1 - p)."""
    check_floating(input)
    if p == 1:
        return input * np.zeros(shape, input.dtype)
    return input * np.multiply(kept(shape, p, rng), 1 / (1 - p), dtype=input.dtype)


def of_channels(
    what: str,
    n: int,
    input: Any,
    p: float,
    training: bool,
    inplace: bool,
    rng: np.random.Generator | None,
) -> Any:
    """Dropout of whole channels of `n` spatial axes."""
    check(what, input, p)
    checks.not_inplace(what, inplace)
    checks.spatial(what, input, n)
    batch = input.shape[: input.ndim - n]
    if n == 2 and input.ndim == 3:
        batch, n = input.shape[:2], 1
    channels = (*batch, *(1,) * n)
    return input if not training or p == 0 else dropped(input, channels, p, rng)


def dropout1d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, rng: np.random.Generator | None = None
) -> Any:
    """`dropout` of whole channels: (N, C, L) or (C, L). Tompson et al., 2015."""
    return of_channels("dropout1d", 1, input, p, training, inplace, rng)


def dropout2d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, rng: np.random.Generator | None = None
) -> Any:
    """`dropout` of whole channels: (N, C, H, W), or (N, C, L), as three axes are read in PyTorch."""
    return of_channels("dropout2d", 2, input, p, training, inplace, rng)


def dropout3d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, rng: np.random.Generator | None = None
) -> Any:
    """`dropout` of whole channels: (N, C, D, H, W) or (C, D, H, W)."""
    return of_channels("dropout3d", 3, input, p, training, inplace, rng)


def alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False, *, rng: np.random.Generator | None = None
) -> Any:
    """Set entries to SELU's lowest value with probability `p`, then scale and shift all.

    Of an input of mean 0 and variance 1 the mean and variance stay (Klambauer et al., 2017). With p = 1 all is 0.

    Raises `ArgumentError` unless 0 <= p <= 1.
    """
    check("alpha_dropout", input, p)
    checks.not_inplace("alpha_dropout", inplace)
    return input if not training or p == 0 else alpha_dropped(input, input.shape, p, rng)


def feature_alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False, *, rng: np.random.Generator | None = None
) -> Any:
    """`alpha_dropout` of whole channels: (N, C, ...)."""
    check("feature_alpha_dropout", input, p)
    checks.not_inplace("feature_alpha_dropout", inplace)
    if input.ndim < 2:
        raise errors.ShapeError(f"feature_alpha_dropout: got shape {input.shape}; it must be (N, C, ...).")
    channels = (*input.shape[:2], *(1,) * (input.ndim - 2))
    return input if not training or p == 0 else alpha_dropped(input, channels, p, rng)


def alpha_dropped(input: Any, shape: tuple[int, ...], p: float, rng: np.random.Generator | None) -> Any:
    """``a * (x where kept, else -SATURATION) + b``, with the a and b that restore mean 0 and variance 1."""
    check_floating(input)
    if p == 1:
        return input * np.zeros(shape, input.dtype)
    a = 1 / math.sqrt((SATURATION**2 * p + 1) * (1 - p))
    keep = kept(shape, p, rng)
    scale = np.multiply(keep, a, dtype=input.dtype)
    shift = np.where(keep, input.dtype.type(a * p * SATURATION), input.dtype.type(a * (p - 1) * SATURATION))
    return scaled(input, scale, shift)
