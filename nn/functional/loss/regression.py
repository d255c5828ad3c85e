"""Losses of the difference between input and target; both are differentiated.

A difference of exactly 0 has derivative 0 in all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks
from nn.functional.arguments import alike, numbers, positive, require_same_shape
from nn.functional.loss.node import one_node
from nn.functional.pieces import quiet
from nn.reduction import check_reduction, reduced

__all__ = ["huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss", "sse_loss"]


@one_node(lambda s, x, t: 2 * s * (x - t), lambda s, x, t: -2 * s * (x - t))
def squared_error(x: Any, t: Any) -> Any:
    """``(x - t)**2``."""
    return np.square(x - t)


@one_node(lambda s, x, t: s * np.sign(x - t), lambda s, x, t: -s * np.sign(x - t))
def absolute_error(x: Any, t: Any) -> Any:
    """``abs(x - t)``."""
    return np.abs(x - t)


@one_node(
    lambda s, x, t, delta: s * np.clip(x - t, -delta, delta),
    lambda s, x, t, delta: -s * np.clip(x - t, -delta, delta),
)
def huber_error(x: Any, t: Any, delta: float) -> Any:
    """``d**2 / 2`` of the distance d, and ``delta * (d - delta / 2)`` beyond `delta`."""
    distance = np.abs(x - t)
    near = np.minimum(distance, delta)
    return near * (distance - near / 2)


@one_node(
    lambda s, x, t, beta: s * np.clip((x - t) / beta, -1, 1),
    lambda s, x, t, beta: -s * np.clip((x - t) / beta, -1, 1),
)
def smooth_absolute_error(x: Any, t: Any, beta: float) -> Any:
    """``d**2 / (2 beta)`` of the distance d, and ``d - beta / 2`` beyond `beta`."""
    distance = np.abs(x - t)
    near = np.minimum(distance, beta)
    return near / beta * (distance - near / 2)


def mse_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """``(input - target)**2``, averaged, summed or as it is; the mean is weighted if there is a `weight`.

    Raises `ShapeError` if the shapes differ: broadcasting (N, 1) against (N,) would compare each with each.
    """
    check_reduction(reduction)
    input, target = alike("mse_loss", input, target)
    if weight is None:
        return squared_error(input, target, reduction)
    return weighted("mse_loss", squared_error(input, target, "none"), weight, reduction)


def sse_loss(input: Any, target: Any, reduction: str = "sum") -> Any:
    """The sum of squared errors of each example, ``sum((input - target)**2)`` over all axes but the first.

    Their sum over the examples is the sum over everything, without the factor 1/2 that some texts have; ``"mean"``
    averages over the examples, ``"none"`` leaves one number for each.

    Raises `ShapeError` if the shapes differ.
    """
    check_reduction(reduction)
    input, target = alike("sse_loss", input, target)
    if reduction == "sum" or input.ndim < 2:
        return squared_error(input, target, reduction)
    if reduction == "mean":
        return squared_error(input, target, "batchmean")
    return np.sum(squared_error(input, target, "none"), axis=tuple(range(1, input.ndim)))


def l1_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """``abs(input - target)``, with derivative 0 at 0; the mean is weighted if there is a `weight`.

    Raises `ShapeError` if the shapes differ.
    """
    check_reduction(reduction)
    input, target = alike("l1_loss", input, target)
    if weight is None:
        return absolute_error(input, target, reduction)
    return weighted("l1_loss", absolute_error(input, target, "none"), weight, reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """``d**2 / (2 beta)`` of ``d = abs(input - target)`` below `beta`, ``d - beta / 2`` from there on (Girshick, 2015).

    With ``beta=0`` it is `l1_loss`. Raises `ShapeError` if the shapes differ, `ArgumentError` for a negative `beta`.
    """
    check_reduction(reduction)
    checks.not_negative("smooth_l1_loss", beta=beta)
    input, target = alike("smooth_l1_loss", input, target)
    if beta == 0:
        return absolute_error(input, target, reduction)
    return smooth_absolute_error(input, target, reduction, float(beta))


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None) -> Any:
    """``d**2 / 2`` of ``d = abs(input - target)`` up to `delta`, ``delta * (d - delta / 2)`` beyond it (Huber, 1964).

    A `weight` multiplies the losses; the mean stays over their number, as PyTorch has it here.

    Raises `ShapeError` if the shapes differ, `ArgumentError` unless `delta` is above 0.
    """
    check_reduction(reduction)
    positive("huber_loss", delta=delta)
    input, target = alike("huber_loss", input, target)
    if weight is None:
        return huber_error(input, target, reduction, float(delta))
    losses = huber_error(input, target, "none", float(delta))
    return reduced(losses * like("huber_loss", losses, weight), reduction)


def weighted(what: str, losses: Any, weight: Any, reduction: str) -> Any:
    """Weighted losses; their mean is the weighted mean."""
    weight = like(what, losses, weight)
    mean = reduction == "mean"
    summed = reduced(losses * weight, "sum" if mean else reduction)
    with quiet():  # weights of which there are none
        return summed / np.sum(weight) if mean else summed


def like(what: str, losses: Any, weight: Any) -> Any:
    """Weights of the shape and precision of the losses."""
    losses, weight = numbers(what, losses, weight)
    require_same_shape(what, input=losses, weight=weight)
    return weight
