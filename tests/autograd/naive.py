"""A naive engine for arrays, written as a first lesson would: the oracle for random programs.

Each value carries its derivatives along all directions (forward mode): no graph, no order, no accumulation, nothing
that the engine under test has. Derivatives may be duals themselves, which gives second derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def share(x: Any, y: Any) -> Any:
    """d logaddexp(x, y) / dx."""
    return 1 / (1 + np.exp(y - x))


PARTIALS: dict[Any, Callable[..., tuple[Any, ...]]] = {
    np.add: lambda x, y: (1.0, 1.0),
    np.subtract: lambda x, y: (1.0, -1.0),
    np.multiply: lambda x, y: (y, x),
    np.divide: lambda x, y: (1 / y, -x / (y * y)),
    np.logaddexp: lambda x, y: (share(x, y), share(y, x)),
    np.negative: lambda x: (-1.0,),
    np.square: lambda x: (2 * x,),
    np.sqrt: lambda x: (1 / (2 * np.sqrt(x)),),
    np.exp: lambda x: (np.exp(x),),
    np.log: lambda x: (1 / x,),
    np.sin: lambda x: (np.cos(x),),
    np.cos: lambda x: (-np.sin(x),),
    np.tanh: lambda x: (1 - np.tanh(x) * np.tanh(x),),
    np.arctan: lambda x: (1 / (1 + x * x),),
}
JOINS = {np.stack, np.concatenate}
LINEAR = {np.sum, np.mean, np.reshape, np.ravel, np.transpose, np.flip, np.broadcast_to, np.expand_dims} | JOINS


class Dual(np.lib.mixins.NDArrayOperatorsMixin):
    """A value and its derivative along each of several directions."""

    def __init__(self, value: Any, slopes: list[Any]) -> None:
        self.value, self.slopes = value, slopes

    def __array_ufunc__(self, ufunc: Any, method: str, *operands: Any) -> Dual:
        assert method == "__call__"
        values = [value_of(x) for x in operands]
        result = ufunc(*values)
        if ufunc is np.matmul:  # linear in each operand, but not entry by entry
            moved = [[ufunc(s, values[1]) for s in slopes_of(operands[0])]]
            moved += [[ufunc(values[0], s) for s in slopes_of(operands[1])]]
        else:
            partials = zip(PARTIALS[ufunc](*values), operands, strict=True)
            moved = [[partial * s for s in slopes_of(x)] for partial, x in partials]
        moved = [slopes for slopes in moved if slopes]
        return Dual(result, [add_up(along, shape_of(result)) for along in zip(*moved, strict=True)])

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.var:
            (x,), axis = args, kwargs.pop("axis")
            return np.mean(np.square(x - np.mean(x, axis=axis, keepdims=True)), axis=axis, **kwargs)
        assert function in LINEAR, function
        if function in JOINS:
            parts = [x if isinstance(x, Dual) else Dual(x, [np.zeros_like(x)] * len(self.slopes)) for x in args[0]]
            args = (parts, *args[1:])
        return self.mapped(lambda pick: function(*map_duals(args, pick), **kwargs))

    def __getitem__(self, index: Any) -> Any:
        return self.mapped(lambda pick: pick(self)[index])

    def mapped(self, linear: Callable[..., Any]) -> Dual:
        """The value and the slopes, each taken through the same linear function."""
        return Dual(linear(value_of), [linear(lambda x, k=k: x.slopes[k]) for k in range(len(self.slopes))])


def value_of(x: Any) -> Any:
    return x.value if isinstance(x, Dual) else x


def slopes_of(x: Any) -> list[Any]:
    return x.slopes if isinstance(x, Dual) else []


def shape_of(x: Any) -> tuple[int, ...]:
    return shape_of(x.value) if isinstance(x, Dual) else np.shape(x)


def add_up(terms: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """The sum of the slopes that reach a result, each as large as the result."""
    return sum(np.broadcast_to(term, shape) for term in terms)


def map_duals(tree: Any, pick: Callable[[Dual], Any]) -> Any:
    if isinstance(tree, list | tuple):
        return type(tree)(map_duals(item, pick) for item in tree)
    return pick(tree) if isinstance(tree, Dual) else tree


def seed(inputs: Any, values: Any = None) -> list[Dual]:
    """The inputs as duals, around `values` if given; there is a direction for each entry of each input, in order."""
    sizes = [np.size(x) for x in inputs]
    rows = np.split(np.eye(sum(sizes)), np.cumsum(sizes)[:-1])
    slopes = [list(np.moveaxis(row.reshape(*np.shape(x), -1), -1, 0)) for x, row in zip(inputs, rows, strict=True)]
    return [Dual(*pair) for pair in zip(inputs if values is None else values, slopes, strict=True)]


def jacobian(f: Any, inputs: Any) -> Any:
    """The value, and the derivatives of its entries, a row each, with respect to all entries of the inputs."""
    result = f(*seed(inputs))
    return result.value, np.stack([np.ravel(s) for s in result.slopes], axis=1)


def hessian(f: Any, inputs: Any) -> Any:
    """The second derivatives of a scalar with respect to all entries of the inputs."""
    result = f(*seed(inputs, seed(inputs)))
    n = len(result.slopes)
    return np.array([s.slopes if isinstance(s, Dual) else [0.0] * n for s in result.slopes], dtype=float)
