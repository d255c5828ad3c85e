"""Metrics: what a training is judged by, of predictions and targets, both arrays.

A metric is a function ``(prediction, target)`` whose value over an epoch is the mean over its batches, or, where that
would be wrong (F1, ROC AUC, R2), an `EpochMetric`, which keeps what it needs of each batch and is computed at the end.
Read `epoch.py` first.
"""

from nn.metrics.classification import F1, ROCAUC, Precision, Recall, accuracy, top_k
from nn.metrics.confusion import ConfusionMatrix, confusion_matrix
from nn.metrics.epoch import EpochMetric, Metric, Running
from nn.metrics.known import METRICS, find
from nn.metrics.numerical import R2, Perplexity, mean_absolute_error

__all__ = [
    "F1",
    "METRICS",
    "R2",
    "ROCAUC",
    "ConfusionMatrix",
    "EpochMetric",
    "Metric",
    "Perplexity",
    "Precision",
    "Recall",
    "Running",
    "accuracy",
    "confusion_matrix",
    "find",
    "mean_absolute_error",
    "top_k",
]
