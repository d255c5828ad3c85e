"""Resizing: `interpolate`, in all of PyTorch's modes.

Every mode is a table for each axis that says which entries a result is made of (``resampling.py``), except "area",
which is adaptive average pooling.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nn import checks, errors
from nn.functional.pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from nn.functional.resampling import Table, resample

__all__ = ["check_mode", "interpolate"]

MODES = {  # for how many spatial axes
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "trilinear": (3,),
    "bicubic": (2,),
    "area": (1, 2, 3),
}
COPYING = ("nearest", "nearest-exact", "area")
SMOOTHED = ("bilinear", "bicubic")  # that `antialias` goes with


def check_mode(what: str, mode: str, align_corners: bool | None, antialias: bool = False) -> None:
    """Raise unless the mode is known and takes these options."""
    if mode not in MODES:
        raise errors.unknown_name("mode", mode, MODES)
    if align_corners is not None and mode in COPYING:
        raise errors.ArgumentError(f"{what}: align_corners is for linear and cubic modes; leave it out for {mode!r}.")
    if antialias and mode not in SMOOTHED:
        raise errors.ArgumentError(f"{what}: antialias=True is for modes {SMOOTHED}, not {mode!r}.")


def interpolate(
    input: Any,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Any:
    """The input (N, C, *spatial) resized to `size`, or by `scale_factor`, a number for all axes or one for each.

    Modes are "nearest", "nearest-exact", "area", "linear" (of one spatial axis), "bilinear" and "bicubic" (of two),
    "trilinear" (of three). Entries are areas, whose middles are interpolated between; with `align_corners` points, of
    which the outermost keep their places. `recompute_scale_factor` takes the factor from the sizes, which were rounded
    down. `antialias` widens the kernel where the image gets smaller. The cubic is Keys's (1981) with a = -0.75, or -0.5
    with `antialias`.

    Raises `ArgumentError` for options that do not go together, `ShapeError` for an input that does not fit.
    """
    checks.array("interpolate", input)
    check_mode("interpolate", mode, align_corners, antialias)
    n = input.ndim - 2
    if n not in MODES[mode]:
        axes = " or ".join(str(known + 2) for known in MODES[mode])
        raise errors.ShapeError(f"interpolate: got shape {input.shape}; mode {mode!r} takes an input of {axes} axes.")
    if 0 in input.shape[1:]:
        raise errors.ShapeError(f"interpolate: got shape {input.shape}; only the batch may be empty.")
    if input.dtype.kind not in "fc" and not mode.startswith("nearest"):
        raise errors.ArgumentError(f"interpolate: got {input.dtype}; write x.astype(np.float32).")
    sizes, factors = targets(input.shape[2:], size, scale_factor, bool(recompute_scale_factor))
    if mode == "area":
        return (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)[n - 1](input, sizes)
    return resample(
        input,
        tuple(
            table(mode, old, new, factor, bool(align_corners), antialias, input.dtype)
            for old, new, factor in zip(input.shape[2:], sizes, factors, strict=True)
        ),
    )


def targets(
    shape: tuple[int, ...], size: Any, scale_factor: Any, recompute: bool
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """The new sizes, and the factors that say where to read; None where the sizes do."""
    n, name, given = len(shape), "size", size
    if (size is None) == (scale_factor is None):
        raise errors.ArgumentError(f"interpolate: {size=} and {scale_factor=}; give one of them.")
    if size is None:
        name, given = "scale_factor", scale_factor
    elif recompute:
        raise errors.ArgumentError("interpolate: recompute_scale_factor=True goes with scale_factor, not with size.")
    values = tuple(given) if isinstance(given, (tuple, list)) else (given,) * n
    if len(values) != n:
        raise errors.out_of_range("interpolate", name, given, f"one number, or {n}: the input has {n} spatial axes")
    for value in values:
        right = checks.is_integer(value) if name == "size" else checks.is_number(value) and not isinstance(value, bool)
        if not (right and 0 < value < math.inf):
            what = "an integer, 1 or more" if name == "size" else "a number above 0"
            raise errors.out_of_range("interpolate", name, given, f"{what}, or {n} of them")
    if name == "size":
        return tuple(map(int, values)), (None,) * n
    sizes = tuple(math.floor(old * factor) for old, factor in zip(shape, values, strict=True))
    if 0 in sizes:
        raise errors.ShapeError(f"interpolate: {shape} by {scale_factor=} is {sizes}; nothing would be left.")
    return sizes, (None,) * n if recompute else tuple(map(float, values))


def table(
    mode: str, old: int, new: int, factor: float | None, align_corners: bool, antialias: bool, dtype: Any
) -> Table:
    """One axis. Which entry is nearest is found in the input's precision, as PyTorch does."""
    step = old / new if factor is None else 1 / factor
    if align_corners:
        step = (old - 1) / (new - 1) if new > 1 else 0.0
    i = np.arange(new)
    if mode.startswith("nearest"):
        real = dtype.type if dtype.kind == "f" else np.float32
        shift = real(0.5 if mode == "nearest-exact" else 0)
        places = np.floor((i.astype(real) + shift) * real(step)).astype(np.intp)
        return Table(np.minimum(places, old - 1)[:, None], None, old)
    if antialias:
        return smoothed(mode, old, new, step, align_corners)
    middles = i * step if align_corners else (i + 0.5) * step - 0.5
    if mode == "bicubic":
        left = np.floor(middles)
        offsets = np.arange(-1, 3)
        weights = cubic(np.abs((middles - left)[:, None] - offsets), -0.75)
        return Table(np.clip(left.astype(np.intp)[:, None] + offsets, 0, old - 1), weights, old)
    # where the size stays, the factor is passed over, as in PyTorch
    middles = i.astype(float) if new == old else np.maximum(middles, 0)
    left = np.minimum(np.floor(middles).astype(np.intp), old - 1)
    share = np.clip(middles - left, 0, 1)
    return Table(np.stack([left, np.minimum(left + 1, old - 1)], 1), np.stack([1 - share, share], 1), old)


def cubic(distance: Any, a: float) -> Any:
    """Keys's kernel: two cubics that meet smoothly."""
    d = distance
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return np.where(d <= 1, near, np.where(d < 2, far, 0))


def hat(distance: Any) -> Any:
    return np.maximum(0, 1 - distance)


def smoothed(mode: str, old: int, new: int, step: float, align_corners: bool) -> Table:
    """With a kernel as wide as a step where the image gets smaller, its weights divided by their sum."""
    kernel: Callable[[Any], Any] = hat if mode == "bilinear" else lambda d: cubic(d, -0.5)
    width = max(step, 1.0)
    support = (1 if mode == "bilinear" else 2) * width
    middles = step * (np.arange(new) + 0.5)
    first = np.maximum((middles - support + 0.5).astype(np.intp), 0)
    last = np.minimum((middles + support + 0.5).astype(np.intp), old)
    places = first[:, None] + np.arange(max(1, int((last - first).max())))
    weights = np.where(places < last[:, None], kernel(np.abs(places - middles[:, None] + 0.5) / width), 0)
    return Table(np.minimum(places, old - 1), weights / weights.sum(axis=1, keepdims=True), old)
