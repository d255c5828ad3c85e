"""Attention with several heads, as a function: projections, attention in each head, one more projection."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.graph import traced
from nn import checks, errors
from nn.functional.attention import added, attended
from nn.functional.heads import Heads
from nn.functional.linear import linear

__all__ = ["multi_head_attention_forward"]

MHA = "MultiheadAttention"  # in errors: what users call


def multi_head_attention_forward(
    query: Any,
    key: Any,
    value: Any,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Any,
    in_proj_bias: Any,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Any,
    out_proj_bias: Any,
    training: bool = True,
    key_padding_mask: Any = None,
    need_weights: bool = True,
    attn_mask: Any = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None,
    k_proj_weight: Any = None,
    v_proj_weight: Any = None,
    static_k: Any = None,
    static_v: Any = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    *,
    batch_first: bool = False,
    rng: np.random.Generator | None = None,
) -> tuple[Any, Any]:
    """What `nn.MultiheadAttention` computes; see there for shapes and masks. Vaswani et al., 2017.

    `in_proj_weight` is (3 * embed, embed): the weights of queries, keys and values one below the other, apart with
    `use_separate_proj_weight`.

    Raises `ShapeError` for inputs or masks that do not fit, `ArgumentError` for `static_k` and `static_v`.
    """
    if static_k is not None or static_v is not None:
        raise errors.ArgumentError(
            f"{MHA}: static_k and static_v are not taken. Write scaled_dot_product_attention of projected keys."
        )
    weights = [q_proj_weight, k_proj_weight, v_proj_weight] if use_separate_proj_weight else [in_proj_weight] * 3
    check_inputs([query, key, value], embed_dim_to_check, [w.shape[1] for w in weights], batch_first)
    batched = query.ndim == 3
    inputs = [query, key, value]
    if not batched:
        same = {id(x): np.expand_dims(x, 0 if batch_first else 1) for x in inputs}
        inputs = [same[id(x)] for x in inputs]
    parts: tuple[int, ...] = (1, 1, 1)
    if use_separate_proj_weight:
        biases = [None] * 3 if in_proj_bias is None else np.split(in_proj_bias, 3)
        arrays = [linear(*xwb) for xwb in zip(inputs, weights, biases, strict=True)]
    else:
        arrays, parts = projected(inputs, in_proj_weight, in_proj_bias)
    more = int(bias_k is not None) + int(add_zero_attn)
    if more:
        arrays, parts = separate(arrays, parts), (1, 1, 1)
        arrays[1:] = (
            lengthened(x, bias, add_zero_attn, batch_first)
            for x, bias in zip(arrays[1:], (bias_k, bias_v), strict=True)
        )
    heads = Heads(num_heads, batch_first, parts)
    shape = heads.scores_shape(arrays)
    causal = is_causal and (attn_mask is None or (key_padding_mask is None and not need_weights))
    bias = None if causal and attn_mask is not None else summed_masks(attn_mask, key_padding_mask, shape, more, query)
    result, attention = attended(
        arrays,
        bias,
        heads,
        dropout_p if training else 0.0,
        scale=1 / math.sqrt(embed_dim_to_check // num_heads),
        causal=causal,
        rng=rng,
        need_weights=need_weights,
    )
    result = linear(result, out_proj_weight, out_proj_bias)
    if need_weights and average_attn_weights:
        attention = np.mean(attention, axis=1)
    if batched:
        return result, attention
    return result[0] if batch_first else result[:, 0], attention[0] if need_weights else None


def check_inputs(inputs: list[Any], width: int, widths: list[int], batch_first: bool) -> None:
    """Raise unless query, key and value fit each other and the weights."""
    checks.floating(MHA, *inputs)
    shapes = [x.shape for x in inputs]
    query, key, value = shapes
    batch = 0 if batch_first else 1
    if (
        len(query) not in (2, 3)
        or not len(query) == len(key) == len(value)
        or [shape[-1] for shape in shapes] != [width, *widths[1:]]
        or key[:-1] != value[:-1]
        or (len(query) == 3 and query[batch] != key[batch])
    ):
        axes = ("N, L", "N, S") if batch_first else ("L, N", "S, N")
        raise errors.ShapeError(
            f"{MHA}: query {query}, key {key}, value {value}; they must be ({axes[0]}, {width}), "
            f"({axes[1]}, {widths[1]}) and ({axes[1]}, {widths[2]}), or all without N (batch_first={batch_first})."
        )


def projected(inputs: list[Any], weight: Any, bias: Any) -> tuple[list[Any], tuple[int, ...]]:
    """Queries, keys and values by as few products as possible, and how many are in each array."""
    query, key, value = inputs
    if query is key and key is value:
        return [linear(query, weight, bias)], (3,)
    width = weight.shape[1]
    parts = (1, 2) if key is value else (1, 1, 1)
    arrays, start = [], 0
    for x, count in zip(inputs, parts, strict=False):
        rows = slice(start * width, (start + count) * width)
        arrays.append(linear(x, weight[rows], None if bias is None else bias[rows]))
        start += count
    return arrays, parts


def separate(arrays: list[Any], parts: tuple[int, ...]) -> list[Any]:
    """An array for each of queries, keys and values."""
    return [part for x, count in zip(arrays, parts, strict=True) for part in np.split(x, count, axis=2)]


def lengthened(x: Any, bias: Any, zero: bool, batch_first: bool) -> Any:
    """Keys or values with a learned place (1, 1, width) after the last, and one of zeros."""
    batch, places = (0, 1) if batch_first else (1, 0)
    shape = [1, 1, x.shape[2]]
    shape[batch] = x.shape[batch]
    parts = [x] if bias is None else [x, np.broadcast_to(bias, shape)]
    if zero:
        parts.append(np.zeros(shape, x.dtype))
    return np.concatenate(parts, axis=places)


def summed_masks(attn_mask: Any, key_padding_mask: Any, shape: tuple[int, ...], more: int, like: Any) -> Any:
    """What both masks add to the scores (batch, heads, L, S), of which the last `more` keys are never masked."""
    batch, heads, length, keys = shape
    given = keys - more
    bias = None
    if attn_mask is not None:
        mask = attn_mask if traced(attn_mask) else checks.as_array(f"{MHA}: attn_mask", attn_mask)
        if mask.shape == (batch * heads, length, given):
            mask = np.reshape(mask, (batch, heads, length, given))
        elif mask.shape != (length, given):
            allowed = f"{(length, given)} or {(batch * heads, length, given)}"
            raise errors.ShapeError(f"{MHA}: attn_mask of shape {mask.shape}; it must be {allowed}.")
        bias = added(f"{MHA}: attn_mask", mask, (batch, heads, length, given), like.dtype, blocked=True)
    if key_padding_mask is not None:
        padding = key_padding_mask
        mask = padding if traced(padding) else checks.as_array(f"{MHA}: key_padding_mask", padding)
        allowed_padding = (batch, given) if like.ndim == 3 else (given,)
        if mask.shape != allowed_padding:
            raise errors.ShapeError(f"{MHA}: key_padding_mask of shape {mask.shape}; it must be {allowed_padding}.")
        mask = np.reshape(mask, (batch, 1, 1, given))
        padding = added(f"{MHA}: key_padding_mask", mask, (batch, heads, length, given), like.dtype, blocked=True)
        bias = padding if bias is None else bias + padding
    if bias is not None and more:
        bias = np.concatenate([bias, np.zeros((batch, heads, length, more), like.dtype)], axis=3)
    return bias
