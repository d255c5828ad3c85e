"""Wrong gradients of a few entries among many."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.gradient_cases.case import Function, GradientCase, normal, uniform, wrong
from benchmarks.gradient_cases.formulas import (
    network,
    network_vjp,
    sech2,
)


def sum_tanh(x: Any) -> Any:
    return np.sum(np.tanh(x))


def sum_tanh_vjp(g: Any, x: Any) -> tuple[Any]:
    return (g * sech2(x),)


def times(factors: Any, vjp: Function) -> Function:
    """The rule `vjp` of one argument, with its gradient multiplied by `factors`."""
    return lambda g, x: (vjp(g, x)[0] * np.asarray(factors, dtype=x.dtype),)


def factors(size: int, changes: dict[int, float]) -> Any:
    out = np.ones(size)
    out[list(changes)] = list(changes.values())
    return out


def of_many(kind: str, name: str, size: int, changes: dict[int, float], seed: int) -> GradientCase:
    """sum tanh(x) of many entries between -1 and 1, where no gradient is small; a few are multiplied."""
    planted = times(factors(size, changes), sum_tanh_vjp)
    return wrong(kind, name, sum_tanh, planted, sum_tanh_vjp, uniform(-1, 1, size, seed=seed))


def one_zeroed(seed: int, size: int = 1000) -> GradientCase:
    """One entry of 1000 set to zero; which, and at what x, depends on `seed`."""
    place = int(np.random.default_rng(seed).integers(size))
    return of_many("one entry of many", f"one zeroed entry of {size}, seed {seed}", size, {place: 0.0}, seed)


def odd_only(g: Any, x: Any) -> tuple[Any]:
    return (g * sech2(x) * (np.arange(x.size) % 2),)


NETWORK = [
    normal(3, 4, seed=4),
    normal(4, 30, seed=5),
    normal(30, seed=6),
    normal(30, 30, seed=7),
    normal(30, seed=8),
]


def network_with_one_zeroed(g: Any, *args: Any) -> tuple[Any, ...]:
    gradients = network_vjp(g, *args)
    gradients[3][11, 5] = 0
    return gradients


CASES = [
    of_many("one entry of many", "one entry of 1000 too small by a tenth", 1000, {123: 0.9}, 1),
    of_many("one entry of many", "one entry of 10,000 too small by a tenth", 10_000, {4321: 0.9}, 2),
    of_many("one entry of many", "one zeroed entry of 10,000", 10_000, {9_999: 0.0}, 3),
    of_many("one entry of many", "one entry of 1000 twice its size", 1000, {0: 2.0}, 4),
    of_many("one entry of many", "one entry of 1000 with the wrong sign", 1000, {500: -1.0}, 5),
    *(one_zeroed(seed) for seed in (100, 101)),
    wrong(
        "one entry of many", "one of 300 outputs too small by a tenth", np.tanh,
        times(factors(300, {7: 0.9}), sum_tanh_vjp), sum_tanh_vjp, uniform(-1, 1, 300, seed=6),
    ),
    wrong(
        "one entry of many", "one weight of a relu network of 1,100", network, network_with_one_zeroed, network_vjp,
        *NETWORK,
    ),
    of_many("two entries of many", "two of 1000 wrong by a tenth, up and down", 1000, {10: 1.1, 700: 0.9}, 7),
    wrong(
        "two entries of many", "a tenth moved from one of 1000 to another", np.sum,
        lambda g, x: (g * factors(x.size, {10: 1.1, 700: 0.9}),), lambda g, x: (g * np.ones_like(x),),
        normal(1000, seed=8),
    ),
    of_many("two entries of many", "two of 1000 exchange their signs", 1000, {10: -1.0, 11: -1.0}, 9),
    wrong("some entries", "zero at even indices", np.tanh, odd_only, sum_tanh_vjp, normal(20, seed=10)),
    wrong(
        "some entries", "the last entry is forgotten", np.tanh, times(factors(20, {19: 0.0}), sum_tanh_vjp),
        sum_tanh_vjp, normal(20, seed=11),
    ),
    wrong(
        "some entries", "the first is counted twice", np.tanh, times(factors(20, {0: 2.0}), sum_tanh_vjp), sum_tanh_vjp,
        normal(20, seed=12),
    ),
]  # fmt: skip
