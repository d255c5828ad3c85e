"""Maxima put back to where pooling found them, as functions: a node for a layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from autograd.graph import unwrap
from nn import checks, errors

__all__ = ["max_unpool1d", "max_unpool2d", "max_unpool3d", "take_entries"]


@primitive
def unpool(input: Any, indices: Any, sizes: tuple[int, ...]) -> Any:
    """The entries of `input` at their places in planes of `sizes`, zeros elsewhere."""
    n = len(sizes)
    out = np.zeros((*input.shape[:-n], math.prod(sizes)), input.dtype)
    np.put_along_axis(out, flat(indices, n), flat(input, n), -1)
    return out.reshape(*input.shape[:-n], *sizes)


@primitive
def take_entries(input: Any, indices: Any, n: int) -> Any:
    """The entries at these places of the planes that the last `n` axes are."""
    return np.take_along_axis(flat(input, n), flat(indices, n), -1).reshape(indices.shape)


def flat(x: Any, n: int) -> Any:
    """The last `n` axes as one."""
    return x.reshape(*x.shape[:-n], math.prod(x.shape[-n:]))


vjp_rule(unpool, lambda g, y, x, indices, sizes: take_entries(g, indices, len(sizes)), None)
vjp_rule(take_entries, lambda g, y, x, indices, n: unpool(g, indices, x.shape[-n:]), None)


def unpooled(
    what: str, n: int, input: Any, indices: Any, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> Any:
    kernels = checks.several(what, "kernel_size", kernel_size, n, 1)
    strides = kernels if stride is None else checks.several(what, "stride", stride, n, 1)
    paddings = checks.several(what, "padding", padding, n)
    checks.array(what, input)
    places = np.asarray(unwrap(indices))
    if input.ndim not in (n + 1, n + 2) or places.shape != input.shape:
        raise errors.ShapeError(
            f"{what}: got an input of shape {input.shape} and indices of shape {places.shape}; "
            f"they must be the same, of {n + 2} axes, or {n + 1} without a batch."
        )
    least = [
        (size - 1) * s + k - 2 * p for size, k, s, p in zip(input.shape[-n:], kernels, strides, paddings, strict=True)
    ]
    sizes = tuple(least)
    if output_size is not None:
        wanted = output_size[-n:] if isinstance(output_size, (tuple, list)) else output_size
        sizes = checks.several(what, "output_size", wanted, n, 1)
        if not all(abs(size - usual) < s for size, usual, s in zip(sizes, least, strides, strict=True)):
            near = ", ".join(f"{usual - s + 1} to {usual + s - 1}" for usual, s in zip(least, strides, strict=True))
            raise errors.out_of_range(what, "output_size", output_size, near)
    if places.dtype.kind not in "iu" or (places.size and not 0 <= places.min() <= places.max() < math.prod(sizes)):
        raise errors.ArgumentError(
            f"{what}: indices must be integers in 0..{math.prod(sizes) - 1}, the places in {sizes}; "
            f"got {places.dtype}{f' from {places.min()} to {places.max()}' if places.size else ''}."
        )
    return unpool(input, places, sizes)


def max_unpool1d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """Put maxima back to where `max_pool1d` with ``return_indices=True`` found them; zeros elsewhere.

    `output_size` says which of the input's possible sizes it was.

    Raises `ShapeError` and `ArgumentError`, for indices outside too.
    """
    return unpooled("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """As `max_unpool1d`, for `max_pool2d`."""
    return unpooled("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """As `max_unpool1d`, for `max_pool3d`."""
    return unpooled("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)
