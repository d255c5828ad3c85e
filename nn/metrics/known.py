"""The metrics that have a name, and how a trainer finds those that it is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from nn import errors
from nn.metrics.classification import F1, ROCAUC, Precision, Recall, accuracy, top_k
from nn.metrics.confusion import confusion_matrix
from nn.metrics.epoch import is_epoch_metric
from nn.metrics.numerical import R2, Perplexity, mean_absolute_error

__all__ = ["METRICS", "find"]

THRESHOLDED = ("accuracy", "precision", "recall", "f1")

#: functions, which are averaged, and classes of metrics of whole epochs
METRICS: dict[str, Callable[..., Any]] = {
    "accuracy": accuracy,
    "top_k": top_k,
    "precision": Precision,
    "recall": Recall,
    "f1": F1,
    "roc_auc": ROCAUC,
    "mae": mean_absolute_error,
    "r2": R2,
    "perplexity": Perplexity,
}


def find(metric: Any, *, probabilities: bool = False) -> tuple[str, Any]:
    """A metric and its name, from either. Where a model gives `probabilities`, those with a name part 0 and 1 at 0.5.

    Raises `ArgumentError`, which lists the known names.
    """
    if metric is confusion_matrix or (isinstance(metric, str) and metric == "confusion_matrix"):
        raise errors.ArgumentError(
            "the metric 'confusion_matrix' is a table, not a number: after the training, write "
            "nn.metrics.confusion_matrix(trainer.predict(x), y)."
        )
    if isinstance(metric, type) and is_epoch_metric(metric):
        raise errors.ArgumentError(f"the metric {metric.__name__} is a class; write {metric.__name__}().")
    if metric is accuracy:
        metric = "accuracy"
    if is_epoch_metric(metric) or callable(metric):
        return name_of(metric), metric
    if isinstance(metric, str) and metric.startswith("top_") and metric[4:].isdecimal():
        return metric, partial(top_k, k=int(metric[4:]))
    if not isinstance(metric, str) or metric not in METRICS:
        raise errors.unknown_name("metric", metric, METRICS, ", or give a function of (prediction, target)")
    known = partial(METRICS[metric], threshold=0.5) if probabilities and metric in THRESHOLDED else METRICS[metric]
    return metric, known() if isinstance(METRICS[metric], type) else known


def name_of(metric: Any) -> str:
    """What the column of a metric is called."""
    while isinstance(metric, partial):
        metric = metric.func
    name = getattr(metric, "name", None) if is_epoch_metric(metric) else None
    return name if isinstance(name, str) else getattr(metric, "__name__", type(metric).__name__)
