"""How much an example counts in the loss: weights of classes and of examples, and by what a mean divides."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import checks, errors
from nn.module import Module

__all__ = ["check_class_weight", "check_sample_weight", "size_of", "weighted", "weights_of"]


def check_class_weight(class_weight: Any) -> None:
    """A dict from classes to numbers, 0 or more."""
    if class_weight is None:
        return
    if not isinstance(class_weight, dict):
        raise errors.wrong_argument("Trainer", "class_weight", class_weight, "a dict, class_weight={0: 1.0, 1: 5.0}")
    for label, weight in class_weight.items():
        if not checks.is_whole(label, 0):
            raise errors.ArgumentError(f"Trainer: class_weight has the class {label!r}; classes are 0, 1, ...")
        checks.not_negative("Trainer", **{f"class_weight[{label}]": weight})
        if not weight < np.inf:
            raise errors.out_of_range("Trainer", f"class_weight[{label}]", weight, "a finite number")


def check_sample_weight(sample_weight: Any, length: int) -> Any:
    """An array of a number, 0 or more, for each example."""
    weights = checks.as_array("Trainer: sample_weight", sample_weight)
    if weights.shape != (length,):
        raise errors.ArgumentError(
            f"Trainer: sample_weight has shape {weights.shape}; it must be ({length},), a weight for each example."
        )
    if weights.dtype.kind not in "biuf" or not np.all(weights >= 0) or not np.all(np.isfinite(weights)):
        raise errors.ArgumentError("Trainer: sample_weight must hold finite numbers, 0 or more.")
    return weights


def weights_of(y: Any, class_weight: dict[int, float] | None, given: Any) -> Any:
    """The weight of each example: that of its class, 1 if it has none, times the one that was given; or None."""
    if class_weight is None:
        return given
    classes = y[:, 0] if y.shape == (len(y), 1) else y  # as the losses of two classes take them
    whole = y.dtype.kind in "biu" or (y.dtype.kind == "f" and np.array_equal(classes, np.floor(classes)))
    if not whole or classes.ndim != 1:
        raise errors.ArgumentError(
            f"Trainer: class_weight needs classes, whole numbers (N,) or (N, 1), and y is of {y.dtype} and shape "
            f"{y.shape}. Write sample_weight=, with a weight for each example."
        )
    weights = np.ones(len(y))
    for label, weight in class_weight.items():
        weights[classes == label] = weight
    return weights if given is None else weights * given


def weighted(loss: Callable[..., Any]) -> Callable[[Any, Any, Any], Any]:
    """The same loss as a function of prediction, target and weights: ``sum(weight * loss of each example) / size``.

    As in Keras, the size is that without weights. Raises `ArgumentError` for a function that cannot give the loss of
    each example.
    """
    each = per_example(loss)
    reduction = getattr(loss, "reduction", "mean")

    def call(prediction: Any, y: Any, weights: Any) -> Any:
        values = each(prediction, y)
        if values.shape[:1] != weights.shape:
            raise errors.ArgumentError(
                f"Trainer: without reduction the loss gives shape {values.shape}, which is not one for each of the "
                f"{len(weights)} weights of examples."
            )
        total = np.sum(values * weights.astype(values.dtype).reshape(-1, *(1,) * (values.ndim - 1)))
        if reduction == "sum":
            return total
        size = size_of(loss, y) if hasattr(loss, "ignore_index") and y.dtype.kind in "iu" else values.size
        return total / (len(values) if reduction == "batchmean" else size)

    return call


def per_example(loss: Callable[..., Any]) -> Callable[..., Any]:
    """The loss, without reduction."""
    if isinstance(loss, Module) and hasattr(loss, "reduction"):
        each = copy.copy(loss)
        each.reduction = "none"
        return each
    try:
        known = "reduction" in inspect.signature(loss).parameters
    except (TypeError, ValueError):
        known = False
    if not known:
        raise errors.ArgumentError(
            "Trainer: weights of classes or examples need the loss of each example, and this loss has no `reduction`. "
            "Write nn.CrossEntropyLoss() or another of nn's losses, or give your function a keyword reduction='mean' "
            "that may be 'none'."
        )
    return lambda prediction, y: loss(prediction, y, reduction="none")


def size_of(loss: Any, y: Any) -> float:
    """What a mean loss has divided by, up to a constant: the entries of the target, or what those weigh that count."""
    ignored = getattr(loss, "ignore_index", None)
    if ignored is None or y.dtype.kind not in "iu":
        return float(np.size(y))
    counting = y[y != ignored]
    weight = getattr(loss, "weight", None)
    return float(counting.size if weight is None else unwrap(weight)[counting].sum())
