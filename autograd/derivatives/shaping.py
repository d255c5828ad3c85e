"""Derivatives of functions that move entries without changing them: reshape, join, split, repeat, flip, cast.

The gradient moves back the way that the entries came.
"""

import operator
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd import errors
from autograd.rules import composition, first_tensor, primitive, vjp_rule


@primitive
def astype(x: Any, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: bool = True, copy: bool = True) -> Any:
    """`x` converted to `dtype`; to integers or booleans it becomes a constant. Always a copy: nodes share no memory."""
    return x.astype(dtype, order, casting)


vjp_rule(astype, lambda g, y, x, dtype, *layout, **keywords: g)
if hasattr(np, "astype"):  # NumPy 2.1

    @composition(np.astype)
    def _(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
        return astype(x, dtype)


def as_array(x: Any) -> Any:
    """A number or nested lists as an array; what is one already, a Tensor included, as it is."""
    if isinstance(x, (list, tuple)) and first_tensor(x) is not None:
        return np.stack([as_array(item) for item in x])
    return x if hasattr(x, "dtype") else np.asarray(x)


# ------------------------------------------------------------------------------------------------- shape and order


def reshape_vjp(g: Any, y: Any, x: Any, shape: Any = None, order: Any = "C", **keywords: Any) -> Any:
    return in_shape_of(x, g, order, np.reshape)


def in_shape_of(x: Any, g: Any, order: Any, function: Any) -> Any:
    if order not in ("C", "F"):
        raise errors.refused(function, f"with order={order!r} depends on memory layout", "order='C' or order='F'")
    return np.reshape(g, x.shape, order=order)


def transpose_vjp(g: Any, y: Any, x: Any, axes: Any = None) -> Any:
    return np.transpose(g, None if axes is None else np.argsort([axis % x.ndim for axis in axes]))


vjp_rule(np.reshape, reshape_vjp)
vjp_rule(np.ravel, lambda g, y, x, order="C": in_shape_of(x, g, order, np.ravel))
vjp_rule(np.transpose, transpose_vjp)
vjp_rule(np.moveaxis, lambda g, y, x, source, destination: np.moveaxis(g, destination, source))
vjp_rule(np.swapaxes, lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2))
vjp_rule(np.matrix_transpose, lambda g, y, x: np.swapaxes(g, -1, -2))
vjp_rule(np.squeeze, lambda g, y, x, axis=None: np.reshape(g, x.shape))
vjp_rule(np.expand_dims, lambda g, y, x, axis: np.reshape(g, x.shape))
vjp_rule(np.broadcast_to, lambda g, y, x, shape, subok=False: g)
vjp_rule(np.flip, lambda g, y, x, axis=None: np.flip(g, axis))
vjp_rule(
    np.roll,
    lambda g, y, x, shift, axis=None: np.roll(
        g, np.negative(shift) if np.ndim(shift) == 0 else [-s for s in shift], axis
    ),
)
composition(np.fliplr)(lambda m: np.flip(m, 1))
composition(np.flipud)(lambda m: np.flip(m, 0))


@composition(np.rollaxis)
def _(a: Any, axis: int, start: int = 0) -> Any:
    return np.transpose(a, np.rollaxis(np.empty(range(a.ndim)), axis, start).shape)


@composition(np.full_like)
def _(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    device: Any = None,
) -> Any:
    spread = np.broadcast_to(fill_value, np.shape(a) if shape is None else shape)
    return astype(spread, a.dtype if dtype is None else dtype)


def broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(x, shape) for x in args)


composition(np.broadcast_arrays)(broadcast_arrays)


def at_least(ndim: int, where: Any) -> Any:
    """``np.atleast_*d``: `where` says which axes a smaller array gets."""

    def rewrite(*arrays: Any) -> Any:
        results = tuple(np.reshape(x, where[np.ndim(x)](np.shape(x))) if np.ndim(x) < ndim else x for x in arrays)
        return results[0] if len(results) == 1 else results

    return rewrite


composition(np.atleast_1d)(at_least(1, {0: lambda s: (1,)}))
composition(np.atleast_2d)(at_least(2, {0: lambda s: (1, 1), 1: lambda s: (1, *s)}))
composition(np.atleast_3d)(at_least(3, {0: lambda s: (1, 1, 1), 1: lambda s: (1, *s, 1), 2: lambda s: (*s, 1)}))

# -------------------------------------------------------------------------------------------------- joining, splitting


def concatenate_vjp(g: Any, y: Any, arrays: Any, axis: int | None = 0, **kwargs: Any) -> list[Any]:
    before = (slice(None),) * (0 if axis is None else axis % y.ndim)
    pieces, start = [], 0
    for x in arrays:
        end = start + (np.size(x) if axis is None else np.shape(x)[axis])
        pieces.append(g[(*before, slice(start, end))])
        start = end
    return [np.reshape(piece, np.shape(x)) for piece, x in zip(pieces, arrays, strict=True)] if axis is None else pieces


def stack_vjp(g: Any, y: Any, arrays: Any, axis: int = 0, **kwargs: Any) -> list[Any]:
    first = np.moveaxis(g, axis, 0)
    return [first[i] for i in range(len(arrays))]


vjp_rule(np.concatenate, concatenate_vjp)
vjp_rule(np.stack, stack_vjp)


@composition(np.vstack)
def _(tup: Any, **kwargs: Any) -> Any:
    return np.concatenate([np.atleast_2d(x) for x in tup], axis=0, **kwargs)


@composition(np.hstack)
def _(tup: Any, **kwargs: Any) -> Any:
    arrays = [np.atleast_1d(x) for x in tup]
    return np.concatenate(arrays, axis=0 if arrays and arrays[0].ndim == 1 else 1, **kwargs)


@composition(np.dstack)
def _(tup: Any) -> Any:
    return np.concatenate([np.atleast_3d(x) for x in tup], axis=2)


@composition(np.column_stack)
def _(tup: Any) -> Any:
    return np.concatenate([np.reshape(x, (-1, 1)) if np.ndim(x) < 2 else x for x in tup], axis=1)


@composition(np.block)
def block(arrays: Any) -> Any:
    """The innermost lists are joined along the last axis, those around them along the one before, and so on."""
    depth, ndim = list_depth(arrays), largest_ndim(arrays)

    def joined(tree: Any, level: int) -> Any:
        if not isinstance(tree, list):
            return np.reshape(tree, (1,) * (max(ndim, depth) - np.ndim(tree)) + np.shape(tree))
        return np.concatenate([joined(item, level - 1) for item in tree], axis=-level)

    return joined(arrays, depth)


def list_depth(tree: Any) -> int:
    if not isinstance(tree, list):
        return 0
    depths = {list_depth(item) for item in tree}
    if len(depths) != 1:
        raise ValueError("np.block takes lists that are all nested to the same depth, and none that is empty")
    return 1 + depths.pop()


def largest_ndim(tree: Any) -> int:
    return max(map(largest_ndim, tree)) if isinstance(tree, list) else np.ndim(tree)


def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    parts = [as_array(arr), as_array(values)]
    return np.concatenate(parts if axis is not None else [np.ravel(part) for part in parts], axis=axis or 0)


composition(np.append)(append)


@composition(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Which entries go where is NumPy's own answer for the positions; the pieces are slices."""
    pieces = np.array_split(np.arange(ary.shape[axis]), np.asarray(indices_or_sections))
    before = (slice(None),) * (axis % ary.ndim)
    return [ary[(*before, slice(p[0], p[-1] + 1) if len(p) else slice(0, 0))] for p in pieces]


@composition(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    np.split(np.empty(ary.shape[axis]), np.asarray(indices_or_sections))  # raises NumPy's error for an uneven split
    return array_split(ary, indices_or_sections, axis)


def split_along(function: Any) -> Any:
    """``np.hsplit``, ``np.vsplit``, ``np.dsplit``: NumPy's answer for the shape says which axis, or raises."""

    def rewrite(ary: Any, indices_or_sections: Any) -> list[Any]:
        axis = {np.hsplit: 1 if ary.ndim > 1 else 0, np.vsplit: 0, np.dsplit: 2}[function]
        function(np.broadcast_to(0, ary.shape), np.asarray(indices_or_sections))  # raises NumPy's errors
        return array_split(ary, indices_or_sections, axis)

    return rewrite


for function in (np.hsplit, np.vsplit, np.dsplit):
    composition(function)(split_along(function))
if hasattr(np, "unstack"):  # NumPy 2.1
    composition(np.unstack)(lambda x, /, *, axis=0: tuple(np.moveaxis(x, axis, 0)))

# ---------------------------------------------------------------------------------------------------------- repeating


@composition(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """Entries are read at the positions that NumPy's own repeat gives."""
    if axis is None or (np.ndim(a) == 0 and axis in (0, -1)):
        a, axis = np.ravel(a), 0
    axis = normalize_axis_index(axis, a.ndim)
    if np.ndim(repeats) == 0:
        shape = (*a.shape[: axis + 1], operator.index(repeats), *a.shape[axis + 1 :])
        wide = np.broadcast_to(np.expand_dims(a, axis + 1), shape)
        return np.reshape(
            wide, (*a.shape[:axis], -1, *a.shape[axis + 1 :]) if a.size else np.repeat(a.data, repeats, axis).shape
        )
    return a[(*(slice(None),) * axis, np.repeat(np.arange(a.shape[axis]), repeats))]


@composition(np.tile)
def tile(A: Any, reps: Any) -> Any:
    """A broadcast to (reps[0], n[0], reps[1], n[1], ...), then flattened in pairs."""
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    shape = np.shape(A)
    ndim = max(len(reps), len(shape))
    reps, shape = (1,) * (ndim - len(reps)) + reps, (1,) * (ndim - len(shape)) + shape
    pairs = [n for pair in zip(reps, shape, strict=True) for n in pair]
    spread = np.broadcast_to(np.reshape(A, [n for size in shape for n in (1, size)]), pairs)
    return np.reshape(spread, [r * n for r, n in zip(reps, shape, strict=True)])
