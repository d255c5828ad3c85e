"""Translations of NumPy's functions: arithmetic, shapes, reductions, products."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.derivatives.shaping import astype
from autograd.rules import pick
from nn import errors
from nn.onnx.graph import Graph, translates
from nn.onnx.trace import Batch, Full, Step

__all__: list[str] = []

UNARY: dict[Any, str] = {
    np.negative: "Neg",
    np.exp: "Exp",
    np.log: "Log",
    np.sqrt: "Sqrt",
    np.abs: "Abs",
    np.tanh: "Tanh",
    np.sin: "Sin",
    np.cos: "Cos",
    np.tan: "Tan",
    np.arctan: "Atan",
    np.sinh: "Sinh",
    np.cosh: "Cosh",
    np.reciprocal: "Reciprocal",
}
BINARY: dict[Any, str] = {
    np.add: "Add",
    np.subtract: "Sub",
    np.multiply: "Mul",
    np.divide: "Div",
    np.power: "Pow",
    np.maximum: "Max",
    np.minimum: "Min",
}
REDUCTIONS = {
    np.sum: "ReduceSum",
    np.mean: "ReduceMean",
    np.max: "ReduceMax",
    np.min: "ReduceMin",
    np.prod: "ReduceProd",
}


@translates(pick)
def picked(graph: Graph, step: Step, whole: Any, i: int) -> Any:
    names = graph.results[whole.step]
    names = names if isinstance(names, tuple) else (names,)
    if i >= len(names) or names[i] is None:
        op = graph.trace.steps[whole.step]
        raise graph.refuse(op, f"for its result {i}")
    return names[i]


@translates(*UNARY)
def unary(graph: Graph, step: Step, x: Any) -> Any:
    return graph.add(UNARY[step.op], x)


@translates(*BINARY)
def binary(graph: Graph, step: Step, x: Any, y: Any) -> Any:
    dtype = step.value.dtype
    return graph.add(BINARY[step.op], graph.of(x, dtype), graph.of(y, dtype))


@translates(np.square)
def square(graph: Graph, step: Step, x: Any) -> Any:
    return graph.add("Mul", x, x)


@translates(astype)
def cast(graph: Graph, step: Step, x: Any, *_: Any, **__: Any) -> Any:
    return graph.add("Cast", x, to=graph.code(step.value.dtype))


@translates(np.clip)
def clip(graph: Graph, step: Step, x: Any, low: Any = None, high: Any = None) -> Any:
    dtype = step.value.dtype
    y = graph.of(x, dtype)
    if low is not None:
        y = graph.add("Max", y, graph.of(low, dtype))
    return y if high is None else graph.add("Min", y, graph.of(high, dtype))


@translates(np.where)
def where(graph: Graph, step: Step, condition: Any, x: Any, y: Any) -> Any:
    dtype = step.value.dtype
    return graph.add("Where", graph.of(condition, np.dtype(bool)), graph.of(x, dtype), graph.of(y, dtype))


@translates(np.matmul)
def matmul(graph: Graph, step: Step, x: Any, y: Any) -> Any:
    dtype = step.value.dtype
    return graph.add("MatMul", graph.of(x, dtype), graph.of(y, dtype))


@translates(*REDUCTIONS)
def reduction(graph: Graph, step: Step, x: Any, axis: Any = None, **options: Any) -> Any:
    keepdims = bool(options.pop("keepdims", False))
    if options:
        raise graph.refuse(step, "with these options")
    axes = range(len(graph.shape(x))) if axis is None else (axis if isinstance(axis, tuple) else (axis,))
    return graph.add(REDUCTIONS[step.op], x, graph.ints(*axes), keepdims=int(keepdims))


# ------------------------------------------------------------------------------------------------------------ shapes


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


@translates(np.concatenate)
def concatenate(graph: Graph, step: Step, arrays: Any, axis: Any = 0) -> Any:
    dtype = step.value.dtype
    return graph.add("Concat", *(graph.of(x, dtype) for x in arrays), axis=axis)


@translates(np.stack)
def stack(graph: Graph, step: Step, arrays: Any, axis: int = 0) -> Any:
    dtype, place = step.value.dtype, axis % len(step.shape)
    parts = [graph.add("Unsqueeze", graph.of(x, dtype), graph.ints(place)) for x in arrays]
    return graph.add("Concat", *parts, axis=place)


@translates(operator.getitem)
def getitem(graph: Graph, step: Step, x: Any, index: Any) -> Any:
    """Slices, integers, None and an ellipsis; one array of integers, alone."""
    if isinstance(index, np.ndarray) and index.dtype.kind in "iu":
        return graph.add("Gather", x, index.astype(np.int64) % graph.shape(x)[0], axis=0)
    entries = list(index) if isinstance(index, tuple) else [index]
    n = len(graph.shape(x))
    used = sum(entry is not None and entry is not Ellipsis for entry in entries)
    for place in [i for i, entry in enumerate(entries) if entry is Ellipsis]:
        entries[place : place + 1] = [slice(None)] * (n - used)
    starts: list[tuple[int, int, int, int]] = []
    axis = 0
    for entry in entries:
        if entry is None:
            continue
        if isinstance(entry, slice):
            step_by = 1 if entry.step is None else entry.step
            if entry != slice(None):
                if any(isinstance(v, Batch) for v in (entry.start, entry.stop)) or step_by < 1:
                    raise graph.refuse(step, f"with {entry}")
                starts.append((axis, entry.start or 0, 2**62 if entry.stop is None else entry.stop, step_by))
        elif isinstance(entry, (int, np.integer)):
            starts.append((axis, int(entry), int(entry) + 1 or 2**62, 1))
        else:
            raise errors.ExportError("indexing with arrays has no translation into ONNX, except by one alone.")
        axis += 1
    y = x
    if starts:
        axes, first, last, steps = zip(*starts, strict=True)
        y = graph.add("Slice", x, graph.ints(*first), graph.ints(*last), graph.ints(*axes), graph.ints(*steps))
    return graph.reshape(y, step.shape)


def constant_zero(value: Any) -> bool:
    """Whether an array is 0 throughout, however large the batch is."""
    return not np.any(value.value if isinstance(value, Full) else value) if not isinstance(value, str) else False
