"""Translations of attention: products, a mask that is added, softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.functional.attention_kernel import attention as attention_op
from nn.functional.attention_kernel import attention_weights as attention_weights_op
from nn.onnx.graph import Graph, translates
from nn.onnx.trace import Batch, Step

__all__: list[str] = []


@translates(attention_op)
def attention(
    graph: Graph, step: Step, arrays: Any, bias: Any, keep: Any, heads: Any, scale: float, causal: bool
) -> Any:
    if keep is not None:
        raise graph.refuse(step, "with dropout")
    views = [(x, graph.shape(x)) for x in arrays]
    if heads.count:
        views = [view for x, parts in zip(arrays, heads.parts, strict=True) for view in apart(graph, x, parts, heads)]
    (query, shape), (key, key_shape), (value, _) = views
    shape = (*shape[:-1], key_shape[-2])
    looks = weights(graph, step, (query, key, bias), shape, scale, causal=causal, dtype=graph.dtype(arrays[0]))
    mixed = graph.add("MatMul", looks, value)
    if not heads.count:
        return (mixed,)
    back = (0, 2, 1, 3) if heads.batch_first else (2, 0, 1, 3)
    width = graph.shape(arrays[-1])[2] // heads.parts[-1]
    return (graph.reshape(graph.add("Transpose", mixed, perm=back), (*graph.shape(arrays[0])[:2], width)),)


@translates(attention_weights_op)
def attention_weights(graph: Graph, step: Step, arrays: Any, scale: float, causal: bool) -> Any:
    return weights(graph, step, arrays, step.shape, scale, causal=causal, dtype=step.value.dtype)


def apart(graph: Graph, x: Any, parts: int, heads: Any) -> list[Any]:
    """The parts of an array as (batch, heads, places, width), each with its shape."""
    a, b, width = graph.shape(x)
    each = width // (parts * heads.count)
    whole = graph.reshape(x, (a, b, parts, heads.count, each))
    order = (0, 2, 1, 3) if heads.batch_first else (1, 2, 0, 3)
    batch, places = (a, b) if heads.batch_first else (b, a)
    found = [graph.add("Gather", whole, np.array(i), axis=2) for i in range(parts)]
    return [(graph.add("Transpose", y, perm=order), (batch, heads.count, places, each)) for y in found]


def weights(graph: Graph, step: Step, arrays: Any, shape: Any, scale: float, *, causal: bool, dtype: Any) -> Any:
    """How much each query looks at each key, of this shape; `arrays` are both, and what is added or None."""
    query, key, bias = arrays
    n = len(shape)
    turned = graph.add("Transpose", key, perm=(*range(n - 2), n - 1, n - 2))
    scores = graph.add("MatMul", graph.add("Mul", query, np.array(scale, dtype)), turned)
    if bias is not None:
        scores = graph.add("Add", scores, graph.reshape(bias, shape))
    if causal:
        if isinstance(shape[-2], Batch):
            raise graph.refuse(step, "with a causal mask whose size depends on the batch: write batch_axis=None")
        scores = graph.add("Add", scores, np.triu(np.full(shape[-2:], -np.inf, dtype), 1))
    return graph.add("Softmax", scores, axis=-1)
