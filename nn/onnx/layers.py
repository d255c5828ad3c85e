"""Translations of the functions that nn's layers are made of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn.functional.attention_kernel import attention as attention_op
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
from nn.functional.vision import pixel_shuffle as pixel_shuffle_op
from nn.onnx.graph import Graph, translates
from nn.onnx.trace import Batch, Step

__all__: list[str] = []


@translates(linear_op)
def linear(graph: Graph, step: Step, x: Any, weight: Any, bias: Any = None) -> Any:
    turned = np.ascontiguousarray(weight.T) if isinstance(weight, np.ndarray) else graph.add("Transpose", weight)
    y = graph.add("MatMul", x, turned)
    return y if bias is None else graph.add("Add", y, bias)


@translates(convolve_op)
def convolve(graph: Graph, step: Step, x: Any, parameters: Any, geometry: Any) -> Any:
    axes = geometry.axes
    before = [-a.offset for a in axes]
    after = [max(0, (a.out - 1) * a.stride + (a.kernel - 1) * a.dilation + 1 + a.offset - a.size) for a in axes]
    return graph.add(
        *("Conv", x, *parameters),
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
        *("ConvTranspose", x, *parameters),
        kernel_shape=[a.kernel for a in axes],
        strides=[a.stride for a in axes],
        dilations=[a.dilation for a in axes],
        pads=[-a.offset for a in axes] + [max(0, n) for n in left],
        output_padding=[max(0, -n) for n in left],
        group=geometry.groups,
    )


# ----------------------------------------------------------------------------------------------------------- pooling


def windows(graph: Graph, step: Step, axes: Any) -> dict[str, Any]:
    """The options of a pooling; adaptive windows must be of one size."""
    if any(a.stride == 0 or a.padding >= a.kernel for a in axes):
        raise graph.refuse(step, "with windows of different sizes")
    after = [max(0, (a.out - 1) * a.stride + (a.kernel - 1) * a.dilation + 1 - a.padding - a.size) for a in axes]
    return {
        "kernel_shape": [a.kernel for a in axes],
        "strides": [a.stride for a in axes],
        "pads": [a.padding for a in axes] + after,
    }


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
    options = {**windows(graph, step, axes), "dilations": [a.dilation for a in axes]}
    return with_channels(graph, step, x, axes, lambda x: graph.add("MaxPool", x, **options))


@translates(avg_pool_op)
def avg_pool(graph: Graph, step: Step, x: Any, axes: Any, divisor: Any) -> Any:
    options = windows(graph, step, axes)
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
    x, weight, bias = arrays
    dtype = graph.dtype(x)
    return standardized(graph, x, range(-axes, 0), eps, centred, dtype, weight, bias)


@translates(by_channels_op)
def groups_of_channels(graph: Graph, step: Step, inputs: Any, groups: int, eps: float) -> Any:
    x, weight, bias = inputs
    shape, dtype = graph.shape(x), graph.dtype(x)
    if not groups:
        raise graph.refuse(step, "by the statistics of the batch")
    apart = graph.reshape(x, (shape[0], groups, math.prod(shape[1:]) // groups))
    whole = graph.reshape(standardized(graph, apart, [2], eps, True, dtype), shape)
    parts = [p if p is None else np.reshape(p, (-1,) + (1,) * (len(shape) - 2)) for p in (weight, bias)]
    return weighted(graph, whole, *parts)


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


# --------------------------------------------------------------------------------------------------------- attention


@translates(attention_op)
def attention(
    graph: Graph, step: Step, arrays: Any, bias: Any, keep: Any, heads: Any, scale: float, causal: bool
) -> Any:
    """Attention of several heads without masks but the causal one."""
    if not heads.count or bias is not None or keep is not None:
        raise graph.refuse(step, "with masks, or outside of MultiheadAttention")
    order = (0, 2, 1, 3) if heads.batch_first else (1, 2, 0, 3)
    views, places = [], []
    for x, parts in zip(arrays, heads.parts, strict=True):
        a, b, width = graph.shape(x)
        apart = graph.reshape(x, (a, b, parts, heads.count, width // (parts * heads.count)))
        for i in range(parts):
            part = graph.add("Gather", apart, np.array(i), axis=2)
            views.append(graph.add("Transpose", part, perm=order))
            places.append(b if heads.batch_first else a)
    query, key, value = views
    dtype = graph.dtype(arrays[0])
    turned = graph.add("Transpose", key, perm=(0, 1, 3, 2))
    scores = graph.add("MatMul", graph.add("Mul", query, np.array(scale, dtype)), turned)
    if causal:
        if isinstance(places[0], Batch):
            raise graph.refuse(step, "with a causal mask whose size depends on the batch: write batch_axis=None")
        future = np.triu(np.full((places[0], places[1]), -np.inf, dtype), 1)
        scores = graph.add("Add", scores, future)
    mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
    back = (0, 2, 1, 3) if heads.batch_first else (2, 0, 1, 3)
    a, b, _ = graph.shape(arrays[0])
    width = int(arrays_width(graph, arrays[-1], heads.parts[-1]))
    return (graph.reshape(graph.add("Transpose", mixed, perm=back), (a, b, width)),)


def arrays_width(graph: Graph, x: Any, parts: int) -> int:
    """How wide the values of all heads are together."""
    return int(graph.shape(x)[2]) // parts
