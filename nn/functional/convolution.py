"""Convolutions as functions: one node for a layer, its bias included.

The convolution, its gradient by the input (a transposed convolution) and its gradient by the weight are linear in each
of two arguments, and the derivative of each is one of the others: three primitives, differentiable to any order.
``convolution_kernels.py`` computes them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn import checks, errors
from nn.functional import convolution_kernels as kernels
from nn.functional.convolution_geometry import AXES, forward_geometry, transposed_geometry
from nn.functional.linear import check_bias
from nn.functional.windows import Geometry

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "fold",
    "unfold",
]

# --------------------------------------------------------------------------------------------------- the primitives


@primitive
def convolve(input: Any, parameters: Sequence[Any], geometry: Geometry) -> Any:
    """The convolution of `input` with a weight, plus the bias if `parameters` has one."""
    return kernels.convolved(input, *with_none(parameters), geometry)


@primitive
def convolve_transposed(input: Any, parameters: Sequence[Any], geometry: Geometry) -> Any:
    """The gradient of `convolve` by its input where `input` is the upstream one, plus the bias if there is one."""
    return kernels.spread(input, *with_none(parameters), geometry)


@primitive
def correlate(g: Any, input: Any, geometry: Geometry, with_bias: bool) -> Any:
    """The gradients of `convolve` by the weight, and by the bias if there is one, as a tuple."""
    return kernels.correlated(g, input, geometry, with_bias)


def with_none(parameters: Sequence[Any]) -> tuple[Any, Any]:
    """Weight and bias."""
    return parameters[0], parameters[1] if len(parameters) > 1 else None


def transposed_parameters_vjp(g: Any, y: Any, x: Any, parameters: Any, geometry: Geometry) -> Any:
    (weight,) = correlate(x, g, geometry, False)
    return (weight,) if len(parameters) == 1 else (weight, np.sum(g, axis=(0, *range(2, g.ndim))))


vjp_rule(
    convolve,
    lambda g, y, x, parameters, geometry: convolve_transposed(g, [parameters[0]], geometry),
    lambda g, y, x, parameters, geometry: correlate(g, x, geometry, len(parameters) > 1),
    None,
)
vjp_rule(
    convolve_transposed,
    lambda g, y, x, parameters, geometry: convolve(g, [parameters[0]], geometry),
    transposed_parameters_vjp,
    None,
)
vjp_rule(
    correlate,  # g has what goes with the weight, and with the bias
    lambda g, y, upstream, x, geometry, with_bias: convolve(x, list(g), geometry),
    lambda g, y, upstream, x, geometry, with_bias: convolve_transposed(upstream, [g[0]], geometry),
    None,
    None,
)

# ------------------------------------------------------------------------------------------------------- arguments


def batch(what: str, input: Any, dimensions: int, channels: int) -> Any:
    """The input with a batch axis, after a look at the number of axes and channels."""
    checks.array(what, input)
    axes = ", ".join(AXES[dimensions])
    if input.ndim not in (dimensions + 1, dimensions + 2) or input.shape[-dimensions - 1] != channels:
        raise errors.ShapeError(
            f"{what}: got shape {input.shape}; it must be (N, {channels}, {axes}) or ({channels}, {axes})."
        )
    if 0 in input.shape[-dimensions:]:
        raise errors.ShapeError(f"{what}: got shape {input.shape}; there is nothing to convolve along {axes}.")
    return input if input.ndim == dimensions + 2 else input[None]


def parameters_of(what: str, dimensions: int, weight: Any, bias: Any, groups: Any, transposed: bool) -> list[Any]:
    """Weight and bias in a list, after a look at shapes and groups."""
    checks.array(what, weight, "weight")
    if weight.ndim != dimensions + 2:
        raise errors.ShapeError(f"{what}: weight of shape {weight.shape}; it must have {dimensions + 2} axes.")
    divided = weight.shape[0]
    if not checks.is_whole(groups, 1) or divided % groups:
        raise errors.out_of_range(what, "groups", groups, f"a divisor of the {divided} channels in weight's first axis")
    if bias is None:
        return [weight]
    check_bias(what, bias, weight.shape[1] * groups if transposed else divided)
    return [weight, bias]


def frozen(value: Any) -> Any:
    """A list or an array as a tuple, which can be looked up."""
    value = value.tolist() if isinstance(value, np.ndarray) else value
    return tuple(value) if isinstance(value, list) else value


# ------------------------------------------------------------------------------------------------------- functions


def conv(
    dimensions: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    what = f"conv{dimensions}d"
    parameters = parameters_of(what, dimensions, weight, bias, groups, False)
    x = batch(what, input, dimensions, weight.shape[1] * groups)
    geometry = forward_geometry(
        what, x.shape[2:], weight.shape[2:], frozen(stride), frozen(padding), frozen(dilation), groups
    )
    y = convolve(x, parameters, geometry)
    return y if x is input else y[0]


def conv_transpose(
    dimensions: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
) -> Any:
    what = f"conv_transpose{dimensions}d"
    parameters = parameters_of(what, dimensions, weight, bias, groups, True)
    x = batch(what, input, dimensions, weight.shape[0])
    options = frozen(stride), frozen(padding), frozen(output_padding), frozen(dilation)
    geometry = transposed_geometry(what, x.shape[2:], weight.shape[2:], *options, groups)
    y = convolve_transposed(x, parameters, geometry)
    return y if x is input else y[0]


def conv1d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """Convolve input (N, in, L) or (in, L) with weight (out, in / groups, kernel); add bias (out,).

    `padding` is a number of zeros at both ends, "valid" for none, or "same" for a result as long as the input.

    Raises `ShapeError` and `ArgumentError`.
    """
    return conv(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """Convolve input (N, in, H, W) or (in, H, W) with weight (out, in / groups, height, width); add bias (out,).

    `padding` is a number of zeros on all sides or one for each axis, "valid" for none, or "same" for a result as large
    as the input.

    Raises `ShapeError` and `ArgumentError`.
    """
    return conv(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """Convolve input (N, in, D, H, W) or (in, D, H, W) with weight (out, in / groups, depth, height, width).

    As `conv2d` otherwise.
    """
    return conv(3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Spread input (N, in, L) or (in, L) by weight (in, out / groups, kernel), as the gradient of `conv1d` does.

    The result has length ``(L - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1``.

    Raises `ShapeError` and `ArgumentError`.
    """
    return conv_transpose(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Spread input (N, in, H, W) or (in, H, W) by weight (in, out / groups, height, width); add bias (out,).

    What the gradient of `conv2d` by its input does, and `conv_transpose1d` along each axis.
    """
    return conv_transpose(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """Spread input (N, in, D, H, W) or (in, D, H, W) by weight (in, out / groups, depth, height, width)."""
    return conv_transpose(3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def entries(channels: int, kernel: tuple[int, ...], dtype: Any) -> Any:
    """A weight that takes each entry of a window apart, for each channel."""
    count = math.prod(kernel)
    return np.tile(np.eye(count, dtype=dtype).reshape(count, 1, *kernel), (channels, *[1] * (len(kernel) + 1)))


def unfold(input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The windows of input (N, C, H, W) or (C, H, W) as columns: (N, C * height * width, windows)."""
    checks.array("unfold", input)
    kernel = checks.several("unfold", "kernel_size", kernel_size, 2, 1)
    channels = input.shape[-3] if input.ndim in (3, 4) else 1
    dtype = input.dtype if input.dtype.kind in "fc" else np.float32
    y = conv2d(input, entries(channels, kernel, dtype), None, stride, padding, dilation, channels)
    return np.reshape(y, (*y.shape[:-2], -1))


def fold(input: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """Add up columns (N, C * height * width, windows), or without N, where `unfold` would have read them.

    The result is (N, C, *output_size). Raises `ShapeError` if columns or windows are not as many.
    """
    checks.array("fold", input)
    kernel, size = (
        checks.several("fold", n, v, 2, 1) for n, v in (("kernel_size", kernel_size), ("output_size", output_size))
    )
    plain = forward_geometry("fold", size, kernel, frozen(stride), frozen(padding), frozen(dilation), 1)
    count, windows = math.prod(kernel), math.prod(plain.out)
    if input.ndim not in (2, 3) or input.shape[-1] != windows or input.shape[-2] % count or not input.shape[-2]:
        raise errors.ShapeError(
            f"fold: got shape {input.shape}; it must be (N, C * {count}, {windows}) or (C * {count}, {windows})."
        )
    channels = input.shape[-2] // count
    x = np.reshape(input, (-1, input.shape[-2], *plain.out))
    weight = entries(channels, kernel, input.dtype if input.dtype.kind in "fc" else np.float32)
    y = convolve_transposed(x, [weight], Geometry(plain.axes, channels))
    return y if input.ndim == 3 else y[0]
