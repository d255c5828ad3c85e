"""Formulas over large arrays, elementwise or along an axis: a piece that stays in cache at a time, on all processors.

A formula of ten NumPy calls would otherwise go ten times through memory. Imported by the activations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any, TypeVar, cast

import numpy as np

from nn import checks
from nn.threads import in_threads

__all__ = ["as_floats", "by_rows", "half_in_single", "in_pieces", "numbers", "quiet"]

F = TypeVar("F", bound=Callable[..., Any])
HALF = np.dtype(np.float16)

#: A block or a decorator: nothing warns of what overflows. An exponential that does so in a denominator gives the
#: limit, and 0 times infinity is NaN, as in PyTorch.
quiet = partial(np.errstate, over="ignore", invalid="ignore", divide="ignore")

#: Elements of a piece: several arrays of it lie in a cache of 2 MB, and a call on it takes about 10 us, so that threads
#: seldom wait for each other's Python.
PIECE = 2**16


@quiet()
def quietly(function: Callable[..., Any], *args: Any) -> Any:
    """``function(*args)``."""
    return function(*args)


def half_in_single(function: F) -> F:
    """A function of an input, computed in float32 where that is float16: squares above 256 would overflow."""

    @wraps(function)
    def wide(input: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(input, "dtype", None) is not HALF:
            return function(input, *args, **kwargs)
        return function(input.astype(np.float32), *args, **kwargs).astype(HALF)

    return cast(F, wide)


def in_pieces(function: Callable[..., Any], *args: Any) -> Any:
    """``function(*args)``, where `function` is elementwise and the arrays among `args` have one shape.

    In pieces where these are large and lie in memory in one order, else at once: also for Tensors, which record what
    the function does. The result has the dtype of the first, and a ufunc writes it with no array between.
    """
    first = args[0]
    if getattr(first, "dtype", None) is HALF:
        return in_pieces(function, *map(single, args)).astype(HALF)
    if type(first) is not np.ndarray or first.size < 2 * PIECE or first.dtype.kind != "f":
        if isinstance(function, np.ufunc):
            return function(numbers(first), *args[1:])
        return quietly(function, as_floats(first), *args[1:])
    args = tuple(map(scalar_if_constant, args))
    arrays = [x for x in args if isinstance(x, np.ndarray)]
    order = sorted(range(first.ndim), key=lambda axis: -arrays[0].strides[axis]) if arrays else []
    if not arrays or not all(x.transpose(order).flags.c_contiguous for x in arrays):
        return quietly(function, *args)
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

    quietly(in_threads, work, range(0, first.size, PIECE))
    return out if order == sorted(order) else out.transpose(np.argsort(order))


def numbers(x: Any) -> Any:
    """Numbers and lists as arrays; `ArgumentError` for what is no number."""
    if not hasattr(x, "dtype") or x.dtype.kind not in "fiubc":
        x = np.asarray(x)
        checks.array("an activation", x)
    return x


def as_floats(x: Any) -> Any:
    """The same, with integers as floats."""
    x = numbers(x)
    return x.astype(float) if x.dtype.kind in "biu" else x


def single(x: Any) -> Any:
    """What is float16 as float32, in which it is computed with."""
    return x.astype(np.float32) if getattr(x, "dtype", None) is HALF else x


def scalar_if_constant(x: Any) -> Any:
    """The entry of an array that repeats it, as the gradient of a sum does."""
    return x.flat[0] if isinstance(x, np.ndarray) and not any(x.strides) else x


@quiet()
def by_rows(function: Callable[..., Any], *arrays: Any, axis: int) -> Any:
    """``function(*arrays, axis)``, of arrays of one shape and dtype, in pieces across the axis where they are large.

    A result may have another length along the axis. `axis` counts from the end, and still does in a piece.
    """
    first = arrays[0]
    if first.dtype is HALF:
        return by_rows(function, *map(single, arrays), axis=axis).astype(HALF)
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
