"""Metrics of numbers: errors of a regression, and the perplexity of a language model."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import no_grad
from autograd.optional import optional
from nn import checks
from nn.functional import cross_entropy
from nn.metrics.epoch import EpochMetric
from nn.metrics.shapes import numbers, same_shape

__all__ = ["R2", "Perplexity", "mean_absolute_error"]


def mean_absolute_error(prediction: Any, target: Any) -> float:
    """The mean of ``abs(prediction - target)``, which have the same shape."""
    prediction, target = floating("mae", prediction, target)
    return float(np.mean(np.abs(prediction - target)))


def floating(what: str, prediction: Any, target: Any) -> tuple[Any, Any]:
    """Both in one shape and a floating dtype of 32 bits or more: the difference of unsigned integers would wrap."""
    prediction, target = numbers(what, prediction, target)
    same_shape(what, prediction, target)
    dtype = np.result_type(prediction, target, np.float32)
    return prediction.astype(dtype, copy=False), target.astype(dtype, copy=False)


class R2(EpochMetric):
    """The share of the targets' variance that the predictions explain, averaged over columns; nan of one example."""

    name = "r2"

    def keep(self, prediction: Any, target: Any) -> tuple[Any, ...]:
        prediction, target = floating(self.name, prediction, target)
        rows = (len(target) if target.ndim else 1, -1)
        return prediction.reshape(rows), target.reshape(rows)

    def score(self, *kept: Any) -> float:
        prediction, target = kept
        function = optional("sklearn.metrics", "data", f"the metric {self.name!r}").r2_score
        if len(target) < 2 or not np.all(np.isfinite(prediction)):
            return float("nan")
        return float(function(target, prediction))


class Perplexity(EpochMetric):
    """``exp`` of the mean cross-entropy of logits (N, C, ...) and classes (N, ...), `ignore_index` left out."""

    def __init__(self, ignore_index: int = -100) -> None:
        self.ignore_index = checks.integer("Perplexity", ignore_index=ignore_index)

    def keep(self, prediction: Any, target: Any) -> tuple[Any, ...]:
        with no_grad():
            losses = cross_entropy(prediction, target, ignore_index=self.ignore_index, reduction="none")
        losses, target = np.asarray(losses), np.asarray(target)  # the targets may be rows of probabilities
        kept = losses[target != self.ignore_index] if target.shape == losses.shape else losses
        return (np.array([[kept.sum(dtype=np.float64), kept.size]]),)  # a row per batch: a text has many tokens

    def score(self, *kept: Any) -> float:
        total, count = kept[0].sum(axis=0)
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.exp(total / count))
