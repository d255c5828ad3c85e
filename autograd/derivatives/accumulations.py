"""Derivatives of functions that accumulate along an axis: running sums, products, extrema and log-sums.

All but the running sum stand on one primitive, the linear `recurrence`, which only multiplies and adds: its own
derivative is a recurrence again, and no zero among the factors is a trap. Imported by `reductions` and `missing`.

Conventions: a running maximum or minimum shares the gradient equally among the entries that are equal to it so far, as
`np.max` does; a running log-sum of nothing but -inf has derivative 0, an infinite one shares it among infinities.
"""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.rules import composition, constant, primitive, vjp_rule


@primitive
def plain(x: Any) -> Any:
    """The value of `x`, outside the graph."""
    return x


constant(plain)


def shifted(x: Any, axis: int, first: float) -> Any:
    """`x` moved on by one along the axis, with `first` in front; its last entry falls off."""
    axis = normalize_axis_index(axis, x.ndim)
    before, after, n = x.shape[:axis], x.shape[axis + 1 :], x.shape[axis]
    front = np.full_like(x, first, shape=(*before, min(n, 1), *after))
    return np.concatenate((front, x[(*(slice(None),) * axis, slice(0, -1))]), axis)


# ----------------------------------------------------------------------------------------------------- the recurrence


@primitive
def recurrence(a: Any, b: Any, axis: int, transposed: bool = False) -> Any:
    """``s[k] = b[k] + a[k] * s[k - 1]`` along an axis; transposed, ``s[k] = b[k] + a[k + 1] * s[k + 1]``.

    `a` and `b` have one shape. What is before the first entry, or after the last, is 0.
    """
    dtype = np.result_type(a, b)
    steps = np.swapaxes(a, axis, 0).astype(dtype, copy=False)
    s = np.array(np.swapaxes(b, axis, 0), dtype, order="C")
    if transposed:
        run(np.concatenate((steps[:1], steps[:0:-1])), s[::-1])
    else:
        run(steps, s)
    return np.swapaxes(s, 0, axis)


def run(a: Any, s: Any) -> None:
    """The recurrence along the first axis, in place in `s`, which holds b; ``a[0]`` has no say.

    A long and narrow one in blocks of sqrt(n) entries, side by side, and then over the ends of the blocks: that takes
    2 sqrt(n) steps instead of n. A block needs the products of its factors; where one overflows, it is one by one, as
    infinity times a sum that is 0 would be NaN.
    """
    n = len(s)
    if n > 64 and s[0].size < 1000:
        m = math.isqrt(n)
        shape = (n // m, m, *s.shape[1:])
        whole = shape[0] * m
        factors, sums = np.reshape(a[:whole], shape), np.reshape(s[:whole], shape)  # splitting an axis gives a view
        with np.errstate(over="ignore", invalid="ignore"):
            products = np.multiply.accumulate(factors, axis=1)
        if np.all(np.isfinite(products)):
            step_by_step(np.moveaxis(factors, 1, 0), np.moveaxis(sums, 1, 0), 1)
            run(products[:, -1], sums[:, -1])
            sums[1:, :-1] += products[1:, :-1] * sums[:-1, -1:]
            return step_by_step(a, s, whole)
    return step_by_step(a, s, 1)


def step_by_step(a: Any, s: Any, start: int) -> None:
    for k in range(start, len(s)):
        s[k] += a[k] * s[k - 1]


def recurrence_factor_vjp(g: Any, s: Any, a: Any, b: Any, axis: int, transposed: bool = False) -> Any:
    u = recurrence(a, g, axis, not transposed)
    return s * shifted(u, axis, 0) if transposed else u * shifted(s, axis, 0)


vjp_rule(
    recurrence,
    recurrence_factor_vjp,
    lambda g, s, a, b, axis, transposed=False: recurrence(a, g, axis, not transposed),
)

# -------------------------------------------------------------------------------------------------- sums and products


def cumsum_vjp(g: Any, y: Any, x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    reverse = 0 if axis is None else axis
    return np.reshape(np.flip(np.cumsum(np.flip(g, reverse), reverse), reverse), x.shape)


def cumprod_vjp(g: Any, y: Any, x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The product of those before x[k], times the sum of g[j] x[k + 1] ... x[j] over the j from k on."""
    row, axis = (np.ravel(x), 0) if axis is None or x.ndim == 0 else (x, axis)
    return np.reshape(shifted(y, axis, 1) * recurrence(row, g, axis, True), x.shape)


vjp_rule(np.cumsum, cumsum_vjp)
vjp_rule(np.cumprod, cumprod_vjp)


def accumulate(function: Any, ufunc: np.ufunc) -> Any:
    """``ufunc.accumulate`` as the function that it is, up to its axis."""

    def rewrite(array: Any, axis: int = 0, dtype: Any = None, out: None = None) -> Any:
        if array.ndim == 0 or (axis is None and array.ndim > 1):
            ufunc.accumulate(np.empty((0,) * array.ndim), axis)  # raises NumPy's error
        return function(array, axis=axis, **({} if dtype is None else {"dtype": dtype}))

    return rewrite


composition(np.add.accumulate)(accumulate(np.cumsum, np.add))
composition(np.multiply.accumulate)(accumulate(np.cumprod, np.multiply))


def cumulative(function: Any, name: str, identity: int) -> Any:
    """``np.cumulative_sum`` and ``np.cumulative_prod`` from the older function."""

    def rewrite(
        x: Any, /, *, axis: int | None = None, dtype: Any = None, out: None = None, include_initial: bool = False
    ) -> Any:
        x = np.atleast_1d(x)
        if axis is None:
            getattr(np, name)(np.empty((0,) * x.ndim))  # raises NumPy's error for more axes than one
        axis = normalize_axis_index(axis or 0, x.ndim)
        y = function(x, axis=axis, **({} if dtype is None else {"dtype": dtype}))
        if not include_initial:
            return y
        start = np.full_like(y, identity, shape=(*y.shape[:axis], 1, *y.shape[axis + 1 :]))
        return np.concatenate((start, y), axis=axis)

    return rewrite


if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    composition(np.cumulative_sum)(cumulative(np.cumsum, "cumulative_sum", 0))
    composition(np.cumulative_prod)(cumulative(np.cumprod, "cumulative_prod", 1))

# ------------------------------------------------------------------------------------------------ extrema and log-sums


def running_extremum_vjp(g: Any, y: Any, x: Any, axis: int = 0, dtype: Any = None) -> Any:
    """While the extremum stays what it is, each later gradient goes in equal parts to the ties so far."""
    ties = x == y
    stays = (y == shifted(y, axis, np.nan)).astype(int)
    count = recurrence(stays, ties.astype(int), axis)
    return np.where(ties, recurrence(stays, g / np.maximum(count, 1), axis, True), 0)


for extremum in (np.maximum, np.minimum, np.fmax, np.fmin):
    vjp_rule(extremum.accumulate, running_extremum_vjp)


def only_infinities(x: Any, logsum: Any) -> Any:
    """`x`; but where the logarithm of the sum is infinite 0 for an infinite entry and -inf for any other."""
    infinite = np.isposinf(logsum)
    return np.where(infinite, np.where(np.isposinf(x), 0, -np.inf), x) if np.any(infinite) else x


def running_logsum_vjp(g: Any, y: Any, x: Any, axis: int = 0, dtype: Any = None, power: Any = np.exp) -> Any:
    """The softmax of each prefix. Of y there are only differences, which cancel: its rounding does not enter."""
    y = plain(y)
    level = np.where(np.isinf(y), 0, y)
    weights = power(only_infinities(x, y) - level)
    decay = power(only_infinities(shifted(y, axis, -np.inf), y) - level)
    total = recurrence(decay, weights, axis)
    return weights * recurrence(decay, g / np.where(total == 0, 1, total), axis, True)


vjp_rule(np.logaddexp.accumulate, running_logsum_vjp)
vjp_rule(
    np.logaddexp2.accumulate,
    lambda g, y, x, axis=0, dtype=None: running_logsum_vjp(g, y, x, axis, dtype, np.exp2),
)
