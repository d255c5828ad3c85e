"""Batch normalization, and what layers share that keep running statistics."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from nn import checks, errors, functional
from nn.functional.batch_norm import check_eps
from nn.module import Module, Parameter

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "ChannelNorm"]


class ChannelNorm(Module):
    """The parameters and running statistics of a normalization by channels."""

    ndims: ClassVar[tuple[int, ...]]  # how many axes an input may have
    shapes: ClassVar[str]  # the same in words
    running_mean: Any
    running_var: Any
    num_batches_tracked: Any

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: Any,
    ) -> None:
        what = type(self).__name__
        checks.at_least_one(what, num_features=num_features)
        check_eps(what, eps)
        if momentum is not None and not (checks.is_number(momentum) and 0 <= momentum <= 1):
            raise errors.out_of_range(what, "momentum", momentum, "a number, 0 to 1, or None")
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Parameter(np.ones(num_features), dtype=dtype) if affine else None
        self.bias = Parameter(np.zeros(num_features), dtype=dtype) if affine and bias else None
        tracked = track_running_stats
        self.register_buffer("running_mean", np.zeros(num_features, dtype) if tracked else None)
        self.register_buffer("running_var", np.ones(num_features, dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", np.array(0, np.int64) if tracked else None)

    def reset_running_stats(self) -> None:
        """Forget what was seen: mean 0, variance 1, no batches."""
        if self.track_running_stats:
            self.running_mean[...], self.running_var[...], self.num_batches_tracked[...] = 0, 1, 0

    def reset_parameters(self) -> None:
        """Forget what was seen and learned: weight 1, bias 0."""
        self.reset_running_stats()
        if self.weight is not None:
            self.weight.data = np.ones_like(self.weight.data)
        if self.bias is not None:
            self.bias.data = np.zeros_like(self.bias.data)

    def _check(self, x: Any) -> None:
        checks.array(self, x)
        if x.ndim not in self.ndims:
            raise errors.ShapeError(f"{self}: got shape {x.shape}; it must be {self.shapes}.")
        channels = x.shape[self._channel_axis(x.ndim)]
        if channels != self.num_features:
            raise errors.ShapeError(
                f"{self}: got shape {x.shape}, {channels} channels; there must be {self.num_features}."
            )

    def _channel_axis(self, ndim: int) -> int:
        return 1 if ndim else 0

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm(ChannelNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, input: Any) -> Any:
        self._check(input)
        if not self.track_running_stats:
            return functional.batch_norm(input, None, None, self.weight, self.bias, True, 0.0, self.eps)
        share = self.momentum
        if self.training:
            share = 1 / (int(self.num_batches_tracked) + 1) if share is None else share
        statistics = self.running_mean, self.running_var
        y = functional.batch_norm(input, *statistics, self.weight, self.bias, self.training, share or 0.0, self.eps)
        if self.training:
            self.num_batches_tracked += 1
        return y


class BatchNorm1d(BatchNorm):
    """Each channel brought to mean 0 and variance 1, then ``* weight + bias``: (N, C) or (N, C, L).

    In training by the batch's statistics, which move the running ones by the share `momentum` (None: the mean of all
    batches); in evaluation by the running ones, unless ``track_running_stats=False``. The running statistics and
    `num_batches_tracked` are buffers, changed in place. `weight` (C,) starts with 1, `bias` (C,) with 0; there are none
    without `affine`. Ioffe and Szegedy, 2015.

    Raises `ArgumentError` for an option outside its range, `ShapeError` for an input of another shape, or in training
    of a single value per channel.
    """

    ndims, shapes = (2, 3), "(N, C) or (N, C, L)"


class BatchNorm2d(BatchNorm):
    """As `BatchNorm1d`, of (N, C, H, W)."""

    ndims, shapes = (4,), "(N, C, H, W)"


class BatchNorm3d(BatchNorm):
    """As `BatchNorm1d`, of (N, C, D, H, W)."""

    ndims, shapes = (5,), "(N, C, D, H, W)"
