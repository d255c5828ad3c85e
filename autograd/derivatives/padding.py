"""Derivatives of `numpy.pad`, in every mode whose values have one.

As NumPy does, modes that compute their values go axis by axis, and later axes see what earlier ones have added.
Largest and smallest entries share the gradient among ties; ``mode="empty"`` pads with zeros, without gradient.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd import errors
from autograd.derivatives.selecting import into, positions
from autograd.derivatives.shaping import as_array
from autograd.rules import composition, first_tensor, primitive, vjp_rule


@primitive
def pad(x: Any, pad_width: Any, constant_values: Any = 0) -> Any:
    """`numpy.pad` with constants."""
    return np.pad(x, pad_width, constant_values=constant_values)


def pad_vjp(g: Any, y: Any, x: Any, pad_width: Any, constant_values: Any = 0) -> Any:
    return g[
        tuple(slice(before, before + n) for (before, _), n in zip(widths(pad_width, x.ndim), x.shape, strict=True))
    ]


vjp_rule(pad, pad_vjp)


def widths(pad_width: Any, ndim: int) -> Any:
    """How much is added before and after each axis."""
    if isinstance(pad_width, dict):  # NumPy 2.2: from axis to width
        given = {normalize_axis_index(axis, ndim): width for axis, width in pad_width.items()}
        pad_width = [np.broadcast_to(given.get(axis, 0), 2) for axis in range(ndim)]
    return np.broadcast_to(pad_width, (ndim, 2)).tolist()


def pieces(x: Any, axis: int, *ends: tuple[int | None, int | None]) -> list[Any]:
    """`x` from and to each of these places along the axis."""
    return [x[(*(slice(None),) * axis, slice(start, stop))] for start, stop in ends]


def repeated(x: Any, n: int, axis: int) -> Any:
    """`x`, which has length 1 along the axis, n times."""
    return np.broadcast_to(x, (*x.shape[:axis], n, *x.shape[axis + 1 :]))


# ------------------------------------------------------------------------------------------------------- its own values


def traced_constants(x: Any, pad_width: Any, constant_values: Any) -> Any:
    """Entries and constants in one row, read at the positions that NumPy's own pad gives."""
    values = into(x.dtype, constant_values, np.pad)
    values = np.ravel(np.broadcast_to(values, (x.ndim, 2)))
    places = np.pad(positions(x), pad_width, constant_values=positions(values, x.size).reshape(x.ndim, 2))
    return np.concatenate([np.ravel(x), values])[places]


def statistic(function: Callable[..., Any]) -> Callable[..., Any]:
    """Both sides from a statistic of the entries next to them, `stat_length` of them or all."""

    def padded(x: Any, axis: int, before: int, after: int, stat_length: Any = None) -> Any:
        n = x.shape[axis]
        left, right = np.broadcast_to(stat_length, (x.ndim, 2))[axis]
        left, right = (n if length is None else min(n, round(length)) for length in (left, right))
        if min(left, right) < 0:
            raise ValueError("index can't contain negative values")
        if 0 in (left, right) and function in (np.max, np.min):
            raise ValueError("stat_length of 0 yields no value for padding")
        first, last = pieces(x, axis, (0, left), (n - right, n))
        sides = [function(side, axis=axis, keepdims=True) for side in (first, last)]
        return np.concatenate([repeated(sides[0], before, axis), x, repeated(sides[1], after, axis)], axis)

    return padded


def linear_ramp(x: Any, axis: int, before: int, after: int, end_values: Any = 0) -> Any:
    ends = np.broadcast_to(as_array(end_values), (x.ndim, 2))[axis]
    first, last = pieces(x, axis, (0, 1), (x.shape[axis] - 1, None))
    left, right = (
        np.linspace(end, np.squeeze(edge, axis), n, endpoint=False, axis=axis, dtype=x.dtype)
        for end, edge, n in ((ends[0], first, before), (ends[1], last, after))
    )
    return np.concatenate([left, x, np.flip(right, axis)], axis)


def odd(include_edge: bool) -> Callable[..., Any]:
    """Reflection with its sign turned about the edges, f(-i) = 2 f(0) - f(i).

    After each period all is 2 (f(L) - f(0)) up. The edge itself is repeated where `include_edge`.
    """

    def padded(x: Any, axis: int, before: int, after: int, reflect_type: str = "odd") -> Any:
        n = x.shape[axis]
        first, last = pieces(x, axis, (0, 1), (n - 1, None))
        if n == 1:  # as NumPy: the edge
            return np.concatenate([repeated(x, before, axis), x, repeated(x, after, axis)], axis)
        half = n if include_edge else n - 1
        climb, lines = last - first, (-1,) + (1,) * (x.ndim - axis - 1)

        def side(places: Any) -> Any:
            turns, i = np.divmod(places, 2 * half)
            back = i >= n
            entries = np.take(x, np.where(back, 2 * n - 1 - i if include_edge else 2 * half - i, i), axis)
            turns, back = np.reshape(turns, lines).astype(x.dtype), np.reshape(back, lines)
            return np.where(back, 2 * last - entries, entries) + 2 * turns * climb

        return np.concatenate([side(np.arange(-before, 0)), x, side(np.arange(n, n + after))], axis)

    return padded


COPYING = ("edge", "reflect", "symmetric", "wrap")
COMPUTING: dict[str, tuple[Callable[..., Any], str]] = {  # one axis, and the keyword that it takes
    "linear_ramp": (linear_ramp, "end_values"),
    "maximum": (statistic(np.max), "stat_length"),
    "mean": (statistic(np.mean), "stat_length"),
    "median": (statistic(np.median), "stat_length"),
    "minimum": (statistic(np.min), "stat_length"),
    "reflect": (odd(include_edge=False), "reflect_type"),
    "symmetric": (odd(include_edge=True), "reflect_type"),
}


@composition(np.pad)
def _(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """Modes that copy entries read them at the positions that NumPy's own pad gives."""
    if callable(mode):
        raise errors.refused(np.pad, "with a function as mode has it write in place", "np.concatenate of the parts")
    if mode == "constant" and {"constant_values"}.issuperset(kwargs):
        return (pad if first_tensor(kwargs.values()) is None else traced_constants)(array, pad_width, **kwargs)
    if mode == "empty" and not kwargs:
        return pad(array, pad_width)
    if (mode in COPYING and kwargs.get("reflect_type") != "odd") or not array.ndim:
        return np.ravel(array)[np.pad(positions(array), pad_width, mode=mode, **kwargs)]
    known = mode in COMPUTING and {COMPUTING[mode][1]}.issuperset(kwargs) and np.min(widths(pad_width, array.ndim)) >= 0
    if not known or not array.size or array.dtype.kind in "biu":
        return np.pad(array.data, pad_width, mode=mode, **kwargs)  # rounds integers, and raises NumPy's errors
    one_axis = COMPUTING[mode][0]
    for axis, (before, after) in enumerate(widths(pad_width, array.ndim)):
        array = one_axis(array, axis, before, after, **kwargs)
    return array
