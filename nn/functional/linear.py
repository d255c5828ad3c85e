"""Fully connected layers as functions: one node for a layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule

__all__ = ["bilinear", "linear"]


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
    lambda g, y, x, w, b: np.ones(len(g), g.dtype) @ g if g.ndim == 2 else g,  # the sum over the rows, but faster
)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """``x1 @ W[o] @ x2 + bias[o]`` for each o: inputs (..., in1) and (..., in2), weight (out, in1, in2).

    As a linear layer over the products of all pairs of entries.
    """
    out, *sizes = weight.shape
    pairs = input1[..., :, None] * input2[..., None, :]
    pairs = np.reshape(pairs, (*pairs.shape[:-2], math.prod(sizes)))
    return linear(pairs, np.reshape(weight, (out, math.prod(sizes))), bias)
