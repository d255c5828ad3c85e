"""Margin losses with labels 1 and -1, which are constants; they are 0 where a margin is kept.

At the margin itself the slope is that of the losing side, as in PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.functional.activation import sigmoid
from nn.functional.arguments import alike, number, numbers, signs
from nn.functional.loss.node import one_node
from nn.reduction import check_reduction

__all__ = ["hinge_embedding_loss", "hinge_loss", "margin_ranking_loss", "soft_margin_loss"]


@one_node(lambda s, x, t, margin: np.where(t * x <= margin, -s * t, 0))
def hinge(x: Any, t: Any, margin: float) -> Any:
    """``max(0, margin - t x)``."""
    return np.maximum(margin - t * x, 0)


@one_node(lambda s, x, t, margin: np.where(t > 0, s, np.where(x <= margin, -s, 0)))
def hinge_of_distance(x: Any, t: Any, margin: float) -> Any:
    """x where t is 1, ``max(0, margin - x)`` where it is -1."""
    return np.where(t > 0, x, np.maximum(margin - x, 0))


@one_node(lambda s, x, t: -s * t * sigmoid(-t * x))
def softened_hinge(x: Any, t: Any) -> Any:
    """``log(1 + exp(-t x))``."""
    z = t * x
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(-z, 0)


@one_node(
    lambda s, x1, x2, t, margin: np.where(t * (x1 - x2) <= margin, -s * t, 0),
    lambda s, x1, x2, t, margin: np.where(t * (x1 - x2) <= margin, s * t, 0),
)
def ranking(x1: Any, x2: Any, t: Any, margin: float) -> Any:
    """``max(0, margin - t (x1 - x2))``."""
    return np.maximum(margin - t * (x1 - x2), 0)


def hinge_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """``max(0, margin - target * input)``: the loss of a support vector machine (Cortes, Vapnik, 1995).

    Raises `ShapeError` if the shapes differ, `LabelError` for labels that are not 1 or -1.
    """
    check_reduction(reduction)
    [input] = numbers("hinge_loss", input)
    target = signs("hinge_loss", target, input.shape, input.dtype)
    return hinge(input, reduction, target, number("hinge_loss", margin))


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """The input, a distance, where the target is 1, and ``max(0, margin - input)`` where it is -1.

    Raises `ShapeError` if the shapes differ, `LabelError` for labels that are not 1 or -1.
    """
    check_reduction(reduction)
    what = "hinge_embedding_loss"
    [input] = numbers(what, input)
    target = signs(what, target, input.shape, input.dtype)
    return hinge_of_distance(input, reduction, target, number(what, margin))


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """``log(1 + exp(-target * input))``, which does not overflow.

    Raises `ShapeError` if the shapes differ, `LabelError` for labels that are not 1 or -1.
    """
    check_reduction(reduction)
    [input] = numbers("soft_margin_loss", input)
    return softened_hinge(input, reduction, signs("soft_margin_loss", target, input.shape, input.dtype))


def margin_ranking_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean") -> Any:
    """``max(0, margin - target * (input1 - input2))``: 1 asks for the first to be larger, -1 for the second.

    Raises `ShapeError` if the shapes differ, `LabelError` for labels that are not 1 or -1.
    """
    check_reduction(reduction)
    what = "margin_ranking_loss"
    input1, input2 = alike(what, input1, input2, ("input1", "input2"))
    target = signs(what, target, input1.shape, input1.dtype)
    return ranking(input1, input2, reduction, target, number(what, margin))
