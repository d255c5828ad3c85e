"""Translations of the functions that nn's layers are made of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn.functional.convolution import convolve as convolve_op
from nn.functional.convolution import convolve_transposed as convolve_transposed_op
from nn.functional.embedding import rows_of as rows_of_op
from nn.functional.linear import linear as linear_op
from nn.functional.normalization import normalized as by_last_axes_op
from nn.functional.normalizing import normalized as by_channels_op
from nn.functional.normalizing import scaled as scaled_op
from nn.functional.padding import pad_constant as pad_constant_op
from nn.functional.pooling import avg_pool as avg_pool_op
from nn.functional.pooling import max_pool as max_pool_op
from nn.functional.resampling import resample as resample_op
from nn.functional.vision import channel_shuffle as channel_shuffle_op
from nn.functional.vision import pixel_shuffle as pixel_shuffle_op
from nn.functional.vision import pixel_unshuffle as pixel_unshuffle_op
from nn.onnx.graph import Graph, translates
from nn.onnx.trace import Batch, Step

__all__: list[str] = []


@translates(linear_op)
def linear(graph: Graph, step: Step, x: Any, weight: Any, bias: Any = None) -> Any:
    turned = np.ascontiguousarray(weight.T) if isinstance(weight, np.ndarray) else graph.add("Transpose", weight)
    x, turned, bias = operands(graph, step.value.dtype, x, turned, bias)
    y = graph.add("MatMul", x, turned)
    return y if bias is None else graph.add("Add", y, bias)


def operands(graph: Graph, dtype: Any, *values: Any) -> list[Any]:
    """Values in a dtype, that of the result; None as it is."""
    return [None if value is None else graph.of(value, dtype) for value in values]


def common_dtype(graph: Graph, values: Any) -> Any:
    """The dtype of what NumPy computes with these."""
    return np.result_type(*(graph.dtype(value) for value in values if value is not None))


@translates(convolve_op)
def convolve(graph: Graph, step: Step, x: Any, parameters: Any, geometry: Any) -> Any:
    axes = geometry.axes
    before = [-a.offset for a in axes]
    after = [max(0, (a.out - 1) * a.stride + (a.kernel - 1) * a.dilation + 1 + a.offset - a.size) for a in axes]
    return graph.add(
        *("Conv", *operands(graph, step.value.dtype, x, *parameters)),
        kernel_shape=[a.kernel for a in axes],
        strides=[a.stride for a in axes],
        dilations=[a.dilation for a in axes],
        pads=before + after,
        group=geometry.groups,
    )


@translates(convolve_transposed_op)
def convolve_transposed(graph: Graph, step: Step, x: Any, parameters: Any, geometry: Any) -> Any:
    axes = geometry.axes  # those of the convolution that this one transposes: `size` comes out, `out` goes in
    left = [(a.out - 1) * a.stride + (a.kernel - 1) * a.dilation + 1 + a.offset - a.size for a in axes]
    return graph.add(
        *("ConvTranspose", *operands(graph, step.value.dtype, x, *parameters)),
        kernel_shape=[a.kernel for a in axes],
        strides=[a.stride for a in axes],
        dilations=[a.dilation for a in axes],
        pads=[-a.offset for a in axes] + [max(0, n) for n in left],
        output_padding=[max(0, -n) for n in left],
        group=geometry.groups,
    )


# ----------------------------------------------------------------------------------------------------------- pooling


def windows(axes: Any) -> dict[str, Any]:
    """The options of a pooling whose windows are of one size."""
    after = [max(0, (a.out - 1) * a.stride + (a.kernel - 1) * a.dilation + 1 - a.padding - a.size) for a in axes]
    return {
        "kernel_shape": [a.kernel for a in axes],
        "strides": [a.stride for a in axes],
        "pads": [a.padding for a in axes] + after,
    }


def are_adaptive(axes: Any) -> bool:
    """Whether there are windows of different sizes."""
    return any(a.stride == 0 for a in axes)


def piecewise(graph: Graph, kind: str, x: Any, axes: Any) -> Any:
    """Windows of different sizes, reduced one by one along each axis."""
    for place, axis in enumerate(axes, -len(axes)):
        ends = zip(axis.starts().tolist(), axis.lengths(False).tolist(), strict=True)
        over = graph.ints(place)
        pieces = [graph.add("Slice", x, graph.ints(start), graph.ints(start + n), over) for start, n in ends]
        x = graph.add("Concat", *(graph.add(kind, piece, over) for piece in pieces), axis=place)
    return x


def with_channels(graph: Graph, step: Step, x: Any, axes: Any, pool: Any) -> Any:
    """Pool an input (N, C, ...); one with fewer leading axes gets more, for the time."""
    shape = graph.shape(x)
    n = len(axes)
    lead = shape[: len(shape) - n]
    if len(lead) == 2:
        return pool(x)
    if sum(isinstance(k, Batch) for k in lead) > 1:
        raise graph.refuse(step, "of this shape")
    each = math.prod(k.each if isinstance(k, Batch) else k for k in lead)
    rows = Batch(each) if any(isinstance(k, Batch) for k in lead) else each
    return graph.reshape(pool(graph.reshape(x, (rows, 1, *shape[-n:]))), step.shape)


@translates(max_pool_op)
def max_pool(graph: Graph, step: Step, x: Any, axes: Any) -> Any:
    if are_adaptive(axes):
        return piecewise(graph, "ReduceMax", x, axes)
    options = {**windows(axes), "dilations": [a.dilation for a in axes]}
    return with_channels(graph, step, x, axes, lambda x: graph.add("MaxPool", x, **options))


@translates(avg_pool_op)
def avg_pool(graph: Graph, step: Step, x: Any, axes: Any, divisor: Any) -> Any:
    if are_adaptive(axes):
        return graph.add("Div", piecewise(graph, "ReduceSum", x, axes), np.asarray(divisor, step.value.dtype))
    options = windows(axes)
    if any(a.dilation != 1 for a in axes):
        raise graph.refuse(step, "with dilation")
    y = with_channels(graph, step, x, axes, lambda x: graph.add("AveragePool", x, count_include_pad=1, **options))
    factor = math.prod(a.kernel for a in axes) / np.asarray(divisor)
    return y if np.all(factor == 1) else graph.add("Mul", y, factor.astype(step.value.dtype))


# ----------------------------------------------------------------------------------------------------- normalization


@translates(scaled_op)
def scaled(graph: Graph, step: Step, x: Any, scale: Any, shift: Any) -> Any:
    dtype = step.value.dtype
    return graph.add("Add", graph.add("Mul", x, graph.of(scale, dtype)), graph.of(shift, dtype))


@translates(by_last_axes_op)
def last_axes(graph: Graph, step: Step, arrays: Any, axes: int, eps: float, centred: bool) -> Any:
    dtype = common_dtype(graph, arrays)
    x, weight, bias = operands(graph, dtype, *arrays)
    return standardized(graph, x, range(-axes, 0), eps, centred, dtype, weight, bias)


@translates(by_channels_op)
def groups_of_channels(graph: Graph, step: Step, inputs: Any, groups: int, eps: float) -> Any:
    shape, dtype = graph.shape(inputs[0]), common_dtype(graph, inputs)
    x, weight, bias = operands(graph, dtype, *inputs)
    if not groups:  # by the statistics of the batch
        whole = standardized(graph, x, [0, *range(2, len(shape))], eps, True, dtype)
    else:
        apart = graph.reshape(x, (shape[0], groups, math.prod(shape[1:]) // groups))
        whole = graph.reshape(standardized(graph, apart, [2], eps, True, dtype), shape)
    lines = (-1,) + (1,) * (len(shape) - 2)
    return weighted(graph, whole, *(p if p is None else graph.reshape(p, lines) for p in (weight, bias)))


def standardized(
    graph: Graph, x: Any, axes: Any, eps: float, centred: bool, dtype: Any, weight: Any = None, bias: Any = None
) -> Any:
    """``(x - mean) / sqrt(mean square + eps) * weight + bias``."""
    over = graph.ints(*axes)
    if centred:
        x = graph.add("Sub", x, graph.add("ReduceMean", x, over))
    square = graph.add("ReduceMean", graph.add("Mul", x, x), over)
    root = graph.add("Sqrt", graph.add("Add", square, np.array(eps, dtype)))
    return weighted(graph, graph.add("Div", x, root), weight, bias)


def weighted(graph: Graph, x: Any, weight: Any, bias: Any) -> Any:
    x = x if weight is None else graph.add("Mul", x, weight)
    return x if bias is None else graph.add("Add", x, bias)


# ---------------------------------------------------------------------------------------- looking up, moving, padding


@translates(rows_of_op)
def rows_of(graph: Graph, step: Step, weight: Any, indices: Any, *_: Any) -> Any:
    return graph.add("Gather", weight, graph.of(indices, np.dtype(np.int64)), axis=0)


@translates(pad_constant_op)
def pad_constant(graph: Graph, step: Step, x: Any, widths: Any, value: float) -> Any:
    before, after = zip(*widths, strict=True)
    return graph.add("Pad", x, graph.ints(*before, *after), np.array(value, step.value.dtype))


@translates(pixel_shuffle_op)
def pixel_shuffle(graph: Graph, step: Step, x: Any, upscale_factor: int) -> Any:
    if len(step.shape) != 4:
        raise graph.refuse(step, "for other axes than (N, C, H, W)")
    return graph.add("DepthToSpace", x, blocksize=upscale_factor, mode="CRD")


@translates(pixel_unshuffle_op)
def pixel_unshuffle(graph: Graph, step: Step, x: Any, downscale_factor: int) -> Any:
    if len(step.shape) != 4:
        raise graph.refuse(step, "for other axes than (N, C, H, W)")
    n, channels, height, width = graph.shape(x)
    r = downscale_factor
    apart = graph.reshape(x, (n, channels, height // r, r, width // r, r))
    return graph.reshape(graph.add("Transpose", apart, perm=(0, 1, 3, 5, 2, 4)), step.shape)


@translates(channel_shuffle_op)
def channel_shuffle(graph: Graph, step: Step, x: Any, groups: int) -> Any:
    n, channels, *sizes = graph.shape(x)
    apart = graph.reshape(x, (n, groups, channels // groups, *sizes))
    order = (0, 2, 1, *range(3, 3 + len(sizes)))
    return graph.reshape(graph.add("Transpose", apart, perm=order), step.shape)


@translates(resample_op)
def resample(graph: Graph, step: Step, x: Any, tables: Any) -> Any:
    """Interpolation and padding with copies: along each axis a sum of entries, weighted."""
    dtype = step.value.dtype
    for axis, table in enumerate(tables, len(step.shape) - len(tables)):
        terms = [graph.add("Gather", x, column, axis=axis) for column in table.places.T.astype(np.int64)]
        if table.weights is not None:
            lines = (-1,) + (1,) * (len(step.shape) - axis - 1)
            weights = table.weights.T.astype(dtype)
            terms = [graph.add("Mul", y, w.reshape(lines)) for y, w in zip(terms, weights, strict=True)]
        x = graph.add("Sum", *terms)
    return x
