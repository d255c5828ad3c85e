"""Functions of arrays and the rules of their gradients, which correct and wrong cases share.

A function is also run on arrays of other number types, in the test that proves the cases: so constants are Python's
numbers, and no function asks for a dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Gradients = tuple[Any, ...]


def sech2(x: Any) -> Any:
    """1 - tanh(x)**2 without its cancellation."""
    e = np.exp(-2 * np.abs(x))
    return 4 * e / (1 + e) ** 2


def sigmoid(x: Any) -> Any:
    return (1 + np.tanh(x / 2)) / 2


def d_sigmoid(x: Any) -> Any:
    return sech2(x / 2) / 4


def relu(x: Any) -> Any:
    return np.maximum(x, 0)


def step(x: Any) -> Any:
    """The derivative of relu; 0 at 0."""
    return np.where(x > 0, np.ones_like(x), np.zeros_like(x))


def logsumexp(x: Any) -> Any:
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def softmax(x: Any) -> Any:
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def softmax_vjp(g: Any, x: Any) -> Gradients:
    y = softmax(x)
    return (y * (g - np.sum(g * y)),)


def log_softmax(x: Any) -> Any:
    return x - logsumexp(x)


def log_softmax_vjp(g: Any, x: Any) -> Gradients:
    return (g - softmax(x) * np.sum(g),)


def cross_entropy(x: Any) -> Any:
    """Of rows of logits, where row i belongs to class i; their sum."""
    return -sum(log_softmax(row)[i] for i, row in enumerate(x))


def cross_entropy_vjp(g: Any, x: Any) -> Gradients:
    return (g * (np.stack([softmax(row) for row in x]) - np.eye(*x.shape, dtype=x.dtype)),)


def norm(x: Any) -> Any:
    return np.sqrt(np.sum(x * x))


def normalize(x: Any) -> Any:
    return x / norm(x)


def normalize_vjp(g: Any, x: Any) -> Gradients:
    y = normalize(x)
    return ((g - y * np.sum(g * y)) / norm(x),)


def standardize(x: Any) -> Any:
    """What batch and layer normalization share: columns with mean 0 and variance 1."""
    centred = x - np.mean(x, axis=0)
    return centred / np.sqrt(np.mean(centred * centred, axis=0) + 1e-5)


def standardize_vjp(g: Any, x: Any) -> Gradients:
    y = standardize(x)
    scale = np.sqrt(np.var(x, axis=0) + 1e-5)
    return ((g - np.mean(g, axis=0) - y * np.mean(g * y, axis=0)) / scale,)


def matmul_vjp(g: Any, a: Any, b: Any) -> Gradients:
    return g @ b.T, a.T @ g


def solve_vjp(g: Any, a: Any, b: Any) -> Gradients:
    gb = np.linalg.solve(a.T, g)
    return -np.outer(gb, np.linalg.solve(a, b)), gb


def det_vjp(g: Any, a: Any) -> Gradients:
    return (g * np.linalg.det(a) * np.linalg.inv(a).T,)


def inv_vjp(g: Any, a: Any) -> Gradients:
    inverse = np.linalg.inv(a).T
    return (-inverse @ g @ inverse,)


def scattered(g: Any, index: Any, like: Any) -> Any:
    """The gradient of ``like[index]``."""
    out = np.zeros_like(like)
    np.add.at(out, index, g)
    return out


def convolve(x: Any, w: Any) -> Any:
    """Each output is the sum of `w` times a window of `x`."""
    windows = range(len(x) - len(w) + 1)
    return np.stack([np.sum(x[i : i + len(w)] * w) for i in windows])


def convolve_vjp(g: Any, x: Any, w: Any) -> Gradients:
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for i, gi in enumerate(g):
        gx[i : i + len(w)] += gi * w
        gw += gi * x[i : i + len(w)]
    return gx, gw


def diff_vjp(g: Any, x: Any) -> Gradients:
    zero = np.zeros_like(x[:1])
    return (np.concatenate([zero, g]) - np.concatenate([g, zero]),)


def cumulated_back(g: Any) -> Any:
    """The gradient of a cumulative sum."""
    return np.cumsum(g[::-1])[::-1]


def product_vjp(g: Any, x: Any) -> Gradients:
    """Without a division, so that zeros do no harm."""
    before = np.cumprod(np.concatenate([np.ones_like(x[:1]), x[:-1]]))
    after = np.cumprod(np.concatenate([np.ones_like(x[:1]), x[:0:-1]]))[::-1]
    return (g * before * after,)


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_vjp(g: Any, x: Any) -> Gradients:
    out = np.zeros_like(x)
    slope = 200 * (x[1:] - x[:-1] ** 2)
    out[1:] += slope
    out[:-1] -= 2 * x[:-1] * slope + 2 * (1 - x[:-1])
    return (g * out,)


def network(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """A layer with relu, a linear one, and half the sum of squares."""
    y = relu(x @ w1 + b1) @ w2 + b2
    return np.sum(y * y) / 2


def network_vjp(g: Any, x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Gradients:
    z = x @ w1 + b1
    h = relu(z)
    gy = g * (h @ w2 + b2)
    gz = (gy @ w2.T) * step(z)
    return gz @ w1.T, x.T @ gz, np.sum(gz, axis=0), h.T @ gy, np.sum(gy, axis=0)
