"""Derivatives of functions that pick entries, branches or parts: take, select, piecewise, delete, insert and the like.

Entries are read at the positions that NumPy's own function gives for positions; what is not read has gradient 0. Of
several branches only the one that is chosen gets the gradient, and `piecewise` does not even call a function on entries
that are not its own, so that a branch that is NaN or infinite elsewhere does no harm: at 0 the gradient of
``np.where(x > 0, np.sqrt(x), 0)`` is 0 * inf = NaN, that of ``np.piecewise(x, [x > 0], [np.sqrt, 0])`` is 0.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd import errors
from autograd.derivatives.indexing import index_update
from autograd.derivatives.shaping import as_array, astype
from autograd.rules import COMPOSITIONS, composition, first_tensor, refuse


def is_tensor(x: Any) -> bool:
    return first_tensor([x]) is x


def untraced(x: Any) -> Any:
    """An index or a mask as NumPy has it; `TracedConversionError` for a traced Tensor."""
    return np.asarray(x)[()] if is_tensor(x) and hasattr(x, "requires_grad") else x


def refuse_traced(function: Callable[..., Any], reason: str, instead: str) -> None:
    """Refuse traced Tensors; others are arrays to the function."""
    refuse(function, reason, instead)
    refusal = COMPOSITIONS[function]

    def rewrite(*args: Any, **kwargs: Any) -> Any:
        if not args or any(getattr(value, "requires_grad", False) for value in (*args, *kwargs.values())):
            refusal()
        return function(*map(untraced, args), **{key: untraced(value) for key, value in kwargs.items()})

    COMPOSITIONS[function] = rewrite


def positions(x: Any, start: int = 0) -> Any:
    """Where each entry of `x` is in ``np.ravel(x)``."""
    return start + np.arange(np.size(x)).reshape(np.shape(x))


def along(a: Any, axis: int | None) -> tuple[Any, tuple[slice, ...], int]:
    """`a`, raveled where no axis is given; what comes in an index before the axis; and its length."""
    if axis is None:
        a, axis = np.ravel(a), 0
    axis = normalize_axis_index(axis, np.ndim(a))
    return a, (slice(None),) * axis, np.shape(a)[axis]


def into(dtype: Any, values: Any, function: Callable[..., Any]) -> Any:
    """`values` cast as an assignment to an array of `dtype` casts them; traced ones are not truncated to integers."""
    if first_tensor([values]) is None:
        return np.asarray(values).astype(dtype)
    values = as_array(values)
    if values.requires_grad and np.dtype(dtype).kind not in "fc":
        raise errors.refused(function, f"would truncate a traced value to {dtype}", "it with an array of floats")
    return values if values.dtype == dtype else astype(values, dtype)


for function in (np.save, np.savez, np.savez_compressed, np.savetxt):
    refuse_traced(function, "writes values, and no graph", "it with t.data")
refuse_traced(np.ix_, "takes positions, and this is traced", "it with integers or booleans")

# ---------------------------------------------------------------------------------------------------- by position


@composition(np.take)
def _(a: Any, indices: Any, axis: int | None = None, out: None = None, mode: Any = "raise") -> Any:
    a, before, n = along(np.atleast_1d(a), axis)
    return a[(*before, np.take(np.arange(n), untraced(indices), mode=mode))]


@composition(np.take_along_axis)
def _(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    return np.ravel(arr)[np.take_along_axis(positions(arr), untraced(indices), axis)]


@composition(np.compress)
def _(condition: Any, a: Any, axis: int | None = None, out: None = None) -> Any:
    if np.ndim(condition) != 1:
        raise ValueError("condition must be a 1-d array")
    a, before, _ = along(np.atleast_1d(a), axis)
    return a[(*before, np.flatnonzero(condition))]


@composition(np.extract)
def _(condition: Any, arr: Any) -> Any:
    return np.ravel(arr)[np.flatnonzero(condition)]


@composition(np.delete)
def _(arr: Any, obj: Any, axis: int | None = None) -> Any:
    arr, before, n = along(arr, axis)
    return arr[(*before, np.delete(np.arange(n), untraced(obj)))]


@composition(np.insert)
def _(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """The old entries and the new ones in one row, read in the order that NumPy gives their positions."""
    new = into(np.result_type(kind_of(arr)), values, np.insert)
    places = np.insert(positions(arr), untraced(obj), positions(new, np.size(arr)), axis)
    return np.concatenate([np.ravel(arr), np.ravel(new)])[places]


@composition(np.resize)
def _(a: Any, new_shape: Any) -> Any:
    if not a.size:
        return np.resize(a.data, new_shape)
    return np.ravel(a)[np.resize(np.arange(a.size), new_shape)]


@composition(np.trim_zeros)
def _(filt: Any, trim: Any = "fb", **axis: Any) -> Any:
    """NumPy says how much is left; where that begins is what it leaves if only the front is trimmed."""
    value = filt.data
    left = np.trim_zeros(value, trim, **axis).shape
    begin = (
        np.subtract(value.shape, np.trim_zeros(value, "f", **axis).shape) if "f" in trim.lower() else [0] * len(left)
    )
    return filt[tuple(slice(start, start + n) for start, n in zip(begin, left, strict=True))]


# ------------------------------------------------------------------------------------------------------ by condition


def kind_of(x: Any) -> Any:
    """What to ask `np.result_type` about: a dtype, or a Python number, which has none of its own."""
    if isinstance(x, (int, float, complex)) and not isinstance(x, np.generic):
        return x
    return x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype


def branch(which: Any, branches: list[Any]) -> Any:
    """The entries of ``branches[which]``; all are broadcast together, to their common dtype."""
    dtype = np.result_type(*[kind_of(b) for b in branches])
    branches = [into(dtype, b, np.choose) for b in branches]
    shape = np.broadcast_shapes(np.shape(which), *map(np.shape, branches))
    chosen = np.broadcast_to(branches[-1], shape)
    for i, option in enumerate(branches[:-1]):
        chosen = np.where(which == i, option, chosen)
    return chosen


@composition(np.choose)
def _(a: Any, choices: Any, out: None = None, mode: Any = "raise") -> Any:
    choices = list(choices)
    return branch(np.choose(untraced(a), list(range(len(choices))), mode=mode), choices)


@composition(np.select)
def _(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    n = len(choicelist)
    return branch(np.select(list(map(untraced, condlist)), list(range(n)), n), [*choicelist, default])


@composition(np.piecewise)
def _(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Each function sees the entries of its own condition; where two conditions hold, the later one wins."""
    y = np.zeros_like(x)
    for condition, function in zip(conditions(x, condlist, len(funclist)), funclist, strict=True):
        if not callable(function):
            y = index_update(y, condition, into(x.dtype, function, np.piecewise))
        elif np.any(condition):
            y = index_update(y, condition, into(x.dtype, function(x[condition], *args, **kw), np.piecewise))
    return y


def conditions(x: Any, condlist: Any, functions: int) -> list[Any]:
    """A mask for each function; the last, where one more function than conditions is given, is all that is left."""
    first = condlist if np.isscalar(condlist) else untraced(condlist[0])
    if np.isscalar(condlist) or (not isinstance(first, (list, np.ndarray)) and x.ndim != 0):
        condlist = [condlist]
    masks = [np.asarray(mask, dtype=bool) for mask in condlist]
    if len(masks) == functions - 1:
        masks.append(~np.any(masks, axis=0))
    elif len(masks) != functions:
        n = len(masks)
        raise ValueError(f"with {n} condition(s), either {n} or {n + 1} functions are expected")
    return masks
