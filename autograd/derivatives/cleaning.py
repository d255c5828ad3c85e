"""Derivatives of functions that put values right or leave them out: NaN, infinities, zeros at the ends.

A value that was replaced, and a zero that was cut off, has derivative 0.
"""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd import errors
from autograd.rules import composition, primitive, vjp_rule


@primitive
def nan_to_num(x: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    """`numpy.nan_to_num` into a new array."""
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def nan_to_num_vjp(g: Any, y: Any, x: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    """Of a complex number each part is replaced for itself."""
    if not np.iscomplexobj(x):
        return np.where(np.isfinite(x), g, 0)
    kept = np.isfinite(x.real), np.isfinite(x.imag)
    return np.where(kept[0], np.real(g), 0) + 1j * np.where(kept[1], np.imag(g), 0)


def replacement_vjp(replaced: Any) -> Any:
    """The gradient of the number put where `replaced` says so, in a real number or in a part of a complex one."""

    def vjp(g: Any, y: Any, x: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
        if not np.iscomplexobj(x):
            return np.where(replaced(x), g, 0)
        return np.where(replaced(x.real), g, 0) + 1j * np.where(replaced(x.imag), g, 0)

    return vjp


vjp_rule(
    nan_to_num,
    nan_to_num_vjp,
    replacement_vjp(np.isnan),
    replacement_vjp(np.isposinf),
    replacement_vjp(np.isneginf),
)


@composition(np.nan_to_num)
def _(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if not copy:
        raise errors.refused(
            np.nan_to_num,
            "with copy=False changes its argument in place, which a node never is",
            "it without copy=",
            errors.MutationError,
        )
    return nan_to_num(x, nan, posinf, neginf)


@composition(np.real_if_close)
def _(a: Any, tol: float = 100) -> Any:
    return np.real(a) if np.iscomplexobj(a) and not np.iscomplexobj(np.real_if_close(a.data, tol)) else a


@composition(np.trim_zeros)
def _(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    trim = trim.lower()
    if trim not in {"fb", "bf", "f", "b"}:
        raise ValueError(f"unexpected character(s) in `trim`: {trim!r}")
    axes = range(filt.ndim) if axis is None else normalize_axis_tuple(axis, filt.ndim)
    places = np.argwhere(filt)
    index: list[Any] = [slice(None)] * filt.ndim
    for i in axes:
        if not len(places):
            index[i] = slice(0, 0)
            continue
        first, last = int(places[:, i].min()), int(places[:, i].max())
        index[i] = slice(first if "f" in trim else None, last + 1 if "b" in trim else None)
    return filt[tuple(index)]
