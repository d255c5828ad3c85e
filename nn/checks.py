"""Checks of arguments that several layers, optimizers or the trainer share; each raises `ArgumentError`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import errors

__all__ = [
    "array",
    "as_array",
    "as_floating",
    "at_least_one",
    "finite",
    "floating",
    "floating_dtype",
    "integer",
    "is_finite",
    "is_integer",
    "is_number",
    "is_whole",
    "known_name",
    "not_inplace",
    "not_negative",
    "number",
    "several",
    "spatial",
]


def is_number(value: Any) -> bool:
    """A Python or NumPy number that is not complex."""
    return isinstance(value, Real)


def is_finite(value: Any) -> bool:
    """A finite number that a float can hold, which an integer from a file need not be."""
    try:
        return is_number(value) and math.isfinite(value)
    except OverflowError:
        return False


def is_whole(value: Any, least: int) -> bool:
    """An integer, Python's or NumPy's, that is at least so large."""
    return is_integer(value) and int(value) >= least


def is_integer(value: Any) -> bool:
    """A Python or NumPy integer, not a boolean."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def number(what: str, **option: Any) -> Any:
    """The one option, which is a number."""
    ((name, value),) = option.items()
    if not is_number(value):
        raise errors.out_of_range(what, name, value, "a number")
    return value


def integer(what: str, **option: Any) -> Any:
    """The one option, which is an integer."""
    ((name, value),) = option.items()
    if not is_integer(value):
        raise errors.out_of_range(what, name, value, "an integer")
    return value


def known_name(kind: str, name: Any, known: Iterable[str]) -> Any:
    """The name, if it is among those known; arrays and lists are none."""
    if not (isinstance(name, str) and name in known):
        raise errors.unknown_name(kind, name, known)
    return name


def not_negative(what: str, **options: Any) -> None:
    """Each option is a number, and 0 or more."""
    for name, value in options.items():
        if not (is_number(value) and value >= 0):
            raise errors.out_of_range(what, name, value, "a number, 0 or more")


def finite(what: str, **options: Any) -> None:
    """Each option is a number, and neither infinite nor nan."""
    for name, value in options.items():
        if not (is_number(value) and np.isfinite(value)):
            raise errors.out_of_range(what, name, value, "a finite number")


def at_least_one(what: str, **options: Any) -> None:
    """Each option is an integer, and 1 or more."""
    for name, value in options.items():
        if not is_whole(value, 1):
            raise errors.out_of_range(what, name, value, "an integer, 1 or more")


def floating_dtype(what: str, dtype: Any) -> Any:
    """A floating dtype, or the name of one, as a dtype."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found.kind != "f":
        raise errors.out_of_range(what, "dtype", dtype, "a floating dtype")
    return found


def as_array(what: str, x: Any) -> Any:
    """The value of an array, a Tensor or nested lists, outside the graph."""
    x = unwrap(x)
    try:
        return x if hasattr(x, "__array_function__") else np.asarray(x)
    except ValueError as error:  # lists of different lengths
        raise errors.ArgumentError(f"{what}: {error}") from None


def several(what: str, name: str, value: Any, n: int, least: int | None = 0) -> tuple[int, ...]:
    """An integer, `least` or more, for each of `n` axes; given as one for all or as a sequence."""
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    values = values * n if len(values) == 1 else values
    if len(values) != n or not all(is_integer(item) and (least is None or item >= least) for item in values):
        allowed = "an integer" if least is None else f"an integer, {least} or more"
        raise errors.out_of_range(what, name, value, allowed if n == 1 else f"{allowed}, or {n} of them")
    return tuple(map(int, values))


def array(what: object, x: Any, name: str = "input") -> None:
    """An input is an array or a Tensor, of numbers."""
    if not hasattr(x, "shape"):
        raise errors.ArgumentError(
            f"{what}: the {name} is a {type(x).__name__}, not an array or a Tensor. Write np.array(x, np.float32)."
        )
    if x.dtype.kind not in "fiubc":
        raise errors.ArgumentError(f"{what}: the {name} is an array of {x.dtype}; it must be of numbers.")


def floating(what: object, *arrays: Any, kinds: str = "f") -> None:
    """Inputs are arrays or Tensors of real floating numbers, or of dtypes of these kinds."""
    for x in arrays:
        if not (hasattr(x, "dtype") and x.dtype.kind in kinds):
            array(what, x)
            raise errors.ArgumentError(f"{what}: an input is of {x.dtype}. Write x.astype(np.float32).")


def as_floating(what: object, x: Any, dtype: Any) -> Any:
    """An array or a Tensor of numbers of the kind of a dtype, which is floating; integers and booleans are cast."""
    if x.dtype.kind in "biu":
        return x.astype(dtype)
    floating(what, x, kinds="f" + dtype.kind)  # complex if the weights are, as in a check by a complex step
    return x


def spatial(what: object, x: Any, n: int) -> None:
    """An input is (N, C, *spatial) or (C, *spatial) with `n` spatial axes; raises `ShapeError`."""
    array(what, x)
    if x.ndim not in (n + 1, n + 2):
        names = ", ".join("DHW"[-n:] if n > 1 else "L")
        raise errors.ShapeError(f"{what}: got shape {x.shape}; it must be (N, C, {names}) or (C, {names}).")


def not_inplace(what: str, inplace: bool) -> None:
    """PyTorch's `inplace` is taken, but not obeyed."""
    if inplace:
        raise errors.ArgumentError(
            f"{what}: inplace=True; nodes are never changed in place, as their values serve the backward pass. "
            f"Write inplace=False, or leave it out."
        )
