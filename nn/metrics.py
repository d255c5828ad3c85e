"""Metrics: functions of predictions and targets, both arrays, that return one number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn import errors

__all__ = ["METRICS", "accuracy", "find", "mean_absolute_error"]

Metric = Callable[[Any, Any], float]


def accuracy(prediction: Any, target: Any) -> float:
    """The share of rows of logits (N, C) whose largest entry is at the target (N,)."""
    if prediction.ndim != 2 or prediction.shape[:1] != target.shape:
        raise errors.ShapeError(
            f"accuracy: predictions of shape {prediction.shape} and targets of shape {target.shape}; "
            f"they must be (N, C) and (N,)."
        )
    return float(np.mean(prediction.argmax(axis=1) == target))


def mean_absolute_error(prediction: Any, target: Any) -> float:
    """The mean of ``abs(prediction - target)``, which have the same shape."""
    if prediction.shape != target.shape:
        raise errors.ShapeError(f"mae: predictions of shape {prediction.shape} and targets of shape {target.shape}.")
    return float(np.mean(np.abs(prediction - target)))


METRICS: dict[str, Metric] = {"accuracy": accuracy, "mae": mean_absolute_error}


def find(metric: Any) -> tuple[str, Metric]:
    """A metric and its name, from either.

    Raises `ArgumentError`, which lists the known names.
    """
    if callable(metric):
        return getattr(metric, "__name__", type(metric).__name__), metric
    if not isinstance(metric, str) or metric not in METRICS:
        raise errors.unknown_name("metric", metric, METRICS, ", or give a function of (prediction, target)")
    return metric, METRICS[metric]
