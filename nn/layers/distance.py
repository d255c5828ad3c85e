"""Distances and similarities of vectors."""

from __future__ import annotations

from typing import Any

from nn import checks, functional
from nn.module import Module

__all__ = ["CosineSimilarity", "PairwiseDistance"]


class CosineSimilarity(Module):
    """The cosine of the angle between vectors along axis `dim`; lengths below `eps` count as `eps`.

    Raises `ArgumentError` for a negative `eps`.
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        checks.not_negative("CosineSimilarity", eps=eps)
        self.dim, self.eps = dim, eps

    def forward(self, x1: Any, x2: Any) -> Any:
        return functional.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """The p-norm of ``x1 - x2 + eps`` along the last axis, which `keepdim` keeps as 1.

    Raises `ArgumentError` for a negative `p`.
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        checks.not_negative("PairwiseDistance", p=p)
        self.norm, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1: Any, x2: Any) -> Any:
        return functional.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)
