"""Derivatives of sums, means, extrema and the like: functions that reduce or accumulate along axes.

Conventions: max and min share the gradient equally among ties; the standard deviation of equal values has derivative 0.
"""

import math
from typing import Any

import numpy as np

from autograd.derivatives.indexing import index_add
from autograd.rules import composition, vjp_rule


def restore(g: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """`g` with the reduced axes of `x` put back as length 1, so that it broadcasts against `x`."""
    if axis is None or keepdims:
        return g
    n = len(x.shape)
    axes = axis if isinstance(axis, tuple) else (axis,)
    return np.reshape(g, tuple([1 if i in axes or i - n in axes else length for i, length in enumerate(x.shape)]))


def spread(g: Any, shape: tuple[int, ...]) -> Any:
    """`np.broadcast_to`; of one number, where almost every gradient starts, at a tenth of its cost."""
    if isinstance(g, np.generic):
        return np.ndarray(shape, g.dtype, buffer=g, strides=(0,) * len(shape))
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
    """The number of entries in each reduced slice: one number, or shaped to broadcast against `x`."""
    if where is True:
        if axis is None:
            return x.size
        axes = range(np.ndim(x)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        return math.prod(np.shape(x)[i] for i in axes)
    return np.sum(np.broadcast_to(where, np.shape(x)), axis=axis, keepdims=True)


def deviation(x: Any, axis: Any, where: Any) -> Any:
    """conj(x - mean), 0 where masked out."""
    mean = np.sum(np.where(where, x, 0), axis=axis, keepdims=True) / count(x, axis, where)
    return np.where(where, np.conjugate(x - mean), 0)


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
    correction: float | None = None,
) -> Any:
    n = count(x, axis, where) - (ddof if correction is None else correction)
    return restore(g, x, axis, keepdims) * 2 / n * deviation(x, axis, where)


def std_vjp(g: Any, y: Any, x: Any, axis: Any = None, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    return var_vjp(np.where(y == 0, 0, g) / np.where(y == 0, 1, 2 * y), y, x, axis, dtype, *args, **kwargs)


vjp_rule(np.sum, sum_vjp)
vjp_rule(np.mean, mean_vjp)
vjp_rule(np.var, var_vjp)
vjp_rule(np.std, std_vjp)

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
    """Each entry's gradient is the product of the others: y / x, or spelled out where a zero forbids the division."""
    if where is not True:
        return np.where(where, prod_vjp(g, y, np.where(where, x, 1), axis, dtype, keepdims, initial), 0)
    g = restore(g, x, axis, keepdims)
    if np.all(x != 0):
        return g * restore(y, x, axis, keepdims) / x
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = np.moveaxis(x, axes, range(-len(axes), 0))
    rows = np.reshape(last, (*last.shape[: last.ndim - len(axes)], -1))
    n = rows.shape[-1]
    others = np.prod(np.where(np.eye(n, dtype=bool), 1, rows[..., None, :]), axis=-1) * initial
    return g * np.moveaxis(np.reshape(others, last.shape), range(-len(axes), 0), axes)


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
    n = np.sum(ties, axis=axis, keepdims=True)
    return np.where(ties, restore(g, x, axis, keepdims) / np.maximum(n, 1), 0)


vjp_rule(np.prod, prod_vjp)
vjp_rule(np.max, extremum_vjp)
vjp_rule(np.min, extremum_vjp)

# ------------------------------------------------------------------------------------------------------ accumulations


def cumsum_vjp(g: Any, y: Any, x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    reverse = 0 if axis is None else axis
    return np.reshape(np.flip(np.cumsum(np.flip(g, reverse), reverse), reverse), x.shape)


vjp_rule(np.cumsum, cumsum_vjp)

# ------------------------------------------------------------------------------------------------------ ufunc methods


def logaddexp_reduce_vjp(g: Any, y: Any, x: Any, axis: Any = 0, dtype: Any = None, keepdims: bool = False) -> Any:
    """The softmax, from the differences to the largest entry: the rounding of y does not enter."""
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    weights = np.exp(x - np.where(np.isneginf(top), 0, top))
    total = np.sum(weights, axis=axis, keepdims=True)
    return restore(g, x, axis, keepdims) * weights / np.where(total == 0, 1, total)


def reduceat_vjp(g: Any, y: Any, x: Any, indices: Any, axis: int = 0, dtype: Any = None) -> Any:
    starts = np.asarray(indices)
    ends = np.append(starts[1:], x.shape[axis])
    lengths = np.maximum(ends - starts, 1)  # an empty segment is the one entry at its start
    sources = np.concatenate([np.arange(start, start + n) for start, n in zip(starts, lengths, strict=True)])
    where = (slice(None),) * (axis % x.ndim)
    return index_add(x, (*where, sources), g[(*where, np.repeat(np.arange(len(starts)), lengths))])


vjp_rule(np.logaddexp.reduce, logaddexp_reduce_vjp)
vjp_rule(np.add.reduceat, reduceat_vjp)


def as_function(function: Any) -> Any:
    """The function that a ufunc method is, up to its default axis."""
    return lambda x, axis=0, dtype=None, out=None, **kwargs: function(
        x, axis=axis, **({} if dtype is None else {"dtype": dtype}), **kwargs
    )


for method, function in (
    (np.add.reduce, np.sum),
    (np.multiply.reduce, np.prod),
    (np.maximum.reduce, np.max),
    (np.minimum.reduce, np.min),
    (np.add.accumulate, np.cumsum),
):
    composition(method)(as_function(function))

composition(np.amax)(np.max)
composition(np.amin)(np.min)
