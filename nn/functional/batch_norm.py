"""Batch normalization as a function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import checks, errors
from nn.functional.normalizing import normalized, scaled
from nn.functional.pieces import half_in_single

__all__ = ["batch_norm"]


@half_in_single
def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """``(x - mean) / sqrt(var + eps) * weight + bias`` for each channel: input (N, C) or (N, C, *spatial).

    With `training` mean and variance are those of the batch, over all axes but the channels', and the running ones, if
    there are any, are moved towards them in place by the share `momentum` (Ioffe and Szegedy, 2015), the variance
    being the unbiased one. Without it they are the running ones.

    Raises `ShapeError`, for a single value per channel in training too; `ArgumentError` for `eps`.
    """
    check_channels("batch_norm", input, weight, bias, running_mean, running_var)
    check_eps("batch_norm", eps)
    if not training:
        if running_mean is None or running_var is None:
            raise errors.ArgumentError("batch_norm: training=False needs running_mean and running_var.")
        return with_statistics(input, unwrap(running_mean), unwrap(running_var), weight, bias, eps)
    checks.number("batch_norm", momentum=momentum)
    count = math.prod(input.shape) // max(1, input.shape[1])
    if count == 1:
        raise errors.ShapeError(
            f"batch_norm: got shape {input.shape} in training; the variance of each channel needs more than 1 value. "
            f"Use a larger batch, or module.eval()."
        )
    if input.size == 0:
        return input
    y, mean, var = normalized([input, weight, bias], 0, float(eps))
    update(running_mean, unwrap(mean)[0], momentum)
    update(running_var, unwrap(var)[0] * (count / (count - 1)), momentum)
    return y


def update(running: Any, value: Any, momentum: float) -> None:
    """``running = (1 - momentum) * running + momentum * value``, in place."""
    if running is not None:
        array = unwrap(running)
        array *= 1 - momentum
        array += momentum * value


def with_statistics(input: Any, mean: Any, var: Any, weight: Any, bias: Any, eps: float) -> Any:
    """Normalized by given statistics (C,), which are constants: a factor and a shift for each channel."""
    scale = (1 / np.sqrt(var + eps)).astype(input.dtype)
    mean = mean.astype(input.dtype)
    scale = scale if weight is None else weight * scale
    shift = -mean * scale if bias is None else bias - mean * scale
    lines = (-1, *(1,) * (input.ndim - 2))
    return scaled(input, np.reshape(scale, lines), np.reshape(shift, lines))


def check_channels(what: str, x: Any, *arrays: Any) -> None:
    """Raise unless x is (N, C, ...) of floating numbers and the others that there are are (C,)."""
    checks.array(what, x)
    if x.dtype.kind != "f":
        raise errors.ArgumentError(f"{what}: got {x.dtype}; write x.astype(np.float32).")
    if x.ndim < 2:
        raise errors.ShapeError(f"{what}: got shape {x.shape}; it must be (N, C) or (N, C, *spatial).")
    for array in arrays:
        if array is not None:
            checks.array(what, array, "parameter or statistic")
            if array.shape != x.shape[1:2]:
                raise errors.ShapeError(
                    f"{what}: got shape {x.shape}, {x.shape[1]} channels, and a parameter or statistic of shape "
                    f"{array.shape}; it must be ({x.shape[1]},)."
                )


def check_eps(what: str, eps: float) -> None:
    """Raise unless it is a positive number."""
    if not (checks.is_number(eps) and eps > 0):
        raise errors.out_of_range(what, "eps", eps, "a number above 0")
