"""Normalization of each example by itself: group, instance, local response."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors, functional
from nn.functional.batch_norm import check_eps
from nn.layers.batch_norm import ChannelNorm
from nn.module import Module, Parameter

__all__ = ["GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "LocalResponseNorm"]


class GroupNorm(Module):
    """Each group of C / num_groups neighbouring channels of each example brought to mean 0 and variance 1.

    Then ``* weight + bias``, both (C,), starting with 1 and 0; there are none without `affine`: (N, C) or (N, C,
    *spatial). The same in training and evaluation. Wu and He, 2018.

    Raises `ArgumentError` unless `num_groups` divides `num_channels`, `ShapeError` for an input of other channels.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        checks.at_least_one("GroupNorm", num_groups=num_groups, num_channels=num_channels)
        check_eps("GroupNorm", eps)
        if num_channels % num_groups:
            raise errors.out_of_range("GroupNorm", "num_groups", num_groups, f"a divisor of {num_channels=}")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = Parameter(np.ones(num_channels), dtype=dtype) if affine else None
        self.bias = Parameter(np.zeros(num_channels), dtype=dtype) if affine and bias else None

    def forward(self, input: Any) -> Any:
        checks.array(self, input)
        if input.ndim < 2 or input.shape[1] != self.num_channels:
            raise errors.ShapeError(
                f"{self}: got shape {input.shape}; it must be (N, {self.num_channels}) or (N, {self.num_channels}, "
                f"*spatial)."
            )
        return functional.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class InstanceNorm(ChannelNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, input: Any) -> Any:
        self._check(input)
        batch = input if input.ndim == self.ndims[1] else np.expand_dims(input, 0)
        own = self.training or not self.track_running_stats
        statistics = self.running_mean, self.running_var, self.weight, self.bias
        y = functional.instance_norm(batch, *statistics, own, self.momentum or 0.0, self.eps)
        return y if batch is input else y[0]

    def _channel_axis(self, ndim: int) -> int:
        return ndim - self.ndims[0]


class InstanceNorm1d(InstanceNorm):
    """Each channel of each example brought to mean 0 and variance 1: (N, C, L) or (C, L).

    With `affine` then ``* weight + bias``, both (C,). With `track_running_stats` evaluation uses running statistics, as
    `BatchNorm1d` does; `num_batches_tracked` is then a buffer that stays 0, as in PyTorch. Ulyanov et al., 2016.

    Raises `ArgumentError` for an option outside its range, `ShapeError` for an input of another shape or of a single
    value per channel.
    """

    ndims, shapes = (2, 3), "(N, C, L) or (C, L)"


class InstanceNorm2d(InstanceNorm):
    """As `InstanceNorm1d`, of (N, C, H, W) or (C, H, W)."""

    ndims, shapes = (3, 4), "(N, C, H, W) or (C, H, W)"


class InstanceNorm3d(InstanceNorm):
    """As `InstanceNorm1d`, of (N, C, D, H, W) or (C, D, H, W)."""

    ndims, shapes = (4, 5), "(N, C, D, H, W) or (C, D, H, W)"


class LocalResponseNorm(Module):
    """``x / (k + alpha * mean)**beta``, the mean of the squares of `size` neighbouring channels: (N, C, *spatial).

    Krizhevsky et al., 2012.

    Raises `ArgumentError` for a size below 1, `ShapeError` for an input of fewer axes.
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        checks.at_least_one("LocalResponseNorm", size=size)
        for name, value in (("alpha", alpha), ("beta", beta), ("k", k)):
            checks.number("LocalResponseNorm", **{name: value})
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Any) -> Any:
        return functional.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
