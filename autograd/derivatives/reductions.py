"""Derivatives of sums, means, extrema and the like: functions that reduce along axes.

Conventions: max and min share the gradient equally among ties; the standard deviation of equal values, where it has a
kink, has derivative 0 of every order; a variance of too few values, which is NaN or infinite, has derivative 0.
"""

import math
from typing import Any

import numpy as np

from autograd.derivatives.accumulations import only_infinities, plain, shifted
from autograd.derivatives.indexing import index_add
from autograd.derivatives.shaping import astype
from autograd.rules import composition, vjp_rule


def restore(g: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """`g` with the reduced axes of `x` put back as length 1, so that it broadcasts against `x`."""
    if axis is None or keepdims:
        return g
    n = len(x.shape)
    axes = axis if isinstance(axis, tuple) else (axis,)
    return g.reshape([1 if i in axes or i - n in axes else length for i, length in enumerate(x.shape)])


def spread(g: Any, shape: tuple[int, ...]) -> Any:
    """`np.broadcast_to` of a number, where almost every gradient starts, or of a sum: at a tenth of its cost."""
    if isinstance(g, np.generic):
        return np.ndarray(shape, g.dtype, buffer=g, strides=(0,) * len(shape))
    if isinstance(g, np.ndarray) and g.ndim and g.flags.c_contiguous:
        view = np.ndarray(shape, g.dtype, g, 0, [0 if n == 1 else step for n, step in zip(g.shape, g.strides)])  # noqa: B905
        view.flags.writeable = False
        return view
    return np.broadcast_to(g, shape)


# ------------------------------------------------------------------------------------------------------- sums, means


def sum_vjp(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = 0,
    where: Any = True,
) -> Any:
    g = spread(restore(g, x, axis, keepdims), x.shape)
    return g if where is True else np.where(where, g, 0)


def mean_vjp(
    g: Any, y: Any, x: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, where: Any = True
) -> Any:
    return sum_vjp(restore(g, x, axis, keepdims) / count(x, axis, where), y, x, None, where=where)


def count(x: Any, axis: Any, where: Any) -> Any:
    """The number of entries in each reduced slice, at least 1: one number, or shaped to broadcast against `x`."""
    if where is True:
        axes = axis if isinstance(axis, tuple) else (axis,)
        n = (x.size if axis is None else math.prod(x.shape[i] for i in axes)) or 1
        return np.float32(n) if x.dtype.char == "e" else n  # float16 ends at 65504
    return np.maximum(np.sum(np.broadcast_to(where, np.shape(x)), axis=axis, keepdims=True), 1)


def masked(x: Any, where: Any) -> Any:
    """`x`, and 0 where masked out."""
    return x if where is True else np.where(where, x, 0)


def deviation(x: Any, axis: Any, dtype: Any, where: Any, mean: Any) -> Any:
    """conj(x - mean), 0 where masked out; of the mean that the call gave, if it did."""
    if mean is None:
        mean = np.sum(masked(x, where), axis=axis, dtype=dtype, keepdims=True) / count(x, axis, where)
    return masked(np.conjugate(x - mean), where)


def per_freedom(g: Any, n: Any) -> Any:
    """g / n, and 0 where n says that too few entries are left for a variance."""
    if np.ndim(n) == 0:
        return g / n if n > 0 else np.zeros_like(g)
    return np.where(n > 0, g, 0) / np.where(n > 0, n, 1)


def var_vjp(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    n = count(x, axis, where) - (ddof if correction is None else correction)
    return per_freedom(restore(g, x, axis, keepdims) * 2, n) * deviation(x, axis, dtype, where, mean)


def std_vjp(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """The deviations over the standard deviation.

    Their own mean, a rounding error, is taken off them: of equal values it is all that there is, and y as small as it.
    """
    flat = ~(y > 0)
    g = restore(np.where(flat, 0, g) / np.where(flat, 1, y), x, axis, keepdims)
    apart = deviation(x, axis, dtype, where, mean)
    if mean is None:
        rounding = np.sum(apart, axis=axis, keepdims=True) / count(x, axis, where)
        apart = masked(apart - rounding, where)
    n = count(x, axis, where) - (ddof if correction is None else correction)
    return per_freedom(g, n) * apart


def var_about(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Any:
    """The variance where a keyword is traced: ``mean=``, which a rule has no place for."""
    if mean is None:
        mean = np.mean(a, axis=axis, dtype=dtype, keepdims=True, where=where)
    apart = a - mean
    square = np.real(apart * np.conjugate(apart)) if np.iscomplexobj(apart) else np.square(apart)
    total = np.sum(square, axis=axis, dtype=dtype, keepdims=True, where=where)
    number = np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=True)
    n = np.asarray(number - (ddof if correction is None else correction)).astype(total.dtype)
    y = per_freedom(total, n)
    if np.any(n <= 0):
        y = np.where(n > 0, y, plain(total) / np.maximum(n, 0))  # NaN or infinite, with NumPy's warning
    return y if keepdims else np.squeeze(y, axis)


def std_about(a: Any, *args: Any, **kwargs: Any) -> Any:
    y = var_about(a, *args, **kwargs)
    return np.where(y > 0, np.sqrt(np.where(y > 0, y, 1)), plain(y))


vjp_rule(np.sum, sum_vjp)
vjp_rule(np.mean, mean_vjp)
vjp_rule(np.var, var_vjp)
vjp_rule(np.std, std_vjp)
composition(np.var)(var_about)
composition(np.std)(std_about)

# ------------------------------------------------------------------------------------------------- products, extrema


def prod_vjp(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = 1,
    where: Any = True,
) -> Any:
    """Each entry's gradient is the product of those before it and of those after it: no division, no trap at zeros."""
    if where is not True:
        return np.where(where, prod_vjp(g, y, np.where(where, x, 1), axis, dtype, keepdims, initial), 0)
    return restore(g if initial is None else g * initial, x, axis, keepdims) * product_of_others(x, axis, dtype)


def product_of_others(x: Any, axis: Any, dtype: Any) -> Any:
    """At each entry, the product of the others of its slice."""
    if (axis is None and x.ndim != 1) or x.ndim == 0:
        return np.reshape(product_of_others(np.ravel(x), 0, dtype), x.shape)
    if isinstance(axis, tuple):
        last = range(-len(axis), 0)
        moved = np.moveaxis(x, axis, last)
        kept = moved.shape[: x.ndim - len(axis)]
        rows = np.reshape(moved, (*kept, math.prod(moved.shape[len(kept) :])))
        return np.moveaxis(np.reshape(product_of_others(rows, -1, dtype), moved.shape), last, axis)
    axis = (axis or 0) % x.ndim
    backwards = (*(slice(None),) * axis, slice(None, None, -1))
    before = np.cumprod(shifted(x, axis, 1), axis=axis, dtype=dtype)
    after = np.cumprod(shifted(x[backwards], axis, 1), axis=axis, dtype=dtype)[backwards]
    return before * after


def extremum_vjp(
    g: Any,
    y: Any,
    x: Any,
    axis: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    ties = x == restore(y, x, axis, keepdims)
    if where is not True:
        ties = ties & where
    n = ties.sum(axis=axis, keepdims=True)
    return np.where(ties, restore(g, x, axis, keepdims) / np.maximum(n, 1), 0)


vjp_rule(np.prod, prod_vjp)
vjp_rule(np.max, extremum_vjp)
vjp_rule(np.min, extremum_vjp)

# ------------------------------------------------------------------------------------------------------ ufunc methods


def logaddexp_reduce_vjp(g: Any, y: Any, x: Any, axis: Any = 0, dtype: Any = None, keepdims: bool = False) -> Any:
    """The softmax, from the differences to the largest entry: the rounding of y does not enter."""
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    weights = np.exp(only_infinities(x, top) - np.where(np.isinf(top), 0, top))
    total = np.sum(weights, axis=axis, keepdims=True)
    return restore(g, x, axis, keepdims) * weights / np.where(total == 0, 1, total)


def reduceat_vjp(g: Any, y: Any, x: Any, indices: Any, axis: int = 0, dtype: Any = None) -> Any:
    starts = np.asarray(indices, dtype=int)
    ends = np.append(starts[1:], x.shape[axis])
    lengths = np.maximum(ends - starts, 1)  # an empty segment is the one entry at its start
    segments = np.repeat(np.arange(len(starts)), lengths)
    sources = np.arange(len(segments)) - (np.cumsum(lengths) - lengths - starts)[segments]
    where = (slice(None),) * (axis % x.ndim)
    return index_add(x, (*where, sources), g[(*where, segments)])


vjp_rule(np.logaddexp.reduce, logaddexp_reduce_vjp)
vjp_rule(np.add.reduceat, reduceat_vjp)


def as_function(function: Any) -> Any:
    """The function that a ufunc method is, up to its default axis; extrema have no ``dtype=``."""

    def rewrite(x: Any, axis: Any = 0, dtype: Any = None, out: None = None, **kwargs: Any) -> Any:
        if dtype is None:
            return function(x, axis=axis, **kwargs)
        if function in (np.max, np.min):
            return function(astype(x, np.dtype(dtype)), axis=axis, **kwargs)
        return function(x, axis=axis, dtype=dtype, **kwargs)

    return rewrite


for method, function in (
    (np.add.reduce, np.sum),
    (np.multiply.reduce, np.prod),
    (np.maximum.reduce, np.max),
    (np.minimum.reduce, np.min),
):
    composition(method)(as_function(function))

composition(np.amax)(np.max)
composition(np.amin)(np.min)
