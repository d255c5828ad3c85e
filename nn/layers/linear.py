"""Fully connected layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import checks, errors, functional, init
from nn.module import Module, Parameter

__all__ = ["Bilinear", "Linear"]


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

    def forward(self, input: Any) -> Any:
        checks.array(self, input)
        if input.shape[-1:] != (self.in_features,):
            raise errors.wrong_width(self, input.shape, self.in_features)
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """``x1 @ weight[o] @ x2 + bias[o]`` for each o: (..., in1_features) and (..., in2_features) to (..., out_features).

    `weight` is (out_features, in1_features, in2_features), `bias` (out_features,), both drawn uniformly from
    ±1/sqrt(in1_features) as PyTorch does; `dtype` and `rng` as in `Linear`.

    Raises `ArgumentError` for a size below 1, `ShapeError` for an input of another width or leading axes that differ.
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        sizes = {"in1_features": in1_features, "in2_features": in2_features, "out_features": out_features}
        checks.at_least_one("Bilinear", **sizes)
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = Parameter(np.zeros((out_features, in1_features, in2_features)), dtype=dtype)
        self.bias = Parameter(np.zeros(out_features), dtype=dtype) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: np.random.Generator | None = None) -> None:
        """Draw new weights and biases."""
        bound = 1 / math.sqrt(self.in1_features)
        for parameter in self.parameters(recurse=False):
            init.uniform_(parameter, -bound, bound, rng=rng)

    def forward(self, input1: Any, input2: Any) -> Any:
        for x, width in ((input1, self.in1_features), (input2, self.in2_features)):
            checks.array(self, x)
            if x.shape[-1:] != (width,):
                raise errors.wrong_width(self, x.shape, width)
        if input1.shape[:-1] != input2.shape[:-1]:
            raise errors.ShapeError(
                f"{self}: got shapes {input1.shape} and {input2.shape}; all axes but the last must be the same."
            )
        return functional.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
