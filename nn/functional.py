"""Layers and losses as functions, PyTorch's `torch.nn.functional`.

A function has a rule of its own where numerics or speed ask for it: `linear` (one node for a layer), `relu` (its
convention at 0), `sigmoid` (no overflow), and the cross entropy (a stable logarithm of a sum of exponentials, and one
exponential in the backward pass). Everything else is composed. The classes in `layers/` and `losses.py` call these.
"""

# ruff: noqa: ARG005 - rules have one signature: the output and every input, used or not

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from autograd.graph import unwrap
from nn import checks, errors
from nn.random import generator
from nn.reduction import reduced

__all__ = ["cross_entropy", "dropout", "linear", "mse_loss", "relu", "sigmoid", "softmax_cross_entropy", "tanh"]


# ------------------------------------------------------------------------------------------------------------ layers


@primitive
def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """``input @ weight.T + bias``: input (..., in), weight (out, in), bias (out,), result (..., out)."""
    y = input @ weight.T
    if bias is not None:
        y += bias
    return y


def _rows(x: Any) -> Any:
    """All axes but the last as one."""
    return x if x.ndim == 2 else np.reshape(x, (-1, x.shape[-1]))


vjp_rule(
    linear,
    lambda g, y, x, w, b=None: g @ w,
    lambda g, y, x, w, b=None: _rows(g).T @ _rows(x),  # in the weight's own shape and memory order
    lambda g, y, x, w, b: g,
)


@primitive
def relu(input: Any) -> Any:
    """``max(x, 0)``, with derivative 0 at 0."""
    return np.maximum(input, 0)


vjp_rule(relu, lambda g, y, x: g * (y > 0))


@primitive
def sigmoid(input: Any) -> Any:
    """``1 / (1 + exp(-x))``, written so that the exponential never overflows."""
    e = np.exp(-np.abs(input))
    return np.where(input >= 0, 1, e) / (1 + e)


vjp_rule(sigmoid, lambda g, y, x: g * y * (1 - y))


def tanh(input: Any) -> Any:
    """``tanh(x)``."""
    return np.tanh(input)


def dropout(input: Any, p: float = 0.5, training: bool = True, *, rng: np.random.Generator | None = None) -> Any:
    """Set each entry to 0 with probability `p` and divide the others by ``1 - p``; without `training`, the input.

    The expected value stays the same, so that nothing is left to do in evaluation (Srivastava et al., 2014).

    Raises `ArgumentError` unless 0 <= p <= 1.
    """
    if not 0 <= p <= 1:
        raise errors.out_of_range("dropout", "p", p, "a probability, 0 to 1")
    if not training or p == 0:
        return input
    checks.array("dropout", input)
    keep = (generator(rng).random(input.shape, dtype=np.float32) >= p).astype(input.dtype)
    return input * (keep if p == 1 else keep / (1 - p))


# ------------------------------------------------------------------------------------------------------------ losses


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
