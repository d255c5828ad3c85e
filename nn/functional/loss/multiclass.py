"""Margin losses of the scores of several classes, a loss for each row."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import errors
from nn.functional.activation import sigmoid
from nn.functional.arguments import alike, class_labels, class_weights, number, numbers, weight_of
from nn.functional.loss.node import one_node
from nn.reduction import check_reduction

__all__ = ["multi_margin_loss", "multilabel_margin_loss", "multilabel_soft_margin_loss"]


# ---------------------------------------------------------------------------------------------------- one of C classes


def gaps(x: Any, right: Any, margin: float) -> Any:
    """By how much each score comes closer than the margin to that of the right class; below 0, not at all."""
    return np.where(right, 0, x - np.sum(np.where(right, x, 0), axis=-1, keepdims=True) + margin)


def multi_margin_slope(s: Any, x: Any, right: Any, p: int, margin: float, weight: Any) -> Any:
    gap = gaps(x, right, margin)
    slope = (gap > 0).astype(x.dtype) if p == 1 else np.where(gap > 0, 2 * gap, 0)
    push = s * weight / x.shape[-1] * slope
    return push - np.where(right, np.sum(push, axis=-1, keepdims=True), 0)


@one_node(multi_margin_slope, by_row=True)
def multi_margin(x: Any, right: Any, p: int, margin: float, weight: Any) -> Any:
    """``sum(max(0, margin - x[label] + x)**p) / C`` of each row, without the label's own entry."""
    gap = np.maximum(gaps(x, right, margin), 0)
    return np.sum(weight * (gap if p == 1 else gap * gap), axis=-1) / x.shape[-1]


def multi_margin_loss(
    input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"
) -> Any:
    """``sum(max(0, margin - x[label] + x)**p) / C`` over the other classes, for scores (N, C) or (C,) and `p` 1 or 2.

    A `weight` (C,) multiplies the loss of each label (Crammer, Singer, 2001); the mean is over the number of examples.

    Raises `ShapeError`, `LabelError`, and `ArgumentError` for another `p`.
    """
    check_reduction(reduction)
    if p not in (1, 2):
        raise errors.out_of_range("multi_margin_loss", "p", p, "1 or 2")
    input = scores("multi_margin_loss", input)
    classes = input.shape[-1]
    labels, _ = class_labels("multi_margin_loss", target, input.shape[:-1], classes)
    weight = class_weights("multi_margin_loss", weight, classes, input.dtype)
    weight = 1 if weight is None else np.expand_dims(weight_of(labels, weight), -1)
    right = np.expand_dims(labels, -1) == np.arange(classes)
    return multi_margin(input, reduction, right, p, number("multi_margin_loss", margin), weight)


# ----------------------------------------------------------------------------------------------- several of C classes


def violations(x: Any, counts: Any) -> Any:
    """How often class i comes closer than 1 to a target class k, as (..., k, i): what is counted, not by how much."""
    near = 1 - np.expand_dims(x, -1) + np.expand_dims(x, -2) > 0
    return near * np.expand_dims(counts, -1) * np.expand_dims(counts == 0, -2) / x.dtype.type(x.shape[-1])


def multilabel_margin_slope(s: Any, x: Any, counts: Any) -> Any:
    found = violations(x, counts)
    return s * (np.sum(found, axis=-2) - np.sum(found, axis=-1))


@one_node(multilabel_margin_slope, by_row=True)
def multilabel_margin(x: Any, counts: Any) -> Any:
    """``sum(max(0, 1 - x[k] + x[i])) / C`` over targets k and other classes i."""
    found, gap = violations(x, counts), 1 - np.expand_dims(x, -1) + np.expand_dims(x, -2)
    return np.sum(np.where(found > 0, found * gap, 0), axis=(-2, -1))  # a class at -inf is no violation, and no NaN


def multilabel_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """``sum(max(0, 1 - x[k] + x[i])) / C`` over target classes k and all others i, for scores (N, C) or (C,).

    A row of the target, which has the input's shape, lists classes up to its first -1. Memory grows with C squared.

    Raises `ShapeError`, and `LabelError` for labels outside -1..C-1.
    """
    check_reduction(reduction)
    input = scores("multilabel_margin_loss", input)
    classes = input.shape[-1]
    labels, ended = class_labels("multilabel_margin_loss", target, input.shape, classes, -1)
    listed = np.ones(labels.shape, bool) if ended is None else ~np.logical_or.accumulate(ended, axis=-1)
    hits = (np.expand_dims(labels, -1) == np.arange(classes)) & np.expand_dims(listed, -1)
    return multilabel_margin(input, reduction, np.sum(hits, axis=-2, dtype=input.dtype))


@one_node(
    lambda s, x, t, weight: s * weight / x.shape[-1] * (sigmoid(x) - t),
    lambda s, x, t, weight: -s * weight / x.shape[-1] * x,
    by_row=True,
)
def multilabel_soft_margin(x: Any, t: Any, weight: Any) -> Any:
    """The mean over the classes of ``-t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))``."""
    losses = np.maximum(x, 0) - t * x + np.log1p(np.exp(-np.abs(x)))
    return np.sum(weight * losses, axis=-1) / x.shape[-1]


def multilabel_soft_margin_loss(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Any:
    """The binary cross entropy of logits and targets (..., C), averaged over the classes: one loss for each row.

    A `weight` (C,) multiplies the part of each class. Raises `ShapeError` for other shapes.
    """
    check_reduction(reduction)
    what = "multilabel_soft_margin_loss"
    input, target = alike(what, input, target)
    if not input.ndim or not input.shape[-1]:
        raise errors.ShapeError(f"{what}: input of shape {input.shape}; the last axis must be the classes.")
    weight = class_weights(what, weight, input.shape[-1], input.dtype)
    return multilabel_soft_margin(input, target, reduction, 1 if weight is None else weight)


def scores(what: str, input: Any) -> Any:
    """A row of scores for each example, or one row."""
    [input] = numbers(what, input)
    if input.ndim not in (1, 2) or not input.shape[-1]:
        raise errors.ShapeError(f"{what}: input of shape {input.shape}; it must be (N, C) or (C,), with C classes.")
    return input
