"""Constructor arguments as JSON and back: what a file may hold is listed here, and nothing else is made.

Numbers, strings, None and lists are JSON's own; everything else is an object with one key, which says what it is:
``{"tuple": [...]}``. Modules are passed on to `architecture.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import checks, functional, random
from nn.module import Module
from nn.sharing import registry

__all__ = ["UnknownValueError", "decoded", "encoded"]

MOST_ENTRIES = 4096  # of an array among the arguments; larger ones belong in a buffer
DTYPES = {np.dtype(code).name for code in "?bBhHiIqQefd"}


class UnknownValueError(Exception):
    """A value of a kind that a file cannot hold, or an entry of a file that stands for none; the text says which."""


def encoded(value: Any, of_module: Callable[[Module], Any]) -> Any:
    """A value as JSON; `of_module` is what stands for a module.

    Raises `UnknownValueError`.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Module):
        return {"module": of_module(value)}
    if isinstance(value, np.random.Generator):
        return {"generator": None}
    if isinstance(value, (np.ndarray, np.generic)) or hasattr(value, "requires_grad"):
        return as_array(unwrap(value))
    if checks.is_integer(value):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if type(value) is list:
        return [encoded(item, of_module) for item in value]
    if type(value) is tuple:
        return {"tuple": [encoded(item, of_module) for item in value]}
    if type(value) is dict and all(isinstance(key, str) for key in value):
        return {"dict": {key: encoded(item, of_module) for key, item in value.items()}}
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return {"dtype": np.dtype(value).name}
    if isinstance(value, type) and (name := registry.name_of(value)):
        return {"class": name}
    name = getattr(value, "__name__", "")
    if isinstance(value, np.ufunc) and getattr(np, name, None) is value:
        return {"ufunc": name}
    if name in functional.__all__ and getattr(functional, name) is value:
        return {"function": name}
    raise UnknownValueError(f"{value!r} of {type(value).__name__}"[:200])


def as_array(value: Any) -> Any:
    """A small array, or a NumPy number as Python's."""
    if isinstance(value, np.generic) and value.dtype.name in DTYPES:
        return encoded(value.item(), lambda _: None)
    if value.dtype.name not in DTYPES or value.size > MOST_ENTRIES:
        raise UnknownValueError(f"an array of {value.size:,} {value.dtype}; {MOST_ENTRIES:,} numbers are the most")
    flat = [encoded(item, lambda _: None) for item in value.ravel().tolist()]
    return {"array": {"dtype": value.dtype.name, "shape": list(value.shape), "entries": flat}}


def decoded(value: Any, to_module: Callable[[Any], Module]) -> Any:
    """The value that JSON stands for; `to_module` makes a module of what stands for one.

    Raises `UnknownValueError`.
    """
    if value is None or isinstance(value, (bool, str, int, float)):
        return value
    if isinstance(value, list):
        return [decoded(item, to_module) for item in value]
    if isinstance(value, dict) and len(value) == 1:
        ((kind, content),) = value.items()
        if kind == "module":
            return to_module(content)
        if kind == "tuple" and isinstance(content, list):
            return tuple([decoded(item, to_module) for item in content])
        if kind == "dict" and isinstance(content, dict):
            return {key: decoded(item, to_module) for key, item in content.items()}
        if kind in PLAIN and (made := PLAIN[kind](content)) is not None:
            return made
    raise UnknownValueError(f"{value!r}"[:200])


def to_array(content: Any) -> Any:
    """The array that a dtype, a shape and entries stand for; None where they do not fit."""
    match content:
        case {"dtype": str(dtype), "shape": list(shape), "entries": list(entries)} if dtype in DTYPES:
            sizes = all(checks.is_whole(n, 0) for n in shape) and len(shape) <= 32
            if sizes and math.prod(shape) == len(entries) <= MOST_ENTRIES:
                numbers = [decoded(item, lambda _: Module()) for item in entries]
                if all(isinstance(item, (bool, int, float)) for item in numbers):
                    try:
                        return np.array(numbers, dtype).reshape(shape)
                    except OverflowError:
                        return None
    return None


def to_dtype(name: Any) -> Any:
    return np.dtype(name).type if isinstance(name, str) and name in DTYPES else None


def to_ufunc(name: Any) -> Any:
    found = getattr(np, name, None) if isinstance(name, str) else None
    return found if isinstance(found, np.ufunc) else None


PLAIN: dict[str, Callable[[Any], Any]] = {
    "float": lambda text: float(text) if text in ("inf", "-inf", "nan") else None,
    "dtype": to_dtype,
    "class": registry.class_of,
    "function": lambda name: getattr(functional, name) if name in functional.__all__ else None,
    "ufunc": to_ufunc,
    "generator": lambda _: random.default,
    "array": to_array,
}
