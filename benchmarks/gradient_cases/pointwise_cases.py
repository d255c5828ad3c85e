"""Correct gradients of functions of each entry alone: at large and small numbers, edges, steps and offsets."""

from __future__ import annotations

import numpy as np

from benchmarks.gradient_cases.case import of_order_2, pointwise, right
from benchmarks.gradient_cases.formulas import d_sigmoid, sech2, sigmoid


def near_one(*gaps: float) -> list[float]:
    return [1 - gap for gap in gaps]


LARGE = [
    pointwise("large x", "sin(x) at 1e8", np.sin, np.cos, [1e8, 1.23456789e8, -3e8]),
    pointwise("large x", "cos(x) at 1e8", np.cos, lambda x: -np.sin(x), [1e8, 1.23456789e8, -3e8]),
    pointwise("large x", "x + 1 at 1e8", lambda x: x + 1, np.ones_like, [1e8, -1e8]),
    pointwise("large x", "x - 1e8 at 1e8", lambda x: x - 1e8, np.ones_like, [1e8, 1e8 + 1]),
    pointwise("large x", "x**2 at 1e8", lambda x: x**2, lambda x: 2 * x, [1e8, -3e8]),
    pointwise("large x", "x**3 - 3x at 1e8", lambda x: x**3 - 3 * x, lambda x: 3 * x**2 - 3, [1e8, -3e8]),
    pointwise("large x", "x**5 at 1e6", lambda x: x**5, lambda x: 5 * x**4, [1e6, -2e6]),
    pointwise("large x", "log(x) at 1e8", np.log, lambda x: 1 / x, [1e8, 3e9]),
    pointwise("large x", "sqrt(x) at 1e8", np.sqrt, lambda x: 0.5 / np.sqrt(x), [1e8, 3e9]),
    pointwise("large x", "1/x at 1e8", lambda x: 1 / x, lambda x: -1 / x**2, [1e8, -3e8]),
    pointwise("large x", "arctan(x) at 1e8", np.arctan, lambda x: 1 / (1 + x**2), [1e8, -1e6]),
    pointwise(
        "large x", "tanh(x / 1e8) at 1e8", lambda x: np.tanh(x / 1e8), lambda x: sech2(x / 1e8) / 1e8, [1e8, 5e7]
    ),
    pointwise("large x", "exp(-x / 1e8) at 1e8", lambda x: np.exp(-x / 1e8), lambda x: -np.exp(-x / 1e8) / 1e8, [1e8]),
    right("large x", "x * y at 1e8", lambda x, y: x * y, lambda g, x, y: (g * y, g * x), [1e8, -2e8], [3e8, 1e7]),
    right("large x", "x - y at 1e8", lambda x, y: x - y, lambda g, x, y: (g, -g), [1e8, 2e8], [1e8, 2e8 + 1]),
]

SMALL = [
    pointwise("small x", "x**2 at 1e-8", lambda x: x**2, lambda x: 2 * x, [1e-8, -3e-9]),
    pointwise("small x", "x**3 at 1e-6", lambda x: x**3, lambda x: 3 * x**2, [1e-6, -2e-6]),
    pointwise("small x", "sin(x) at 1e-9", np.sin, np.cos, [1e-9, -1e-12]),
    pointwise("small x", "expm1(x) at 1e-10", np.expm1, np.exp, [1e-10, -1e-12]),
    pointwise("small x", "log1p(x) at 1e-12", np.log1p, lambda x: 1 / (1 + x), [1e-12, -1e-10]),
    pointwise("small x", "sqrt(1 + x) at 1e-8", lambda x: np.sqrt(1 + x), lambda x: 0.5 / np.sqrt(1 + x), [1e-8]),
    pointwise("small x", "1e8 x at 1e-8", lambda x: 1e8 * x, lambda x: 1e8 * np.ones_like(x), [1e-8, -1e-7]),
    pointwise(
        "small x", "exp(1e8 x) at 1e-8", lambda x: np.exp(1e8 * x), lambda x: 1e8 * np.exp(1e8 * x), [1e-8, -2e-8]
    ),
    pointwise("small x", "1e-8 x", lambda x: 1e-8 * x, lambda x: 1e-8 * np.ones_like(x), [1.0, -2.0]),
    right("small x", "x * y at 1e-8", lambda x, y: x * y, lambda g, x, y: (g * y, g * x), [1e-8, -2e-9], [3e-8, 1e-9]),
]

EXTREME = [
    pointwise("1e150 and 1e-150", "x**2 at 1e150", lambda x: x**2, lambda x: 2 * x, [1e150, -1e149]),
    pointwise("1e150 and 1e-150", "x**2 at 1e-150", lambda x: x**2, lambda x: 2 * x, [1e-150, -1e-149]),
    pointwise("1e150 and 1e-150", "1/x at 1e150", lambda x: 1 / x, lambda x: -1 / x**2, [1e150]),
    pointwise("1e150 and 1e-150", "1/x at 1e-150", lambda x: 1 / x, lambda x: -1 / x**2, [1e-150]),
    pointwise("1e150 and 1e-150", "log(x) at 1e150", np.log, lambda x: 1 / x, [1e150, 3e149]),
    pointwise("1e150 and 1e-150", "log(x) at 1e-150", np.log, lambda x: 1 / x, [1e-150, 3e-149]),
    pointwise("1e150 and 1e-150", "sqrt(x) at 1e150", np.sqrt, lambda x: 0.5 / np.sqrt(x), [1e150]),
    pointwise("1e150 and 1e-150", "2x + 1 at 1e150", lambda x: 2 * x + 1, lambda x: 2 * np.ones_like(x), [1e150]),
    pointwise("1e150 and 1e-150", "exp(x) at 300", np.exp, np.exp, [300.0, 345.0]),
    pointwise("1e150 and 1e-150", "exp(x) at -300", np.exp, np.exp, [-300.0, -345.0]),
    right(
        "1e150 and 1e-150", "x * y at 1e150 and 1e-150", lambda x, y: x * y, lambda g, x, y: (g * y, g * x),
        [1e150, 2e-150], [1e-150, 3e150],
    ),
]  # fmt: skip

EDGES = [
    *(pointwise("edge of the domain", f"log(x) at {x}", np.log, lambda x: 1 / x, [x]) for x in (1e-6, 1e-12, 1e-300)),
    *(
        pointwise("edge of the domain", f"sqrt(x) at {x}", np.sqrt, lambda x: 0.5 / np.sqrt(x), [x])
        for x in (1e-6, 1e-12, 1e-300)
    ),
    *(
        pointwise("edge of the domain", f"1/x at {x}", lambda x: 1 / x, lambda x: -1 / x**2, [x, -x])
        for x in (1e-6, 1e-12)
    ),
    *(
        pointwise(
            "edge of the domain", f"x**{p} at {x}", lambda x, p=p: x**p, lambda x, p=p: p * x ** (p - 1), [x]
        )
        for p, x in [(1.5, 1e-12), (0.1, 1e-12), (-0.5, 1e-6), (2.5, 1e-6)]
    ),
    pointwise("edge of the domain", "x log x at 1e-12", lambda x: x * np.log(x), lambda x: np.log(x) + 1, [1e-12]),
    pointwise(
        "edge of the domain", "arcsin(x) at 1 - 1e-6", np.arcsin, lambda x: 1 / np.sqrt((1 - x) * (1 + x)),
        near_one(1e-6, 1e-9),
    ),
    pointwise(
        "edge of the domain", "arctanh(x) at 1 - 1e-9", np.arctanh, lambda x: 1 / ((1 - x) * (1 + x)),
        near_one(1e-9, 1e-6),
    ),
    pointwise(
        "edge of the domain", "log(1 - x) at 1 - 1e-9", lambda x: np.log(1 - x), lambda x: -1 / (1 - x),
        near_one(1e-9, 1e-12),
    ),
    pointwise(
        "edge of the domain", "logit at 1e-9", lambda x: np.log(x / (1 - x)), lambda x: 1 / (x * (1 - x)), [1e-9, 0.5]
    ),
]  # fmt: skip

STEP_PLACES = [("at 0", [0.0]), ("near 0", [1e-7, -3e-6]), ("saturated", [1.0, -2.0])]
SHARP = [
    *(
        pointwise("sharp step", f"tanh(1e6 x) {where}", lambda x: np.tanh(1e6 * x), lambda x: 1e6 * sech2(1e6 * x), x)
        for where, x in [*STEP_PLACES, ("mixed", [0, 1e-6, 1])]
    ),
    *(
        pointwise(
            "sharp step", f"sigmoid(1e6 x) {where}", lambda x: sigmoid(1e6 * x), lambda x: 1e6 * d_sigmoid(1e6 * x), x
        )
        for where, x in STEP_PLACES
    ),
    pointwise(
        "sharp step", "arctan(1e6 x)", lambda x: np.arctan(1e6 * x), lambda x: 1e6 / (1 + (1e6 * x) ** 2), [0, 1e-6, 1],
    ),
    pointwise(
        "sharp step", "exp(-(1e4 x)**2)", lambda x: np.exp(-((1e4 * x) ** 2)),
        lambda x: -2e8 * x * np.exp(-((1e4 * x) ** 2)), [1e-4, -5e-5],
    ),
    pointwise(
        "sharp step", "log(1 + exp(1e6 x)) / 1e6", lambda x: np.log1p(np.exp(1e6 * x)) / 1e6,
        lambda x: sigmoid(1e6 * x), [0.0, 1e-6, -1e-6],
    ),
    pointwise(
        "sharp step", "sqrt(x**2 + 1e-16)", lambda x: np.sqrt(x**2 + 1e-16), lambda x: x / np.sqrt(x**2 + 1e-16),
        [0.0, 1e-8, -1e-7, 1.0],
    ),
]  # fmt: skip

OFFSETS = [
    pointwise("large offset", "1e8 + sin(x)", lambda x: 1e8 + np.sin(x), np.cos, [0.3, -1.0]),
    pointwise("large offset", "1e12 + x**2", lambda x: 1e12 + x**2, lambda x: 2 * x, [0.3, -1.0]),
    pointwise("large offset", "(sin(x) + 1e8) - 1e8", lambda x: (np.sin(x) + 1e8) - 1e8, np.cos, [0.3, -1.0]),
    pointwise("large offset", "(x + 1e10) - 1e10", lambda x: (x + 1e10) - 1e10, np.ones_like, [0.3, -1.0]),
    pointwise("large offset", "1e6 - exp(x)", lambda x: 1e6 - np.exp(x), lambda x: -np.exp(x), [0.3, -1.0]),
    right(
        "large offset", "1e12 + sum(x)", lambda x: 1e12 + np.sum(x), lambda g, x: (g * np.ones_like(x),), [0.3, -1.0],
    ),
    right(
        "large offset", "1e12 in another output", lambda x: np.concatenate([1e12 + 0 * x, np.sin(x)]),
        lambda g, x: (g[len(x) :] * np.cos(x),), [0.3, -1.0],
    ),
    right(
        "large offset", "1e12 x in another output", lambda x: np.concatenate([1e12 * x, np.sin(x)]),
        lambda g, x: (1e12 * g[: len(x)] + g[len(x) :] * np.cos(x),), [0.3, -1.0],
    ),
]  # fmt: skip

OSCILLATING = [
    pointwise(
        "oscillating", "sin(1e4 x)", lambda x: np.sin(1e4 * x), lambda x: 1e4 * np.cos(1e4 * x), [0.3, 1.7, -1.0],
    ),
    pointwise("oscillating", "sin(1e6 x)", lambda x: np.sin(1e6 * x), lambda x: 1e6 * np.cos(1e6 * x), [0.3, -1.0]),
    pointwise(
        "oscillating", "sin(1/x) at 1e-3", lambda x: np.sin(1 / x), lambda x: -np.cos(1 / x) / x**2, [1e-3, -2e-3],
    ),
    pointwise(
        "oscillating", "x + 1e-4 sin(1e4 x)", lambda x: x + 1e-4 * np.sin(1e4 * x), lambda x: 1 + np.cos(1e4 * x),
        [0.3, 1.7],
    ),
    pointwise(
        "oscillating", "sin(x**2) at 100", lambda x: np.sin(x**2), lambda x: 2 * x * np.cos(x**2), [100.0, 123.0]
    ),
]  # fmt: skip

ZERO = [
    pointwise("zero gradient", "x**2 at 0", lambda x: x**2, lambda x: 2 * x, [0.0, 0.0]),
    pointwise("zero gradient", "x**3 at 0", lambda x: x**3, lambda x: 3 * x**2, [0.0]),
    pointwise("zero gradient", "x**4 at 0", lambda x: x**4, lambda x: 4 * x**3, [0.0]),
    pointwise("zero gradient", "cos(x) at 0", np.cos, lambda x: -np.sin(x), [0.0]),
    pointwise(
        "zero gradient", "exp(-x**2) at 0", lambda x: np.exp(-(x**2)), lambda x: -2 * x * np.exp(-(x**2)), [0.0, 1]
    ),
    pointwise("zero gradient", "a constant", lambda x: 0 * x + 3, np.zeros_like, [1.0, 1e8]),
    pointwise("zero gradient", "x - x", lambda x: x - x, np.zeros_like, [1.0, 1e8]),
    pointwise("zero gradient", "a constant of 1e12", lambda x: 0 * x + 1e12, np.zeros_like, [1.0, 2.0]),
]

SECOND = [
    of_order_2("second order", "sin(x), twice", np.sin, np.cos, lambda x: -np.sin(x), [0.4, -1.1]),
    of_order_2("second order", "sin(x) at 1e8, twice", np.sin, np.cos, lambda x: -np.sin(x), [1e8, 1.23e8]),
    of_order_2("second order", "x**3, twice", lambda x: x**3, lambda x: 3 * x**2, lambda x: 6 * x, [0.4, -1.1]),
    of_order_2("second order", "x**4 at 0, twice", lambda x: x**4, lambda x: 4 * x**3, lambda x: 12 * x**2, [0.0]),
    of_order_2("second order", "exp(x), twice", np.exp, np.exp, np.exp, [0.4, -1.1, 5.0]),
    of_order_2("second order", "log(x) at 1e-4, twice", np.log, lambda x: 1 / x, lambda x: -1 / x**2, [1e-4, 2.0]),
    of_order_2(
        "second order", "tanh(x), twice", np.tanh, sech2, lambda x: -2 * np.tanh(x) * sech2(x), [0.4, -1.1, 0.0]
    ),
]

CASES = [*LARGE, *SMALL, *EXTREME, *EDGES, *SHARP, *OFFSETS, *OSCILLATING, *ZERO, *SECOND]
