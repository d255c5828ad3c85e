"""Wrong gradients as people write them: swapped, transposed, detached, a forgotten term, NaN, shape, dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.gradient_cases.case import Function, normal, uniform, wrong
from benchmarks.gradient_cases.formulas import (
    cross_entropy,
    cross_entropy_vjp,
    det_vjp,
    inv_vjp,
    log_softmax,
    log_softmax_vjp,
    matmul_vjp,
    normalize,
    normalize_vjp,
    scattered,
    sech2,
    softmax,
    softmax_vjp,
    solve_vjp,
    standardize,
    standardize_vjp,
)

X, Y = uniform(0.3, 1.5, 5, seed=1), uniform(0.3, 1.5, 5, seed=2)
SQUARE, OTHER = normal(4, 4, seed=3), normal(4, 4, seed=4)


def multiply_vjp(g: Any, x: Any, y: Any) -> tuple[Any, Any]:
    return g * y, g * x


def tanh_vjp(g: Any, x: Any) -> tuple[Any]:
    return (g * sech2(x),)


ARGUMENTS = [
    wrong("swapped or transposed", "x * y, swapped", np.multiply, lambda g, x, y: (g * x, g * y), multiply_vjp, X, Y),
    wrong(
        "swapped or transposed", "x / y, swapped", np.divide, lambda g, x, y: (-g * x / y**2, g / y),
        lambda g, x, y: (g / y, -g * x / y**2), X, Y,
    ),
    wrong(
        "swapped or transposed", "square matrix product, transposed", np.matmul, lambda g, a, b: (g @ b, a @ g),
        matmul_vjp, SQUARE, OTHER,
    ),
    wrong(
        "swapped or transposed", "square matrix product, one transposed", np.matmul, lambda g, a, b: (g @ b.T, a @ g),
        matmul_vjp, SQUARE, OTHER,
    ),
    wrong(
        "swapped or transposed", "transpose of a square", np.transpose, lambda g, a: (g,), lambda g, a: (g.T,), SQUARE,
    ),
    wrong(
        "swapped or transposed", "determinant, the inverse transposed", np.linalg.det,
        lambda g, a: (det_vjp(g, a)[0].T,), det_vjp, SQUARE,
    ),
    wrong(
        "swapped or transposed", "solve, the matrix not transposed", np.linalg.solve,
        lambda g, a, b: solve_vjp(g, a.T, b), solve_vjp, SQUARE, X[:4],
    ),
    wrong(
        "swapped or transposed", "one block of two transposed", lambda a: a @ OTHER + a.T,
        lambda g, a: (g @ OTHER.T + g,), lambda g, a: (g @ OTHER.T + g.T,), SQUARE,
    ),
    wrong(
        "swapped or transposed", "quadratic form as if symmetric", lambda x: x @ SQUARE @ x,
        lambda g, x: (2 * g * SQUARE @ x,), lambda g, x: (g * (SQUARE + SQUARE.T) @ x,), X[:4],
    ),
]  # fmt: skip

COLUMN = normal(3, 1, seed=5)
ROW = normal(4, seed=6)


def rows_and_columns(g: Any, x: Any, y: Any) -> tuple[Any, Any]:
    return np.sum(g, axis=1, keepdims=True), np.sum(g, axis=0)


BROADCASTS = [
    wrong(
        "broadcast", "column + row, the first instead of the sum", np.add, lambda g, x, y: (g[:, :1], g[0]),
        rows_and_columns, COLUMN, ROW,
    ),
    wrong(
        "broadcast", "column + row, the mean instead of the sum", np.add,
        lambda g, x, y: (np.mean(g, axis=1, keepdims=True), np.mean(g, axis=0)), rows_and_columns, COLUMN, ROW,
    ),
    wrong(
        "broadcast", "a bias, the last of its batch", lambda x, b: x + b, lambda g, x, b: (g, g[-1]),
        lambda g, x, b: (g, np.sum(g, axis=0)), normal(5, 4), ROW,
    ),
    wrong("shape alone", "column + row, not summed", np.add, lambda g, x, y: (g, g), rows_and_columns, COLUMN, ROW),
    wrong("shape alone", "one axis too many", np.tanh, lambda g, x: ((g * sech2(x))[None],), tanh_vjp, X),
    wrong(
        "dtype alone", "float64 for a float32 argument", np.tanh, lambda g, x: (np.float64(g * sech2(x)),), tanh_vjp,
        X.astype(np.float32),
    ),
]  # fmt: skip

INDEX = np.array([0, 0, 2, 0, 3])
TOKENS = np.array([5, 1, 5, 9, 5])


def overwritten(index: Any) -> Function:
    def vjp(g: Any, x: Any) -> tuple[Any]:
        out = np.zeros_like(x)
        out[index] = g
        return (out,)

    return vjp


def both_ties(g: Any, x: Any) -> tuple[Any]:
    return (g * (x == np.max(x)),)


def ties_shared(g: Any, x: Any) -> tuple[Any]:
    return (g * (x == np.max(x)) / np.sum(x == np.max(x)),)


INDEXING = [
    wrong(
        "repeated index", "overwritten instead of added", lambda x: x[INDEX], overwritten(INDEX),
        lambda g, x: (scattered(g, INDEX, x),), ROW,
    ),
    wrong(
        "repeated index", "a table of 10 rows, overwritten", lambda x: x[TOKENS], overwritten(TOKENS),
        lambda g, x: (scattered(g, TOKENS, x),), normal(10, 3),
    ),
    wrong("tie", "max of two ties, counted twice", np.max, both_ties, ties_shared, [2.0, 0.5, 2.0]),
    wrong("tie", "max of five ties, counted five times", np.max, both_ties, ties_shared, np.ones(5)),
    wrong(
        "tie", "maximum(x, x), counted twice", np.maximum, lambda g, x, y: (g * (x >= y), g * (y >= x)),
        lambda g, x, y: (g * (x > y) + g * (x == y) / 2, g * (y > x) + g * (x == y) / 2), [1.0, 2.0], [1.0, 0.5],
    ),
    wrong(
        "tie", "relu at 0, slope 2", lambda x: np.maximum(x, 0), lambda g, x: (g * 2 * np.ones_like(x),),
        lambda g, x: (g * np.ones_like(x),), [0.0, 0.0],
    ),
]  # fmt: skip

DETACHED = [
    wrong("detached", "x * y, no gradient of y", np.multiply, lambda g, x, y: (g * y, 0 * g), multiply_vjp, X, Y),
    wrong(
        "detached", "x tanh(x), one of its paths", lambda x: x * np.tanh(x), lambda g, x: (g * np.tanh(x),),
        lambda g, x: (g * (np.tanh(x) + x * sech2(x)),), X,
    ),
    wrong(
        "detached", "x + tanh(x), without the shortcut", lambda x: x + np.tanh(x), tanh_vjp,
        lambda g, x: (g * (1 + sech2(x)),), X,
    ),
    wrong("detached", "all of tanh(x)", np.tanh, lambda g, x: (0 * g,), tanh_vjp, X),
    wrong(
        "detached", "a linear layer without its bias", lambda x, w, b: x @ w + b,
        lambda g, x, w, b: (*matmul_vjp(g, x, w), np.zeros_like(b)),
        lambda g, x, w, b: (*matmul_vjp(g, x, w), np.sum(g, axis=0)), normal(5, 3), normal(3, 4), ROW,
    ),
]  # fmt: skip


def softmax_diagonal(g: Any, x: Any) -> tuple[Any]:
    y = softmax(x)
    return (g * y * (1 - y),)


def standardize_with(mean: bool, variance: bool) -> Function:
    """The rule of `standardize` with or without what flows through the mean and the variance."""

    def vjp(g: Any, x: Any) -> tuple[Any]:
        y, scale = standardize(x), np.sqrt(np.var(x, axis=0) + 1e-5)
        through_mean = np.mean(g, axis=0) if mean else 0
        through_variance = y * np.mean(g * y, axis=0) if variance else 0
        return ((g - through_mean - through_variance) / scale,)

    return vjp


def without_eps(g: Any, x: Any) -> tuple[Any]:
    """As if the variance had no 1e-5 beside it."""
    y, scale = standardize(x), np.std(x, axis=0)
    return ((g - np.mean(g, axis=0) - y * np.mean(g * y, axis=0)) / scale,)


BATCH = normal(6, 3, seed=7)
LOGITS = normal(4, 4, seed=8)

TERMS = [
    wrong("forgotten term", "softmax, its diagonal alone", softmax, softmax_diagonal, softmax_vjp, X),
    wrong(
        "forgotten term", "log softmax, without its sum", log_softmax, lambda g, x: (g - softmax(x),), log_softmax_vjp,
        X,
    ),
    wrong(
        "forgotten term", "cross entropy, without the label", cross_entropy,
        lambda g, x: (g * np.stack([softmax(row) for row in x]),), cross_entropy_vjp, LOGITS,
    ),
    wrong(
        "forgotten term", "batch norm, mean and variance constant", standardize,
        standardize_with(mean=False, variance=False), standardize_vjp, BATCH,
    ),
    wrong(
        "forgotten term", "batch norm, variance constant", standardize, standardize_with(mean=True, variance=False),
        standardize_vjp, BATCH,
    ),
    wrong(
        "forgotten term", "layer norm, mean constant", lambda x: standardize(x.T).T,
        lambda g, x: (standardize_with(mean=False, variance=True)(g.T, x.T)[0].T,),
        lambda g, x: (standardize_vjp(g.T, x.T)[0].T,), BATCH,
    ),
    wrong(
        "forgotten term", "x / norm(x), norm constant", normalize, lambda g, x: (g / np.sqrt(np.sum(x * x)),),
        normalize_vjp, X,
    ),
    wrong("forgotten term", "batch norm, eps forgotten", standardize, without_eps, standardize_vjp, 0.01 * BATCH),
    wrong(
        "forgotten term", "inverse as if of a diagonal", np.linalg.inv, lambda g, a: (-g * np.linalg.inv(a).T ** 2,),
        inv_vjp, SQUARE,
    ),
    wrong(
        "stale value", "exp(x) of the x before", np.exp, lambda g, x: (g * np.exp(0.9 * x),),
        lambda g, x: (g * np.exp(x),), X,
    ),
    wrong(
        "stale value", "x**3 of x rounded", lambda x: x**3, lambda g, x: (3 * g * np.round(x, 1) ** 2,),
        lambda g, x: (3 * g * x**2,), X,
    ),
    wrong(
        "stale value", "tanh(x) by an output changed in place", np.tanh,
        lambda g, x: (g * (1 - np.maximum(np.tanh(x), 0.5) ** 2),), tanh_vjp, X,
    ),
]  # fmt: skip

POSITIVE = np.array([1.0, 0.0, 4.0])
NOT_FINITE = [
    wrong(
        "NaN", "where(x > 0, sqrt(x), x), 0 * inf at 0", lambda x: np.where(x > 0, np.sqrt(np.abs(x)), x),
        lambda g, x: (g * ((x > 0) * 0.5 / np.sqrt(x) + (x <= 0)),),
        lambda g, x: (g * np.where(x > 0, 0.5 / np.sqrt(np.abs(x) + (x <= 0)), 1),), [1.0, -1.0, 4.0],
    ),
    wrong(
        "NaN", "product by a division, with a zero", np.prod, lambda g, x: (g * np.prod(x) / x,),
        lambda g, x: (g * np.array([0.0, 4.0, 0.0]),), POSITIVE,
    ),
    wrong(
        "NaN", "logsumexp at 1e3 without the shift", lambda x: np.max(x) + np.log(np.sum(np.exp(x - np.max(x)))),
        lambda g, x: (g * np.exp(x) / np.sum(np.exp(x)),), lambda g, x: (g * softmax(x),), [1e3, 1e3 + 1],
    ),
    wrong(
        "NaN", "infinite at one entry", np.tanh, lambda g, x: (g * np.where(x == x[0], np.inf, sech2(x)),), tanh_vjp, X,
    ),
]  # fmt: skip

UPSTREAM = [
    wrong("upstream gradient", "ignored", np.tanh, lambda g, x: (sech2(x),), tanh_vjp, X),
    wrong("upstream gradient", "its mean instead", np.tanh, lambda g, x: (np.mean(g) * sech2(x),), tanh_vjp, X),
    wrong("upstream gradient", "softmax as a constant", softmax, lambda g, x: (0 * g,), softmax_vjp, X),
    wrong("upstream gradient", "its sign alone", np.tanh, lambda g, x: (np.sign(g) * sech2(x),), tanh_vjp, X),
    wrong("upstream gradient", "its absolute value", np.tanh, lambda g, x: (np.abs(g) * sech2(x),), tanh_vjp, X),
    wrong("upstream gradient", "ignored by one argument", np.multiply, lambda g, x, y: (g * y, x), multiply_vjp, X, Y),
]  # fmt: skip

Z = normal(3) + 1j * normal(3, seed=1)
COMPLEX = [
    wrong("complex", "z**2, conjugated", np.square, lambda g, z: (2 * g * np.conj(z),), lambda g, z: (2 * g * z,), Z),
    wrong(
        "complex", "exp(z), conjugated", np.exp, lambda g, z: (g * np.conj(np.exp(z)),), lambda g, z: (g * np.exp(z),),
        Z,
    ),
    wrong("complex", "conj(z), not conjugated", np.conj, lambda g, z: (g,), lambda g, z: (np.conj(g),), Z),
    wrong(
        "complex", "|z|**2 without its 2", lambda z: np.abs(z) ** 2, lambda g, z: (g * np.conj(z),),
        lambda g, z: (2 * g * np.conj(z),), Z,
    ),
    wrong(
        "complex", "|z|**2, the real part alone", lambda z: np.abs(z) ** 2, lambda g, z: (2 * g * np.real(z) + 0j,),
        lambda g, z: (2 * g * np.conj(z),), Z,
    ),
    wrong(
        "complex", "z conj(z), one path", lambda z: z * np.conj(z), lambda g, z: (g * np.conj(z),),
        lambda g, z: (2 * np.real(g) * np.conj(z),), Z,
    ),
]  # fmt: skip

CASES = [*ARGUMENTS, *BROADCASTS, *INDEXING, *DETACHED, *TERMS, *NOT_FINITE, *UPSTREAM, *COMPLEX]
