"""How convolutions are computed: products of a kernel with a few images' windows, which stay in cache.

`convolved` is the convolution, `correlated` its gradient by kernel and bias, `spread` its gradient by the input. Plain
NumPy without a graph; the rules are in `convolution.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from nn.functional.windows import CACHED, Axis, Geometry, Layout, Piece, Windows, match
from nn.threads import count, in_threads

__all__ = ["convolved", "correlated", "spread"]

SMALL = 10**6  # multiplications: up to here OpenBLAS neither packs nor starts threads, and ours run 1.3 times as fast
FIRST_LEVEL = 25_600  # bytes of the block of columns that a product walks through again and again
STEP = 16  # columns of a product come in multiples of this, a vector of floats
WORTH = 1 << 21  # multiplications that are worth a second thread


def multiply(a: Any, b: Any, out: Any) -> None:
    """``a @ b`` for matrices in the last two axes, by blocks of columns of b that are small enough."""
    (m, k), columns = a.shape[-2:], b.shape[-1]
    step = block(columns, SMALL // (m * k), FIRST_LEVEL // (k * b.itemsize))
    whole = columns // step * step
    if whole:
        np.matmul(a[..., None, :, :], in_blocks(b, whole, step), out=in_blocks(out, whole, step))
    if whole < columns:
        np.matmul(a, b[..., whole:], out=out[..., whole:])


def block(length: int, *limits: int) -> int:
    """How much of a length to take at a time: within limits, in whole vectors, all but evenly; all of it if need be."""
    most = min(limits) // STEP * STEP
    return min(length, STEP * -(-length // (STEP * -(-length // most)))) if most else length


def in_blocks(x: Any, whole: int, step: int) -> Any:
    """The last axis of matrices in blocks, as a view: (..., m, whole) as (..., blocks, m, step)."""
    return x[..., :whole].reshape(*x.shape[:-1], -1, step).swapaxes(-2, -3)


def threads(layout: Layout, images: int) -> int:
    """How many of our own: BLAS has its own for large products."""
    small = layout.rows * layout.out_channels * STEP <= SMALL
    return count() if small and layout.multiplications * images >= WORTH else 1


def convolved(x: Any, weight: Any, bias: Any, geometry: Geometry) -> Any:
    """The convolution: x (N, in, *size), weight (out, in / groups, *kernel), bias (out,) or None."""
    dtype = np.result_type(*[value for value in (x, weight, bias) if value is not None])
    x = x.astype(dtype, copy=False)
    out = np.empty((len(x), len(weight), *geometry.out), dtype)
    if not out.size:
        return out
    layout = Layout(x.shape[1], len(weight), geometry, bias is not None)
    if not layout.thin and layout.first.stride == 1 and layout.first.size < layout.first.out:
        inner = layout_of_lines(x, weight, geometry)
        if inner.numbers * dtype.itemsize <= CACHED:
            return by_input_lines(x, weight, bias, layout.first, inner, out)
    parallel = threads(layout, len(x))
    pieces = layout.pieces(len(x), dtype.itemsize, parallel)
    matrices = layout.weights(weight, bias, dtype)
    by_group = out.reshape(len(out), layout.groups, layout.out_channels, -1)

    def work(mine: Iterator[Piece]) -> None:
        windows = Windows(layout, x, pieces)
        several = len(layout.taps) > 1
        shape = len(layout.taps), windows.images, *by_group.shape[1:3], windows.count * layout.line
        buffer = np.empty(shape, dtype) if several else None
        for piece in mine:
            y = outputs(by_group, piece, layout.line)
            terms = y[None] if buffer is None else buffer[:, : len(y), :, :, : y.shape[-1]]
            for taps, columns in windows.fill(piece):
                multiply(matrices[taps, None], columns, terms[taps])
            if several:
                np.add.reduce(terms, 0, out=y)

    in_threads(work, pieces, parallel)
    return out


def layout_of_lines(x: Any, weight: Any, geometry: Geometry) -> Layout:
    """The layout for `by_input_lines`: each line of the input by itself, and an output channel for each tap."""
    first, *rest = geometry.axes
    lines = Axis(first.size, 1, 1, 1, 0, first.size)
    return Layout(x.shape[1], len(weight) * first.kernel, Geometry((lines, *rest), geometry.groups), ones=False)


def by_input_lines(x: Any, weight: Any, bias: Any, first: Axis, layout: Layout, out: Any) -> Any:
    """The convolution into `out` where it has more lines than the input, with stride 1 along them.

    A product makes of each line of the input what all taps make of it, and this is added to the lines of the output
    that it belongs to: no work for lines of padding, and a larger product.
    """
    groups = layout.groups
    by_tap = weight.reshape(groups, -1, *weight.shape[1:3], 1, *weight.shape[3:])
    by_tap = np.moveaxis(by_tap, 3, 1).reshape(-1, weight.shape[1], 1, *weight.shape[3:])
    parallel = threads(layout, len(x))
    pieces = layout.pieces(len(x), out.itemsize, parallel)
    (matrices,) = layout.weights(by_tap, None, out.dtype)
    lines = out.reshape(len(out), groups, -1, first.out, layout.line)
    start = 0 if bias is None else bias.reshape(groups, -1, 1, 1)
    met = [match(first.offset + k * first.dilation, first.size, first.out) for k in range(first.kernel)]

    def work(mine: Iterator[Piece]) -> None:
        windows = Windows(layout, x, pieces)
        buffer = np.empty((windows.images, groups, layout.out_channels, windows.count * layout.line), out.dtype)
        for piece in mine:
            y = lines[piece.images]
            terms = buffer[: len(y)]
            ((_, columns),) = windows.fill(piece)
            multiply(matrices, columns[0], terms)
            terms = terms.reshape(len(y), groups, first.kernel, -1, first.size, layout.line)
            (places, inputs), *others = met
            y[:, :, :, : places.start] = start
            np.add(terms[:, :, 0, :, inputs], start, out=y[:, :, :, places])
            y[:, :, :, places.stop :] = start
            for k, (places, inputs) in enumerate(others, 1):
                y[:, :, :, places] += terms[:, :, k, :, inputs]

    in_threads(work, pieces, parallel)
    return out


def outputs(by_group: Any, piece: Piece, line: int) -> Any:
    """The outputs of a piece: (images, groups, out, outputs)."""
    return by_group[piece.images, :, :, piece.lines.start * line : piece.lines.stop * line]


def correlated(g: Any, x: Any, geometry: Geometry, with_bias: bool) -> tuple[Any, ...]:
    """The gradient of `convolved` by the weight, and by the bias if there is one: g (N, out, *out)."""
    dtype = np.result_type(g, x)
    g, x = g.astype(dtype, copy=False), x.astype(dtype, copy=False)
    layout = Layout(x.shape[1], g.shape[1], geometry, with_bias)
    parallel = threads(layout, len(x))
    pieces = layout.pieces(len(x), dtype.itemsize, parallel) if g.size else []
    by_group = g.reshape(len(g), layout.groups, layout.out_channels, -1) if g.size else g
    shape = len(layout.taps), layout.groups, layout.rows + with_bias, layout.out_channels

    def work(mine: Iterator[Piece]) -> Any:
        total = np.zeros(shape, dtype)
        windows = Windows(layout, x, pieces)
        turned = np.empty((windows.images, layout.groups, windows.count * layout.line, layout.out_channels), dtype)
        for piece in mine:
            y = outputs(by_group, piece, layout.line)
            t = y.swapaxes(-1, -2)
            if len(layout.taps) > 1:  # a copy, as BLAS reads it row by row half again as fast
                t, original = turned[: len(y), :, : y.shape[-1]], t
                t[...] = original
            for taps, columns in windows.fill(piece):
                add_product(columns, t, total[taps])
        return total

    total = sum(in_threads(work, pieces, parallel)) if pieces else np.zeros(shape, dtype)
    weight = layout.kernels(total[:, :, : layout.rows])
    return (weight, total[0, :, layout.rows].reshape(-1)) if with_bias else (weight,)


def add_product(a: Any, b: Any, total: Any) -> None:
    """Add the sum over images of ``a @ b`` to `total`, by blocks of terms that are small enough.

    a is (taps, images, groups, m, terms), b (images, groups, terms, k), total (taps, groups, m, k).
    """
    terms = a.shape[-1]
    step = block(terms, SMALL // (a.shape[-2] * b.shape[-1]))
    whole = terms // step * step
    if whole:
        products = in_blocks(a, whole, step) @ b[..., :whole, :].reshape(*b.shape[:-2], -1, step, b.shape[-1])
        total += np.add.reduce(products, (1, 3))
    if whole < terms:
        total += np.add.reduce(a[..., whole:] @ b[..., whole:, :], 1)


def spread(g: Any, weight: Any, bias: Any, geometry: Geometry) -> Any:
    """The gradient of `convolved` by the input, plus a bias: g (N, out, *out), bias (in,), result (N, in, *size).

    Inputs whose places, padding counted, have the same remainder by the stride meet the same entries of the kernel: for
    each remainder this is a convolution of `g`, stride 1, with these entries in reverse.
    """
    groups, (out, _, *kernel) = geometry.groups, weight.shape
    turned = weight.reshape(groups, out // groups, -1, *kernel).swapaxes(1, 2).reshape(-1, out // groups, *kernel)
    if all(axis.stride == 1 for axis in geometry.axes):
        axes, entries, _ = zip(*[inputs_of(axis, 0) for axis in geometry.axes], strict=True)
        return convolved(g, turned[(slice(None), slice(None), *entries)], bias, Geometry(axes, groups))
    dtypes = [x for x in (g, weight, bias) if x is not None]
    result = np.zeros((len(g), len(turned), *geometry.size), np.result_type(*dtypes))
    if bias is not None:
        result += bias.reshape(-1, *[1] * len(kernel))
    for parts in product(*[[inputs_of(axis, r) for r in range(axis.stride)] for axis in geometry.axes]):
        axes, entries, places = zip(*parts, strict=True)
        if all(axis.kernel for axis in axes):  # else no output meets these inputs
            part = convolved(g, turned[(slice(None), slice(None), *entries)], bias, Geometry(axes, groups))
            result[(slice(None), slice(None), *places)] = part
    return result


def inputs_of(axis: Axis, remainder: int) -> tuple[Axis, slice, slice]:
    """The inputs at ``offset + remainder + q * stride`` as outputs q of a convolution of the outputs.

    Returns its axis, the entries of the kernel that these inputs meet, in reverse, and where in the input they are.
    """
    start = axis.offset + remainder
    skipped = max(0, -(start // axis.stride))
    start += skipped * axis.stride
    count = max(0, -((start - axis.size) // axis.stride))
    period = axis.stride // math.gcd(axis.stride, axis.dilation)
    met = [k for k in range(axis.kernel) if (k * axis.dilation - remainder) % axis.stride == 0]
    # input q meets output q - (k * dilation - remainder) / stride at entry k: the last entry meets the first output
    offset = skipped - (met[-1] * axis.dilation - remainder) // axis.stride if met else 0
    entries = slice(met[-1], met[0] - period if met[0] >= period else None, -period) if met else slice(0)
    dilation = period * axis.dilation // axis.stride
    return Axis(axis.out, len(met), 1, dilation, offset, count), entries, slice(start, None, axis.stride)
