"""What a program does beside calling NumPy's functions: functions of their own, so that steps have but one form.

Each takes and returns plain arrays and changes nothing. `spelling.py` writes them, in place where that is safe.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "CONSTANT",
    "EFFECTS",
    "OWN",
    "added_at",
    "cast",
    "decreased",
    "draw",
    "guard",
    "increased",
    "method",
    "part",
    "put_along",
    "shape_is",
    "updated",
]

CONSTANT = "a constant"  # in place of the function of a step that is one


def updated(base: Any, index: Any, value: Any) -> Any:
    """A copy of `base` with ``base[index] = value``."""
    out = np.array(base)
    out[index] = value
    return out


def increased(base: Any, index: Any, value: Any) -> Any:
    """A copy of `base` with ``base[index] += value``."""
    out = np.array(base)
    out[index] += value
    return out


def decreased(base: Any, index: Any, value: Any) -> Any:
    """A copy of `base` with ``base[index] -= value``."""
    out = np.array(base)
    out[index] -= value
    return out


def added_at(base: Any, index: Any, value: Any) -> Any:
    """A copy of `base` after ``np.add.at(base, index, value)``."""
    out = np.array(base)
    np.add.at(out, index, value)
    return out


def put_along(base: Any, indices: Any, values: Any, axis: Any) -> Any:
    """A copy of `base` after ``np.put_along_axis(base, indices, values, axis)``."""
    out = np.array(base)
    np.put_along_axis(out, indices, values, axis)
    return out


def cast(x: Any, dtype: Any) -> Any:
    """``x.astype(dtype)``."""
    return np.asarray(x).astype(dtype)[()]


def method(x: Any, name: str, *args: Any) -> Any:
    """A method of an array that NumPy has no function for."""
    return getattr(np.asarray(x), name)(*args)


def part(results: Any, i: int) -> Any:
    """One of several results."""
    return results[i]


def shape_is(x: Any, shape: tuple[int, ...]) -> Any:
    """Whether an array whose shape depends on values has the one that it had."""
    return np.bool_(np.shape(x) == shape)


def draw(function: Any, args: Any, rng: Any) -> Any:
    """What a function draws from a generator; it is noted with its value, and drawn again by the text alone."""
    return function(*args, rng)


def guard(condition: Any, truth: bool) -> Any:
    """The branch that was taken; another one is an error."""
    assert bool(condition) is truth
    return condition


EFFECTS = frozenset({draw, guard})  # never shared, never left out
OWN: frozenset[Any] = frozenset(
    {updated, increased, decreased, put_along, added_at, cast, method, part, draw, guard, shape_is}
)  # written in a way of their own
