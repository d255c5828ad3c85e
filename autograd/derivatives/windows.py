"""Derivatives of windows that slide over an array: an entry gets the sum over the windows that hold it."""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from autograd.rules import composition, primitive, refuse, vjp_rule


@primitive
def windows(x: Any, window_shape: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    """`numpy.lib.stride_tricks.sliding_window_view` with its arguments spelled out."""
    return sliding_window_view(x, window_shape, axes)


@primitive
def overlap_add(g: Any, shape: tuple[int, ...], window_shape: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    """Add each window to zeros of this shape, where it was taken from: the transpose of `windows`."""
    out = np.zeros_like(g, shape=shape)
    for offset in np.ndindex(*window_shape):  # one sum per place in the window, each over all windows at once
        starts = [0] * len(shape)
        for axis, start in zip(axes, offset, strict=True):
            starts[axis] += start
        place = tuple(slice(start, start + n) for start, n in zip(starts, g.shape, strict=False))
        out[place] += g[(..., *offset)]
    return out


vjp_rule(windows, lambda g, y, x, window_shape, axes: overlap_add(g, np.shape(x), window_shape, axes), None, None)
vjp_rule(overlap_add, lambda g, y, x, shape, window_shape, axes: windows(g, window_shape, axes), None, None, None)


@composition(sliding_window_view)
def _(x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False) -> Any:
    window_shape = (window_shape,) if np.ndim(window_shape) == 0 else tuple(window_shape)
    axes = range(np.ndim(x)) if axis is None else (axis,) if np.ndim(axis) == 0 else axis
    if len(window_shape) != len(axes):
        raise ValueError(f"a window of shape {window_shape} needs as many axes, and these are {tuple(axes)}")
    return windows(x, window_shape, tuple(normalize_axis_index(i, np.ndim(x)) for i in axes))


refuse(as_strided, "reads memory, not entries", "np.lib.stride_tricks.sliding_window_view(x, window_shape)")
