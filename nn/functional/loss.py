"""Losses as functions.

The cross entropy is one node: a stable logarithm of a sum of exponentials, and one exponential in the backward pass.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from autograd.graph import unwrap
from nn import errors
from nn.reduction import reduced

__all__ = ["cross_entropy", "mse_loss", "softmax_cross_entropy"]


def mse_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """``(input - target)**2``, averaged, summed or as it is.

    Raises `ShapeError` if the shapes differ: broadcasting (N, 1) against (N,) would compare each with each.
    """
    if np.shape(input) != np.shape(target):
        raise errors.ShapeError(
            f"mse_loss: input of shape {np.shape(input)}, target of shape {np.shape(target)}; they must be the same. "
            f"Write target.reshape(input.shape)."
        )
    return reduced(np.square(input - target), reduction)


@primitive
def softmax_cross_entropy(logits: Any, labels: Any) -> Any:
    """``log(sum(exp(x))) - x[label]`` of each row, unchecked; what `cross_entropy` reduces.

    The largest entry is taken out first, so that no exponential overflows.
    """
    top = logits.max(axis=1, keepdims=True)
    return np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0] - logits[np.arange(len(labels)), labels]


def _softmax_cross_entropy_vjp(g: Any, y: Any, x: Any, labels: Any) -> Any:
    """softmax(x) - onehot(labels), where the logarithm of the sum is had back from the output: y + x[label]."""
    places = np.arange(len(labels)), labels
    onehot = np.zeros_like(x)
    onehot[places] = 1
    return g[:, None] * (np.exp(x - (y + x[places])[:, None]) - onehot)


vjp_rule(softmax_cross_entropy, _softmax_cross_entropy_vjp, None)


def cross_entropy(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """``-log(softmax(input)[target])``: input (N, C) logits, target (N,) integer classes in 0..C-1.

    Raises `ShapeError` and `LabelError`.
    """
    labels = np.asarray(unwrap(target))
    _check_labels(labels, np.shape(input))
    return reduced(softmax_cross_entropy(input, labels), reduction)


def _check_labels(labels: Any, shape: tuple[int, ...]) -> None:
    """Raise unless the labels are one class index for each row of logits of this shape."""
    if len(shape) != 2:
        raise errors.ShapeError(f"cross_entropy: logits of shape {shape}; they must be (N, C), a row per example.")
    if labels.dtype.kind not in "iu":
        raise errors.LabelError(
            f"cross_entropy takes class indices, integers of shape ({shape[0]},), not {labels.dtype} {labels.shape}. "
            f"Write y.astype(int) for labels, y.argmax(axis=1) for one-hot rows."
        )
    if labels.shape != shape[:1]:
        raise errors.LabelError(
            f"cross_entropy: labels of shape {labels.shape} for logits of shape {shape}; they must be ({shape[0]},)."
        )
    if labels.size and not 0 <= labels.min() <= labels.max() < shape[1]:
        wrong = labels[(labels < 0) | (labels >= shape[1])][0]
        raise errors.LabelError(
            f"cross_entropy: label {wrong} for logits with {shape[1]} columns; labels must be in 0..{shape[1] - 1}."
        )
