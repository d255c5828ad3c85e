"""The work of batch, group and instance normalization: one node, forward and backward in pieces that stay in cache.

All three are one function of an array that is arranged as (N, G, K, L): numbers that are normalized together lie in one
g, of all n where the statistics are those of a batch, of one n where they are of a group. Imported by ``batch_norm.py``
and ``group_norm.py``.

The gradient is a primitive of its own, as its three parts share their sums. Its derivative is that of the formula in
plain NumPy (`gradients`), which serves second and higher orders.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import primitive, vjp, vjp_rule
from nn.functional.pieces import quiet
from nn.threads import in_threads

__all__ = ["normalized", "scaled"]

PIECE = 1 << 17  # entries: with what is made of them they stay in the second-level cache
LINE = 16  # entries of a line from which on a product of lines is left to BLAS
THREADED = 1 << 18  # entries from which on a second thread is worth its start


def pieces(x: Any, batch: bool) -> list[tuple[slice, slice]]:
    """Parts of the first two axes that hold whole statistics: of a batch channels, of groups images."""
    axis = 1 if batch else 0
    step = max(1, PIECE * x.shape[axis] // max(1, x.size))
    parts = [slice(start, start + step) for start in range(0, x.shape[axis], step)]
    return [(slice(None), part) if batch else (part, slice(None)) for part in parts]


@quiet()  # of numbers so large that the variance overflows the result is 0
def in_pieces(x: Any, batch: bool, work: Any) -> list[Any]:
    """What `work` returns of all pieces, in their order."""
    parts = pieces(x, batch)
    results: list[Any] = [None] * len(parts)

    def several(numbers: Any) -> None:
        for number in numbers:
            results[number] = work(*parts[number])

    in_threads(several, range(len(parts)), None if x.size >= THREADED else 1)
    return results


def total(x: Any, batch: bool, other: Any = None) -> Any:
    """The sums of x, or of its products with another array, over lines and, of a batch, over images: (., G, K, 1)."""
    if x.shape[3] >= LINE:
        sums = x.sum(axis=3, keepdims=True, dtype=x.dtype) if other is None else np.vecdot(x, other)[..., None]
        return sums.sum(axis=0, keepdims=True) if batch else sums
    return (x if other is None else x * other).sum(axis=(0, 3) if batch else 3, keepdims=True, dtype=x.dtype)


def entries(x: Any, batch: bool) -> Any:
    """How many numbers are normalized together, of the array's own dtype."""
    return x.dtype.type(x.shape[2] * x.shape[3] * (x.shape[0] if batch else 1))


def arranged(x: Any, groups: int) -> Any:
    """(N, C, ...) as (N, groups, C / groups, L); of a batch, where `groups` is 0, each channel is one."""
    g = groups or x.shape[1]
    return np.reshape(x, (x.shape[0], g, x.shape[1] // g, math.prod(x.shape[2:])))


def column(p: Any, groups: int) -> Any:
    """A weight or bias (C,) as (G, K, 1)."""
    return None if p is None else np.reshape(p, (groups or len(p), -1, 1))


@primitive
def normalized(inputs: list[Any], groups: int, eps: float) -> tuple[Any, Any, Any]:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` of [x, weight, bias], and mean and variance, without gradients.

    x is (N, C, ...). They are of groups of channels of each n, (N, groups), or of each channel of the batch, (1, C),
    where `groups` is 0. Weight and bias (C,) may be None. The variance is the mean square, not the unbiased one.
    """
    weight, bias = (column(p, groups) for p in inputs[1:])
    x, batch = arranged(inputs[0], groups), not groups
    whole = np.empty(inputs[0].shape, x.dtype)
    y, count = arranged(whole, groups), entries(x, batch)

    def work(n: slice, g: slice) -> tuple[Any, Any]:
        part, out = x[n, g], y[n, g]
        m = total(part, batch).sum(axis=2, keepdims=True) / count
        np.subtract(part, m, out=out)
        var = total(out, batch, out).sum(axis=2, keepdims=True) / count
        scale = 1 / np.sqrt(var + x.dtype.type(eps))
        out *= scale if weight is None else scale * weight[g]
        if bias is not None:
            out += bias[g]
        return m, var

    statistics = in_pieces(x, batch, work)
    m, var = (np.concatenate(parts, axis=int(batch))[..., 0, 0] for parts in zip(*statistics, strict=True))
    return whole, m, var


@primitive
def gradient(inputs: list[Any], m: Any, var: Any, groups: int, eps: float) -> tuple[Any, ...]:
    """The gradients by x, weight and bias, of [g, x, weight]; `m` and `var` are those of x."""
    weight, batch = column(inputs[2], groups), not groups
    g, x = (arranged(a, groups) for a in inputs[:2])
    whole = np.empty(inputs[1].shape, x.dtype)
    gx, count = arranged(whole, groups), entries(x, batch)
    m, var = m[..., None, None], var[..., None, None]

    def work(n: slice, c: slice) -> tuple[Any, Any]:
        here = (slice(None), c) if batch else (n, slice(None))  # of the statistics
        part, out, factor = g[n, c], gx[n, c], 1 / np.sqrt(var[here] + x.dtype.type(eps))
        distance = x[n, c] - m[here]
        by_weight, by_bias = total(part, batch, distance) * factor, total(part, batch)
        w = x.dtype.type(1) if weight is None else weight[c]
        first, second = ((w * a).sum(axis=2, keepdims=True) / count for a in (by_bias, by_weight))
        np.multiply(part, w * factor, out=out)
        distance *= second * factor * factor
        distance += first * factor
        out -= distance
        return by_weight.sum(axis=0), by_bias.sum(axis=0)

    sums = in_pieces(x, batch, work)
    by_weight, by_bias = (
        np.ravel(np.concatenate(parts) if batch else np.sum(parts, axis=0)) for parts in zip(*sums, strict=True)
    )
    return whole, by_weight, by_bias


def gradients(g: Any, x: Any, weight: Any, groups: int, eps: float) -> tuple[Any, ...]:
    """The same in plain NumPy, as a function of all that it depends on."""
    shape, axes = x.shape, (2, 3) if groups else (0, 2, 3)
    g, x, weight = arranged(g, groups), arranged(x, groups), column(weight, groups)
    unit = x - np.mean(x, axis=axes, keepdims=True)
    scale = 1 / np.sqrt(np.mean(unit * unit, axis=axes, keepdims=True) + eps)
    unit = unit * scale
    weighted = g if weight is None else g * weight
    first, second = (np.mean(a, axis=axes, keepdims=True) for a in (weighted, weighted * unit))
    gx = scale * (weighted - first - unit * second)
    return np.reshape(gx, shape), *(np.ravel(np.sum(a, axis=(0, 3))) for a in (g * unit, g))


def normalized_vjp(g: Any, results: Any, inputs: list[Any], groups: int, eps: float) -> list[Any]:
    x, weight, _ = inputs
    return list(gradient([g[0], x, weight], results[1], results[2], groups, eps))


def gradient_vjp(g: Any, results: Any, inputs: list[Any], m: Any, var: Any, groups: int, eps: float) -> list[Any]:
    by_g, by_x, weight = inputs
    if weight is None:
        _, pull = vjp(lambda g, x: gradients(g, x, None, groups, eps), by_g, by_x)
        return [*pull(tuple(g)), None]
    _, pull = vjp(lambda g, x, w: gradients(g, x, w, groups, eps), by_g, by_x, weight)
    return list(pull(tuple(g)))


vjp_rule(normalized, normalized_vjp)
vjp_rule(gradient, gradient_vjp, None, None)


@primitive
@quiet()
def scaled(input: Any, scale: Any, shift: Any) -> Any:
    """``input * scale + shift`` in one pass."""
    y = input * scale
    y += shift
    return y


vjp_rule(scaled, lambda g, y, x, scale, shift: g * scale, lambda g, y, x, scale, shift: g * x, lambda g, *_: g)
