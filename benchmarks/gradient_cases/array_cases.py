"""Correct gradients of functions of whole arrays: mixed scales, softmax, linear algebra, indexing, 10,000 entries."""

from __future__ import annotations

import numpy as np

from benchmarks.gradient_cases.case import normal, right, uniform
from benchmarks.gradient_cases.formulas import (
    convolve,
    convolve_vjp,
    cross_entropy,
    cross_entropy_vjp,
    cumulated_back,
    det_vjp,
    diff_vjp,
    inv_vjp,
    log_softmax,
    log_softmax_vjp,
    logsumexp,
    matmul_vjp,
    norm,
    normalize,
    normalize_vjp,
    product_vjp,
    relu,
    rosenbrock,
    rosenbrock_vjp,
    scattered,
    sech2,
    sigmoid,
    softmax,
    softmax_vjp,
    solve_vjp,
    standardize,
    standardize_vjp,
    step,
)

SCALES = 10.0 ** np.arange(-10, 11)
POWERS = np.arange(1, 6)

MIXED = [
    right(
        "mixed scales", "c * x, c from 1e-10 to 1e10", lambda x: SCALES * x, lambda g, x: (SCALES * g,),
        normal(21, seed=1),
    ),
    right(
        "mixed scales", "sum(c * x**2), c from 1e-10 to 1e10", lambda x: np.sum(SCALES * x**2),
        lambda g, x: (2 * g * SCALES * x,), normal(21, seed=2),
    ),
    right(
        "mixed scales", "x**2 at 1e-10 to 1e10", lambda x: x**2, lambda g, x: (2 * g * x,), SCALES,
    ),
    right(
        "mixed scales", "exp(x) at -20 to 20", np.exp, lambda g, x: (g * np.exp(x),), np.linspace(-20, 20, 9),
    ),
    right(
        "mixed scales", "1e8 x + y", lambda x, y: 1e8 * x + y, lambda g, x, y: (1e8 * g, g), [1.0, 0.3], [1.0, -0.2],
    ),
    right("mixed scales", "Rosenbrock at its minimum", rosenbrock, rosenbrock_vjp, np.ones(4)),
    right("mixed scales", "Rosenbrock at (-1.2, 1)", rosenbrock, rosenbrock_vjp, [-1.2, 1.0]),
    right("mixed scales", "Rosenbrock at 1e3", rosenbrock, rosenbrock_vjp, [1e3, -1e3, 2e3]),
    right(
        "mixed scales", "powers of 30", lambda x: x ** POWERS, lambda g, x: (np.sum(g * POWERS * x ** (POWERS - 1)),),
        30.0,
    ),
    right("mixed scales", "product of 50", np.prod, product_vjp, uniform(0.5, 2, 50, seed=3)),
    right("mixed scales", "product with a zero", np.prod, product_vjp, [0.0, 2.0, 3.0]),
]  # fmt: skip

LOGITS = normal(5, 4, seed=4)
SOFTMAX = [
    right("softmax", "logsumexp at 1e3", logsumexp, lambda g, x: (g * softmax(x),), [1e3, 1e3 + 1, 1e3 - 2]),
    right("softmax", "logsumexp at -1e3", logsumexp, lambda g, x: (g * softmax(x),), [-1e3, -1e3 + 1, -1e3 - 2]),
    right("softmax", "logsumexp with all tied", logsumexp, lambda g, x: (g * softmax(x),), np.full(4, 1e3)),
    right("softmax", "logsumexp of 1e3 and 0", logsumexp, lambda g, x: (g * softmax(x),), [1e3, 0.0]),
    right("softmax", "softmax", softmax, softmax_vjp, normal(6, seed=5)),
    right("softmax", "softmax at 700", softmax, softmax_vjp, 700 + normal(6, seed=6)),
    right("softmax", "log softmax at 700", log_softmax, log_softmax_vjp, 700 + normal(6, seed=7)),
    right("softmax", "cross entropy", cross_entropy, cross_entropy_vjp, LOGITS[:4]),
    right("softmax", "cross entropy of logits of 1e4", cross_entropy, cross_entropy_vjp, 1e4 * LOGITS[:4]),
    right(
        "softmax", "sigmoid cross entropy of logits of 1e3", lambda x: np.sum(relu(x) + np.log1p(np.exp(-np.abs(x)))),
        lambda g, x: (g * sigmoid(x),), [1e3, -1e3, 0.5, 3.0],
    ),
]  # fmt: skip

MATRIX = normal(5, 5, seed=8)
LEFT, RIGHT = (np.linalg.qr(normal(6, 6, seed=seed))[0] for seed in (9, 10))
ILL_CONDITIONED = LEFT @ np.diag(10.0 ** np.linspace(0, -8, 6)) @ RIGHT
HILBERT = 1 / (np.arange(4)[:, None] + np.arange(4) + 1.0)

LINEAR = [
    right(
        "linear algebra", "matrix product", lambda a, b: a @ b, matmul_vjp, normal(3, 4, seed=11),
        normal(4, 2, seed=12),
    ),
    right("linear algebra", "determinant of 5 x 5", np.linalg.det, det_vjp, MATRIX),
    right("linear algebra", "determinant of a matrix near 0", np.linalg.det, det_vjp, 1e-4 * MATRIX[:3, :3]),
    right("linear algebra", "inverse", np.linalg.inv, inv_vjp, MATRIX[:4, :4]),
    right("linear algebra", "solve", np.linalg.solve, solve_vjp, MATRIX, normal(5, seed=13)),
    right("linear algebra", "solve, condition 1e8", np.linalg.solve, solve_vjp, ILL_CONDITIONED, normal(6, seed=14)),
    right("linear algebra", "solve with Hilbert's matrix", np.linalg.solve, solve_vjp, HILBERT, np.ones(4)),
    right(
        "linear algebra", "quadratic form", lambda x: x @ MATRIX @ x, lambda g, x: (g * (MATRIX + MATRIX.T) @ x,),
        normal(5, seed=15),
    ),
    right("linear algebra", "norm at 1e-8", norm, lambda g, x: (g * x / norm(x),), [1e-8, -2e-8]),
    right("linear algebra", "norm at 1e-150", norm, lambda g, x: (g * x / norm(x),), [1e-150, -2e-150]),
    right("linear algebra", "norm at 1e8", norm, lambda g, x: (g * x / norm(x),), [1e8, -2e8, 1.0]),
    right("linear algebra", "x / norm(x) at 1e-6", normalize, normalize_vjp, [1e-6, -2e-6, 5e-7]),
]  # fmt: skip

REPEATED = np.array([0, 0, 2, 0])
SCALE = normal(4, seed=16)

STRUCTURE = [
    right(
        "indexing and shape", "x[[0, 0, 2, 0]]", lambda x: x[REPEATED], lambda g, x: (scattered(g, REPEATED, x),),
        SCALE,
    ),
    right(
        "indexing and shape", "column + row", lambda x, y: x + y,
        lambda g, x, y: (np.sum(g, axis=1, keepdims=True), np.sum(g, axis=0)), normal(3, 1, seed=17), SCALE,
    ),
    right(
        "indexing and shape", "number * array", lambda x, y: x * y, lambda g, x, y: (np.sum(g * y), g * x), 0.7, SCALE
    ),
    right("indexing and shape", "transpose", np.transpose, lambda g, x: (g.T,), normal(3, 4, seed=18)),
    right(
        "indexing and shape", "every other, reversed", lambda x: x[::-2],
        lambda g, x: (scattered(g, slice(None, None, -2), x),), SCALE,
    ),
    right(
        "indexing and shape", "cumulative sum of 100", np.cumsum, lambda g, x: (cumulated_back(g),),
        normal(100, seed=19),
    ),
    right(
        "indexing and shape", "cumulative product", np.cumprod, lambda g, x: (cumulated_back(g * np.cumprod(x)) / x,),
        uniform(0.5, 2, 12, seed=20),
    ),
    right("indexing and shape", "differences", lambda x: x[1:] - x[:-1], diff_vjp, normal(10, seed=21)),
    right("indexing and shape", "convolution", convolve, convolve_vjp, normal(12, seed=22), normal(3, seed=23)),
    right(
        "indexing and shape", "outer product", lambda x, y: x[:, None] * y, lambda g, x, y: (g @ y, x @ g),
        normal(3, seed=24), SCALE,
    ),
    right(
        "indexing and shape", "where", lambda x, y: np.where(SCALE > 0, x, y),
        lambda g, x, y: (np.where(SCALE > 0, g, 0), np.where(SCALE > 0, 0, g)), SCALE, 2 * SCALE,
    ),
    right(
        "indexing and shape", "sum, product and largest", lambda x: np.stack([np.sum(x), np.prod(x), np.max(x)]),
        lambda g, x: (g[0] + product_vjp(g[1], x)[0] + g[2] * (x == np.max(x)),), SCALE,
    ),
    right("indexing and shape", "columns standardized", standardize, standardize_vjp, normal(6, 3, seed=25)),
]  # fmt: skip

MANY = normal(10_000, seed=26)
WEIGHTS = normal(10_000, seed=27)

LARGE = [
    right("10,000 entries", "sum tanh(x)", lambda x: np.sum(np.tanh(x)), lambda g, x: (g * sech2(x),), MANY),
    right("10,000 entries", "mean of x**2", lambda x: np.mean(x * x), lambda g, x: (2 * g * x / x.size,), MANY),
    right("10,000 entries", "dot product", lambda x: np.dot(WEIGHTS, x), lambda g, x: (g * WEIGHTS,), MANY),
    right("10,000 entries", "sum relu(x)", lambda x: np.sum(relu(x)), lambda g, x: (g * step(x),), MANY),
    right("10,000 entries", "1e8 + sum sin(x)", lambda x: 1e8 + np.sum(np.sin(x)), lambda g, x: (g * np.cos(x),), MANY),
    right("10,000 entries", "logsumexp", logsumexp, lambda g, x: (g * softmax(x),), MANY),
]

CASES = [*MIXED, *SOFTMAX, *LINEAR, *STRUCTURE, *LARGE]
