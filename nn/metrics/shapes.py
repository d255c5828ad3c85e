"""How predictions and targets lie to each other: which classes were predicted, and which are right."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import errors, functional

__all__ = ["are_classes", "by_row", "decided", "labels", "same_shape", "scores"]


def same_shape(what: str, prediction: Any, target: Any) -> None:
    """Prediction and target have one shape; (N, 1) against (N,) is an error too."""
    if prediction.shape != target.shape:
        raise errors.ShapeError(
            f"{what}: predictions of shape {prediction.shape} and targets of shape {target.shape}; "
            f"they must have one shape."
        )


def are_classes(what: str, prediction: Any, target: Any) -> bool:
    """Whether predictions are logits (N, C, ...) of classes (N, ...), and not a logit for each 0 or 1 of the target."""
    if prediction.ndim >= 2 and prediction.shape[:1] + prediction.shape[2:] == target.shape:
        return True
    if prediction.shape != target.shape or not prediction.ndim:
        raise errors.ShapeError(
            f"{what}: predictions of shape {prediction.shape} and targets of shape {target.shape}; they must be "
            f"(N, C) and (N,), or of one shape for targets of 0 and 1."
        )
    if not np.all((target == 0) | (target == 1)):
        raise errors.LabelError(
            f"{what}: predictions and targets have shape {target.shape}, so the targets must be 0 and 1. "
            f"Of probabilities of classes (N, C), give the largest: target.argmax(axis=1)."
        )
    return False


def labels(what: str, target: Any, count: int) -> Any:
    """Targets as integers below `count`."""
    whole = target.astype(np.int64)
    wrong = (whole != target) | (whole < 0) | (whole >= count)
    if wrong.any():
        raise errors.LabelError(f"{what}: the targets contain {target[wrong][0]}; they must be classes 0..{count - 1}.")
    return whole


def decided(what: str, prediction: Any, target: Any, threshold: float) -> tuple[Any, Any, int]:
    """The class that was predicted and the right one, and how many classes there are.

    For targets of several columns of 0 and 1 (several labels at once) it is (N, L) of both, and 0 classes.
    """
    if are_classes(what, prediction, target):
        count = prediction.shape[1]
        return prediction.argmax(axis=1).ravel(), labels(what, target, count).ravel(), count
    several = target.ndim > 1 and target.shape[-1] > 1
    shape = (-1, target.shape[-1]) if several else (-1,)
    return (prediction > threshold).astype(int).reshape(shape), target.astype(int).reshape(shape), 0 if several else 2


def scores(what: str, prediction: Any, target: Any) -> tuple[Any, Any]:
    """Scores (N,) of the second of two classes, (N, C) of classes that add to 1, or (N, L) of labels; and targets."""
    if not are_classes(what, prediction, target):
        shape = (-1, target.shape[-1]) if target.ndim > 1 and target.shape[-1] > 1 else (-1,)
        return prediction.reshape(shape), target.astype(int).reshape(shape)
    count = prediction.shape[1]
    logits, right = by_row(prediction).astype(np.float64), labels(what, target, count).ravel()
    if count == 2:
        return logits[:, 1] - logits[:, 0], right
    return functional.softmax(logits, 1), right


def by_row(prediction: Any) -> Any:
    """Logits (N, C, ...) as (N * ..., C)."""
    return np.moveaxis(prediction, 1, -1).reshape(-1, prediction.shape[1])
