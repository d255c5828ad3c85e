"""Derivatives of functions that put entries in order: sort, partition, the functions of sets.

The gradient of a place goes back to the entry that has taken it. Convention at ties: equal entries share the gradient
of their places equally, whatever the sorting algorithm makes of them, so that ``np.sort(x)[-1]``, ``np.max(x)`` and
``np.quantile(x, 1)`` have one gradient; the gradient of a value of ``np.unique`` is shared by the entries equal to it.
NaN entries, which come last, count as equal.
"""

from typing import Any

import numpy as np

from autograd.derivatives.accumulations import plain
from autograd.derivatives.indexing import index_add
from autograd.derivatives.shaping import astype
from autograd.rules import composition, primitive, vjp_rule

# ---------------------------------------------------------------------------------------------- places and the way back


def along(places: Any) -> tuple[Any, ...]:
    """The index that reads the entries of each row (the last axis) at these places."""
    return (*np.indices(places.shape, sparse=True)[:-1], places)


def inverse(order: Any) -> Any:
    """Of each row, the permutation that undoes this one."""
    undo = np.empty_like(order)
    np.put_along_axis(undo, order, np.broadcast_to(np.arange(order.shape[-1]), order.shape), axis=-1)
    return undo


def shared(g: Any, x: Any) -> Any:
    """`g` with its mean over each run of equal entries of `x`, whose rows are sorted."""
    before, after = x[..., :-1], x[..., 1:]
    new = (before != after) & ~np.isnan(before)  # NaN comes last
    first = np.concatenate([np.ones(x[..., :1].shape, bool), new], axis=-1)
    if np.all(first):
        return g
    run = np.cumsum(first) - 1  # numbered through all rows
    size = np.bincount(run)
    total = index_add(np.zeros(len(size)), run, np.ravel(g))
    return np.reshape((total / size)[run], g.shape)


def to_entries(g: Any, x: Any) -> Any:
    """From the gradient of the sorted rows of `x` that of its entries."""
    order = np.argsort(x, axis=-1)
    return shared(g, x[along(order)])[along(inverse(order))]


def rearranged_vjp(g: Any, y: Any, a: Any, axis: int | None = -1) -> Any:
    """Where `y` is `a` in any other order along the axis: both are sorted, and so the places are known."""
    if axis is None:
        return np.reshape(rearranged_vjp(g, y, np.ravel(a)), a.shape)
    g, y, a = (np.swapaxes(x, axis, -1) for x in (g, y, a))
    order = along(np.argsort(y, axis=-1))
    return np.swapaxes(to_entries(g[order], a), axis, -1)


# -------------------------------------------------------------------------------------------------------------- sorting


def sort_vjp(
    g: Any, y: Any, a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Any:
    return rearranged_vjp(g, y, a, axis)


def partition_vjp(
    g: Any, y: Any, a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: Any = None
) -> Any:
    return rearranged_vjp(g, y, a, axis)  # np.argpartition may leave the rest in another order than np.partition


vjp_rule(np.sort, sort_vjp)
vjp_rule(np.partition, partition_vjp)


@composition(np.sort_complex)
def _(a: Any) -> Any:
    return astype(np.sort(a), np.sort_complex(np.empty(1, a.dtype)).dtype)


@composition(np.ptp)
def _(a: Any, axis: Any = None, out: None = None, keepdims: Any = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


# ----------------------------------------------------------------------------------------------------------------- sets


@primitive
def of_equals(x: Any, first: Any, group: Any, count: Any) -> Any:
    """Read the entry that comes first of each group of equal ones, along the first axis."""
    return x[first]


def of_equals_vjp(g: Any, y: Any, x: Any, first: Any, group: Any, count: Any) -> Any:
    return (g / np.reshape(count, (-1,) + (1,) * (g.ndim - 1)))[group]


vjp_rule(of_equals, of_equals_vjp, None, None, None)


def distinct(ar: Any, values: Any, axis: int | None, equal_nan: bool) -> Any:
    """The `values` that NumPy found, as read from `ar`; NumPy may have left them unsorted where there is no axis."""
    _, first, group, count = np.unique(plain(ar), True, True, True, axis, equal_nan=equal_nan)
    if axis is None:
        place = np.argsort(values, kind="stable")
        first, count = first[inverse(place)], count[inverse(place)]
        return of_equals(np.ravel(ar), first, place[np.ravel(group)], count)
    return np.moveaxis(of_equals(np.moveaxis(ar, axis, 0), first, np.ravel(group), count), 0, axis)


@composition(np.unique)
def _(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    **kwargs: Any,
) -> Any:
    """The values have a derivative; indices, inverse and counts are plain integers."""
    options: dict[str, Any] = {"axis": axis, "equal_nan": equal_nan, **kwargs}  # `sorted` among them, since NumPy 2.3
    options |= {"return_index": return_index, "return_inverse": return_inverse, "return_counts": return_counts}
    found: Any = np.unique(plain(ar), **options)
    values, *integers = found if isinstance(found, tuple) else (found,)
    values = distinct(ar, values, axis, equal_nan)
    return (values, *integers) if integers else values


composition(np.unique_values)(lambda x: distinct(x, np.unique_values(plain(x)), None, equal_nan=False))


def with_distinct(function: Any) -> Any:
    def rewrite(x: Any) -> Any:
        found = function(plain(x))
        return found._replace(values=distinct(x, found.values, None, equal_nan=False))

    return rewrite


composition(np.unique_all)(with_distinct(np.unique_all))
composition(np.unique_counts)(with_distinct(np.unique_counts))
composition(np.unique_inverse)(with_distinct(np.unique_inverse))


@composition(np.union1d)
def union1d(ar1: Any, ar2: Any) -> Any:
    return np.unique(np.concatenate((ar1, ar2), axis=None))


@composition(np.intersect1d)
def _(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """Read from both arrays: what is in one and in the other is a tie."""
    both = union1d(ar1, ar2)
    both = both[np.isin(both, ar1) & np.isin(both, ar2)]
    if not return_indices:
        return both
    return (both, *np.intersect1d(plain(ar1), plain(ar2), assume_unique, return_indices=True)[1:])


@composition(np.setdiff1d)
def _(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    ar1 = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return ar1[np.isin(ar1, ar2, invert=True)]


@composition(np.setxor1d)
def _(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    parts = (ar1, ar2) if assume_unique else (np.unique(ar1), np.unique(ar2))
    ordered = np.sort(np.concatenate(parts, axis=None))
    change = np.concatenate(([True], ordered[1:] != ordered[:-1], [True]))
    return ordered[change[1:] & change[:-1]] if ordered.size else ordered
