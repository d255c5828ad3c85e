"""Pooling as functions: a node for a layer.

The rules stand on pairs of transposes: maxima are spread to where they were found (`max_spread`) and gathered
from there (`max_gather`), averages are divided among their windows (`avg_spread`). How each is computed is in
``max_pooling.py`` and ``average_pooling.py``, the geometry in ``pooling_windows.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from autograd.graph import unwrap
from nn import checks, errors
from nn.functional import average_pooling, max_pooling
from nn.functional.pooling_windows import Axis, adaptive_axes, pooling_axes
from nn.functional.unpooling import take_entries

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
]

Axes = tuple[Axis, ...]

# -------------------------------------------------------------------------------------------------------- primitives


@primitive
def max_pool(input: Any, axes: Axes) -> Any:
    """The largest entry of each window; the first of several has the gradient."""
    return max_pooling.largest(input, axes)


@primitive
def max_spread(g: Any, y: Any, input: Any, axes: Axes) -> Any:
    """Each number of `g` at the largest entry of its window of `input`; `y` tells whether a NaN is among these."""
    return max_pooling.spread(g, input, axes, bool(np.isnan(y).any()))


@primitive
def max_gather(values: Any, input: Any, axes: Axes) -> Any:
    """The entries of `values` that lie where the largest of each window of `input` does."""
    return take_entries(values, max_pooling.indices(input, axes), len(axes))


@primitive
def avg_pool(input: Any, axes: Axes, divisor: Any) -> Any:
    """The sum of each window over its divisor, a number or one for each window."""
    return average_pooling.summed(input, axes, divisor)


@primitive
def avg_spread(g: Any, axes: Axes, divisor: Any) -> Any:
    """Each number of `g`, over its divisor, at all entries of its window."""
    return average_pooling.divided(g, axes, divisor)


vjp_rule(max_pool, max_spread)
vjp_rule(max_spread, lambda g, gx, _, y, x, axes: max_gather(g, x, axes), None, None)
vjp_rule(max_gather, lambda g, y, v, x, axes: max_spread(g, x, x, axes), None)
vjp_rule(avg_pool, lambda g, y, x, axes, divisor: avg_spread(g, axes, divisor))
vjp_rule(avg_spread, lambda g, gx, _, axes, divisor: avg_pool(g, axes, divisor))

# ----------------------------------------------------------------------------------------------------------- maximum


def pooled_maximum(what: str, input: Any, axes: Axes, return_indices: bool) -> Any:
    if input.dtype.kind not in "fiu":
        raise errors.ArgumentError(f"{what}: got {input.dtype}; the input must be of real numbers.")
    y = max_pool(input, axes)
    return (y, max_pooling.indices(unwrap(input), axes)) if return_indices else y


def max_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest entries of windows: (N, C, L) or (C, L).

    `stride` is the kernel's size if None; the padding holds minus infinity. With `ceil_mode` a last window may reach
    beyond the padding. With `return_indices` also where each was found, int64. Of equal entries the first has the whole
    gradient.

    Raises `ShapeError` and `ArgumentError` for what does not fit.
    """
    axes = pooling_axes("max_pool1d", input, 1, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled_maximum("max_pool1d", input, axes, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As `max_pool1d`, of (N, C, H, W) or (C, H, W); the indices count through a plane, row by row."""
    axes = pooling_axes("max_pool2d", input, 2, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled_maximum("max_pool2d", input, axes, return_indices)


def max_pool3d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """As `max_pool1d`, of (N, C, D, H, W) or (C, D, H, W)."""
    axes = pooling_axes("max_pool3d", input, 3, kernel_size, stride, padding, dilation, ceil_mode)
    return pooled_maximum("max_pool3d", input, axes, return_indices)


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest entries of `output_size` windows of as equal a length as can be; None keeps the input's size."""
    axes = adaptive_axes("adaptive_max_pool1d", input, 1, output_size)
    return pooled_maximum("adaptive_max_pool1d", input, axes, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """As `adaptive_max_pool1d`, of (N, C, H, W) or (C, H, W)."""
    axes = adaptive_axes("adaptive_max_pool2d", input, 2, output_size)
    return pooled_maximum("adaptive_max_pool2d", input, axes, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """As `adaptive_max_pool1d`, of (N, C, D, H, W) or (C, D, H, W)."""
    axes = adaptive_axes("adaptive_max_pool3d", input, 3, output_size)
    return pooled_maximum("adaptive_max_pool3d", input, axes, return_indices)


# ----------------------------------------------------------------------------------------------------------- average


def pooled_average(
    what: str, input: Any, axes: Axes, count_include_pad: bool = True, divisor_override: int | None = None
) -> Any:
    if input.dtype.kind not in "fc":
        raise errors.ArgumentError(f"{what}: got {input.dtype}; write x.astype(np.float32).")
    check_divisor(what, divisor_override)
    divisors = average_pooling.divisors(axes, count_include_pad) if divisor_override is None else divisor_override
    return avg_pool(input, axes, divisors)


def check_divisor(what: str, divisor_override: Any) -> None:
    """Raise unless it is an integer other than 0, or None."""
    if divisor_override is not None and not (checks.is_integer(divisor_override) and divisor_override):
        raise errors.out_of_range(what, "divisor_override", divisor_override, "an integer other than 0, or None")


def avg_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """The means of windows: (N, C, L) or (C, L).

    `stride` is the kernel's size if None; the padding holds zeros, which count as entries if `count_include_pad`. With
    `ceil_mode` a last window may reach beyond the padding, whose rest does not count.

    Raises `ShapeError` and `ArgumentError` for what does not fit.
    """
    axes = pooling_axes("avg_pool1d", input, 1, kernel_size, stride, padding, 1, ceil_mode)
    return pooled_average("avg_pool1d", input, axes, count_include_pad)


def avg_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """As `avg_pool1d`, of (N, C, H, W) or (C, H, W); the sums may be divided by another number, `divisor_override`."""
    axes = pooling_axes("avg_pool2d", input, 2, kernel_size, stride, padding, 1, ceil_mode)
    return pooled_average("avg_pool2d", input, axes, count_include_pad, divisor_override)


def avg_pool3d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """As `avg_pool2d`, of (N, C, D, H, W) or (C, D, H, W)."""
    axes = pooling_axes("avg_pool3d", input, 3, kernel_size, stride, padding, 1, ceil_mode)
    return pooled_average("avg_pool3d", input, axes, count_include_pad, divisor_override)


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Any:
    """The means of `output_size` windows of as equal a length as can be; None keeps the input's size."""
    return pooled_average("adaptive_avg_pool1d", input, adaptive_axes("adaptive_avg_pool1d", input, 1, output_size))


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Any:
    """As `adaptive_avg_pool1d`, of (N, C, H, W) or (C, H, W)."""
    return pooled_average("adaptive_avg_pool2d", input, adaptive_axes("adaptive_avg_pool2d", input, 2, output_size))


def adaptive_avg_pool3d(input: Any, output_size: Any) -> Any:
    """As `adaptive_avg_pool1d`, of (N, C, D, H, W) or (C, D, H, W)."""
    return pooled_average("adaptive_avg_pool3d", input, adaptive_axes("adaptive_avg_pool3d", input, 3, output_size))
