"""Derivatives of the methods of ufuncs of two operands: ``reduce``, ``accumulate``, ``reduceat``, ``outer``.

A method that has no rule of its own, here or in `reductions` and `accumulations`, is written out: the ufunc on one
entry after the other. ``at`` changes its argument and is refused by `Tensor`.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd import errors
from autograd.derivatives import accumulations, reductions
from autograd.derivatives.accumulations import plain
from autograd.derivatives.selecting import into, is_tensor
from autograd.derivatives.shaping import astype
from autograd.rules import COMPOSITIONS, CONSTANTS, RULES, composition, constant, refuse, vjp_rule

UFUNCS = dict.fromkeys(f for f in vars(np).values() if isinstance(f, np.ufunc) and f.nin == 2 and f.signature is None)


def outer_of(ufunc: np.ufunc) -> Callable[..., Any]:
    """The ufunc itself on operands that broadcast; a number is an array here, with a dtype."""

    def rewrite(x: Any, y: Any) -> Any:
        x, y = (operand if is_tensor(operand) else np.asarray(operand) for operand in (x, y))
        return ufunc(np.reshape(x, np.shape(x) + (1,) * np.ndim(y)), y)

    return rewrite


def reduce_of(ufunc: np.ufunc) -> Callable[..., Any]:
    """The ufunc on the first two entries along the axis, then on that and the third, and so on."""

    def rewrite(
        x: Any,
        axis: Any = 0,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Any:
        if where is not True:
            raise errors.refused(ufunc.reduce, "with where= has no derivative rule", "np.where(mask, x, neutral)")
        given = range(x.ndim) if axis is None or x.ndim == 0 else axis if isinstance(axis, tuple) else (axis,)
        axes = [normalize_axis_index(i, x.ndim) for i in given]
        rest = [n for i, n in enumerate(x.shape) if i not in axes]
        x = x if dtype is None else astype(x, np.dtype(dtype))
        front = np.moveaxis(x, axes, range(len(axes)))
        steps = list(np.reshape(front, (math.prod(x.shape[i] for i in axes), *rest)))
        if initial is None and not steps:
            initial = ufunc.identity
        total = steps.pop(0) if initial is None else np.broadcast_to(into(x.dtype, initial, ufunc.reduce), rest)[()]
        for step in steps:
            total = ufunc(total, step)
        return np.reshape(total, [1 if i in axes else n for i, n in enumerate(x.shape)]) if keepdims else total

    return rewrite


def accumulate_of(ufunc: np.ufunc) -> Callable[..., Any]:
    def rewrite(x: Any, axis: Any = 0, dtype: Any = None, out: None = None) -> Any:
        axis = normalize_axis_index(axis or 0, x.ndim)
        x = x if dtype is None else astype(x, np.dtype(dtype))
        totals: list[Any] = []
        for step in np.moveaxis(x, axis, 0):
            totals.append(ufunc(totals[-1], step) if totals else step)
        return np.stack(totals, axis) if totals else x

    return rewrite


def reduceat_of(ufunc: np.ufunc) -> Callable[..., Any]:
    def rewrite(x: Any, indices: Any, axis: int = 0, dtype: Any = None, out: None = None) -> Any:
        axis = normalize_axis_index(axis, x.ndim)
        before = (slice(None),) * axis
        starts = np.asarray(indices)
        if not starts.size:
            return astype(x[(*before, slice(0, 0))], x.dtype if dtype is None else np.dtype(dtype))
        ends = [max(end, start + 1) for start, end in zip(starts, [*starts[1:], x.shape[axis]], strict=True)]
        segments = [x[(*before, slice(start, end))] for start, end in zip(starts, ends, strict=True)]
        return np.stack([ufunc.reduce(segment, axis=axis, dtype=dtype) for segment in segments], axis)

    return rewrite


def checked(method: Callable[..., Any], rewrite: Callable[..., Any]) -> Callable[..., Any]:
    """`rewrite`, after NumPy's own call: it raises the errors, and of integers, which have no derivative, it is all."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        values, keywords = plain((args, kwargs))
        value = method(plain(x), *values, **keywords)
        return value if x.dtype.kind in "biu" else rewrite(x, *args, **kwargs)

    return call


def at_axis_zero(function: Callable[..., Any]) -> Callable[..., Any]:
    """The rule of a reduction for the ufunc's method, whose axis is 0 where none is given."""
    return lambda g, y, x, axis=0, dtype=None, keepdims=False, initial=None, where=True: function(
        g, y, x, axis, keepdims, initial, where
    )


extremum: Any
ufunc: Any
for extremum in (np.fmax, np.fmin):  # an entry that is NaN equals no result and gets nothing
    vjp_rule(extremum.reduce, at_axis_zero(reductions.extremum_vjp))

for ufunc in (np.power, np.arctan2):
    for method in (ufunc.reduce, ufunc.accumulate, ufunc.reduceat):
        refuse(method, "gives wrong values in NumPy 2.4 itself (4 for [2.0, 3.0, 2.0])", "a loop over the entries")

OWN = (accumulations, reductions)  # imported before the loop: it leaves what they have
METHODS = {"reduce": reduce_of, "accumulate": accumulate_of, "reduceat": reduceat_of, "outer": outer_of}
for ufunc in UFUNCS:
    if ufunc in CONSTANTS:
        constant(*(getattr(ufunc, kind) for kind in METHODS))
        continue
    of_one_array = ufunc in RULES and None not in RULES[ufunc]  # ldexp, copysign: their operands are of two kinds
    for kind, written_out in METHODS.items():
        method = getattr(ufunc, kind)
        if method not in RULES and method not in COMPOSITIONS and (of_one_array or kind == "outer"):
            rewrite = written_out(ufunc)
            composition(method)(rewrite if kind == "outer" else checked(method, rewrite))
