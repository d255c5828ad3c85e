"""Nested tuples, lists and dicts of arrays as one vector, and back. Both ways can be differentiated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

import numpy as np

from autograd.containers import like
from autograd.graph import unwrap

__all__ = ["flatten", "flatten_func"]


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """``(vector, unflatten)``: the entries in order, of a dict by sorted keys; `unflatten` takes a vector back.

    >>> vector, unflatten = flatten({"b": np.ones(2), "a": (3.0, [])})
    >>> vector.tolist(), unflatten(2 * vector)["b"].tolist()
    ([3.0, 1.0, 1.0], [2.0, 2.0])
    """
    leaves = list(leaves_of(value))
    shapes = [np.shape(leaf) for leaf in leaves]
    real = [np.isrealobj(unwrap(leaf)) for leaf in leaves]
    ends = list(accumulate(int(np.prod(shape)) for shape in shapes))
    vector = np.concatenate([np.ravel(leaf) for leaf in leaves]) if leaves else np.zeros(0)

    def unflatten(vector: Any) -> Any:
        if np.shape(vector) != (ends[-1] if ends else 0,):
            raise ValueError(f"unflatten takes a vector of {ends[-1] if ends else 0} entries, not {np.shape(vector)}")
        starts = [0, *ends]
        parts = [np.reshape(vector[a:b], shape) for a, b, shape in zip(starts, ends, shapes, strict=False)]
        if np.iscomplexobj(unwrap(vector)):
            parts = [np.real(part) if is_real else part for part, is_real in zip(parts, real, strict=True)]
        return rebuilt(value, iter(parts))

    return vector, unflatten


def leaves_of(value: Any) -> Iterator[Any]:
    """The arrays and numbers in nested containers, in order."""
    if isinstance(value, dict):
        for key in sorted(value):
            yield from leaves_of(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves_of(item)
    else:
        yield value


def rebuilt(value: Any, leaves: Iterator[Any]) -> Any:
    """The same containers with other leaves."""
    if isinstance(value, dict):
        new = {key: rebuilt(value[key], leaves) for key in sorted(value)}
        return {key: new[key] for key in value}
    if isinstance(value, (list, tuple)):
        return like(value, [rebuilt(item, leaves) for item in value])
    return next(leaves)


def flatten_func(func: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Callable[[Any], Any], Any]:
    """``(function of vectors, unflatten, example as a vector)`` from a function of nested arrays to nested arrays."""
    vector, unflatten = flatten(example)
    return lambda x, *args: flatten(func(unflatten(x), *args))[0], unflatten, vector
