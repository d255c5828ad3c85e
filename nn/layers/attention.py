"""Attention with several heads."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors, functional, init
from nn.layers.linear import Linear
from nn.module import Module, Parameter

__all__ = ["MultiheadAttention"]


class NonDynamicallyQuantizableLinear(Linear):
    """The last projection, under the name that PyTorch prints."""


class MultiheadAttention(Module):
    """In each head, means of projected values, weighted by how much projected queries and keys agree.

    Takes query (L, N, embed_dim), key (S, N, kdim) and value (S, N, vdim), with N before L and S if `batch_first`, or
    all without N. Returns the result, shaped as the query, and the weights (N, L, S), averaged over the heads, or
    (N, num_heads, L, S) unless `average_attn_weights`; None in their place, and faster, without `need_weights`.

    `key_padding_mask` (N, S) and `attn_mask` (L, S) or (N * num_heads, L, S) are True where a key is not to be looked
    at, or numbers that are added to the scores. With `is_causal` a query sees keys up to its own place; a mask given
    with it is taken to say just that. A query that may look at no key gets zeros.

    `dropout` is the probability with which a weight is dropped in training. `add_bias_kv` adds a learned key and value
    to each sequence, `add_zero_attn` a zero one. `in_proj_weight` (3 * embed_dim, embed_dim) holds the weights of
    queries, keys and values, which are `q_proj_weight`, ... where kdim or vdim differ from embed_dim; drawn as
    PyTorch does (Glorot and Bengio, 2010), the biases 0. Vaswani et al., 2017.

    Raises `ArgumentError` for sizes below 1, or heads that do not divide embed_dim; `ShapeError` for inputs and masks
    of other shapes.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        what = "MultiheadAttention"
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        checks.at_least_one(what, embed_dim=embed_dim, num_heads=num_heads, kdim=self.kdim, vdim=self.vdim)
        if embed_dim % num_heads:
            raise errors.out_of_range(what, "num_heads", num_heads, f"a divisor of embed_dim={embed_dim}")
        if not (checks.is_number(dropout) and 0 <= dropout <= 1):
            raise errors.out_of_range(what, "dropout", dropout, "a probability, 0 to 1")
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.dropout, self.batch_first, self.add_zero_attn, self.rng = dropout, batch_first, add_zero_attn, rng

        def parameter(*shape: int) -> Parameter:
            return Parameter(np.zeros(shape), dtype=dtype)

        self.in_proj_weight = self.q_proj_weight = self.k_proj_weight = self.v_proj_weight = None
        if self.kdim == self.vdim == embed_dim:
            self.in_proj_weight = parameter(3 * embed_dim, embed_dim)
        else:
            self.q_proj_weight = parameter(embed_dim, embed_dim)
            self.k_proj_weight = parameter(embed_dim, self.kdim)
            self.v_proj_weight = parameter(embed_dim, self.vdim)
        self.in_proj_bias = parameter(3 * embed_dim) if bias else None
        self.bias_k = parameter(1, 1, embed_dim) if add_bias_kv else None
        self.bias_v = parameter(1, 1, embed_dim) if add_bias_kv else None
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, dtype=dtype, rng=rng)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: np.random.Generator | None = None) -> None:
        """Draw new weights, and set the biases to 0."""
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight, rng=rng)
        self.out_proj.reset_parameters(rng)
        if self.in_proj_bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias, rng=rng)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        return functional.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=self.in_proj_weight is None,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
            batch_first=self.batch_first,
            rng=self.rng,
        )
