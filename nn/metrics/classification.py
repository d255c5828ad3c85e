"""Metrics of classes: shares of right answers, and what scikit-learn makes of all answers of an epoch.

Predictions are logits (N, C, ...) for classes (N, ...), or one logit for each 0 or 1 of targets of the same shape.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np

from autograd.optional import optional
from nn import checks, errors
from nn.metrics.epoch import EpochMetric
from nn.metrics.shapes import are_classes, by_row, decided, labels, numbers, scores

__all__ = ["F1", "ROCAUC", "Precision", "Recall", "accuracy", "top_k"]

AVERAGES = ("binary", "macro", "micro", "weighted", "samples")


def accuracy(prediction: Any, target: Any, *, threshold: float = 0.0) -> float:
    """The share of targets that were predicted: the largest logit, or for 0 and 1 a logit above `threshold`.

    For probabilities of 0 and 1 write ``functools.partial(accuracy, threshold=0.5)``; a trainer with `BCELoss` takes
    0.5 for the metrics that it is given by name. Targets (N, C, ...) that all add
    to 1 over the classes are their probabilities, as `CrossEntropyLoss` takes them: the largest is the right one.
    """
    prediction, target = of_classes(*numbers("accuracy", prediction, target))
    if are_classes("accuracy", prediction, target):
        right = prediction.argmax(axis=1) == labels("accuracy", target, prediction.shape[1])
    else:
        right = (prediction > threshold) == target
    return float(np.count_nonzero(right) / right.size)


def top_k(prediction: Any, target: Any, *, k: int = 5) -> float:
    """The share of targets that are among the `k` classes of the largest logits; of equal ones the first.

    In a trainer, ``"top_3"`` is that of 3. Targets are as for `accuracy`.
    """
    prediction, target = of_classes(*numbers("top_k", prediction, target))
    if not are_classes("top_k", prediction, target) or not 1 <= k <= prediction.shape[1]:
        raise errors.ArgumentError(
            f"top_k: predictions of shape {prediction.shape} with k={k}; they must be (N, C), and k one of 1..C. "
            f"Write top_k(prediction, target, k=2), or 'top_2' among the metrics of a trainer."
        )
    right = labels("top_k", target, prediction.shape[1]).ravel()
    logits = by_row(prediction).astype(
        np.result_type(prediction, np.float32), copy=False
    )  # unsigned ones have no minus
    best = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    return float(np.mean((best == right[:, None]).any(axis=1)))


def of_classes(prediction: Any, target: Any) -> tuple[Any, Any]:
    """Predictions and targets, the latter as classes if they were probabilities of them."""
    if prediction.ndim < 2 or prediction.shape != target.shape or target.shape[1] < 2:
        return prediction, target
    probabilities = target.min() >= 0 and np.allclose(target.sum(axis=1, dtype=np.float64), 1, rtol=0, atol=1e-3)
    return prediction, target.argmax(axis=1) if probabilities else target


class OfClasses(EpochMetric):
    """A metric of scikit-learn's of the predicted classes and the right ones.

    `average` is scikit-learn's: None takes ``"binary"`` for two classes and ``"macro"`` for more. `threshold` is the
    logit above which a 1 is predicted where targets are 0 and 1. A class that nobody predicted counts as 0.
    """

    function: ClassVar[str]

    def __init__(self, average: str | None = None, *, threshold: float = 0.0) -> None:
        if average is not None:
            checks.known_name("average", average, AVERAGES)
        self.average, self.threshold = average, checks.number(type(self).__name__, threshold=threshold)
        self.count = 0

    def keep(self, prediction: Any, target: Any) -> tuple[Any, ...]:
        predicted, right, self.count = decided(self.name, prediction, target, self.threshold)
        if self.average == "binary" and self.count != 2:
            raise errors.ArgumentError(
                f"{self.name}: average='binary', but predictions have shape {prediction.shape}; it needs two classes. "
                f"Write average='macro'."
            )
        return predicted, right

    def score(self, *kept: Any) -> float:
        predicted, right = kept
        function = getattr(optional("sklearn.metrics", "data", f"the metric {self.name!r}"), self.function)
        average = self.average or ("binary" if self.count == 2 else "macro")
        known = {"labels": range(self.count)} if self.count and average != "binary" else {}
        return float(function(right, predicted, average=average, zero_division=0, **known))


class Precision(OfClasses):
    """Of what was predicted to be a class, the share that is of it."""

    function = "precision_score"


class Recall(OfClasses):
    """Of what is of a class, the share that was predicted to be."""

    function = "recall_score"


class F1(OfClasses):
    """The harmonic mean of precision and recall."""

    function = "f1_score"


class ROCAUC(EpochMetric):
    """The area under the curve of true over false positives, one class against the rest, averaged over classes.

    It is nan for an epoch in which a class has no examples, or no others.
    """

    name = "roc_auc"

    def __init__(self, average: str = "macro") -> None:
        self.average = checks.known_name("average", average, ("macro", "micro", "weighted"))

    def keep(self, prediction: Any, target: Any) -> tuple[Any, ...]:
        return scores(self.name, prediction, target)

    def score(self, *kept: Any) -> float:
        given, right = kept
        function = optional("sklearn.metrics", "data", f"the metric {self.name!r}").roc_auc_score
        if not np.all(np.isfinite(given)):
            return float("nan")
        several = {"labels": range(given.shape[1]), "multi_class": "ovr"} if given.ndim > right.ndim else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it is not defined: nan says so, after every epoch
            return float(function(right, given, average=self.average, **several))
