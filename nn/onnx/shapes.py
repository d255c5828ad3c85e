"""Translations of NumPy's functions that move entries: shapes, joining, padding, indexing."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.derivatives.padding import pad as pad_op
from autograd.derivatives.padding import widths
from nn.onnx.arrays import axes_of
from nn.onnx.graph import Graph, translates
from nn.onnx.trace import Batch, Full, Input, Rows, Step

__all__: list[str] = []


@translates(np.reshape, np.ravel, np.squeeze, np.expand_dims)
def reshape(graph: Graph, step: Step, x: Any, *_: Any, order: str = "C", **__: Any) -> Any:
    if order not in ("C", "A") or "F" in map(str, _):
        raise graph.refuse(step, "in this order")
    return graph.reshape(x, step.shape)


@translates(np.transpose)
def transpose(graph: Graph, step: Step, x: Any, axes: Any = None) -> Any:
    n = len(graph.shape(x))
    return graph.add("Transpose", x, perm=[*reversed(range(n))] if axes is None else [a % n for a in axes])


@translates(np.swapaxes)
def swapaxes(graph: Graph, step: Step, x: Any, a: int, b: int) -> Any:
    order = [*range(len(graph.shape(x)))]
    order[a], order[b] = order[b], order[a]
    return graph.add("Transpose", x, perm=order)


@translates(np.moveaxis)
def moveaxis(graph: Graph, step: Step, x: Any, source: Any, destination: Any) -> Any:
    labels = np.moveaxis(np.empty(range(2, len(graph.shape(x)) + 2)), source, destination).shape
    return graph.add("Transpose", x, perm=[n - 2 for n in labels])


@translates(np.broadcast_to)
def broadcast(graph: Graph, step: Step, x: Any, *_: Any) -> Any:
    return graph.add("Expand", x, graph.sizes(step.shape))


@translates(np.flip)
def flip(graph: Graph, step: Step, x: Any, axis: Any = None) -> Any:
    axes = axes_of(graph, x, axis)
    first, last, by = (graph.ints(*[n] * len(axes)) for n in (-1, -(2**62), -1))
    return graph.add("Slice", x, first, last, graph.ints(*axes), by)


@translates(pad_op)
def pad(graph: Graph, step: Step, x: Any, pad_width: Any, constant_values: Any = 0) -> Any:
    before, after = zip(*widths(pad_width, len(step.shape)), strict=True)
    if np.ndim(constant_values):
        raise graph.refuse(step, "with several constants")
    return graph.add("Pad", x, graph.ints(*before, *after), np.array(constant_values, step.value.dtype))


@translates(np.concatenate)
def concatenate(graph: Graph, step: Step, arrays: Any, axis: Any = 0) -> Any:
    dtype = step.value.dtype
    return graph.add("Concat", *(graph.of(x, dtype) for x in arrays), axis=axis)


@translates(np.stack)
def stack(graph: Graph, step: Step, arrays: Any, axis: int = 0) -> Any:
    dtype, place = step.value.dtype, axis % len(step.shape)
    parts = [graph.add("Unsqueeze", graph.of(x, dtype), graph.ints(place)) for x in arrays]
    return graph.add("Concat", *parts, axis=place)


ALONE = "with arrays of integers, except by one alone or beside slices"


@translates(operator.getitem)
def getitem(graph: Graph, step: Step, x: Any, index: Any) -> Any:
    """Slices, integers, None and an ellipsis; one array of integers alone or beside slices."""
    if isinstance(index, Rows):  # in a flattened array, as padding with copies reads it
        return graph.reshape(graph.add("Gather", graph.reshape(x, (-1, index.width)), index.first, axis=1), step.shape)
    axis = 0
    starts, arrays = [], []
    entries = spelled_out(index, len(graph.shape(x)))
    for entry in entries:
        if entry is None:
            continue
        if isinstance(entry, slice):
            if entry != slice(None):
                starts.append((axis, *bounds(graph, step, entry)))
        elif isinstance(entry, (int, np.integer)):
            starts.append((axis, int(entry), int(entry) + 1 or 2**62, 1))
        else:
            arrays.append((entry, axis))
        axis += 1
    y = x
    if starts:
        axes, first, last, steps = zip(*starts, strict=True)
        y = graph.add("Slice", x, graph.ints(*first), graph.ints(*last), graph.ints(*axes), graph.ints(*steps))
    if len(arrays) > 1 or (arrays and not all(isinstance(entry, slice) or entry is arrays[0][0] for entry in entries)):
        raise graph.refuse(step, ALONE)
    for array, place in arrays:
        y = graph.add("Gather", y, positions(graph, step, array, graph.shape(x)[place]), axis=place)
    return graph.reshape(y, step.shape)


def spelled_out(index: Any, ndim: int) -> list[Any]:
    """The entries of an index, slices in place of an ellipsis."""
    entries = list(index) if isinstance(index, tuple) and not hasattr(index, "_fields") else [index]
    used = sum(entry is not None and entry is not Ellipsis for entry in entries)
    for place in [i for i, entry in enumerate(entries) if entry is Ellipsis]:
        entries[place : place + 1] = [slice(None)] * (ndim - used)
    return entries


def bounds(graph: Graph, step: Step, entry: slice) -> tuple[int, int, int]:
    """Start, end and step of a slice as ONNX has them."""
    by = 1 if entry.step is None else entry.step
    if any(isinstance(v, Batch) for v in (entry.start, entry.stop)):
        raise graph.refuse(step, f"with {entry}")
    start, stop = (0, 2**62) if by > 0 else (2**62, -(2**62))
    return start if entry.start is None else entry.start, stop if entry.stop is None else entry.stop, by


def positions(graph: Graph, step: Step, array: Any, size: Any) -> Any:
    """An array of integers or booleans, constant or of the inputs, as ONNX takes it."""
    if isinstance(array, (Input, Full)):
        return graph.of(array, np.dtype(np.int64))
    array = np.asarray(array)
    if array.dtype.kind not in "biu" or isinstance(size, Batch):
        raise graph.refuse(step, ALONE)
    return np.flatnonzero(array) if array.dtype == bool and array.ndim == 1 else array.astype(np.int64) % size
