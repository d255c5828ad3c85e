"""Distances and similarities of vectors; their axes other than the compared one broadcast."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors
from nn.functional.arguments import numbers

__all__ = ["cosine_similarity", "pairwise_distance"]


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """``x1 @ x2 / (max(norm(x1), eps) * max(norm(x2), eps))`` of the vectors along an axis.

    Raises `ShapeError` for shapes that do not broadcast or lack the axis, `ArgumentError` for a negative `eps`.
    """
    checks.not_negative("cosine_similarity", eps=eps)
    x1, x2 = numbers("cosine_similarity", x1, x2)
    shape = common_shape("cosine_similarity", x1, x2)
    if not -len(shape) <= dim < len(shape):
        raise errors.ShapeError(f"cosine_similarity: dim={dim} is no axis of shape {shape}. Write dim=-1 for the last.")
    if x1.shape != x2.shape:
        x1, x2 = np.broadcast_to(x1, shape), np.broadcast_to(x2, shape)
    size1, size2 = (np.maximum(np.linalg.norm(x, axis=dim, keepdims=True), float(eps)) for x in (x1, x2))
    return np.sum((x1 / size1) * (x2 / size2), axis=dim)


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    """The p-norm of ``x1 - x2 + eps`` along the last axis: of each row of one and the same row of the other.

    Raises `ShapeError` for shapes that do not broadcast, `ArgumentError` for a negative `p`.
    """
    checks.not_negative("pairwise_distance", p=p)
    checks.number("pairwise_distance", eps=eps)
    x1, x2 = numbers("pairwise_distance", x1, x2)
    if not common_shape("pairwise_distance", x1, x2):
        raise errors.ShapeError("pairwise_distance: got two numbers; it takes vectors (D,) or rows of them (N, D).")
    return np.linalg.norm(x1 - x2 + float(eps), ord=None if p == 2 else p, axis=-1, keepdims=keepdim)


def common_shape(what: str, x1: Any, x2: Any) -> tuple[int, ...]:
    """The shape to which both broadcast."""
    try:
        return np.broadcast_shapes(x1.shape, x2.shape)
    except ValueError:
        raise errors.ShapeError(f"{what}: shapes {x1.shape} and {x2.shape} do not broadcast together.") from None
