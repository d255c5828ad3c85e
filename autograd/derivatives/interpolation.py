"""The derivative of linear interpolation, `numpy.interp`, with respect to everything that it takes.

Conventions: the slope at a knot is that to its right, at the last knot that to its left. Outside the knots it is 0, and
the gradient goes to `left` and `right`, which are the first and the last of `fp` unless given. At a NaN there is none.
"""

from typing import Any

import numpy as np

from autograd.derivatives.indexing import index_add
from autograd.derivatives.shaping import as_array, astype
from autograd.rules import composition, primitive, vjp_rule


def as_double(x: Any) -> Any:
    """An array in float64 or complex128."""
    x = as_array(x)
    dtype = np.complex128 if x.dtype.kind == "c" else np.float64
    return x if x.dtype == dtype else astype(x, dtype)


@primitive
def interp(x: Any, xp: Any, fp: Any, left: Any, right: Any) -> Any:
    """`numpy.interp` without a period."""
    return np.interp(x, xp, fp, left, right)


def piece(x: Any, xp: Any) -> tuple[Any, Any, Any, Any]:
    """The knot to the left of each `x`, that to its right, the share of the latter, and whether `x` is inside."""
    last = np.size(xp) - 1
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(last - 1, 0))
    j = np.minimum(i + 1, last)
    inside = (x >= xp[0]) & (x <= xp[-1])
    width = xp[j] - xp[i]
    share = np.where(inside, x - xp[i], 0) / np.where(width == 0, 1, width)
    return i, j, np.where(inside & (width == 0), 1, share), inside


def steepness(x: Any, xp: Any, fp: Any) -> Any:
    """The slope of the piece that `x` is in; 0 outside."""
    i, j, _, inside = piece(x, xp)
    width = xp[j] - xp[i]
    return np.where(inside & (width != 0), fp[j] - fp[i], 0) / np.where(width == 0, 1, width)


def to_knots(g: Any, x: Any, xp: Any) -> Any:
    """`g` at each `x` inside, shared among the two knots around it."""
    i, j, share, inside = piece(x, xp)
    g = np.where(inside, g, 0)
    return index_add(xp, (i,), g * (1 - share)) + index_add(xp, (j,), g * share)


def interp_fp_vjp(g: Any, y: Any, x: Any, xp: Any, fp: Any, left: Any, right: Any) -> Any:
    gx = to_knots(g, x, xp)
    if left is None:
        gx = gx + index_add(xp, 0, np.sum(np.where(x < xp[0], g, 0)))
    if right is None:
        gx = gx + index_add(xp, -1, np.sum(np.where(x > xp[-1], g, 0)))
    return gx


vjp_rule(
    interp,
    lambda g, y, x, xp, fp, left, right: g * steepness(x, xp, fp),
    lambda g, y, x, xp, fp, left, right: to_knots(-g * steepness(x, xp, fp), x, xp),
    interp_fp_vjp,
    lambda g, y, x, xp, fp, left, right: np.sum(np.where(x < xp[0], g, 0)),
    lambda g, y, x, xp, fp, left, right: np.sum(np.where(x > xp[-1], g, 0)),
)


@composition(np.interp)
def _(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    x, xp, fp = as_double(x), as_double(xp), as_double(fp)
    if period is None:
        return interp(x, xp, fp, left, right)
    if period == 0:
        raise ValueError("period must be a non-zero value")
    if xp.ndim != 1 or fp.ndim != 1:
        raise ValueError("Data points must be 1-D sequences")
    if len(xp) != len(fp):
        raise ValueError("fp and xp are not of the same length")
    period = np.absolute(period)
    x, xp = np.remainder(x, period), np.remainder(xp, period)
    order = np.argsort(xp)
    xp, fp = xp[order], fp[order]
    xp, fp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period]), np.concatenate([fp[-1:], fp, fp[:1]])
    return interp(x, xp, fp, None, None)
