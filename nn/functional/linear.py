"""Fully connected layers as functions: one node for a layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule

__all__ = ["linear"]


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
