"""Derivatives of norms and of the condition number.

Conventions. At zero the gradient of a norm is 0: the middle of the slopes. So it is for each entry that is 0, and for
each singular value that is 0 in the nuclear norm. Where the largest (or smallest) entry, row, column or singular value
is attained more than once, these share the gradient equally. The "norm" of order 0 counts: its derivative is 0. At
singular matrices `cond` is infinite and has no derivative: NaN, unless its upstream gradient is 0.
"""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.derivatives.elementwise import direction
from autograd.derivatives.linalg import inv_vjp
from autograd.derivatives.matrices import along, coinciding, nan_where
from autograd.rules import composition, vjp_rule


def norm_vjp(
    g: Any,
    y: Any,
    x: Any,
    ord: Any = None,  # noqa: A002  # NumPy's name
    axis: Any = None,
    keepdims: bool = False,
) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else normalize_axis_tuple(axis, x.ndim)
    if not (keepdims or axis is None):  # without axes, y is one number
        g, y = np.expand_dims(g, axes), np.expand_dims(y, axes)
    if ord in (None, "f", "fro") or (ord == 2 and len(axes) == 1):
        slope = g / y if np.all(y) else np.where(y == 0, 0, g) / np.where(y == 0, 1, y)
        return slope * (np.conjugate(x) if np.iscomplexobj(x) else x)
    if len(axes) == 1:
        return vector_gradient(g, y, x, ord, axes[0])
    if ord in (2, -2, "nuc"):
        last = np.moveaxis(x, axes, (-2, -1))
        g = np.moveaxis(g, axes, (-2, -1))[..., 0] if np.ndim(g) else g
        return np.moveaxis(spectral_gradient(g, last, ord), (-2, -1), axes)
    lines, rest = axes if abs(ord) == 1 else axes[::-1]  # sums of columns or rows, then the extreme one
    ties = np.sum(np.abs(x), axis=lines, keepdims=True) == y
    return shared(g, ties, rest) * direction(x, np.abs(x))


def shared(g: Any, ties: Any, axis: int) -> Any:
    """`g` in equal parts where there are ties along the axis."""
    return np.where(ties, g, 0) / np.maximum(np.sum(ties, axis=axis, keepdims=True, dtype=g.dtype), 1)


def vector_gradient(g: Any, y: Any, x: Any, p: Any, axis: int) -> Any:
    """Of order p it is ``(abs(x) / y) ** (p - 1)`` along the direction of x."""
    if p == 0:
        return np.zeros_like(x)
    if p == 1:
        return g * direction(x, np.abs(x))
    if np.isinf(p):
        return shared(g, np.abs(x) == y, axis) * direction(x, np.abs(x))
    zero = (x == 0) | (y == 0)
    x, y = np.where(zero, 1, x), np.where(y == 0, 1, y)
    size = np.abs(x)
    return np.where(zero, 0, g * (size / y) ** (p - 1) * direction(x, size))


def spectral_gradient(g: Any, x: Any, p: Any) -> Any:
    """Of the largest, the smallest or the sum of the singular values; `g` has a last axis of length 1."""
    if not x.size:
        return np.zeros_like(x)
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    weights = positive(s).astype(s.dtype) if p == "nuc" else share_of_end(s, 0 if p > 0 else -1)
    return along(u, g * weights, vh)


def positive(s: Any) -> Any:
    """Which singular values are not zero, up to rounding."""
    return ~np.diagonal(coinciding(s, -s), axis1=-2, axis2=-1)


def share_of_end(s: Any, end: int) -> Any:
    """The derivative of the first or last singular value: 1, or in equal parts for those that coincide with it."""
    ties = coinciding(s, s)[..., end, :] & positive(s)
    return (ties / np.maximum(np.sum(ties, axis=-1, keepdims=True), 1)).astype(s.dtype)


def cond_vjp(g: Any, y: Any, x: Any, p: Any = None) -> Any:
    g, singular = np.real(g), np.isinf(y)  # older versions of NumPy give a complex number whose imaginary part is 0
    if np.any(singular):
        x = np.where(singular[..., None, None], np.eye(*x.shape[-2:], dtype=x.dtype), x)
        g = nan_where(singular, g)
    if p in (None, 2, -2):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        above, below = (-1, 0) if p == -2 else (0, -1)
        slope = share_of_end(s, above) - s[..., above, None] / s[..., below, None] * share_of_end(s, below)
        return along(u, g[..., None] / s[..., below, None] * slope, vh)
    inverse, last = np.linalg.inv(x), (-2, -1)
    sizes = [np.linalg.norm(v, p, last) for v in (x, inverse)]
    g_inverse = norm_vjp(g * sizes[0], sizes[1], inverse, p, last)
    return norm_vjp(g * sizes[1], sizes[0], x, p, last) + inv_vjp(g_inverse, inverse, x)


vjp_rule(np.linalg.norm, norm_vjp)
vjp_rule(np.linalg.cond, cond_vjp)


@composition(np.linalg.matrix_norm)
def _(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:  # noqa: A002  # NumPy's name
    return np.linalg.norm(x, ord, (-2, -1), keepdims)


@composition(np.linalg.vector_norm)
def _(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:  # noqa: A002  # NumPy's name
    """The axes, all where there is none, flattened into one."""
    axes = normalize_axis_tuple(range(np.ndim(x)) if axis is None else axis, np.ndim(x))
    rest = [n for i, n in enumerate(np.shape(x)) if i not in axes]
    flat = np.reshape(np.moveaxis(x, axes, range(len(axes))), (math.prod(np.shape(x)[i] for i in axes), *rest))
    norm = np.linalg.norm(flat, ord, 0)
    return np.expand_dims(norm, axes) if keepdims else norm
