"""How predictions and targets lie to each other: which classes were predicted, and which are right."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors, functional

__all__ = ["are_classes", "by_row", "decided", "labels", "numbers", "same_shape", "scores"]


def numbers(what: str, prediction: Any, target: Any) -> tuple[Any, Any]:
    """Both as arrays of real numbers, which are not empty."""
    arrays = {"predictions": checks.as_array(what, prediction), "targets": checks.as_array(what, target)}
    for name, array in arrays.items():
        if array.dtype.kind not in "biuf":
            raise errors.ArgumentError(
                f"{what}: the {name} are {array.dtype}{array.shape}; they must be real numbers, and classes 0, 1, ..."
            )
        if not array.size:
            raise errors.ArgumentError(f"{what}: the {name} have shape {array.shape}; there are no examples.")
    return arrays["predictions"], arrays["targets"]


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
        if prediction.shape[1] == 1:  # the largest of one logit would always be class 0
            raise errors.ShapeError(
                f"{what}: predictions of shape {prediction.shape} and targets of shape {target.shape}; for one logit "
                f"an example they must have one shape. Write target[:, None]."
            )
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
    whole = target.dtype.kind != "f" or bool(np.all(target == np.floor(target)))
    if not (whole and target.min() >= 0 and target.max() < count):
        right = (target >= 0) & (target < count) & (target == np.floor(target))
        raise errors.LabelError(
            f"{what}: the targets contain {target[~right][0]}; they must be classes 0..{count - 1}."
        )
    return target.astype(np.int64, copy=False)


def decided(what: str, prediction: Any, target: Any, threshold: float) -> tuple[Any, Any, int]:
    """The class that was predicted and the right one, and how many classes there are.

    For targets of several columns of 0 and 1 (several labels at once) it is (N, L) of both, and 0 classes.
    """
    prediction, target = numbers(what, prediction, target)
    if are_classes(what, prediction, target):
        count = prediction.shape[1]
        return prediction.argmax(axis=1).ravel(), labels(what, target, count).ravel(), count
    several = target.ndim > 1 and target.shape[-1] > 1
    shape = (-1, target.shape[-1]) if several else (-1,)
    return (prediction > threshold).astype(int).reshape(shape), target.astype(int).reshape(shape), 0 if several else 2


def scores(what: str, prediction: Any, target: Any) -> tuple[Any, Any]:
    """Scores (N,) of the second of two classes, (N, C) of classes that add to 1, or (N, L) of labels; and targets."""
    prediction, target = numbers(what, prediction, target)
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
