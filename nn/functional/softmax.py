"""Activations along an axis as functions: softmax and its relatives, one node each, and the gated linear unit."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn import checks, errors
from nn.functional.activation import sigmoid, times_logistic
from nn.functional.pieces import as_floats, by_rows, quiet

__all__ = ["glu", "log_softmax", "softmax", "softmin"]


def softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
    """``exp(x) / sum(exp(x))`` along the axis `dim`; `dtype` is what the input is cast to first.

    As in PyTorch, a `dim` that is None is 0 or 1, by the number of axes, with a warning.

    Raises `ShapeError` if there is no such axis.
    """
    return softmax_along(*prepared("softmax", input, dim, dtype))


def log_softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
    """``log(softmax(x))`` along the axis `dim`, without the rounding of one after the other; else as `softmax`."""
    return log_softmax_along(*prepared("log_softmax", input, dim, dtype))


def softmin(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
    """``softmax(-x)``."""
    x, dim = prepared("softmin", input, dim, dtype)
    return softmax_along(-x, dim)


def prepared(what: str, x: Any, dim: int | None, dtype: Any) -> tuple[Any, int]:
    """The input cast, and the axis counted from the end."""
    x = as_floats(x)
    ndim = x.ndim
    if dim is None:
        dim = 0 if ndim in (0, 1, 3) else 1
        warnings.warn(f"{what}: no dim was given, and {dim} is taken; write dim={dim} or another axis.", stacklevel=3)
    return x if dtype is None else x.astype(checks.floating_dtype(what, dtype)), axis_from_end(what, x, dim)


def axis_from_end(what: str, x: Any, dim: int) -> int:
    """The axis as -1, -2, ...; a single number has one."""
    size: int = max(x.ndim, 1)
    if not -size <= checks.integer(what, dim=dim) < size:
        raise errors.ShapeError(f"{what}: dim={dim}, input of shape {x.shape}; dim must be in {-size}..{size - 1}.")
    return dim % size - size


SAFE = 60.0  # exponentials up to here, and their sums, are far from overflow in float32


@primitive
def softmax_along(x: Any, axis: int) -> Any:
    """`softmax`, unchecked."""
    return by_rows(_softmax, x, axis=axis)


def _softmax(x: Any, axis: int) -> Any:
    """Where numbers are large, the largest is taken out first, so that nothing overflows; 0 over 0 is left to that."""
    safe = x.size and np.minimum.reduce(x, None) > -SAFE and np.maximum.reduce(x, None) < SAFE
    y = np.exp(x if safe else x - largest(x, axis))
    y /= np.add.reduce(y, axis, keepdims=True)  # what np.sum calls, at half the cost of a small sum
    return y


def largest(x: Any, axis: int) -> Any:
    return np.maximum.reduce(x, axis, keepdims=True) if x.size else 0


def _softmax_vjp(g: Any, y: Any, axis: int) -> Any:
    return y * (g - np.sum(g * y, axis=axis, keepdims=True))


vjp_rule(softmax_along, lambda g, y, x, axis: by_rows(_softmax_vjp, g, y, axis=axis))


@primitive
def log_softmax_along(x: Any, axis: int) -> Any:
    """`log_softmax`, unchecked."""
    return by_rows(_log_softmax, x, axis=axis)


def _log_softmax(x: Any, axis: int) -> Any:
    y = x - largest(x, axis)
    y -= np.log(np.add.reduce(np.exp(y), axis, keepdims=True))
    return y


def _log_softmax_vjp(g: Any, y: Any, axis: int) -> Any:
    return g - np.exp(y) * np.sum(g, axis=axis, keepdims=True)


vjp_rule(log_softmax_along, lambda g, y, x, axis: by_rows(_log_softmax_vjp, g, y, axis=axis))


# ------------------------------------------------------------------------------------------------------------- gates


def glu(input: Any, dim: int = -1) -> Any:
    """``a * sigmoid(b)`` of the two halves of the input along the axis `dim` (Dauphin et al., 2017).

    Raises `ShapeError` if there is no such axis, or its length is odd.
    """
    x = as_floats(input)
    axis = axis_from_end("glu", x, dim)
    if not x.ndim or x.shape[axis] % 2:
        raise errors.ShapeError(f"glu: the axis {dim} of the shape {x.shape} must have an even length.")
    return gated(x, axis)


@primitive
def gated(x: Any, axis: int) -> Any:
    """`glu`, unchecked."""
    return by_rows(_gated, x, axis=axis)


def halves(x: Any, axis: int) -> list[Any]:
    n = x.shape[axis] // 2
    rest = (slice(None),) * (-1 - axis)
    return [x[(..., slice(0, n), *rest)], x[(..., slice(n, None), *rest)]]


def _gated(x: Any, axis: int) -> Any:
    a, b = halves(x, axis)
    return times_logistic(b, a)


@quiet()
def _gated_vjp(g: Any, x: Any, axis: int) -> Any:
    a, b = halves(x, axis)
    s = sigmoid(b)
    left = g * s
    return np.concatenate([left, left * (a * (1 - s))], axis)


vjp_rule(gated, lambda g, y, x, axis: _gated_vjp(g, x, axis))
