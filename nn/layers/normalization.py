"""Normalization: entries are centred and scaled by the statistics of their group."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors, functional, init
from nn.module import Module, Parameter

__all__ = ["LayerNorm", "RMSNorm"]


class LastAxes(Module):
    """A normalization over the last axes of its input, by a weight of their shape."""

    eps: Any  # a number, or None where there is a default

    def __init__(self, normalized_shape: Any, eps: float | None, elementwise_affine: bool, dtype: Any) -> None:
        shape = normalized_shape if isinstance(normalized_shape, (list, tuple)) else (normalized_shape,)
        if not shape:
            raise errors.out_of_range(type(self).__name__, "normalized_shape", normalized_shape, "one size or more")
        for size in shape:
            checks.at_least_one(type(self).__name__, normalized_shape=size)
        checks.not_negative(type(self).__name__, eps=eps)
        self.normalized_shape, self.eps = tuple(int(size) for size in shape), eps
        self.elementwise_affine = elementwise_affine
        self.weight = Parameter(np.ones(self.normalized_shape), dtype=dtype) if elementwise_affine else None

    def reset_parameters(self) -> None:
        """Set weights to 1 and biases to 0."""
        for name, p in self.named_parameters():
            init.constant_(p, float(name == "weight"))

    def check(self, x: Any) -> None:
        checks.array(self, x)
        if x.shape[-len(self.normalized_shape) :] != self.normalized_shape:
            raise errors.ShapeError(f"{self}: got shape {x.shape}; it must end in {self.normalized_shape}.")

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class LayerNorm(LastAxes):
    """``(x - mean) / sqrt(var + eps) * weight + bias``, with mean and variance over the last axes of each example.

    (..., *normalized_shape) to the same shape; an int is a shape of one axis. `weight` starts as 1 and `bias` as 0,
    in `normalized_shape`; neither is there without `elementwise_affine`. Ba et al., 2016.

    Raises `ArgumentError` for a size below 1, `ShapeError` for an input that ends in another shape.
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(normalized_shape, eps, elementwise_affine, dtype)
        self.bias = Parameter(np.zeros(self.normalized_shape), dtype=dtype) if elementwise_affine and bias else None

    def forward(self, input: Any) -> Any:
        self.check(input)
        return functional.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, bias={self.bias is not None}"


class RMSNorm(LastAxes):
    """``x / sqrt(mean(x**2) + eps) * weight``, with the mean over the last axes of each example.

    (..., *normalized_shape) to the same shape; an int is a shape of one axis. `eps` is the spacing of the input's dtype
    at 1 if None. `weight` starts as 1; there is none without `elementwise_affine`. Zhang and Sennrich, 2019.

    Raises `ArgumentError` for a size below 1, `ShapeError` for an input that ends in another shape.
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(normalized_shape, 0 if eps is None else eps, elementwise_affine, dtype)
        self.eps = eps

    def forward(self, x: Any) -> Any:
        self.check(x)
        return functional.rms_norm(x, self.normalized_shape, self.weight, self.eps)
