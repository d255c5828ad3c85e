"""Attention: each query takes a mean of the values, weighted by how much it agrees with their keys.

The work is one node, of ``attention_kernel.py``; where the weights themselves are asked for, or a mask is traced, the
weights are a node and their product with the values another.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import compile  # noqa: A004  # the package that writes code
from autograd.graph import traced
from nn import checks, errors
from nn.functional.attention_kernel import attention, attention_weights
from nn.functional.heads import Heads
from nn.random import generator

__all__ = ["added", "attended", "scaled_dot_product_attention"]

SDPA = "scaled_dot_product_attention"


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    rng: np.random.Generator | None = None,
) -> Any:
    """``softmax(query @ key.T * scale + mask) @ value``: (..., L, E), (..., S, E), (..., S, V) to (..., L, V).

    `scale` is ``1 / sqrt(E)`` if None. `attn_mask` broadcasts to (..., L, S): True where a query may look, or numbers
    to add, through which a gradient flows. With `is_causal` query i sees the keys up to i. `dropout_p` is the
    probability with which a weight is dropped, in evaluation too. With `enable_gqa` key and value have fewer heads
    (axis -3), each for several heads of the query (Vaswani et al., 2017; Ainslie et al., 2023).

    Raises `ShapeError` for shapes that do not fit, `ArgumentError` for a mask together with `is_causal`.
    """
    checks.floating(SDPA, query, key, value)
    if is_causal and attn_mask is not None:
        raise errors.ArgumentError(f"{SDPA}: is_causal=True is a mask already; give attn_mask or is_causal, not both.")
    if enable_gqa:
        key, value = (repeated_heads(x, query) for x in (key, value))
    arrays = fitted(query, key, value)
    query, key, _ = arrays
    bias = added(SDPA, attn_mask, (*query.shape[:-1], key.shape[-2]), query.dtype, blocked=False)
    if scale is not None:
        checks.number(SDPA, scale=scale)
    else:
        scale = 1 / math.sqrt(max(1, query.shape[-1]))
    return attended(arrays, bias, Heads(), dropout_p, scale=scale, causal=is_causal, rng=rng)[0]


def attended(
    arrays: list[Any],
    bias: Any,
    heads: Heads,
    dropout_p: float,
    *,
    scale: float,
    causal: bool,
    rng: np.random.Generator | None,
    need_weights: bool = False,
) -> tuple[Any, Any]:
    """The result, laid out as the queries, and the weights (batch, heads, L, S) if they are needed, else None.

    Raises `ArgumentError` unless 0 <= dropout_p <= 1.
    """
    if not (checks.is_number(dropout_p) and 0 <= dropout_p <= 1):
        raise errors.out_of_range(SDPA, "dropout_p", dropout_p, "a probability, 0 to 1")
    bias, keep = heads.four(bias), drawn(rng, dropout_p, heads.scores_shape(arrays), arrays[0].dtype)
    if not (need_weights or traced(bias)):
        return attention(arrays, bias, keep, heads, float(scale), bool(causal))[0], None
    query, key, value = heads.split(arrays)
    weights = attention_weights([query, key, bias], float(scale), bool(causal))
    if keep is not None:
        weights = weights * keep
    return heads.merged([np.matmul(weights, value)], arrays[0]), weights


def above(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> Any:
    """Booleans, each False with probability `p`."""
    return rng.random(shape, dtype=np.float32) >= p


def drawn(rng: np.random.Generator | None, p: float, shape: tuple[int, ...], dtype: Any) -> Any:
    """What weights are multiplied by in dropout: 0, or what keeps their expected value; None for p = 0."""
    if p == 0:
        return None
    keep = compile.drawn(above, shape, p, rng=generator(rng))
    return keep * dtype.type(0 if p == 1 else 1 / (1 - p))


def added(what: str, mask: Any, shape: tuple[int, ...], dtype: Any, *, blocked: bool) -> Any:
    """What a mask adds to scores of this shape: its numbers, or -inf where a boolean one is `blocked`.

    Raises `ArgumentError` for another dtype, `ShapeError` if it does not broadcast to the shape.
    """
    if mask is None:
        return None
    mask = mask if traced(mask) else checks.as_array(what, mask)
    if mask.dtype.kind == "b":
        mask = np.where(mask == blocked, dtype.type(-np.inf), dtype.type(0))
    elif mask.dtype.kind != "f":
        raise errors.ArgumentError(f"{what}: a mask of {mask.dtype}; it must be boolean, or floating and is added.")
    elif mask.dtype != dtype:
        mask = mask.astype(dtype)
    try:
        return np.broadcast_to(mask, shape)
    except ValueError:
        raise errors.ShapeError(f"{what}: a mask of shape {mask.shape}; it must broadcast to {shape}.") from None


def fitted(*arrays: Any) -> list[Any]:
    """Query, key and value with the same leading axes; raises where they do not fit."""
    shapes = [x.shape for x in arrays]
    (*_, q), (*_, s, k), (*_, v, _) = ((0, *shape[-2:]) if len(shape) > 1 else (0, 0, 0) for shape in shapes)
    try:
        if min(map(len, shapes)) < 2 or q != k or s != v:
            raise ValueError
        leading = np.broadcast_shapes(*(shape[:-2] for shape in shapes))
    except ValueError:
        raise errors.ShapeError(
            f"{SDPA}: query {shapes[0]}, key {shapes[1]}, value {shapes[2]}; "
            f"they must be (..., L, E), (..., S, E) and (..., S, V)."
        ) from None
    return [x if x.shape[:-2] == leading else np.broadcast_to(x, leading + x.shape[-2:]) for x in arrays]


def repeated_heads(x: Any, query: Any) -> Any:
    """Each head as often as it takes to be as many as those of the query."""
    if x.ndim < 3 or query.ndim < 3 or not x.shape[-3] or query.shape[-3] % x.shape[-3]:
        raise errors.ShapeError(
            f"{SDPA}(enable_gqa=True): query {query.shape}, key or value {x.shape}; "
            f"the heads (axis -3) of the query must be a multiple of theirs."
        )
    return np.repeat(x, query.shape[-3] // x.shape[-3], axis=-3)
