"""How `ag.source` writes convolutions and pooling: by the windows that they look through, as views of the input."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd.compile import spelled
from autograd.derivatives.indexing import index_add
from autograd.derivatives.windows import overlap_add
from autograd.errors import SourceError
from nn.functional.convolution import convolve, convolve_transposed
from nn.functional.pooling import avg_pool, max_pool
from nn.functional.windows import Geometry

__all__: list[str] = []


def windowed(x: Any, axes: Any, fill: float) -> Any:
    """Windows over the last axes: (..., *out, *kernel); `axes` are (size, kernel, stride, dilation, offset, out)."""
    n = len(axes)
    spans = [(axis[1] - 1) * axis[3] + 1 for axis in axes]
    ends = [(axis[5] - 1) * axis[2] + span + axis[4] - axis[0] for axis, span in zip(axes, spans, strict=True)]
    if any(axis[4] for axis in axes) or any(end > 0 for end in ends):
        widths = [(0, 0)] * (x.ndim - n) + [(max(0, -a[4]), max(0, end)) for a, end in zip(axes, ends, strict=True)]
        x = np.pad(x, widths, constant_values=fill)
    windows = sliding_window_view(x, tuple(spans), tuple(range(-n, 0)))
    starts = [slice(max(0, a[4]), max(0, a[4]) + (a[5] - 1) * a[2] + 1, a[2]) for a in axes]
    steps = [slice(None, None, axis[3]) for axis in axes]
    plain = all(a[2] == a[3] == 1 and s.start == 0 for a, s in zip(axes, starts, strict=True))
    place: Any = (..., *starts, *steps)
    return windows if plain and windows.shape[-2 * n : -n] == tuple(a[5] for a in axes) else windows[place]


@spelled(convolve)
def _(input: Any, parameters: Any, geometry: Geometry) -> Any:
    weight, *bias = parameters
    windows, n, groups = windowed(input, geometry.axes, 0), len(geometry.axes), geometry.groups
    out, kernel = "xyz"[:n], "uvw"[:n]
    if groups == 1:
        y = np.einsum(f"nc{out}{kernel},oc{kernel}->no{out}", windows, weight)
    else:
        apart = np.reshape(windows, (input.shape[0], groups, -1, *windows.shape[2:]))
        weight = np.reshape(weight, (groups, -1, *weight.shape[1:]))
        y = np.einsum(f"ngc{out}{kernel},goc{kernel}->ngo{out}", apart, weight)
        y = np.reshape(y, (input.shape[0], -1, *geometry.out))
    return y + np.reshape(bias[0], (-1, *(1,) * n)) if bias else y


@spelled(convolve_transposed)
def _(input: Any, parameters: Any, geometry: Geometry) -> Any:
    weight, *bias = parameters
    axes, n, groups = geometry.axes, len(geometry.axes), geometry.groups
    if groups > 1:
        raise SourceError("source writes transposed convolutions of one group.")
    out, kernel = "xyz"[:n], "uvw"[:n]
    parts = np.einsum(f"no{out},oc{kernel}->nc{out}{kernel}", input, weight)
    spans = tuple((axis.kernel - 1) * axis.dilation + 1 for axis in axes)
    lengths = tuple((axis.out - 1) * axis.stride + 1 for axis in axes)
    place: Any = (
        ...,
        *(slice(None, None, axis.stride) for axis in axes),
        *(slice(None, None, axis.dilation) for axis in axes),
    )
    apart = index_add(np.zeros((*parts.shape[:2], *lengths, *spans)), place, parts)
    first = [max(0, -axis.offset) for axis in axes]
    shift = [max(0, axis.offset) for axis in axes]
    sizes = [max(f + a.size, s + m + k - 1) for f, a, s, m, k in zip(first, axes, shift, lengths, spans, strict=True)]
    if any(shift):
        raise SourceError("source writes no transposed convolution whose windows begin inside.")
    whole = overlap_add(
        apart,
        (*parts.shape[:2], *(m + k - 1 for m, k in zip(lengths, spans, strict=True))),
        spans,
        tuple(range(2, 2 + n)),
    )
    more = [(0, 0), (0, 0), *((0, size - m - k + 1) for size, m, k in zip(sizes, lengths, spans, strict=True))]
    whole = np.pad(whole, more) if any(right for _, right in more) else whole
    inner: Any = (..., *(slice(f, f + axis.size) for f, axis in zip(first, axes, strict=True)))
    y = whole[inner]
    return y + np.reshape(bias[0], (-1, *(1,) * n)) if bias else y


def pool_axes(axes: Any) -> list[tuple[int, ...]]:
    """The axes of a pooling as those of a convolution."""
    found: list[tuple[int, ...]] = []
    for axis in axes:
        stride, kernel = axis.stride, axis.kernel
        if not stride:
            if axis.size % axis.out:
                raise SourceError("source writes adaptive pooling only where the windows are equally long.")
            stride = kernel = axis.size // axis.out
        found.append((axis.size, kernel, stride, axis.dilation, -axis.padding, axis.out))
    return found


@spelled(max_pool)
def _(input: Any, axes: Any) -> Any:
    n = len(axes)
    windows = windowed(input, pool_axes(axes), -np.inf)
    rows = np.reshape(windows, (*windows.shape[: windows.ndim - n], -1))
    first = np.argmax(rows, axis=-1, keepdims=True)  # of equal entries the first has the gradient
    return np.take_along_axis(rows, first, axis=-1)[..., 0]


@spelled(avg_pool)
def _(input: Any, axes: Any, divisor: Any) -> Any:
    return np.sum(windowed(input, pool_axes(axes), 0), axis=tuple(range(-len(axes), 0))) / divisor
