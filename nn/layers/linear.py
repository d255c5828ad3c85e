"""Fully connected layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import checks, errors, functional, init
from nn.module import Module, Parameter

__all__ = ["Linear"]


class Linear(Module):
    """``x @ weight.T + bias``: (..., in_features) to (..., out_features).

    `weight` is (out_features, in_features), `bias` (out_features,), both float32 unless `dtype` says otherwise, drawn
    uniformly from ±1/sqrt(in_features) as PyTorch does, from `rng` or the default generator of `nn.manual_seed`.

    Raises `ArgumentError` for a size below 1, `ShapeError` for an input of another width.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        checks.at_least_one("Linear", in_features=in_features, out_features=out_features)
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(np.zeros((out_features, in_features)), dtype=dtype)
        self.bias = Parameter(np.zeros(out_features), dtype=dtype) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: np.random.Generator | None = None) -> None:
        """Draw new weights and biases."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5), rng=rng)
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            init.uniform_(self.bias, -bound, bound, rng=rng)

    def forward(self, x: Any) -> Any:
        checks.array(self, x)
        if x.shape[-1:] != (self.in_features,):
            raise errors.wrong_width(self, x.shape, self.in_features)
        return functional.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
