"""Derivatives of functions of neighbours in a sequence: differences, integrals, slopes, convolution.

`unwrap` adds multiples of the period, which are constant between the jumps: its gradient passes as it is.
"""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.derivatives.shaping import as_array, astype
from autograd.rules import composition, first_tensor, primitive, vjp_rule


def along(axis: int, part: Any) -> Any:
    """The index that takes `part` of an axis, counted from the front."""
    return (*(slice(None),) * axis, part)


# --------------------------------------------------------------------------------------------- differences, integrals


@primitive
def diff(a: Any, n: int, axis: int) -> Any:
    """`numpy.diff` of the array as it is."""
    return np.diff(a, n, axis)


def diff_vjp(g: Any, y: Any, a: Any, n: int, axis: int) -> Any:
    """With zeros around it, a sequence of differences is taken back by differences, with the sign turned."""
    if y.size == 0:
        return np.zeros_like(a)
    ends = [(n, n) if i == axis % a.ndim else (0, 0) for i in range(a.ndim)]
    return diff(np.pad(g, ends), n, axis) * (-1) ** n


vjp_rule(diff, diff_vjp)


@composition(np.diff)
def _(a: Any, n: int = 1, axis: int = -1, prepend: Any = np._NoValue, append: Any = np._NoValue) -> Any:
    a = as_array(a)
    if n == 0:
        return a
    if a.ndim and (prepend is not np._NoValue or append is not np._NoValue):
        axis = normalize_axis_index(axis, a.ndim)
        one = (*a.shape[:axis], 1, *a.shape[axis + 1 :])
        ends = [None if x is np._NoValue else as_array(x) for x in (prepend, append)]
        before, after = ([] if x is None else [x if x.ndim else np.broadcast_to(x, one)] for x in ends)
        a = np.concatenate([*before, a, *after], axis)
    return diff(a, n, axis)


@composition(np.ediff1d)
def _(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    ary = np.ravel(as_array(ary))
    before, after = ([] if x is None else [np.ravel(as_array(x))] for x in (to_begin, to_end))
    for end in before + after:
        if not np.can_cast(end.dtype, ary.dtype, casting="same_kind"):
            raise TypeError(f"to_begin and to_end must be of a dtype that {ary.dtype} takes, not {end.dtype}.")
    parts = [x if x.dtype == ary.dtype else astype(x, ary.dtype) for x in (*before, ary[1:] - ary[:-1], *after)]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


@composition(np.trapezoid)
def _(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = as_array(y)
    if x is not None:
        x = as_array(x)
        dx = np.diff(x, axis=0 if x.ndim == 1 else axis)
    place = normalize_axis_index(axis, y.ndim)
    if x is not None and x.ndim == 1:
        dx = np.reshape(dx, (-1, *(1,) * (y.ndim - place - 1)))
    pairs = y[along(place, slice(1, None))] + y[along(place, slice(None, -1))]
    return np.sum(dx * pairs / 2.0, axis=axis)  # where x has more axes than y, -1 is the last of x


vjp_rule(np.unwrap, lambda g, y, p, discont=None, axis=-1, *, period=2 * np.pi: g)

# ---------------------------------------------------------------------------------------------------- slopes on a grid


@composition(np.gradient)
def _(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = as_array(f)
    if f.dtype.kind in "iu":
        f = astype(f, float)
    axes = tuple(range(f.ndim)) if axis is None else normalize_axis_tuple(axis, f.ndim)
    spacings = list(varargs) or [1.0]
    if len(spacings) == 1 and np.ndim(spacings[0]) == 0:
        spacings *= len(axes)
    if len(spacings) != len(axes):
        raise TypeError("invalid number of arguments")
    if edge_order > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    slopes = tuple(slope(f, spacing_of(h, f, i), i, edge_order) for i, h in zip(axes, spacings, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def spacing_of(h: Any, f: Any, axis: int) -> Any:
    """One spacing, or those between neighbours where coordinates are given.

    NumPy takes coordinates at equal distances for one spacing; those of a Tensor stay apart: each has its derivative.
    """
    if np.ndim(h) == 0:
        return h
    x = as_array(h)
    if x.ndim != 1:
        raise ValueError("distances must be either scalars or 1d")
    if len(x) != f.shape[axis]:
        raise ValueError("when 1d, distances must match the length of the corresponding dimension")
    h = np.diff(astype(x, float) if x.dtype.kind in "iu" else x)
    return h[0] if first_tensor([h]) is None and (h == h[0]).all() else h


def slope(f: Any, h: Any, axis: int, edge_order: int) -> Any:
    """Differences of second order inside, at both ends from the nearest two or three points (Fornberg, 1988)."""
    if f.shape[axis] < edge_order + 1:
        raise ValueError(
            "Shape of array too small to calculate a numerical gradient, "
            "at least (edge_order + 1) elements are required."
        )

    def at(start: int | None, stop: int | None) -> Any:
        return f[along(axis, slice(start, stop))]

    if np.ndim(h) == 0:
        first = last = near_first = near_last = h
        inside = (at(2, None) - at(None, -2)) / (2.0 * h)
    else:
        first, last, near_first, near_last = h[0], h[-1], h[min(1, len(h) - 1)], h[max(-2, -len(h))]
        a, b = (np.reshape(part, (-1, *(1,) * (f.ndim - axis - 1))) for part in (h[:-1], h[1:]))
        inside = -b / (a * (a + b)) * at(None, -2) + (b - a) / (a * b) * at(1, -1) + a / (b * (a + b)) * at(2, None)
    if edge_order == 1:
        start, end = (at(1, 2) - at(0, 1)) / first, (at(-1, None) - at(-2, -1)) / last
    else:
        start = one_sided(first, near_first, at(0, 1), at(1, 2), at(2, 3))
        end = -one_sided(last, near_last, at(-1, None), at(-2, -1), at(-3, -2))
    slopes = np.concatenate([start, inside, end], axis)
    dtype = np.dtype(float) if f.dtype.kind == "b" else f.dtype
    return slopes if slopes.dtype == dtype else astype(slopes, dtype)


def one_sided(a: Any, b: Any, f0: Any, f1: Any, f2: Any) -> Any:
    """The slope at the first of three points, at distances `a` and `b`, of the parabola through them."""
    return -(2.0 * a + b) / (a * (a + b)) * f0 + (a + b) / (a * b) * f1 - a / (b * (a + b)) * f2


# --------------------------------------------------------------------------------------------------------- convolution


def initial(mode: Any) -> str:
    """The first letter of a mode; NumPy also takes numbers for them."""
    return mode[0] if isinstance(mode, str) else {0: "v", 1: "s", 2: "f"}.get(mode, "")


def convolve_vjp(g: Any, x: Any, v: Any, mode: Any) -> Any:
    """The gradient of either operand `x` of a convolution: the whole of it convolved with the other, `v`, turned round.

    What a `mode` other than 'full' has left out of the convolution are zeros in the whole of its gradient.
    """
    x, v = as_array(x), as_array(v)
    whole, short = np.size(x) + np.size(v) - 1, min(np.size(x), np.size(v))
    before = {"f": 0, "s": (short - 1) // 2, "v": short - 1}[initial(mode)]
    if len(g) < whole:
        g = np.pad(g, (before, whole - before - len(g)))
    return np.convolve(g, np.flip(v), "valid")


vjp_rule(
    np.convolve,
    lambda g, y, a, v, mode="full": convolve_vjp(g, a, v, mode),
    lambda g, y, a, v, mode="full": convolve_vjp(g, v, a, mode),
)


@composition(np.correlate)
def _(a: Any, v: Any, mode: Any = "valid") -> Any:
    """The convolution with `v` conjugated and turned round."""
    a, v = as_array(a), as_array(v)
    if not (a.ndim and v.ndim):
        raise ValueError("object of too small depth for desired array")
    v = np.flip(np.conjugate(v) if np.iscomplexobj(v) else v)
    if initial(mode) == "s" and np.size(v) > np.size(a):  # NumPy then rounds the middle the other way
        start = np.size(a) // 2
        return np.convolve(a, v)[start : start + np.size(v)]
    return np.convolve(a, v, mode)
