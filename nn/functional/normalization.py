"""Normalization as functions: entries are centred and scaled by the statistics of their group, then weighted.

Over the last axes (layers, root mean squares) it is one node, which keeps a mean and a scale for each group.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from autograd.rules import first_tensor
from nn import checks, errors, threads

__all__ = ["layer_norm", "normalized", "rms_norm"]

PIECE = 2**15  # entries that a thread works on before it goes on: BLAS takes a thread of its own for more
FEW = 2**18  # entries for which a second thread is not worth its start


def layer_norm(input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` over the last axes, those of `normalized_shape`.

    Weight and bias have that shape, or are None; the variance is divided by the count (Ba et al., 2016).

    Raises `ShapeError` if the input does not end, or a weight is not, in this shape.
    """
    shape = checked("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    return normalized([input, weight, bias], len(shape), eps, True)[0]


def rms_norm(input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    """``x / sqrt(mean(x**2) + eps) * weight`` over the last axes, those of `normalized_shape`.

    `eps` is the spacing of the input's dtype at 1 if None (Zhang and Sennrich, 2019).

    Raises `ShapeError` if the input does not end, or the weight is not, in this shape.
    """
    shape = checked("rms_norm", input, normalized_shape, weight=weight)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    return normalized([input, weight, None], len(shape), eps, False)[0]


def checked(what: str, input: Any, normalized_shape: Any, **weights: Any) -> tuple[int, ...]:
    """The shape as a tuple; raises unless input and weights fit it."""
    checks.array(what, input)
    shape = (normalized_shape,) if np.ndim(normalized_shape) == 0 else tuple(normalized_shape)
    if not shape or input.shape[-len(shape) :] != shape:
        raise errors.ShapeError(f"{what}: got shape {input.shape}; it must end in {shape}, the normalized shape.")
    if input.dtype.kind != "f":
        raise errors.ArgumentError(f"{what}: the input is of {input.dtype}. Write x.astype(np.float32).")
    for name, value in weights.items():
        if value is not None and np.shape(value) != shape:
            raise errors.ShapeError(f"{what}: {name} of shape {np.shape(value)}; it must be {shape}.")
    return shape


# ----------------------------------------------------------------------------------------------- over the last axes


@primitive
def normalized(arrays: list[Any], axes: int, eps: float, centred: bool) -> tuple[Any, Any]:
    """Input, weight and bias (or None), of which the last `axes` are normalized; the result, and mean and scale.

    Without `centred` the mean stays 0.
    """
    x, weight, bias = flat(arrays, axes)
    y = np.empty(x.shape, np.result_type(*(a for a in arrays if a is not None)))
    statistics = np.zeros((2, len(x)), x.dtype)
    ones, n = np.ones(x.shape[1], x.dtype), x.shape[1]

    def work(pieces: Iterator[slice]) -> None:
        for rows in pieces:
            xi, yi, (mean, scale) = x[rows], y[rows], statistics[:, rows]
            if centred:
                np.matmul(xi, ones, out=mean)
                mean /= n
                xi = np.subtract(xi, mean[:, None], out=yi)
            np.vecdot(xi, xi, out=scale)
            scale /= n
            scale += eps
            np.sqrt(scale, out=scale)
            np.divide(1, scale, out=scale)
            np.multiply(xi, scale[:, None], out=yi)
            if weight is not None:
                yi *= weight
            if bias is not None:
                yi += bias

    run(work, x)
    return y.reshape(arrays[0].shape), statistics


def normalized_vjp(grads: Any, results: Any, arrays: list[Any], axes: int, eps: float, centred: bool) -> list[Any]:
    """``scale * (gw - mean(gw) - z * mean(gw * z))``, where z is what was normalized and gw = g * weight."""
    x, weight, _ = arrays
    if first_tensor([grads, arrays]) is None:
        (g,) = flat([grads[0]], axes)
        gx, gw, gb = gradients(g, results[1], flat(arrays, axes), centred)
        return [ga if a is None else ga.reshape(a.shape) for ga, a in zip((gx, gw, gb), arrays, strict=True)]
    g, last = grads[0], tuple(range(-axes, 0))
    z = x - np.mean(x, last, keepdims=True) if centred else x
    scale = 1 / np.sqrt(np.mean(z * z, last, keepdims=True) + eps)
    z = z * scale
    gz = g if weight is None else g * weight
    gx = gz - z * np.mean(gz * z, last, keepdims=True)
    if centred:
        gx = gx - np.mean(gz, last, keepdims=True)
    return [scale * gx, g * z, g]


def gradients(g: Any, statistics: Any, arrays: list[Any], centred: bool) -> tuple[Any, Any, Any]:
    """The same on rows, in pieces: ``g * weight * scale - x * a + b`` with a number a and b for each row."""
    x, weight, bias = arrays
    n = x.shape[1]
    gx = np.empty(x.shape, g.dtype)
    means = np.full(n, 1 / n, x.dtype) if weight is None else weight / n

    def work(pieces: Iterator[slice]) -> tuple[Any, Any]:
        gw, gb = np.zeros(n, g.dtype), np.zeros(n, g.dtype)
        for rows in pieces:
            xi, gi, gxi, (mean, scale) = x[rows], g[rows], gx[rows], statistics[:, rows]
            product = gi * xi
            slope = product @ means
            if centred:
                level = gi @ means
                slope -= mean * level
            if weight is not None:
                gw += scale @ product - (scale * mean) @ gi
            if bias is not None:
                gb += np.ones(len(gi), g.dtype) @ gi
            slope *= scale**3
            np.multiply(gi, 1 if weight is None else weight, out=gxi)
            gxi *= scale[:, None]
            gxi -= np.multiply(xi, slope[:, None], out=product)
            if centred:
                gxi += (mean * slope - scale * level)[:, None]
        return gw, gb

    gws, gbs = zip(*run(work, x), strict=True)
    return gx, None if weight is None else sum(gws), None if bias is None else sum(gbs)


vjp_rule(normalized, normalized_vjp)


def flat(arrays: list[Any], axes: int) -> list[Any]:
    """The last axes as one; of the first of the arrays, the others as rows."""
    x, *weights = arrays
    n = math.prod(x.shape[x.ndim - axes :])
    rows = x.reshape(math.prod(x.shape[: x.ndim - axes]), n)
    return [rows, *(w if w is None else w.reshape(n) for w in weights)]


def run(work: Any, x: Any) -> list[Any]:
    """Call `work` on the rows in pieces, in several threads if there are many."""
    step = max(1, PIECE // max(1, x.shape[1]))
    pieces = [slice(i, i + step) for i in range(0, len(x), step)]
    return threads.in_threads(work, pieces, None if x.size > FEW else 1)
