"""Python's operators, as calls of NumPy's functions. `Symbol` is the one class that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import Node

__all__ = ["Operators"]


class Operators:
    """Operators in terms of ``perform``, and those that write in place of ``become``."""

    __slots__ = ()
    perform: Callable[..., Any]
    become: Callable[..., None]

    def __invert__(self) -> Any:
        return self.perform(np.invert, (self,), {})

    def __neg__(self) -> Any:
        return self.perform(np.negative, (self,), {})

    def __pos__(self) -> Any:
        return self.perform(np.positive, (self,), {})

    def __abs__(self) -> Any:
        return self.perform(np.absolute, (self,), {})


def as_array(x: Any) -> Any:
    return np.asarray(x) if isinstance(x, (list, tuple)) else x


def infix(ufunc: np.ufunc) -> tuple[Callable[..., Any], ...]:
    """The operator, the reflected one, and the one that writes in place."""

    def forward(x: Any, y: Any) -> Any:
        return NotImplemented if isinstance(y, Node) else x.perform(ufunc, (x, as_array(y)), {})

    def reflected(y: Any, x: Any) -> Any:
        return NotImplemented if isinstance(x, Node) else y.perform(ufunc, (as_array(x), y), {})

    def in_place(x: Any, y: Any) -> Any:
        if isinstance(y, Node) or x.ndim == 0:  # a NumPy scalar is replaced
            return forward(x, y)
        x.become(x.perform(ufunc, (x, as_array(y)), {}).step)
        return x

    return forward, reflected, in_place


for names, function in {
    ("add", "add"): np.add,
    ("sub", "sub"): np.subtract,
    ("mul", "mul"): np.multiply,
    ("truediv", "truediv"): np.divide,
    ("pow", "pow"): np.power,
    ("matmul", "matmul"): np.matmul,
    ("mod", "mod"): np.remainder,
    ("floordiv", "floordiv"): np.floor_divide,
    ("and", "and"): np.bitwise_and,
    ("or", "or"): np.bitwise_or,
    ("xor", "xor"): np.bitwise_xor,
    ("lshift", "lshift"): np.left_shift,
    ("rshift", "rshift"): np.right_shift,
}.items():
    for prefix, operation in zip(("", "r", "i"), infix(function), strict=True):
        setattr(Operators, f"__{prefix}{names[0]}__", operation)
for name, function in {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}.items():
    setattr(Operators, f"__{name}__", infix(function)[0])
