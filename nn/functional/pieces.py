"""Formulas over large arrays, elementwise or along an axis: a piece that stays in cache at a time, on all processors.

A formula of ten NumPy calls would otherwise go ten times through memory. Imported by the activations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nn.threads import in_threads

__all__ = ["by_rows", "in_pieces"]

#: Elements of a piece: several arrays of it lie in a cache of 2 MB, and a call on it takes about 10 us, so that threads
#: seldom wait for each other's Python.
PIECE = 2**16


def in_pieces(function: Callable[..., Any], *args: Any) -> Any:
    """``function(*args)``, where `function` is elementwise and the arrays among `args` have one shape.

    In pieces where these are large and lie in memory in one order, else at once: also for Tensors, which record what
    the function does. The result has the dtype of the first, and a ufunc writes it with no array between.
    """
    first = args[0]
    if type(first) is not np.ndarray or first.size < 2 * PIECE or first.dtype.kind != "f":
        return function(as_floats(function, first), *args[1:])
    args = tuple(map(scalar_if_constant, args))
    arrays = [x for x in args if isinstance(x, np.ndarray)]
    order = sorted(range(first.ndim), key=lambda axis: -arrays[0].strides[axis]) if arrays else []
    if not arrays or not all(x.transpose(order).flags.c_contiguous for x in arrays):
        return function(*args)
    out = np.empty([first.shape[axis] for axis in order], first.dtype)
    results = out.reshape(-1)
    flat = [x.transpose(order).reshape(-1) if isinstance(x, np.ndarray) else x for x in args]

    def work(starts: Iterator[int]) -> None:
        for start in starts:
            piece = slice(start, start + PIECE)
            inputs = [x[piece] if isinstance(x, np.ndarray) else x for x in flat]
            if isinstance(function, np.ufunc):
                function(*inputs, out=results[piece])
            else:
                results[piece] = function(*inputs)

    in_threads(work, range(0, first.size, PIECE))
    return out if order == sorted(order) else out.transpose(np.argsort(order))


def as_floats(function: Callable[..., Any], x: Any) -> Any:
    """Numbers and lists as arrays, and integers as floats, unless a ufunc knows itself what to do with them."""
    if not hasattr(x, "dtype"):
        x = np.asarray(x)
    return x.astype(float) if x.dtype.kind in "biu" and not isinstance(function, np.ufunc) else x


def scalar_if_constant(x: Any) -> Any:
    """The entry of an array that repeats it, as the gradient of a sum does."""
    return x.flat[0] if isinstance(x, np.ndarray) and not any(x.strides) else x


def by_rows(function: Callable[..., Any], *arrays: Any, axis: int) -> Any:
    """``function(*arrays, axis)``, of arrays of one shape and dtype, in pieces across the axis where they are large.

    A result may have another length along the axis. `axis` counts from the end, and still does in a piece.
    """
    first = arrays[0]
    if type(first) is not np.ndarray or first.size < 2 * PIECE or not all(x.flags.c_contiguous for x in arrays):
        return function(*arrays, axis)
    flat = [x.reshape(-1, *x.shape[axis:]) for x in arrays]
    rows = max(1, PIECE * len(flat[0]) // first.size)
    start = function(*(x[:rows] for x in flat), axis)
    out = np.empty((len(flat[0]), *start.shape[1:]), start.dtype)
    out[:rows] = start

    def work(starts: Iterator[int]) -> None:
        for i in starts:
            out[i : i + rows] = function(*(x[i : i + rows] for x in flat), axis)

    in_threads(work, range(rows, len(out), rows))
    return out.reshape(*first.shape[:axis], *start.shape[1:])
