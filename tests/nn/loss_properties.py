"""The rules of losses: each with a call of it and the shapes of its arguments, for `test_functional.py`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import functional
from nn.functional.loss import (
    binary,
    ctc,
    distributions,
    margin,
    multiclass,
    node,
    regression,
)
from nn.functional.loss.cross_entropy import (
    picked_loss,
    soft_cross_entropy,
    softmax_cross_entropy,
    softmax_less_labels,
)

__all__ = ["PROPERTIES"]

SIGNS = np.array([[1, -1, 1], [-1, -1, 1]])
LABELS = np.array([2, 0, 1, 1])
SHARES = np.array([0.5, 0, 1, 2])
WEIGHTS = np.array([0.5, 1, 2])
PATH = ctc.Path(np.array([[1, 1, 2], [2, 1, 0]]), np.array([6, 4]), np.array([3, 2]), blank=0, dtype=np.float64)
A, B, ROWS = (2, 3), (2, 3), (4, 3)


def probability(x: Any) -> Any:
    return functional.sigmoid(x) * 0.9 + 0.05


def posteriors(x: Any) -> Any:
    x = functional.log_softmax(x, -1)
    losses, alpha = ctc.negative_log_likelihood(unwrap(x), PATH)
    return ctc.posteriors(x, alpha, losses, PATH)


def with_reduction(f: Any, reduction: str, *options: Any) -> Callable[..., Any]:
    return lambda *inputs: f(*inputs, reduction, *options)


# the function that has the rule, a call of it, the shapes of its arguments
PROPERTIES: list[tuple[Any, Callable[..., Any], list[tuple[int, ...]]]] = [
    (functional.softmax, lambda x: functional.softmax(x, 1), [(2, 3, 2)]),
    (functional.log_softmax, lambda x: functional.log_softmax(x, 1), [(2, 3, 2)]),
    (regression.squared_error, with_reduction(regression.squared_error, "mean"), [A, B]),
    (regression.absolute_error, with_reduction(regression.absolute_error, "none"), [A, B]),
    (regression.huber_error, with_reduction(regression.huber_error, "mean", 0.7), [A, B]),
    (regression.smooth_absolute_error, with_reduction(regression.smooth_absolute_error, "none", 0.7), [A, B]),
    (distributions.kl_divergence, lambda x, t: distributions.kl_divergence(x, probability(t), "batchmean"), [A, B]),
    (distributions.kl_divergence_of_logs, with_reduction(distributions.kl_divergence_of_logs, "mean"), [A, B]),
    *(
        (
            distributions.poisson_nll,
            lambda x, t, log=log, full=full: distributions.poisson_nll(x * x, 1.5 * np.exp(t), "mean", log, full, 1e-3),
            [A, B],
        )
        for log in (False, True)
        for full in (False, True)
    ),
    *(
        (
            distributions.gaussian_nll,
            lambda x, t, v, full=full: distributions.gaussian_nll(x, t, np.exp(v), "mean", full, 1e-6),
            [A, B, A],
        )
        for full in (False, True)
    ),
    (binary.log_of, lambda x: binary.log_of(probability(x)), [A]),
    (binary.log_of_rest, lambda x: binary.log_of_rest(probability(x)), [A]),
    (
        binary.cross_entropy_of_probabilities,
        lambda x, t: binary.cross_entropy_of_probabilities(probability(x), probability(t), "mean", WEIGHTS),
        [A, B],
    ),
    (binary.cross_entropy_of_logits, with_reduction(binary.cross_entropy_of_logits, "mean", None, None), [A, B]),
    (binary.cross_entropy_of_logits, with_reduction(binary.cross_entropy_of_logits, "none", None, WEIGHTS), [A, B]),
    (
        softmax_cross_entropy,
        lambda x: softmax_cross_entropy(x, LABELS, "mean", None),
        [ROWS],
    ),
    (
        softmax_cross_entropy,
        lambda x: softmax_cross_entropy(x, LABELS, "none", SHARES),
        [ROWS],
    ),
    (
        softmax_less_labels,
        lambda s, x: softmax_less_labels(s, x, LABELS),
        [(4,), ROWS],
    ),
    (softmax_less_labels, lambda s, x: softmax_less_labels(s, x, LABELS), [(), ROWS]),
    (picked_loss, lambda x: picked_loss(x, LABELS, "mean", None), [ROWS]),
    (picked_loss, lambda x: picked_loss(x, LABELS, "none", SHARES), [ROWS]),
    (soft_cross_entropy, with_reduction(soft_cross_entropy, "mean"), [(2, 3, 2)] * 2),
    (soft_cross_entropy, with_reduction(soft_cross_entropy, "none"), [(3,)] * 2),
    (margin.hinge, with_reduction(margin.hinge, "mean", SIGNS, 1.0), [A]),
    (margin.hinge_of_distance, with_reduction(margin.hinge_of_distance, "none", SIGNS, 1.0), [A]),
    (margin.softened_hinge, with_reduction(margin.softened_hinge, "mean", SIGNS), [A]),
    (margin.ranking, with_reduction(margin.ranking, "mean", SIGNS, 0.5), [A, B]),
    *(
        (multiclass.multi_margin, with_reduction(multiclass.multi_margin, reduction, SIGNS[1:] > 0, p, 1.0, 2.0), [A])
        for p in (1, 2)
        for reduction in ("mean", "none")
    ),
    (
        multiclass.multilabel_margin,
        with_reduction(multiclass.multilabel_margin, "none", np.array([[2.0, 0, 1], [0, 0, 1]])),
        [A],
    ),
    (
        multiclass.multilabel_soft_margin,
        with_reduction(multiclass.multilabel_soft_margin, "none", WEIGHTS),
        [A, B],
    ),
    (node.positive_part, node.positive_part, [A]),
    (
        ctc.negative_log_likelihood,
        lambda x: ctc.negative_log_likelihood(functional.log_softmax(x, -1), PATH)[0],
        [(6, 2, 3)],
    ),
    (ctc.posteriors, posteriors, [(6, 2, 3)]),
]
