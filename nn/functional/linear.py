"""Fully connected layers as functions: one node for a layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule

__all__ = ["bilinear", "linear", "row_sums"]


@primitive
def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """``input @ weight.T + bias``: input (..., in), weight (out, in), bias (out,), result (..., out)."""
    y = _rows(input) @ weight.T  # of a stack NumPy would make many products
    if bias is not None:
        y += bias
    return y if input.ndim == 2 else y.reshape(*input.shape[:-1], len(weight))


def _rows(x: Any) -> Any:
    """All axes but the last as one."""
    return x if x.ndim == 2 else np.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def row_sums(x: Any) -> Any:
    """The sum over the rows; as a product it is up to ten times faster than ``x.sum(0)``."""
    return np.ones(len(x), x.dtype) @ x


def _input_vjp(g: Any, y: Any, x: Any, w: Any, b: Any = None) -> Any:
    return g @ w if g.ndim == 2 else np.reshape(_rows(g) @ w, x.shape)


vjp_rule(
    linear,
    _input_vjp,
    lambda g, y, x, w, b=None: _rows(g).T @ _rows(x),  # in the weight's own shape and memory order
    lambda g, y, x, w, b: row_sums(_rows(g)),
)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """``x1 @ W[o] @ x2 + bias[o]`` for each o: inputs (..., in1) and (..., in2), weight (out, in1, in2).

    As a linear layer over the products of all pairs of entries.
    """
    out, *sizes = weight.shape
    pairs = input1[..., :, None] * input2[..., None, :]
    pairs = np.reshape(pairs, (*pairs.shape[:-2], math.prod(sizes)))
    return linear(pairs, np.reshape(weight, (out, math.prod(sizes))), bias)
