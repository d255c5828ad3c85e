"""Functions of `autograd.numpy` that differ from NumPy's: mostly those that make arrays, here of traced parts too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import numpy as np

from autograd.derivatives.shaping import astype
from autograd.errors import TracedConversionError
from autograd.graph import Node, traced, unwrap
from autograd.numpy.lists import entries, holds_tensors, join, joined
from autograd.rules import COMPOSITIONS

__all__ = ["OURS", "array", "concatenate_args", "make_diagonal"]

Function = Callable[..., Any]


def array(x: Any, /, dtype: Any = None, *, ndmin: int = 0, **keywords: Any) -> Any:
    """`numpy.array` of numbers, arrays, Tensors and nested lists of them; a traced value is copied within the graph."""
    if isinstance(x, np.ndarray) and x.dtype == object and traced(x.tolist()):
        x = x.tolist()
    if is_traced(x):
        x = x.copy()
    else:
        try:
            return np.array(x, dtype, ndmin=ndmin, **keywords)
        except TracedConversionError:
            if not holds_tensors(x):
                raise
        x = join(x)
    if dtype is not None:
        x = astype(x, np.dtype(dtype))
    return np.reshape(x, (1,) * (ndmin - np.ndim(x)) + np.shape(x)) if np.ndim(x) < ndmin else x


def converting(function: Function, ndmin: int = 0) -> Function:
    """`numpy.asarray` or a sister of it; a Tensor is an array already."""

    @wraps(function, assigned=("__name__",))
    def convert(x: Any, /, dtype: Any = None, *args: Any, **keywords: Any) -> Any:
        if is_traced(x) and dtype in (None, x.dtype) and x.ndim >= ndmin:
            return x
        if is_traced(x) or holds_tensors(x):
            return array(x, dtype, ndmin=ndmin)
        return function(x, dtype, *args, **keywords)

    return convert


def is_traced(x: Any) -> bool:
    return isinstance(x, Node) and x._requires_grad


def full(shape: Any, fill_value: Any, dtype: Any = None, **keywords: Any) -> Any:
    """`numpy.full`; the value may be traced."""
    if not traced(fill_value):
        return np.full(shape, unwrap(fill_value), dtype, **keywords)
    spread = np.broadcast_to(joined(fill_value), shape)
    return spread if dtype is None else astype(spread, np.dtype(dtype))


def full_like(a: Any, fill_value: Any, *args: Any, **keywords: Any) -> Any:
    """`numpy.full_like`; the value may be traced where the array is not."""
    if not traced(fill_value):
        return np.full_like(joined(a), unwrap(fill_value), *args, **keywords)
    return COMPOSITIONS[np.full_like](joined(a), joined(fill_value), *args, **keywords)


def where(condition: Any, *values: Any, **keywords: Any) -> Any:
    """`numpy.where`, which here takes `x` and `y` by keyword too."""
    values = (*values, *[keywords.pop(name) for name in ("x", "y")[len(values) :] if name in keywords])
    return np.where(joined(condition), *map(joined, values), **keywords)


def isscalar(element: Any) -> bool:
    """`numpy.isscalar`; a Tensor is one if its value is."""
    return np.isscalar(unwrap(element))


def concatenate_args(axis: int, *arrays: Any) -> Any:
    """`numpy.concatenate` with the arrays as arguments."""
    return np.concatenate(entries(arrays), axis)


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Matrices with the last axis of `D` on their diagonals."""
    if (offset, axis1, axis2) != (0, -1, -2):
        raise NotImplementedError(
            "make_diagonal makes main diagonals of the last two axes: offset=0, axis1=-1, axis2=-2"
        )
    return np.expand_dims(D, -1) * np.eye(np.shape(D)[-1])


class Joiner:
    """``np.r_`` or ``np.c_`` with Tensors in it: NumPy arranges the places of the entries, which are then read."""

    def __init__(self, join_places: Any) -> None:
        self.join_places = join_places

    def __getitem__(self, index: Any) -> Any:
        items = index if isinstance(index, tuple) else (index,)
        if not traced(items):
            return self.join_places[unwrap(index)]
        pool: list[Any] = []
        places = tuple([item if isinstance(item, str) else place_of(item, pool) for item in items])
        return np.concatenate(pool)[self.join_places[places]]


def place_of(item: Any, pool: list[Any]) -> Any:
    """Put the entries of an item into the pool; where they are there, in the item's shape."""
    value = np.r_[item] if isinstance(item, slice) else joined(item)
    start = sum(map(np.size, pool))
    pool.append(np.reshape(value, -1))
    return np.arange(start, start + np.size(value)).reshape(np.shape(value))[()]


def row_stack(tup: Iterable[Any]) -> Any:
    """An older name of `numpy.vstack`."""
    return np.vstack(entries(tup))


class IntegerType(type):
    """Of ``np.int64`` and its like: instances and subclasses are NumPy's, and a traced number may be converted."""

    __base__: Any

    def __call__(cls, x: Any = 0, /) -> Any:
        return cls.__base__(unwrap(x))

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.__base__)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.__base__)


OURS: dict[str, Any] = {
    "array": array,
    "asanyarray": converting(np.asanyarray),
    "asarray": converting(np.asarray),
    "ascontiguousarray": converting(np.ascontiguousarray, ndmin=1),
    "asfortranarray": converting(np.asfortranarray),
    "c_": Joiner(np.c_),
    "full": full,
    "full_like": full_like,
    "isscalar": isscalar,
    "r_": Joiner(np.r_),
    "row_stack": row_stack,
    "where": where,
    **{base.__name__: IntegerType(base.__name__, (base,), {}) for base in (np.int8, np.int16, np.int32, np.int64)},
}
