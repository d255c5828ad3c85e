"""What a case is, and the short ways to write one down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["GradientCase", "normal", "of_order_2", "pointwise", "right", "uniform", "wrong"]

Function = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class GradientCase:
    """A function, a rule for its gradient, and a point; all in plain NumPy, in the dtype of the arguments.

    ``vjp(g, *args)`` is the tuple of gradients of ``sum(g * f(*args))``; of a complex z = a + ib it is d/da - i d/db.
    At a kink any number between the two slopes is a correct gradient.

    A case of order 2 asks whether the rule can itself be differentiated: `f` takes one argument, and
    ``second(gg, g, x)`` is the pair of gradients of ``sum(gg * vjp(g, x)[0])`` by `g` and by `x`.

    `repair` is None in a correct case. In a wrong one it is the correct rule, in the place of `vjp`, or of `second`
    where that is given.
    """

    name: str
    kind: str
    f: Function
    vjp: Function
    args: tuple[Any, ...]
    second: Function | None = None
    repair: Function | None = None

    @property
    def correct(self) -> bool:
        return self.repair is None

    @property
    def order(self) -> int:
        return 1 if self.second is None else 2

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.result_type(*self.args)


def right(kind: str, name: str, f: Function, vjp: Function, *args: Any) -> GradientCase:
    return GradientCase(name, kind, f, vjp, tuple(np.asarray(arg) for arg in args))


def wrong(kind: str, name: str, f: Function, vjp: Function, repair: Function, *args: Any) -> GradientCase:
    return GradientCase(name, kind, f, vjp, tuple(np.asarray(arg) for arg in args), repair=repair)


def pointwise(
    kind: str, name: str, f: Function, derivative: Function, x: Any, dtype: Any = np.float64, planted: Any = None
) -> GradientCase:
    """A function of each entry alone, by its derivative; `planted` is a wrong derivative to take in its place."""
    args = (np.array(x, dtype=dtype),)

    def vjp(g: Any, x: Any) -> tuple[Any]:
        return (g * derivative(x),)

    if planted is None:
        return GradientCase(name, kind, f, vjp, args)
    return GradientCase(name, kind, f, lambda g, x: (g * planted(x),), args, repair=vjp)


def of_order_2(
    kind: str, name: str, f: Function, first: Function, derivative: Function, x: Any, planted: Any = None
) -> GradientCase:
    """A function of each entry alone, by its first and second derivative; `planted` takes the place of the second."""

    def vjp(g: Any, x: Any) -> tuple[Any]:
        return (g * first(x),)

    def second_with(of_first: Function) -> Function:
        return lambda gg, g, x: (gg * first(x), gg * g * of_first(x))

    args = (np.array(x, dtype=np.float64),)
    if planted is None:
        return GradientCase(name, kind, f, vjp, args, second=second_with(derivative))
    return GradientCase(name, kind, f, vjp, args, second_with(planted), repair=second_with(derivative))


def normal(*shape: int, seed: int = 0, dtype: Any = np.float64) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def uniform(low: float, high: float, *shape: int, seed: int = 0, dtype: Any = np.float64) -> Any:
    return np.random.default_rng(seed).uniform(low, high, shape).astype(dtype)
