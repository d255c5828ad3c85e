"""Translations of NumPy's functions that compute: arithmetic, products, reductions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.derivatives.elementwise import clip as clip_op
from autograd.derivatives.products import einsum as einsum_op
from autograd.derivatives.shaping import astype
from autograd.rules import pick
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
    np.arcsin: "Asin",
    np.arccos: "Acos",
    np.sinh: "Sinh",
    np.cosh: "Cosh",
    np.arcsinh: "Asinh",
    np.arccosh: "Acosh",
    np.arctanh: "Atanh",
    np.reciprocal: "Reciprocal",
    np.positive: "Identity",
    np.fabs: "Abs",
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


@translates(np.log2, np.log10)
def logarithm(graph: Graph, step: Step, x: Any) -> Any:
    base = 2 if step.op is np.log2 else 10
    return graph.add("Mul", graph.add("Log", x), np.array(1 / np.log(base), step.value.dtype))


@translates(np.log1p)
def log1p(graph: Graph, step: Step, x: Any) -> Any:
    return graph.add("Log", graph.add("Add", x, np.ones((), step.value.dtype)))


@translates(np.expm1)
def expm1(graph: Graph, step: Step, x: Any) -> Any:
    """By tanh, which does not cancel near 0: ``2 t / (1 - t)`` with ``t = tanh(x / 2)``; far from it by exp."""
    dtype = step.value.dtype
    one, two, half = (np.array(n, dtype) for n in (1, 2, 0.5))
    t = graph.add("Tanh", graph.add("Mul", x, half))
    near = graph.add("Div", graph.add("Mul", two, t), graph.add("Sub", one, t))
    small = graph.add("Less", graph.add("Abs", x), one)
    return graph.add("Where", small, near, graph.add("Sub", graph.add("Exp", x), one))


@translates(np.exp2)
def exp2(graph: Graph, step: Step, x: Any) -> Any:
    return graph.add("Pow", np.array(2, step.value.dtype), x)


@translates(np.logaddexp)
def logaddexp(graph: Graph, step: Step, x: Any, y: Any) -> Any:
    dtype = step.value.dtype
    x, y = graph.of(x, dtype), graph.of(y, dtype)
    apart = graph.add("Neg", graph.add("Abs", graph.add("Sub", x, y)))
    return graph.add("Add", graph.add("Max", x, y), graph.add("Softplus", apart))


@translates(clip_op)
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


@translates(einsum_op)
def einsum(graph: Graph, step: Step, subscripts: str, *operands: Any, **_: Any) -> Any:
    dtype = step.value.dtype
    return graph.add("Einsum", *(graph.of(x, dtype) for x in operands), equation=subscripts)


def axes_of(graph: Graph, x: Any, axis: Any) -> tuple[int, ...]:
    """One axis, several, or with None all, counted from 0."""
    n = len(graph.shape(x))
    return tuple(range(n)) if axis is None else tuple(a % n for a in (axis if isinstance(axis, tuple) else (axis,)))


@translates(*REDUCTIONS)
def reduction(graph: Graph, step: Step, x: Any, axis: Any = None, **options: Any) -> Any:
    keepdims = bool(options.pop("keepdims", False))
    if options:
        raise graph.refuse(step, "with these options")
    return graph.add(REDUCTIONS[step.op], x, graph.ints(*axes_of(graph, x, axis)), keepdims=int(keepdims))


@translates(np.var, np.std)
def variance(graph: Graph, step: Step, x: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    axes, dtype = axes_of(graph, x, axis), step.value.dtype
    over = graph.ints(*axes)
    apart = graph.add("Sub", x, graph.add("ReduceMean", x, over))
    y = graph.add("ReduceMean", graph.add("Mul", apart, apart), over, keepdims=int(keepdims))
    if ddof:
        sizes = [graph.shape(x)[a] for a in axes]
        if any(isinstance(n, Batch) for n in sizes):
            raise graph.refuse(step, "with ddof over the batch")
        y = graph.add("Mul", y, np.array(math.prod(sizes) / (math.prod(sizes) - ddof), dtype))
    return graph.add("Sqrt", y) if step.op is np.std else y


@translates(np.linalg.norm)
def norm(graph: Graph, step: Step, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002
    axes = axes_of(graph, x, axis)
    if not (ord is None or (ord in (1, 2) and len(axes) == 1)):
        raise graph.refuse(step, f"of order {ord}")
    return graph.add("ReduceL1" if ord == 1 else "ReduceL2", x, graph.ints(*axes), keepdims=int(keepdims))


@translates(np.cumsum)
def cumsum(graph: Graph, step: Step, x: Any, axis: Any = None) -> Any:
    if axis is None:
        raise graph.refuse(step, "of all entries in one row")
    return graph.add("CumSum", x, np.array(axis))


def constant_zero(value: Any) -> bool:
    """Whether an array is 0 throughout, however large the batch is."""
    return not np.any(value.value if isinstance(value, Full) else value) if not isinstance(value, str) else False
