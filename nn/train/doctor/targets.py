"""What is wrong between prediction and target: shapes, a softmax too many, labels that nothing can reach.

nn's own losses refuse most of it; here are the losses that people write themselves, and what no shape shows.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.errors import op_name
from autograd.graph import traced, unwrap
from nn.functional.activation import sigmoid, tanh
from nn.functional.loss.binary import cross_entropy_of_logits
from nn.functional.loss.cross_entropy import picked_loss, soft_cross_entropy, softmax_cross_entropy
from nn.functional.loss.regression import absolute_error, huber_error, smooth_absolute_error, squared_error
from nn.functional.softmax import log_softmax_along, softmax_along
from nn.train.doctor.findings import Finding
from nn.train.doctor.graph import flat, shape
from nn.train.doctor.observing import Step

__all__ = ["check_targets"]

OF_LOGITS = (softmax_cross_entropy, soft_cross_entropy)
DISTANCES = (squared_error, absolute_error, huber_error, smooth_absolute_error, np.subtract)
RANGES = {sigmoid: (0, 1), softmax_along: (0, 1), tanh: (-1, 1), np.tanh: (-1, 1)}
#: calls that move, choose or bound the entries of their first argument
ARRANGING = (
    *(operator.getitem, np.clip, np.reshape, np.ravel, np.squeeze, np.expand_dims),
    *(np.swapaxes, np.moveaxis, np.transpose, np.matrix_transpose),
)
ROUNDING = 1e-3
SLACK = 0.05  # of the range of an activation: targets that were scaled to it by other data


def check_targets(step: Step) -> Iterator[Finding]:
    """All of them, in the calls between the last layer and the loss."""
    for node in step.head:
        args = list(flat(node.args))
        if not args:  # backward(retain_graph=False) has let them go
            continue
        if len(args) >= 2 and broadcast(node, args[0], args[1], step.y):
            yield Finding(
                "each-with-each",
                f"the loss compares each prediction with each target: {op_name(node.op)} of shapes {shape(args[0])} "
                f"and {shape(args[1])} gave {shape(node)}, whose mean is lowest where all predictions are alike. Write "
                f"prediction[:, 0], or target.reshape(-1, 1), or use nn.MSELoss(), which would have refused it.",
            )
        if node.op in OF_LOGITS and is_softmax(args[0]):
            yield Finding(
                "softmax-twice",
                "CrossEntropyLoss takes logits and applies a softmax itself; it was given the result of a softmax, and "
                "learns slowly if at all. Leave the softmax out of the model, and apply it to what predict returns.",
            )
        if node.op is cross_entropy_of_logits and made_by(args[0]) is sigmoid:
            yield Finding(
                "sigmoid-twice",
                "BCEWithLogitsLoss takes logits and applies a sigmoid itself; it was given the result of a sigmoid, "
                "so that no probability can be below 0.5. Leave the sigmoid out of the model, or use nn.BCELoss().",
            )
        if node.op is picked_loss and np.max(unwrap(args[0]), initial=-np.inf) > ROUNDING:
            yield Finding(
                "no-log-probabilities",
                f"NLLLoss takes log-probabilities, which are at most 0; it was given {np.max(unwrap(args[0])):.3g}. "
                f"Apply nn.LogSoftmax(-1) first, or use nn.CrossEntropyLoss(), which takes logits.",
            )
        yield from labels_outside(node, args)
        yield from labels_above(node, step.y)


def made_by(value: Any) -> Any:
    """The call whose entries these are, in whatever arrangement; None for data."""
    while getattr(value, "op", None) in ARRANGING and value.parents:
        value = value.parents[0]
    return getattr(value, "op", None)


def broadcast(node: Any, a: Any, b: Any, y: Any) -> bool:
    """Whether a prediction (N, 1) met targets (N,), or the other way, and made (N, N)."""
    column, row = (a, b) if len(shape(a)) == 2 else (b, a)
    n = shape(row)[:1]
    apart = n and n[0] > 1 and shape(row) == n and shape(column) == (*n, 1) and shape(node) == n * 2
    if not (apart and traced(a) != traced(b)):
        return False
    if y is None:
        return node.op is np.subtract
    return same_line(np.ravel(unwrap(b if traced(a) else a)), np.ravel(unwrap(y)))


def same_line(values: Any, y: Any) -> bool:
    """Whether these are the targets, perhaps scaled or shifted: as many quantiles or centres are none."""
    if values.shape != y.shape or values.dtype.kind not in "biuf" or y.dtype.kind not in "biuf":
        return False
    if np.array_equal(values, y):
        return True
    if len(y) < 8 or not (np.ptp(values) > 0 and np.ptp(y) > 0):  # any two points are on a line
        return False
    return bool(abs(np.corrcoef(values.astype(np.float64), y.astype(np.float64))[0, 1]) > 1 - 1e-6)


def is_softmax(scores: Any) -> bool:
    """Whether scores (N, C) are made by a softmax, or look as if: rows of probabilities that add up to 1."""
    x = unwrap(scores)
    if made_by(scores) is softmax_along:
        return True
    if x.ndim != 2 or x.shape[0] < 2 or x.shape[1] < 2 or not x.min() >= 0:
        return False
    return bool(np.all(np.abs(x.sum(1) - 1) < ROUNDING) and np.ptp(x) > ROUNDING)


def labels_outside(node: Any, args: list[Any]) -> Iterator[Finding]:
    """Negative classes, which count from the last class; targets outside what the last activation can give."""
    labels = classes_taken(node)
    if labels is not None and len(shape(args[0])) == 2 and labels.dtype.kind == "i" and np.any(labels < 0):
        yield Finding(
            "labels-outside",
            f"labels go from {labels.min()} to {labels.max()}, and a negative one counts from the last of "
            f"the {shape(args[0])[1]} classes. Write classes as 0, 1, ..., "
            f"or use nn.CrossEntropyLoss(), which refuses others and leaves out ignore_index.",
        )
    if node.op not in DISTANCES or len(args) < 2 or traced(args[0]) == traced(args[1]):
        return
    prediction, target = args[:2] if traced(args[0]) else args[1::-1]
    last = made_by(prediction)
    low, high = RANGES.get(last, (-np.inf, np.inf))
    target = unwrap(target)
    if target.shape != shape(prediction) or not target.size:
        return
    slack = SLACK * (high - low)
    if target.min() < low - slack or target.max() > high + slack:
        yield Finding(
            "labels-outside",
            f"targets go from {target.min():.4g} to {target.max():.4g}, and the model ends in a "
            f"{last.__name__.removesuffix('_along')}, which stays in {low}..{high}. "
            f"Scale the targets to that, or end with a Linear layer.",
        )


def classes_taken(node: Any) -> Any:
    """The classes by which a loss takes an entry of each row, ``scores[rows, classes]``."""
    if node.op is operator.getitem and isinstance(node.args[1], tuple):
        indices = [np.asarray(unwrap(i)) for i in node.args[1] if not isinstance(i, (slice, type(None), type(...)))]
        if len(indices) == 2 and indices[1].ndim == 1:
            return indices[1]
    return None


def labels_above(node: Any, y: Any) -> Iterator[Finding]:
    """Classes that a loss of one's own has no score for: comparing them with 0, 1, ... gives a row of zeros."""
    scores, labels = shape(node), unwrap(y)
    if node.op is not log_softmax_along or getattr(labels, "shape", None) != scores[:1] or len(scores) != 2:
        return
    if labels.dtype.kind in "iu" and labels.size and labels.max() >= scores[1] > 1:
        yield Finding(
            "labels-outside",
            f"labels go from {labels.min()} to {labels.max()}, and there are {scores[1]} classes, 0 to "
            f"{scores[1] - 1}. Write classes as 0, 1, ..., or let the last layer give a score for each.",
        )
