"""Derivatives of indexing: reading entries, writing them into a new array, adding into them."""

import math
import operator
from functools import partial
from typing import Any

import numpy as np

from autograd.derivatives.shaping import as_array
from autograd.errors import MutationError
from autograd.rules import NOTHING, Entries, composition, first_tensor, packed, pick, primitive, refuse, vjp_rule

PIECE = 2**16  # entries that are added to rows at a time, so that the list of their places stays small


def repeats(index: Any) -> bool:
    """Whether the index may name an entry twice: integers, slices and boolean masks cannot, anything else may."""
    if index.__class__ is slice:
        return False
    parts = index if isinstance(index, tuple) else (index,)
    return not all(
        part is None or part is Ellipsis or isinstance(part, (int, slice, np.integer)) or is_mask(part)
        for part in parts
    )


def is_mask(part: Any) -> bool:
    return getattr(getattr(part, "dtype", None), "kind", None) == "b"


@primitive
def index_add(like: Any, index: Any, values: Any) -> Any:
    """Zeros in the shape of `like`, with `values` added at `index`; entries named twice add up."""
    out = np.zeros_like(like, dtype=values.dtype)
    add_at(out, index, values)
    return out


def add_at(total: Any, index: Any, values: Any) -> None:
    """``total[index] += values`` in place; entries named twice get both."""
    if not repeats(index):
        total[index] += values
    elif isinstance(index, np.ndarray) and total.flags.c_contiguous and values.shape == index.shape + total.shape[1:]:
        add_rows(total, index, values)
    else:
        np.add.at(total, index, values)


def add_rows(total: Any, indices: Any, values: Any) -> None:
    """``np.add.at(total, indices, values)`` for one array of integers, by a flat view: that is four times as fast."""
    width = math.prod(total.shape[1:])
    indices, values = indices.astype(np.intp).reshape(-1, 1) % len(total), values.reshape(indices.size, width)
    columns, flat = np.arange(width), total.reshape(-1)
    step = max(1, PIECE // max(1, width))
    for start in range(0, len(indices), step):
        here = slice(start, start + step)
        np.add.at(flat, (indices[here] * width + columns).ravel(), values[here].ravel())


def getitem_vjp(g: Any, y: Any, x: Any, index: Any) -> Any:
    if x.ndim == 0 or first_tensor((g, x)) is not None:
        return index_add(x, index, g)
    return Entries(partial(add_at, index=index, values=g))


vjp_rule(index_add, None, None, lambda g, y, like, index, values: g[index])
vjp_rule(pick, lambda g, y, results, i: packed([g if i == j else NOTHING for j in range(len(results))]), None)
vjp_rule(operator.getitem, getitem_vjp, None)


@primitive
def index_update(t: Any, i: Any, v: Any) -> Any:
    """A copy of `t` with ``t[i] = v``: the way to assign, as nodes are never changed in place.

    Where an integer index names an entry twice, the value that NumPy wrote last gets the gradient. Into integers or
    real numbers a value of a wider kind is not truncated: the result has its dtype.

    >>> import autograd as ag
    >>> t = ag.Tensor([1.0, 2.0, 3.0])
    >>> ag.index_update(t, 0, 9.0).tolist()
    [9.0, 2.0, 3.0]
    """
    v = v if np.ndim(v) == 0 else np.asarray(v)
    t = np.asarray(t)
    out = np.array(t, dtype=None if np.can_cast(np.result_type(v), t.dtype, "same_kind") else np.result_type(t, v))
    out[i] = v
    return out


def index_update_value_vjp(g: Any, y: Any, t: Any, i: Any, v: Any) -> Any:
    g = g[i]
    if not repeats(i):
        return g
    order = np.arange(np.size(g)).reshape(np.shape(g))
    written = np.empty(np.shape(t), dtype=order.dtype)
    written[i] = order
    return np.where(written[i] == order, g, 0)


vjp_rule(index_update, lambda g, y, t, i, v: index_update(g, i, 0), None, index_update_value_vjp)


@primitive
def bincount(weights: Any, x: Any, minlength: int) -> Any:
    """`numpy.bincount`, by the weights."""
    return np.bincount(x, weights, minlength)


vjp_rule(bincount, lambda g, y, weights, x, minlength: g[np.asarray(x, dtype=np.intp)], None, None)


@composition(np.bincount)
def _(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    x = np.asarray(x) if hasattr(x, "dtype") else x  # NumPy takes [] and [0.0] in a list, and not in an array
    if weights is None:
        return np.bincount(x, None, minlength)
    return bincount(as_array(weights), x, minlength)


refuse(
    np.copyto,
    "writes in place, which records nothing (np.full(shape, t, dtype) calls it too)",
    "np.where(mask, src, dst), or np.broadcast_to(t, shape)",
    MutationError,
)
for function in (np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis):
    refuse(function, "changes its argument in place, which a node never is", "ag.index_update(t, i, v)", MutationError)
