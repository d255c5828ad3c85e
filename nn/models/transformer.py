"""A decoder-only Transformer, which writes a text letter by letter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import functional, init
from nn.layers import Embedding, LayerNorm, Linear, MultiheadAttention, Sequential
from nn.module import Module
from nn.sharing import register

__all__ = ["GPT"]


@register(name="nn.models.Block")
class Block(Module):
    """Each place looks at those before it, then thinks for itself; both are added to what it was, (N, T, width)."""

    def __init__(self, width: int, heads: int, *, rng: np.random.Generator | None = None) -> None:
        self.norm1, self.norm2 = LayerNorm(width, bias=False), LayerNorm(width, bias=False)
        self.attention = MultiheadAttention(width, heads, bias=False, batch_first=True, rng=rng)
        self.expand, self.contract = Linear(width, 4 * width, False, rng=rng), Linear(4 * width, width, False, rng=rng)

    def forward(self, x: Any) -> Any:
        seen = self.norm1(x)
        x = x + self.attention(seen, seen, seen, need_weights=False, is_causal=True)[0]
        return x + self.contract(functional.gelu(self.expand(self.norm2(x))))


@register(name="nn.models.GPT")
class GPT(Module):
    """What comes next, at every place of a text: vectors of letters and places, blocks, and the letters' vectors again.

    Takes integers (N, T), below `letters`, with T at most `places`, and returns logits (N, T, letters). The weight of
    the last layer is the table of the letters (Press and Wolf, 2017). Weights are drawn from N(0, 0.02^2); those that
    end a branch are smaller by the root of the number of branches, which add up (Radford and others, 2019).
    """

    def __init__(
        self,
        letters: int,
        places: int = 64,
        *,
        layers: int = 4,
        heads: int = 4,
        width: int = 128,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.letters, self.places = Embedding(letters, width, rng=rng), Embedding(places, width, rng=rng)
        self.blocks = Sequential(*(Block(width, heads, rng=rng) for _ in range(layers)))
        self.norm = LayerNorm(width, bias=False)
        for name, p in self.named_parameters():
            if p.ndim == 2:
                ends_branch = name.endswith(("out_proj.weight", "contract.weight"))
                init.normal_(p, std=0.02 / math.sqrt(2 * layers) if ends_branch else 0.02, rng=rng)

    def forward(self, x: Any) -> Any:
        h = self.letters(x) + self.places(np.arange(x.shape[1]))
        return self.norm(self.blocks(h)) @ self.letters.weight.T
