"""Normalization as functions: entries are centred and scaled by the statistics of their group, then weighted.

Over the last axes (layers, root mean squares) it is one node, which keeps a mean and a scale for each group.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd import primitive, vjp, vjp_rule
from nn import checks, errors, threads
from nn.functional.pieces import half_in_single, quiet

__all__ = ["layer_norm", "normalized", "rms_norm"]

PIECE = 2**15  # entries that a thread works on before it goes on: BLAS takes a thread of its own for more
FEW = 2**18  # entries for which a second thread is not worth its start


@half_in_single
def layer_norm(input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` over the last axes, those of `normalized_shape`.

    Weight and bias have that shape, or are None; the variance is divided by the count (Ba et al., 2016).

    Raises `ShapeError` if the input does not end, or a weight is not, in this shape.
    """
    checks.not_negative("layer_norm", eps=eps)
    shape = checked("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    return normalized([input, weight, bias], len(shape), eps, True)[0]


@half_in_single
def rms_norm(input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    """``x / sqrt(mean(x**2) + eps) * weight`` over the last axes, those of `normalized_shape`.

    `eps` is the spacing of the input's dtype at 1 if None (Zhang and Sennrich, 2019).

    Raises `ShapeError` if the input does not end, or the weight is not, in this shape.
    """
    shape = checked("rms_norm", input, normalized_shape, weight=weight)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    checks.not_negative("rms_norm", eps=eps)
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
        if value is not None:
            checks.array(what, value, name)
            if value.shape != shape:
                raise errors.ShapeError(f"{what}: {name} of shape {value.shape}; it must be {shape}.")
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
    found = iter(gradients([grads[0], *arrays], results[1], axes, eps, centred))
    return [a if a is None else next(found) for a in arrays]


@primitive
def gradients(inputs: list[Any], statistics: Any, axes: int, eps: float, centred: bool) -> tuple[Any, ...]:
    """The gradients by x, weight and bias, as far as they are there, of [g, x, weight, bias] and the statistics of x.

    That by x is ``scale * (gw - mean(gw) - z * mean(gw * z))``, where z is what was normalized and gw = g * weight:
    ``g * weight * scale - (x - mean) * a - b`` with a number a and b for each row.
    """
    g, (x, weight, bias) = *flat(inputs[:1], axes), flat(inputs[1:], axes)
    n = x.shape[1]
    gx = np.empty(x.shape, g.dtype)
    means = np.full(n, 1 / n, x.dtype) if weight is None else weight / n

    def work(pieces: Iterator[slice]) -> tuple[Any, Any]:
        gw, gb, room = np.zeros(n, g.dtype), np.zeros(n, g.dtype), np.empty((min(step_of(x), len(x)), n), x.dtype)
        for rows in pieces:
            xi, gi, gxi, (mean, scale) = x[rows], g[rows], gx[rows], statistics[:, rows]
            if centred:  # first of all: a large mean would leave few digits of what is normalized
                xi = np.subtract(xi, mean[:, None], out=room[: len(xi)])
            product = gi * xi
            slope = product @ means
            if weight is not None:
                gw += scale @ product
            if bias is not None:
                gb += np.ones(len(gi), g.dtype) @ gi
            slope *= scale**3
            np.multiply(gi, 1 if weight is None else weight, out=gxi)
            gxi *= scale[:, None]
            gxi -= np.multiply(xi, slope[:, None], out=product)
            if centred:
                gxi -= (scale * (gi @ means))[:, None]
        return gw, gb

    gws, gbs = zip(*run(work, x), strict=True)
    found = zip((gx, sum(gws), sum(gbs)), inputs[1:], strict=True)
    return tuple([ga.reshape(a.shape) for ga, a in found if a is not None])


def gradients_vjp(
    grads: Any, results: Any, inputs: list[Any], statistics: Any, axes: int, eps: float, centred: bool
) -> list[Any]:
    """The derivative of the same in functions that have rules, for second and higher orders."""
    present = [a for a in inputs if a is not None]
    _, pull = vjp(lambda *present: composed(present, inputs, axes, eps, centred), *present)
    found = iter(pull(tuple(grads)))
    return [a if a is None else next(found) for a in inputs]


def composed(present: Sequence[Any], like: list[Any], axes: int, eps: float, centred: bool) -> tuple[Any, ...]:
    """The gradients in plain NumPy; `present` are those of g, x, weight and bias that are not None in `like`."""
    given = iter(present)
    every: list[Any] = [a if a is None else next(given) for a in like]
    g, x, weight, bias = every
    last, rows = tuple(range(-axes, 0)), tuple(range(x.ndim - axes))
    z = x - np.mean(x, last, keepdims=True) if centred else x
    scale = 1 / np.sqrt(np.mean(z * z, last, keepdims=True) + eps)
    z = z * scale
    gz = g if weight is None else g * weight
    gx = gz - z * np.mean(gz * z, last, keepdims=True)
    if centred:
        gx = gx - np.mean(gz, last, keepdims=True)
    found = [scale * gx]
    if weight is not None:
        found.append(np.sum(g * z, axis=rows))
    if bias is not None:
        found.append(np.sum(g, axis=rows))
    return tuple(found)


vjp_rule(normalized, normalized_vjp)
vjp_rule(gradients, gradients_vjp, None)


def flat(arrays: list[Any], axes: int) -> list[Any]:
    """The last axes as one; of the first of the arrays, the others as rows."""
    x, *weights = arrays
    n = math.prod(x.shape[x.ndim - axes :])
    rows = x.reshape(math.prod(x.shape[: x.ndim - axes]), n)
    return [rows, *(w if w is None else w.reshape(n) for w in weights)]


def run(work: Any, x: Any) -> list[Any]:
    """Call `work` on the rows in pieces, in several threads if there are many."""
    step = step_of(x)
    pieces = [slice(i, i + step) for i in range(0, len(x), step)]
    with quiet():
        return threads.in_threads(work, pieces, None if x.size > FEW else 1)


def step_of(x: Any) -> int:
    """How many rows make a piece."""
    return max(1, PIECE // max(1, int(x.shape[1])))
