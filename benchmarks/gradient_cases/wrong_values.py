"""Wrong gradients of the right form: a factor, a sign, a region of x, a shift, one dtype."""

from __future__ import annotations

import numpy as np

from benchmarks.gradient_cases.case import Function, normal, of_order_2, pointwise, uniform, wrong
from benchmarks.gradient_cases.formulas import (
    convolve,
    convolve_vjp,
    cumulated_back,
    diff_vjp,
    relu,
    sech2,
    sigmoid,
    softmax,
    softmax_vjp,
    step,
)
from benchmarks.gradient_cases.wrong_entries import factors, sum_tanh, sum_tanh_vjp, times

X = uniform(0.3, 1.5, 6, seed=13)
SLIGHTLY = [
    pointwise("all slightly wrong", "tanh(x), 0.1 % too large", np.tanh, sech2, X, planted=lambda x: 1.001 * sech2(x)),
    pointwise(
        "all slightly wrong", "sin(x), 0.01 % too large", np.sin, np.cos, X, planted=lambda x: 1.0001 * np.cos(x),
    ),
    pointwise(
        "all slightly wrong", "exp(x), 0.01 % too small", np.exp, np.exp, X, planted=lambda x: 0.9999 * np.exp(x),
    ),
    pointwise(
        "all slightly wrong", "x**2 at 1e-3, 0.1 % too large", np.square, lambda x: 2 * x, 1e-3 * X,
        planted=lambda x: 2.002 * x,
    ),
    pointwise(
        "all slightly wrong", "x**2 at 1e4, 0.1 % too large", np.square, lambda x: 2 * x, 1e4 * X,
        planted=lambda x: 2.002 * x,
    ),
    pointwise(
        "all slightly wrong", "1e-3 sin(x), 1 % too large", lambda x: 1e-3 * np.sin(x), lambda x: 1e-3 * np.cos(x), X,
        planted=lambda x: 1.01e-3 * np.cos(x),
    ),
    wrong("all slightly wrong", "softmax, 0.01 % too large", softmax, times(1.0001, softmax_vjp), softmax_vjp, X),
    wrong(
        "all slightly wrong", "sum tanh(x) of 1000, 0.1 % too large", sum_tanh, times(1.001, sum_tanh_vjp),
        sum_tanh_vjp, uniform(-1, 1, 1000, seed=14),
    ),
]  # fmt: skip

SIGN = [
    pointwise("sign", "cos(x) without its minus", np.cos, lambda x: -np.sin(x), X, planted=np.sin),
    pointwise("sign", "1/x without its minus", lambda x: 1 / x, lambda x: -1 / x**2, X, planted=lambda x: 1 / x**2),
    wrong("sign", "x - y, the sign of y", np.subtract, lambda g, x, y: (g, g), lambda g, x, y: (g, -g), X, 2 * X),
    wrong("sign", "sum tanh(x) with a minus", sum_tanh, times(-1, sum_tanh_vjp), sum_tanh_vjp, X),
]

FACTOR = [
    pointwise("factor", "x**2 without its 2", np.square, lambda x: 2 * x, X, planted=lambda x: x),
    pointwise(
        "factor", "sqrt(x) without its half", np.sqrt, lambda x: 0.5 / np.sqrt(x), X, planted=lambda x: 1 / np.sqrt(x),
    ),
    pointwise(
        "factor", "log10(x) as log(x)", lambda x: np.log(x) / np.log(10), lambda x: 1 / (np.log(10) * x), X,
        planted=lambda x: 1 / x,
    ),
    pointwise(
        "factor", "tanh(3x) without its 3", lambda x: np.tanh(3 * x), lambda x: 3 * sech2(3 * x), X,
        planted=lambda x: sech2(3 * x),
    ),
    pointwise("factor", "sigmoid as tanh", sigmoid, lambda x: sech2(x / 2) / 4, X, planted=lambda x: sech2(x / 2)),
    pointwise(
        "factor", "sin(x**2) without 2x", lambda x: np.sin(x**2), lambda x: 2 * x * np.cos(x**2), X,
        planted=lambda x: np.cos(x**2),
    ),
    wrong(
        "factor", "sum as a mean", np.sum, lambda g, x: (g * np.ones_like(x) / x.size,),
        lambda g, x: (g * np.ones_like(x),), X,
    ),
    wrong(
        "factor", "mean as a sum", np.mean, lambda g, x: (g * np.ones_like(x),),
        lambda g, x: (g * np.ones_like(x) / x.size,), X,
    ),
    wrong(
        "factor", "mean over the wrong axis", lambda x: np.mean(x, axis=0),
        lambda g, x: (np.broadcast_to(g, x.shape) / 3,), lambda g, x: (np.broadcast_to(g, x.shape) / 2,), normal(2, 3),
    ),
]  # fmt: skip

SHIFT = [
    wrong(
        "shifted", "rolled by one", np.tanh, lambda g, x: (np.roll(g * sech2(x), 1),), sum_tanh_vjp,
        normal(20, seed=15),
    ),
    wrong("shifted", "reversed", np.tanh, lambda g, x: ((g * sech2(x))[::-1],), sum_tanh_vjp, normal(20, seed=16)),
    wrong(
        "shifted", "cumulative sum from the wrong end", np.cumsum, lambda g, x: (np.cumsum(g),),
        lambda g, x: (cumulated_back(g),), X,
    ),
    wrong(
        "shifted", "cumulative sum without its own entry", np.cumsum, lambda g, x: (cumulated_back(g) - g,),
        lambda g, x: (cumulated_back(g),), X,
    ),
    wrong(
        "boundary", "differences, the first entry", np.diff, times(factors(9, {0: 0.0}), diff_vjp), diff_vjp,
        normal(9, seed=17),
    ),
    wrong(
        "boundary", "differences, the last entry twice", np.diff, times(factors(9, {8: 2.0}), diff_vjp), diff_vjp,
        normal(9, seed=18),
    ),
    wrong(
        "boundary", "convolution, both ends", convolve,
        lambda g, x, w: (convolve_vjp(g, x, w)[0] * factors(12, {0: 0.0, 11: 0.0}), convolve_vjp(g, x, w)[1]),
        convolve_vjp, normal(12, seed=19), normal(3, seed=20),
    ),
    wrong(
        "boundary", "convolution with a flipped kernel", convolve,
        lambda g, x, w: (convolve_vjp(g, x, w[::-1])[0], convolve_vjp(g, x, w)[1]), convolve_vjp, normal(12, seed=21),
        normal(3, seed=22),
    ),
]  # fmt: skip

REGION = [
    pointwise(
        "one region of x", "x**2 for x < 0", np.square, lambda x: 2 * x, [1.0, 2.0, -1.0],
        planted=lambda x: 2 * np.abs(x),
    ),
    pointwise(
        "one region of x", "tanh(x) beyond 3", np.tanh, sech2, [0.5, -1.0, 3.5],
        planted=lambda x: np.where(np.abs(x) > 3, 0, sech2(x)),
    ),
    pointwise(
        "one region of x", "clip, gradient beyond its bounds", lambda x: np.clip(x, -1, 1),
        lambda x: 1.0 * (np.abs(x) < 1), [0.5, 1.5, -2.0], planted=np.ones_like,
    ),
    pointwise("one region of x", "abs(x) for x < 0", np.abs, np.sign, [1.0, 0.4, -1.0], planted=np.ones_like),
    pointwise(
        "one region of x", "log(1 + exp(x)) beyond 2", lambda x: np.log1p(np.exp(x)), sigmoid, [0.5, 2.5, -1.0],
        planted=lambda x: np.where(x > 2, 1, sigmoid(x)),
    ),
    pointwise(
        "one region of x", "leaky relu, no slope below 0", lambda x: np.where(x > 0, x, 0.01 * x),
        lambda x: np.where(x > 0, 1, 0.01), [0.5, -1.0], planted=lambda x: 1.0 * (x > 0),
    ),
]  # fmt: skip

HARD = [
    pointwise(
        "at a hard point", "sin(x) at 1e8, doubled", np.sin, np.cos, [1e8, 1.23456789e8],
        planted=lambda x: 2 * np.cos(x),
    ),
    pointwise(
        "at a hard point", "log(x) at 1e-12, a tenth too small", np.log, lambda x: 1 / x, [1e-12],
        planted=lambda x: 0.9 / x,
    ),
    pointwise(
        "at a hard point", "sqrt(x) at 1e-12, twice", np.sqrt, lambda x: 0.5 / np.sqrt(x), [1e-12],
        planted=lambda x: 1 / np.sqrt(x),
    ),
    pointwise(
        "at a hard point", "1e8 + sin(x), 1 % too large", lambda x: 1e8 + np.sin(x), np.cos, [0.3, -1.0],
        planted=lambda x: 1.01 * np.cos(x),
    ),
    pointwise(
        "at a hard point", "(x + 1e10) - 1e10, a tenth too large", lambda x: (x + 1e10) - 1e10, np.ones_like, [0.3],
        planted=lambda x: 1.1 * np.ones_like(x),
    ),
    pointwise(
        "at a hard point", "tanh(1e6 x) at 0, half", lambda x: np.tanh(1e6 * x), lambda x: 1e6 * sech2(1e6 * x), [0.0],
        planted=lambda x: 5e5 * sech2(1e6 * x),
    ),
    pointwise(
        "at a hard point", "x**2 at 1e150 without its 2", np.square, lambda x: 2 * x, [1e150], planted=lambda x: x,
    ),
    pointwise("at a hard point", "x**2 at 1e-8 without its 2", np.square, lambda x: 2 * x, [1e-8], planted=lambda x: x),
    pointwise(
        "at a hard point", "x**2 at 0, slope 0.01", np.square, lambda x: 2 * x, [0.0], planted=lambda x: 2 * x + 0.01,
    ),
    pointwise(
        "at a hard point", "relu 1e-9 beside its kink, half", relu, step, [1e-9, -1e-9],
        planted=lambda x: 0.5 * np.ones_like(x),
    ),
    pointwise(
        "at a hard point", "sin(1e4 x) without 1e4", lambda x: np.sin(1e4 * x), lambda x: 1e4 * np.cos(1e4 * x),
        [0.3, -1.0], planted=lambda x: np.cos(1e4 * x),
    ),
    pointwise(
        "at a hard point", "1e-8 x, twice", lambda x: 1e-8 * x, lambda x: 1e-8 * np.ones_like(x), [1.0, -2.0],
        planted=lambda x: 2e-8 * np.ones_like(x),
    ),
    pointwise("at a hard point", "exp(x) at -30, twice", np.exp, np.exp, [-30.0], planted=lambda x: 2 * np.exp(x)),
]  # fmt: skip

HUGE_AND_ONE = np.array([1e8, 1.0])
SMALL_BESIDE_LARGE = [
    wrong(
        "small beside large", "the gradient of 1 beside 1e8, three times", lambda x: HUGE_AND_ONE * x,
        lambda g, x: (g * HUGE_AND_ONE * factors(2, {1: 3.0}),), lambda g, x: (g * HUGE_AND_ONE,), [1.0, 1.0],
    ),
    wrong(
        "small beside large", "the same in a sum", lambda x: np.sum(HUGE_AND_ONE * x),
        lambda g, x: (g * HUGE_AND_ONE * factors(2, {1: 3.0}),), lambda g, x: (g * HUGE_AND_ONE,), [1.0, 1.0],
    ),
    wrong(
        "small beside large", "1e6 too large by 10", lambda x: 1e6 * np.sin(x),
        lambda g, x: (g * (1e6 * np.cos(x) + 10),), lambda g, x: (g * 1e6 * np.cos(x),), [0.3, 1.0],
    ),
    wrong(
        "small beside large", "x**2 at 1e-4 beside 1e4, twice", np.square,
        lambda g, x: (2 * g * x * factors(2, {1: 2.0}),), lambda g, x: (2 * g * x,), [1e4, 1e-4],
    ),
    wrong(
        "small beside large", "1e8 x + y, no gradient of y", lambda x, y: 1e8 * x + y, lambda g, x, y: (1e8 * g, 0 * g),
        lambda g, x, y: (1e8 * g, g), [1.0, 0.3], [1.0, -0.2],
    ),
]  # fmt: skip

PI = float(np.float16(np.pi))


def truncated(derivative: Function) -> Function:
    """The derivative, in float32 alone calculated in float16."""
    return lambda x: derivative(x.astype(np.float16)).astype(x.dtype) if x.dtype == np.float32 else derivative(x)


ONE_DTYPE = [
    pointwise(
        "one dtype alone", "exp(x) in float32, by way of float16", np.exp, np.exp, [0.4, 3.3], np.float32,
        truncated(np.exp),
    ),
    pointwise(
        "one dtype alone", "1/x**2 in float32, by way of float16", lambda x: 1 / x, lambda x: -1 / x**2, [0.0123, 3.3],
        np.float32, truncated(lambda x: -1 / x**2),
    ),
    pointwise(
        "one dtype alone", "sin(pi x) in float32, pi of float16", lambda x: np.sin(np.pi * x),
        lambda x: np.pi * np.cos(np.pi * x), [5.3, 9.2], np.float32, lambda x: PI * np.cos(PI * x),
    ),
    pointwise(
        "one dtype alone", "sin(x) in float32, twice", np.sin, np.cos, [0.4, -1.1], np.float32, lambda x: 2 * np.cos(x),
    ),
    pointwise(
        "one dtype alone", "tanh(x) in float32, 1 % too large", np.tanh, sech2, [0.4, -1.1], np.float32,
        lambda x: 1.01 * sech2(x),
    ),
    pointwise(
        "one dtype alone", "x**2 in float16, a tenth too large", np.square, lambda x: 2 * x, [0.4, -1.1], np.float16,
        lambda x: 2.2 * x,
    ),
    pointwise(
        "one dtype alone", "exp(x) in float16, zero beyond 3", np.exp, np.exp, [0.4, 5.0], np.float16,
        lambda x: np.exp(x) * (x < 3),
    ),
    pointwise(
        "one dtype alone", "sin(x) in float16, the sign", np.sin, np.cos, [0.4, -1.1], np.float16, lambda x: -np.cos(x),
    ),
]  # fmt: skip

SECOND = [
    of_order_2(
        "second order", "x**2, second derivative 0.1 % too large", np.square, lambda x: 2 * x, lambda x: 2 + 0 * x, X,
        planted=lambda x: 2.002 + 0 * x,
    ),
    of_order_2(
        "second order", "sin(x), second derivative with the wrong sign", np.sin, np.cos, lambda x: -np.sin(x), X,
        planted=np.sin,
    ),
    of_order_2("second order", "exp(x), no second derivative", np.exp, np.exp, np.exp, X, planted=np.zeros_like),
    of_order_2(
        "second order", "tanh(x), second derivative without its 2", np.tanh, sech2,
        lambda x: -2 * np.tanh(x) * sech2(x), X, planted=lambda x: -np.tanh(x) * sech2(x),
    ),
    of_order_2(
        "second order", "x**3, second derivative 1 % too small", lambda x: x**3, lambda x: 3 * x**2, lambda x: 6 * x, X,
        planted=lambda x: 5.94 * x,
    ),
]  # fmt: skip

CASES = [*SLIGHTLY, *SIGN, *FACTOR, *SHIFT, *REGION, *HARD, *SMALL_BESIDE_LARGE, *ONE_DTYPE, *SECOND]
