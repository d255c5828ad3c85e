"""Correct gradients in float32, in float16, and of complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.gradient_cases.case import Function, GradientCase, normal, pointwise, right, uniform
from benchmarks.gradient_cases.formulas import (
    cumulated_back,
    logsumexp,
    matmul_vjp,
    network,
    network_vjp,
    norm,
    product_vjp,
    relu,
    sech2,
    softmax,
    softmax_vjp,
    standardize,
    standardize_vjp,
    step,
)


def of_sum(g: Any, x: Any) -> tuple[Any]:
    return (g * np.ones_like(x),)


def in_dtype(dtype: Any) -> tuple[Function, Function]:
    """`pointwise` and `right` in a narrow dtype, which is the kind too."""
    kind = np.dtype(dtype).name

    def narrow_pointwise(name: str, f: Function, derivative: Function, *x: float) -> GradientCase:
        return pointwise(kind, f"{name} in {kind}", f, derivative, x, dtype)

    def narrow(name: str, f: Function, vjp: Function, *args: Any) -> GradientCase:
        return right(kind, f"{name} in {kind}", f, vjp, *[np.asarray(arg).astype(dtype) for arg in args])

    return narrow_pointwise, narrow


of_single, single = in_dtype(np.float32)

SINGLE = [
    of_single("sin(x)", np.sin, np.cos, 0.4, -1.1, 3.0),
    of_single("sin(x) at 1e4", np.sin, np.cos, 1e4, 12345.678),
    of_single("exp(x)", np.exp, np.exp, 0.4, -1.1, 10.0),
    of_single("x**2 at 1e3", lambda x: x * x, lambda x: 2 * x, 1e3, -3e3),
    of_single("log(x) at 1e-6", np.log, lambda x: 1 / x, 1e-6, 1e-3),
    of_single("sqrt(x) at 1e-6", np.sqrt, lambda x: 0.5 / np.sqrt(x), 1e-6, 1e-3),
    of_single("1e4 + sin(x)", lambda x: 1e4 + np.sin(x), np.cos, 0.4, -1.1),
    of_single("tanh(100 x)", lambda x: np.tanh(100 * x), lambda x: 100 * sech2(100 * x), 0, 1e-2, 1),
    of_single("relu 1e-6 beside the kink", relu, step, 1e-6, -1e-6),
    of_single("x**2 at 0", lambda x: x * x, lambda x: 2 * x, 0.0),
    single("sum of 1,000", np.sum, of_sum, normal(1000)),
    single("mean of squares of 1,000", lambda x: np.mean(x * x), lambda g, x: (2 * g * x / x.size,), normal(1000)),
    single("matrix product", lambda a, b: a @ b, matmul_vjp, normal(3, 4), normal(4, 2, seed=1)),
    single("softmax", softmax, softmax_vjp, normal(6)),
    single("logsumexp at 80", logsumexp, lambda g, x: (g * softmax(x),), 80 + normal(5)),
    single("cumulative sum", np.cumsum, lambda g, x: (cumulated_back(g),), normal(30)),
    single("columns standardized", standardize, standardize_vjp, normal(6, 3)),
    single("product of 10", np.prod, product_vjp, uniform(0.5, 2, 10)),
    single(
        "a relu network", network, network_vjp, normal(4, 5), normal(5, 8, seed=1), normal(8), normal(8, 2), normal(2)
    ),
]

of_half, half = in_dtype(np.float16)

HALF = [
    of_half("x**2", lambda x: x * x, lambda x: 2 * x, 0.4, -1.1, 3.0),
    of_half("sin(x)", np.sin, np.cos, 0.4, -1.1, 3.0),
    of_half("exp(x)", np.exp, np.exp, 0.4, -1.1, 5.0),
    of_half("1/x", lambda x: 1 / x, lambda x: -1 / (x * x), 0.4, -1.1, 3.0),
    of_half("tanh(x)", np.tanh, lambda x: 1 - np.tanh(x) ** 2, 0.4, -0.6, 0.0),
    of_half("1e3 + x", lambda x: 1e3 + x, np.ones_like, 0.4, -1.1),
    of_half("relu", relu, step, 0.4, -1.1, 1e-3),
    half("sum of 30", np.sum, of_sum, normal(30)),
    half("softmax", softmax, softmax_vjp, normal(4)),
    half("matrix product", lambda a, b: a @ b, matmul_vjp, uniform(0.5, 1, 3, 4), uniform(0.5, 1, 4, 2)),
    half("norm", norm, lambda g, x: (g * x / norm(x),), normal(5)),
]

Z = normal(3) + 1j * normal(3, seed=1)

COMPLEX = [
    right("complex", "exp(z)", np.exp, lambda g, z: (g * np.exp(z),), Z),
    right("complex", "z**2", np.square, lambda g, z: (2 * g * z,), Z),
    right("complex", "z**3 at 1e3", lambda z: z**3, lambda g, z: (3 * g * z**2,), 1e3 * Z),
    right("complex", "1/z", lambda z: 1 / z, lambda g, z: (-g / z**2,), Z),
    right("complex", "sin(z)", np.sin, lambda g, z: (g * np.cos(z),), Z),
    right("complex", "conj(z)", np.conj, lambda g, z: (np.conj(g),), Z),
    right("complex", "z conj(z)", lambda z: z * np.conj(z), lambda g, z: (2 * np.real(g) * np.conj(z),), Z),
    right("complex", "|z|**2", lambda z: np.abs(z) ** 2, lambda g, z: (2 * g * np.conj(z),), Z),
    right("complex", "|z|", np.abs, lambda g, z: (g * np.conj(z) / np.abs(z),), Z),
    right("complex", "matrix product of z", lambda a, b: a @ b, matmul_vjp, Z[None], np.outer(Z, Z)),
    right("complex", "exp(z) in complex64", np.exp, lambda g, z: (g * np.exp(z),), Z.astype(np.complex64)),
    right("complex", "z**2 at 1e8", np.square, lambda g, z: (2 * g * z,), 1e8 * Z),
]

CASES = [*SINGLE, *HALF, *COMPLEX]
