"""Losses of the distances and angles of vectors, in the last axis; all vectors are differentiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn import errors
from nn.functional.arguments import alike, number, numbers, positive, require_same_shape, signs
from nn.functional.distance import pairwise_distance
from nn.functional.loss.node import positive_part
from nn.reduction import check_reduction, reduced

__all__ = ["cosine_embedding_loss", "triplet_margin_loss", "triplet_margin_with_distance_loss"]

TINY = 1e-12  # PyTorch's, which keeps the square root of a zero vector's square away from 0


def cosine_embedding_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Any:
    """``1 - cos(input1, input2)`` where the target is 1, ``max(0, cos(input1, input2) - margin)`` where it is -1.

    The inputs are (N, D) with targets (N,), or (D,) with one target.

    Raises `ShapeError` for other shapes, `LabelError` for labels that are not 1 or -1.
    """
    check_reduction(reduction)
    what = "cosine_embedding_loss"
    input1, input2 = alike(what, input1, input2, ("input1", "input2"))
    if input1.ndim not in (1, 2):
        raise errors.ShapeError(f"{what}: inputs of shape {input1.shape}; they must be (N, D) or (D,).")
    same = signs(what, target, input1.shape[:-1], input1.dtype) > 0
    squares = [np.sum(np.square(x), axis=-1) + TINY for x in (input1, input2)]
    cosine = np.sum(input1 * input2, axis=-1) / np.sqrt(squares[0] * squares[1])
    return reduced(np.where(same, 1 - cosine, positive_part(cosine - number(what, margin))), reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """``max(0, margin + d(anchor, positive) - d(anchor, negative))`` with `pairwise_distance` as d.

    With `swap` the second distance is d(positive, negative) where that is smaller (Balntas et al., 2016). Vectors are
    (N, D) or (D,).

    Raises `ShapeError` if the shapes differ, `ArgumentError` unless `margin` is above 0.
    """

    def distance(x1: Any, x2: Any) -> Any:
        return pairwise_distance(x1, x2, p, eps)

    return triplet("triplet_margin_loss", anchor, positive, negative, distance, margin, swap, reduction)


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """`triplet_margin_loss` with a distance of one's own, such as ``lambda a, b: 1 - cosine_similarity(a, b)``.

    Raises `ShapeError` if the shapes differ, `ArgumentError` unless `margin` is above 0.
    """
    distance = pairwise_distance if distance_function is None else distance_function
    what = "triplet_margin_with_distance_loss"
    if not callable(distance):
        raise errors.wrong_argument(what, "distance_function", distance, "a function of two arrays of vectors")
    return triplet(what, anchor, positive, negative, distance, margin, swap, reduction)


def triplet(
    what: str,
    anchor: Any,
    near: Any,
    far: Any,
    distance: Callable[[Any, Any], Any],
    margin: float,
    swap: bool,
    reduction: str,
) -> Any:
    """``max(0, margin + d(anchor, near) - d(anchor, far))``."""
    check_reduction(reduction)
    positive(what, margin=margin)
    anchor, near, far = numbers(what, anchor, near, far)
    require_same_shape(what, anchor=anchor, positive=near, negative=far)
    apart = distance(anchor, far)
    if swap:
        apart = np.minimum(apart, distance(near, far))
    return reduced(positive_part(float(margin) + distance(anchor, near) - apart), reduction)
