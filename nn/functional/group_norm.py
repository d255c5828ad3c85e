"""Normalization of each example by itself, over groups of channels or single ones, and over neighbouring ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import checks, errors
from nn.functional.batch_norm import check_channels, check_eps, update, with_statistics
from nn.functional.normalizing import normalized
from nn.functional.pieces import half_in_single
from nn.functional.pooling import avg_pool
from nn.functional.pooling_windows import Axis

__all__ = ["group_norm", "instance_norm", "local_response_norm"]


@half_in_single
def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """Normalize each group of neighbouring channels of each example: input (N, C) or (N, C, *spatial).

    `weight` and `bias` are (C,). Wu and He, 2018.

    Raises `ShapeError`, for groups of a single value too, and `ArgumentError` unless `num_groups` divides C.
    """
    check_channels("group_norm", input, weight, bias)
    check_eps("group_norm", eps)
    checks.at_least_one("group_norm", num_groups=num_groups)
    channels, length = input.shape[1], math.prod(input.shape[2:])
    if channels % num_groups:
        raise errors.out_of_range("group_norm", "num_groups", num_groups, f"a divisor of the {channels} channels")
    if input.shape[0] * channels * length == num_groups:
        raise errors.ShapeError(
            f"group_norm: got shape {input.shape}; one value in each of {num_groups} groups has no variance."
        )
    return normalized([input, weight, bias], num_groups, float(eps))[0] if input.size else input


@half_in_single
def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Normalize each channel of each example: input (N, C, *spatial); `weight` and `bias` are (C,).

    The running statistics, if there are any, are moved in place by the share `momentum` towards the mean over the
    batch; without `use_input_stats` they are what is normalized by. Ulyanov et al., 2016.

    Raises `ShapeError`, for channels of a single value too.
    """
    check_channels("instance_norm", input, weight, bias, running_mean, running_var)
    check_eps("instance_norm", eps)
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise errors.ArgumentError("instance_norm: use_input_stats=False needs running_mean and running_var.")
        return with_statistics(input, unwrap(running_mean), unwrap(running_var), weight, bias, eps)
    checks.number("instance_norm", momentum=momentum)
    length = math.prod(input.shape[2:])
    if length == 1:
        raise errors.ShapeError(
            f"instance_norm: got shape {input.shape}; the variance of each channel needs more than 1 value."
        )
    if input.size == 0:
        return input
    y, mean, var = normalized([input, weight, bias], input.shape[1], float(eps))
    update(running_mean, unwrap(mean).mean(axis=0), momentum)
    update(running_var, unwrap(var).mean(axis=0) * (length / (length - 1)), momentum)
    return y


def local_response_norm(input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Any:
    """``x / (k + alpha * mean)**beta``, the mean of the squares of `size` neighbouring channels: input (N, C, ...).

    Channels beyond the ends count as zeros. Krizhevsky et al., 2012.

    Raises `ShapeError` and `ArgumentError`.
    """
    check_channels("local_response_norm", input)
    checks.at_least_one("local_response_norm", size=size)
    for name, value in (("alpha", alpha), ("beta", beta), ("k", k)):
        checks.number("local_response_norm", **{name: value})
    if input.ndim < 3:
        raise errors.ShapeError(f"local_response_norm: got shape {input.shape}; it must be (N, C, *spatial).")
    if input.size == 0:
        return input
    channels, length = input.shape[1], math.prod(input.shape[2:])
    axes = Axis(channels, channels, size, 1, size // 2), Axis(length, length, 1, 1)
    squares = np.reshape(input * input, (len(input), channels, length))
    return input / np.reshape(k + alpha * avg_pool(squares, axes, size), input.shape) ** beta
