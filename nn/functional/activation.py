"""Activations as functions; a rule of its own where numerics, speed or a convention ask for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule

__all__ = ["log_softmax", "relu", "sigmoid", "softmax", "tanh"]


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


@primitive
def softmax(input: Any, dim: int) -> Any:
    """``exp(x) / sum(exp(x))`` along an axis; the largest entry is taken out first, so that nothing overflows."""
    y = input - np.max(input, axis=dim, keepdims=True)
    np.exp(y, out=y)
    y /= np.sum(y, axis=dim, keepdims=True)
    return y


vjp_rule(softmax, lambda g, y, x, dim: y * (g - np.sum(g * y, axis=dim, keepdims=True)))


@primitive
def log_softmax(input: Any, dim: int) -> Any:
    """``log(softmax(x))`` along an axis, without the rounding of one followed by the other."""
    y = input - np.max(input, axis=dim, keepdims=True)
    y -= np.log(np.sum(np.exp(y), axis=dim, keepdims=True))
    return y


vjp_rule(log_softmax, lambda g, y, x, dim: g - np.exp(y) * np.sum(g, axis=dim, keepdims=True))
