"""The cross entropy of classes and the negative log likelihood.

Both are one node for integer labels. Of soft or smoothed targets the cross entropy is one node too, which then holds
their weights (N, C), and the targets are differentiated.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from autograd.derivatives.indexing import index_add
from autograd.graph import unwrap
from nn import errors
from nn.checks import integer, is_number
from nn.functional.arguments import as_array, class_labels, class_weights, numbers, weight_of
from nn.functional.loss.node import silent
from nn.functional.softmax import log_softmax, softmax
from nn.reduction import check_reduction, share, total

__all__ = ["cross_entropy", "nll_loss"]


def class_axis(x: Any) -> int:
    """Axis 1 of (N, C, ...), axis 0 of (C,)."""
    return 1 if x.ndim > 1 else 0


def places(labels: Any, ndim: int) -> Any:
    """The index of each label's entry in an array (N, C, ...) or (C,)."""
    if ndim == 2:
        return np.arange(len(labels)), labels
    if ndim == 1:
        return (labels,)
    first, *rest = np.indices(labels.shape, sparse=True)
    return first, labels, *rest


def along_classes(s: Any, x: Any) -> Any:
    """A number for each example, or one for all, beside the entries of `x`."""
    return np.expand_dims(s, class_axis(x)) if np.ndim(s) else s


@silent
def shifted(x: Any) -> Any:
    """Logits less the largest, so that no exponential overflows; infinite ones become NaN, as in PyTorch."""
    return x - np.maximum.reduce(x, axis=class_axis(x), keepdims=True)


# -------------------------------------------------------------------------------------------------------- hard targets


def counted(losses: Any, shares: Any, reduction: str) -> Any:
    """The losses times their shares, 0 where these are, reduced; a mean that `shares_of` has left is of none."""
    if shares is not None:
        losses = np.multiply(losses, shares, out=np.zeros_like(losses), where=shares != 0)[()]
        if reduction == "mean":
            losses = losses * math.nan
    return total(losses, reduction)


@primitive
def softmax_cross_entropy(logits: Any, labels: Any, reduction: str, shares: Any) -> Any:
    """``log(sum(exp(x))) - x[label]`` of each example, times its share if there are shares, reduced."""
    e = shifted(logits)
    picked = e[places(labels, logits.ndim)]
    return counted(np.log(np.add.reduce(np.exp(e, out=e), axis=class_axis(e))) - picked, shares, reduction)


def softmax_cross_entropy_vjp(g: Any, y: Any, x: Any, labels: Any, reduction: str, shares: Any) -> Any:
    s = share(g, labels.shape, reduction)
    return softmax_less_labels(s if shares is None else s * shares, x, labels)


@primitive
def softmax_less_labels(s: Any, x: Any, labels: Any) -> Any:
    """``s * (softmax(x) - onehot(label))``, s being one number, or one for each example."""
    p = shifted(x)
    np.exp(p, out=p)
    p *= along_classes(s, x) / np.add.reduce(p, axis=class_axis(x), keepdims=True)
    p[places(labels, x.ndim)] -= s
    return p


def by_share(g: Any, y: Any, s: Any, x: Any, labels: Any) -> Any:
    axis = class_axis(x)
    return np.sum(g * softmax(x, axis), axis=axis) - g[places(labels, x.ndim)]


def by_logits(g: Any, y: Any, s: Any, x: Any, labels: Any) -> Any:
    axis = class_axis(x)
    p, g = softmax(x, axis), g * along_classes(s, x)
    return p * (g - np.sum(g * p, axis=axis, keepdims=True))


vjp_rule(softmax_cross_entropy, softmax_cross_entropy_vjp)
vjp_rule(softmax_less_labels, by_share, by_logits)


@primitive
def picked_loss(log_probabilities: Any, labels: Any, reduction: str, shares: Any) -> Any:
    """``-x[label]`` of each example, times its share if there are shares, reduced."""
    return counted(-log_probabilities[places(labels, log_probabilities.ndim)], shares, reduction)


def picked_loss_vjp(g: Any, y: Any, x: Any, labels: Any, reduction: str, shares: Any) -> Any:
    s = share(g, labels.shape, reduction)
    s = np.zeros(labels.shape, x.dtype) + s if shares is None else s * shares
    return index_add(x, places(labels, x.ndim), -s)


vjp_rule(picked_loss, picked_loss_vjp)


# -------------------------------------------------------------------------------------------------------- soft targets


@primitive
def soft_cross_entropy(logits: Any, target: Any, reduction: str) -> Any:
    """``-sum(t log(softmax(x)))`` of each example, in which 0 log 0 is 0, reduced."""
    axis = class_axis(logits)
    x = shifted(logits)
    surprise = np.log(np.add.reduce(np.exp(x), axis=axis, keepdims=True)) - x
    surprise = np.multiply(surprise, target, out=np.zeros_like(surprise), where=target != 0)
    return total(np.add.reduce(surprise, axis=axis), reduction)


def soft_by_logits(g: Any, y: Any, x: Any, t: Any, reduction: str) -> Any:
    axis = class_axis(x)
    s = along_classes(share(g, x.shape[:axis] + x.shape[axis + 1 :], reduction), x)
    return s * (np.sum(t, axis=axis, keepdims=True) * softmax(x, axis) - t)


def soft_by_target(g: Any, y: Any, x: Any, t: Any, reduction: str) -> Any:
    axis = class_axis(x)
    return -along_classes(share(g, x.shape[:axis] + x.shape[axis + 1 :], reduction), x) * log_softmax(x, axis)


vjp_rule(soft_cross_entropy, soft_by_logits, soft_by_target)


# ----------------------------------------------------------------------------------------------------- what users call


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """``-log(softmax(input)[target])`` of logits (C,), (N, C) or (N, C, d1, ...), where C is the number of classes.

    The target holds integer classes in 0..C-1, in the input's shape without C; or probabilities in the input's shape,
    which are differentiated. A `weight` (C,) multiplies the loss of each class. Examples of class `ignore_index` count
    nothing. `label_smoothing` moves so much of each target's probability to all classes in equal parts (Szegedy et al.,
    2016). ``"mean"`` is over the examples, weighted by their classes' weights where the target holds classes.

    Raises `ShapeError`, `LabelError`, and `ArgumentError` for a `label_smoothing` outside 0..1.
    """
    check_reduction(reduction)
    integer("cross_entropy", ignore_index=ignore_index)
    if not (is_number(label_smoothing) and 0 <= label_smoothing <= 1):
        raise errors.out_of_range("cross_entropy", "label_smoothing", label_smoothing, "a number, 0 to 1")
    input, rows, classes = with_classes("cross_entropy", input)
    weight = class_weights("cross_entropy", weight, classes, input.dtype)
    target = as_array("cross_entropy", target)
    if target.dtype.kind == "f" and target.shape == input.shape:
        if ignore_index >= 0:
            raise errors.ArgumentError(
                f"cross_entropy: ignore_index={ignore_index} names a class, and the target holds probabilities. "
                f"Leave it out; the rows that shall count nothing can be all 0."
            )
        input, target = numbers("cross_entropy", input, target)
        return soft_cross_entropy(input, softened(target, weight, label_smoothing), reduction)
    labels, ignored = class_labels("cross_entropy", target, rows, classes, ignore_index)
    if label_smoothing:
        return smoothed_cross_entropy(input, labels, ignored, weight, reduction, label_smoothing)
    shares, reduction = shares_of(labels, ignored, weight, input.dtype, reduction)
    return softmax_cross_entropy(input, labels, reduction, shares)


def softened(t: Any, weight: Any, smoothing: float) -> Any:
    """Probabilities of which a share is spread over all classes, times the classes' weights."""
    axis = class_axis(t)
    if smoothing:
        t = t * (1 - float(smoothing)) + float(smoothing) / t.shape[axis]
    return t if weight is None else t * np.reshape(weight, (-1,) + (1,) * (t.ndim - axis - 1))


def smoothed_cross_entropy(x: Any, labels: Any, ignored: Any, weight: Any, reduction: str, smoothing: float) -> Any:
    """The cross entropy of classes as probabilities; the mean is still over the weights of the classes themselves."""
    target = np.zeros_like(unwrap(x))
    target[places(labels, x.ndim)] = 1
    target = softened(target, weight, smoothing)
    counts = np.ones(labels.shape, x.dtype) if ignored is None else (~ignored).astype(x.dtype)
    if reduction != "mean":
        return soft_cross_entropy(x, target * along_classes(counts, x), reduction)
    whole = np.sum(counts if weight is None else counts * weight_of(labels, weight))
    loss = soft_cross_entropy(x, target * along_classes(counts / (whole or math.inf), x), "sum")
    return loss if whole else loss + math.nan  # as in `shares_of`


def nll_loss(input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> Any:
    """``-input[target]`` of log-probabilities; shapes, `weight`, `ignore_index` and the mean as in `cross_entropy`.

    Raises `ShapeError` and `LabelError`.
    """
    check_reduction(reduction)
    integer("nll_loss", ignore_index=ignore_index)
    input, rows, classes = with_classes("nll_loss", input)
    weight = class_weights("nll_loss", weight, classes, input.dtype)
    labels, ignored = class_labels("nll_loss", target, rows, classes, ignore_index)
    shares, reduction = shares_of(labels, ignored, weight, input.dtype, reduction)
    return picked_loss(input, labels, reduction, shares)


def with_classes(what: str, input: Any) -> tuple[Any, tuple[int, ...], int]:
    """The input, its shape without the classes, and their number."""
    [input] = numbers(what, input)
    shape = input.shape
    if not shape or not shape[class_axis(input)]:
        raise errors.ShapeError(
            f"{what}: input of shape {shape}; it must be (C,), (N, C) or (N, C, d1, ...), with C classes."
        )
    return input, shape[: class_axis(input)] + shape[class_axis(input) + 1 :], shape[class_axis(input)]


def shares_of(labels: Any, ignored: Any, weight: Any, dtype: Any, reduction: str) -> tuple[Any, str]:
    """What the loss of each example counts, None if all count the same, and the reduction that is left to do.

    The mean over examples that all count nothing is NaN, but moves nothing: its gradient is 0, as in PyTorch.
    """
    if weight is None and ignored is None:
        return None, reduction
    shares = np.ones(labels.shape, dtype) if weight is None else weight_of(labels, weight)
    if ignored is not None:
        shares = np.where(ignored, 0, shares)
    whole = np.sum(shares)
    return (shares / whole, "sum") if reduction == "mean" and whole else (shares, reduction)
