"""Transformers: stacks of layers, and encoder and decoder as a whole (Vaswani et al., 2017)."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from autograd.graph import traced, unwrap
from nn import checks, errors, functional, init
from nn.layers.container import ModuleList
from nn.layers.normalization import LayerNorm
from nn.layers.transformer_layers import Activation, TransformerDecoderLayer, TransformerEncoderLayer
from nn.module import Module

__all__ = ["Transformer", "TransformerDecoder", "TransformerEncoder"]


def clones(layer: Module, count: int) -> ModuleList:
    """Copies of a layer, which start with the same weights and draw from the same generators."""
    checks.at_least_one("a stack of layers", num_layers=count)
    require_module("a stack of layers", layer)
    found = (vars(module).get("rng") for module in layer.modules())
    generators = {id(rng): rng for rng in found if rng is not None}
    return ModuleList([copy.deepcopy(layer, dict(generators)) for _ in range(count)])


def require_module(what: str, *modules: Any) -> None:
    """Raise `ModuleError` for what is no Module."""
    for module in modules:
        if not isinstance(module, Module):
            kind = module.__name__ if isinstance(module, type) else f"a {type(module).__name__}"
            raise errors.ModuleError(f"{what}: {kind} is no Module. Write nn.LayerNorm(...) for nn.LayerNorm.")


def is_future(mask: Any) -> bool:
    """Whether a mask (L, L) is that of causal attention, so that it can be had cheaper."""
    if mask is None or traced(mask):
        return False
    mask = np.asarray(unwrap(mask))
    if mask.ndim != 2 or mask.shape[0] != mask.shape[1]:
        return False
    future = np.triu(np.ones(mask.shape, bool), 1)
    return bool(np.array_equal(mask, future if mask.dtype.kind == "b" else np.where(future, -np.inf, 0)))


class TransformerEncoder(Module):
    """A stack of copies of a layer, and perhaps a normalization at the end.

    Copies start with the same weights. Without `is_causal` a causal `mask` is recognised. PyTorch's
    `enable_nested_tensor` and `mask_check`, which are about its own fast path, have no effect.

    Raises `ArgumentError` for fewer than one layer.
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        self.layers = clones(encoder_layer, num_layers)
        require_module("TransformerEncoder", *([] if norm is None else [norm]))
        self.num_layers, self.norm = num_layers, norm
        self.enable_nested_tensor, self.mask_check = enable_nested_tensor, mask_check

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Any:
        causal = is_future(mask) if is_causal is None else is_causal
        for layer in self.layers:
            src = layer(src, src_mask=mask, src_key_padding_mask=src_key_padding_mask, is_causal=causal)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """A stack of copies of a layer, each of which looks at the same memory, and perhaps a normalization at the end.

    Copies start with the same weights. Without `tgt_is_causal` a causal `tgt_mask` is recognised.

    Raises `ArgumentError` for fewer than one layer.
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers = clones(decoder_layer, num_layers)
        require_module("TransformerDecoder", *([] if norm is None else [norm]))
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        causal = is_future(tgt_mask) if tgt_is_causal is None else tgt_is_causal
        for layer in self.layers:
            tgt = layer(
                tgt,
                memory,
                tgt_mask=tgt_mask,
                memory_mask=memory_mask,
                tgt_key_padding_mask=tgt_key_padding_mask,
                memory_key_padding_mask=memory_key_padding_mask,
                tgt_is_causal=causal,
                memory_is_causal=memory_is_causal,
            )
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """Encoder and decoder, each a stack of layers with a normalization at the end; all matrices drawn as by Glorot.

    Takes a source (S, N, d_model) and a target (T, N, d_model), with N first if `batch_first`, or both without N, and
    returns the target's shape. Options and masks are those of `TransformerDecoderLayer`; `custom_encoder` and
    `custom_decoder` are modules in place of the stacks.

    Raises `ArgumentError` and `ShapeError` as `MultiheadAttention` does.
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = functional.relu,
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        options = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        if custom_encoder is None:
            encoder_layer = TransformerEncoderLayer(*options, dtype=dtype, rng=rng)
            custom_encoder = TransformerEncoder(encoder_layer, num_encoder_layers, norm())
        if custom_decoder is None:
            decoder_layer = TransformerDecoderLayer(*options, dtype=dtype, rng=rng)
            custom_decoder = TransformerDecoder(decoder_layer, num_decoder_layers, norm())
        require_module("Transformer", custom_encoder, custom_decoder)
        self.encoder, self.decoder = custom_encoder, custom_decoder
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first
        for p in self.parameters():
            if p.ndim > 1:
                init.xavier_uniform_(p, rng=rng)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        memory = self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
        return self.decoder(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )

    @staticmethod
    def generate_square_subsequent_mask(sz: int, dtype: Any = np.float32) -> Any:
        """The mask of causal attention as numbers to add, (sz, sz): -inf above the diagonal, else 0."""
        if not checks.is_whole(sz, 0):
            raise errors.out_of_range("generate_square_subsequent_mask", "sz", sz, "an integer, 0 or more")
        return np.triu(np.full((sz, sz), -np.inf, dtype), 1)
