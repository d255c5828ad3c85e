"""The binary cross entropy, of probabilities and of logits; input and target are differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from autograd.graph import traced, unwrap
from nn import errors
from nn.functional.activation import sigmoid
from nn.functional.arguments import alike, weights
from nn.functional.loss.node import one_node
from nn.reduction import check_reduction

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits"]

LEAST = -100.0  # where PyTorch cuts the logarithm of a probability
NARROWEST = 1e-12  # and the width p (1 - p) that its slope is divided by


@primitive
def log_of(p: Any) -> Any:
    """``log(p)``, and -100 below it."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(p), LEAST)


@primitive
def log_of_rest(p: Any) -> Any:
    """``log(1 - p)``, and -100 below it."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log1p(-p), LEAST)


vjp_rule(log_of, lambda g, y, p: np.where(y > LEAST, g, 0) / np.where(y > LEAST, p, 1))
vjp_rule(log_of_rest, lambda g, y, p: np.where(y > LEAST, -g, 0) / np.where(y > LEAST, 1 - p, 1))


def times(s: Any, weight: Any) -> Any:
    return s if weight is None else s * weight


@one_node(
    lambda s, x, t, weight: times(s, weight) * (x - t) / np.maximum(x * (1 - x), NARROWEST),
    lambda s, x, t, weight: times(s, weight) * (log_of_rest(x) - log_of(x)),
)
def cross_entropy_of_probabilities(x: Any, t: Any, weight: Any) -> Any:
    """``-t log(x) - (1 - t) log(1 - x)``."""
    return times((t - 1) * log_of_rest(x) - t * log_of(x), weight)


def slope_by_logits(s: Any, x: Any, t: Any, weight: Any, pos_weight: Any) -> Any:
    if pos_weight is None:
        return times(s, weight) * (sigmoid(x) - t)
    return times(s, weight) * ((1 + (pos_weight - 1) * t) * sigmoid(x) - pos_weight * t)


def slope_by_target(s: Any, x: Any, t: Any, weight: Any, pos_weight: Any) -> Any:
    slope = -x if pos_weight is None else (pos_weight - 1) * np.logaddexp(0, -x) - x
    return times(s, weight) * slope


@one_node(slope_by_logits, slope_by_target)
def cross_entropy_of_logits(x: Any, t: Any, weight: Any, pos_weight: Any) -> Any:
    """``-pos_weight t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))``."""
    tail = np.log1p(np.exp(-np.abs(x)))  # of log(1 + exp(x)) and of log(1 + exp(-x)) what is not linear
    if pos_weight is None:
        return times(np.maximum(x, 0) - t * x + tail, weight)
    return times((1 - t) * (np.maximum(x, 0) + tail) + pos_weight * t * (np.maximum(-x, 0) + tail), weight)


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """``-t log(x) - (1 - t) log(1 - x)`` of probabilities x and targets t in 0..1.

    As in PyTorch no logarithm is below -100, so that a loss is at most 100 and 0 log 0 is 0, and slopes are divided by
    at least 1e-12. `weight` broadcasts to the input. `binary_cross_entropy_with_logits` is quicker and more exact.

    Raises `ShapeError` if the shapes differ, `ArgumentError` and `LabelError` for an input or a target outside 0..1.
    """
    check_reduction(reduction)
    input, target = alike("binary_cross_entropy", input, target)
    if not within_0_and_1(input):
        raise errors.ArgumentError(
            f"binary_cross_entropy: the input goes from {np.min(unwrap(input))} to {np.max(unwrap(input))}; "
            f"probabilities are in 0..1. Apply a sigmoid, or use binary_cross_entropy_with_logits."
        )
    require_targets("binary_cross_entropy", target)
    weight = weights("binary_cross_entropy", "weight", weight, input)
    return cross_entropy_of_probabilities(input, target, reduction, weight)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """The binary cross entropy of ``sigmoid(input)`` and targets in 0..1, exact for large logits.

    `pos_weight` multiplies the part of the positive class; it and `weight` broadcast to the input.

    Raises `ShapeError` if the shapes differ, `LabelError` for a target outside 0..1.
    """
    check_reduction(reduction)
    what = "binary_cross_entropy_with_logits"
    input, target = alike(what, input, target)
    require_targets(what, target)
    weight = weights(what, "weight", weight, input)
    pos_weight = weights(what, "pos_weight", pos_weight, input)
    return cross_entropy_of_logits(input, target, reduction, weight, pos_weight)


def within_0_and_1(x: Any) -> bool:
    x = unwrap(x)
    low, high = np.minimum.reduce(x, axis=None, initial=1), np.maximum.reduce(x, axis=None, initial=0)
    return bool(low >= 0 and high <= 1)


def require_targets(what: str, target: Any) -> None:
    """Labels are 0 and 1 or between; a traced target is a prediction and may be anything."""
    if not traced(target) and not within_0_and_1(target):
        target = unwrap(target)
        wrong = target[~((target >= 0) & (target <= 1))].flat[0]
        raise errors.LabelError(f"{what}: target {wrong}; targets are in 0..1, the probability of the positive class.")
