"""Correct gradients at kinks, beside them and away from them: at a kink any slope between the two is correct."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.gradient_cases.case import Function, GradientCase, normal, pointwise, right, uniform
from benchmarks.gradient_cases.formulas import network, network_vjp, relu, scattered, step


def leaky(x: Any) -> Any:
    return np.where(x > 0, x, 0.01 * x)


def d_leaky(x: Any) -> Any:
    return np.where(x > 0, np.ones_like(x), 0.01 * np.ones_like(x))


def hinge(x: Any) -> Any:
    return np.maximum(1 - x, 0)


def clip(x: Any) -> Any:
    return np.clip(x, -1, 1)


def inside(x: Any) -> Any:
    """The derivative of clip; 1 at the bounds."""
    return np.where(np.abs(x) <= 1, np.ones_like(x), np.zeros_like(x))


def share_of_largest(g: Any, x: Any) -> tuple[Any]:
    """Ties share the gradient."""
    top = np.where(x == np.max(x), np.ones_like(x), np.zeros_like(x))
    return (g * top / np.sum(top),)


def first_of_largest(g: Any, x: Any) -> tuple[Any]:
    out = np.zeros_like(x)
    out[np.argmax(x)] = g
    return (out,)


def sort_vjp(g: Any, x: Any) -> tuple[Any]:
    out = np.zeros_like(x)
    out[np.argsort(x, kind="stable")] = g
    return (out,)


def maximum_vjp(g: Any, x: Any, y: Any) -> tuple[Any, Any]:
    share = (1 + np.sign(x - y)) / 2
    return g * share, g * (1 - share)


def slope_at_0(f: Function, name: str, slope: float) -> GradientCase:
    """At the kink of `f` at 0 alone, with the slope given."""
    return pointwise("at a kink", f"{name} at 0, slope {slope:g}", f, lambda x: slope * np.ones_like(x), [0.0, 0.0])


AT = [
    *(slope_at_0(relu, "relu", slope) for slope in (0, 0.5, 1)),
    *(slope_at_0(np.abs, "abs", slope) for slope in (-1, 0, 1)),
    *(slope_at_0(leaky, "leaky relu", slope) for slope in (0.01, 1)),
    pointwise("at a kink", "relu at 0 among others", relu, step, [0.0, 1.0, -2.0]),
    pointwise("at a kink", "hinge at 1", hinge, lambda x: -step(1 - x), [1.0, 0.2, 3.0]),
    pointwise("at a kink", "clip at its bounds", clip, inside, [1.0, -1.0, 0.3]),
    right("at a kink", "max with two ties, shared", np.max, share_of_largest, [2.0, 0.5, 2.0]),
    right("at a kink", "max with two ties, the first", np.max, first_of_largest, [2.0, 0.5, 2.0]),
    right("at a kink", "max with all tied, shared", np.max, share_of_largest, np.ones(5)),
    right("at a kink", "maximum(x, y) at x = y", np.maximum, maximum_vjp, [1.0, 2.0], [1.0, 0.5]),
    right("at a kink", "sort with ties", np.sort, sort_vjp, [2.0, 0.5, 2.0]),
    right(
        "at a kink", "sum |x| with zeros", lambda x: np.sum(np.abs(x)), lambda g, x: (g * np.sign(x),), [0.0, 1, -1, 0]
    ),
    pointwise("at a kink", "x |x| at 0", lambda x: x * np.abs(x), lambda x: 2 * np.abs(x), [0.0, 1.0]),
    pointwise("at a kink", "relu(x)**2 at 0", lambda x: relu(x) ** 2, lambda x: 2 * relu(x), [0.0, 1.0]),
]


def beside(gap: float) -> list[GradientCase]:
    """As far from the kink as `gap`, on both sides."""
    kind, where = "near a kink", f"{gap:g} beside the kink"
    return [
        pointwise(kind, f"relu, {where}", relu, step, [gap, -gap]),
        pointwise(kind, f"abs, {where}", np.abs, np.sign, [gap, -gap]),
        pointwise(kind, f"hinge, {where}", hinge, lambda x: -step(1 - x), [1 + gap, 1 - gap]),
        pointwise(kind, f"clip, {where}", clip, inside, [1 + gap, 1 - gap, gap - 1]),
        pointwise(kind, f"floor(x) x, {where}", lambda x: np.floor(x) * x, np.floor, [1 + gap, 1 - gap]),
        right(kind, f"max, {where}", np.max, first_of_largest, [1 + gap, 1.0, 0.2]),
        right(kind, f"sort, {where}", np.sort, sort_vjp, [1 + gap, 1.0, 0.2, 0.2 + gap]),
        right(kind, f"maximum, {where}", np.maximum, maximum_vjp, [1 + gap, 1.0], [1.0, 1 + gap]),
    ]


FAR = [
    pointwise("away from kinks", "relu", relu, step, [0.5, -0.7, 2.0]),
    pointwise("away from kinks", "abs at 1e8", np.abs, np.sign, [1e8, -1e8]),
    pointwise("away from kinks", "floor", np.floor, np.zeros_like, [0.5, 1.3, -2.6]),
    pointwise("away from kinks", "x floor(x)", lambda x: np.floor(x) * x, np.floor, [0.5, 1.3, -2.6]),
    right("away from kinks", "max of 100", np.max, first_of_largest, normal(100, seed=1)),
    right("away from kinks", "sort of 50", np.sort, sort_vjp, normal(50, seed=2)),
    right(
        "away from kinks",
        "median of 9",
        lambda x: np.sort(x)[4],
        lambda g, x: sort_vjp(g * np.eye(9)[4], x),
        normal(9, seed=3),
    ),
]


def window_max(x: Any) -> Any:
    return np.max(x.reshape(-1, 4), axis=1)


def window_max_vjp(g: Any, x: Any) -> tuple[Any]:
    return (np.where(x == np.repeat(window_max(x), 4), np.repeat(g, 4), 0),)


TABLE = np.array([0, 7, 7, 3, 19])
NETWORK = [
    normal(4, 16, seed=4),
    normal(16, 40, seed=5),
    normal(40, seed=6),
    normal(40, 20, seed=7),
    normal(20, seed=8),
]
SLOPES = uniform(-1, 1, 30, seed=9)

PIECEWISE = [
    right("piecewise linear", "a relu network of 1,500 parameters", network, network_vjp, *NETWORK),
    right(
        "piecewise linear", "a relu network with 1e8 beside its loss", lambda *args: 1e8 + network(*args), network_vjp,
        *NETWORK,
    ),
    right(
        "piecewise linear", "sum of 30 relus at one x", lambda x: np.sum(relu(SLOPES * x + 0.1)),
        lambda g, x: (g * np.sum(step(SLOPES * x + 0.1) * SLOPES),), 0.7,
    ),
    right(
        "piecewise linear", "a table of 20 rows", lambda x: x[TABLE], lambda g, x: (scattered(g, TABLE, x),),
        normal(20, 3, seed=10),
    ),
    right("piecewise linear", "max of each window of 4", window_max, window_max_vjp, normal(20, seed=11)),
]  # fmt: skip

CASES = [*AT, *beside(1e-6), *beside(1e-9), *beside(1e-12), *FAR, *PIECEWISE]
