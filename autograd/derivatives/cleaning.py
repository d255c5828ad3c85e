"""Derivatives of functions that put values right: NaN, infinities, imaginary parts.

A value that was replaced has derivative 0.
"""

from typing import Any

import numpy as np

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
