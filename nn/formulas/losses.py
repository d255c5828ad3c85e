"""Formulas of the losses: the slope of each entry's loss, times what it gets of the gradient of the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.viz import formula, word
from nn.functional.loss import binary, ctc, distributions, margin, multiclass, regression
from nn.functional.loss.cross_entropy import (
    class_axis,
    picked_loss,
    soft_cross_entropy,
    softmax_cross_entropy,
    softmax_less_labels,
)

Slope = str | Callable[[Any], str]


def share(call: Any, count: int) -> str:
    """What each of so many losses gets: all of the gradient, or of a mean its part."""
    return f"g / {count}" if call.reduction == "mean" and count > 1 else "g"


def of_entries(slope: Slope) -> Callable[[Any], str]:
    """A loss of entries; of a "batchmean" each row counts once."""

    def write(call: Any) -> str:
        rows = call.reduction == "batchmean"
        text = slope if isinstance(slope, str) else slope(call)
        part = f"g / {len(call.x)}" if rows else share(call, np.size(call.x))
        return part if text == "1" else f"{part} * {text}"

    return write


def of_rows(slope: Slope) -> Callable[[Any], str]:
    """A loss of rows, the last axis."""

    def write(call: Any) -> str:
        part = share(call, np.size(call.x) // np.shape(call.x)[-1])
        if call.reduction == "none" and np.ndim(call.x) > 1:
            part = "expand_dims(g, -1)"
        return f"{part} * {slope if isinstance(slope, str) else slope(call)}"

    return write


def loss(function: Any, *options: str, rows: bool = False, **slopes: Slope | None) -> None:
    """The formulas of a loss ``f(*inputs, reduction, *options)`` from the slopes by its inputs."""
    whole = of_rows if rows else of_entries
    texts: dict[str, Any] = {name: None if slope is None else whole(slope) for name, slope in slopes.items()}
    formula(function, **texts, reduction=None, **dict.fromkeys(options))


def weighted(text: str) -> Callable[[Any], str]:
    return lambda call: text if call.weight is None else f"weight * {text}"


# regression
loss(regression.squared_error, x="2 * (x - t)", t="2 * (t - x)")
loss(regression.absolute_error, x="sign(x - t)", t="sign(t - x)")
loss(regression.huber_error, "delta", x="clip(x - t, -delta, delta)", t="clip(t - x, -delta, delta)")
loss(regression.smooth_absolute_error, "beta", x="clip((x - t) / beta, -1, 1)", t="clip((t - x) / beta, -1, 1)")

# two classes
formula(binary.log_of, p="where(z > -100, 1 / p, 0)")
formula(binary.log_of_rest, p="where(z > -100, -1 / (1 - p), 0)")
loss(
    binary.cross_entropy_of_probabilities,
    "weight",
    x=weighted("(x - t) / (x * (1 - x))"),
    t=weighted("log((1 - x) / x)"),
)


def by_logits(call: Any) -> str:
    plain = "(sigmoid(x) - t)"
    return weighted(plain if call.pos_weight is None else "((1 + (pos_weight - 1) * t) * sigmoid(x) - pos_weight * t)")(
        call
    )


def by_target(call: Any) -> str:
    return weighted("(-x)" if call.pos_weight is None else "((pos_weight - 1) * log(1 + exp(-x)) - x)")(call)


loss(binary.cross_entropy_of_logits, "weight", "pos_weight", x=by_logits, t=by_target)

# ------------------------------------------------------------------------------------------------------ several classes


def of_examples(text: str, x: str = "x") -> Callable[[Any], str]:
    """A loss of examples with classes along axis 1 of (N, C, ...)."""

    def write(call: Any) -> str:
        value = call.values[x]
        axis = class_axis(value)
        part = share(call, np.size(value) // np.shape(value)[axis])
        if call.values.get("shares") is not None:
            part = f"({part} * shares)"
        elif call.reduction != "none":
            return f"{part} * {text}"
        return f"{part} * {text}" if np.ndim(value) == 1 else f"expand_dims({part}, 1) * {text}"

    return write


formula(
    softmax_cross_entropy,
    x=of_examples("(softmax(x) - onehot(labels))"),
    labels=None,
    reduction=None,
    shares=None,
)
formula(
    softmax_less_labels,
    s=lambda call: f"sum(g * (softmax(x) - onehot(labels)), axis={class_axis(call.x)})",
    x=lambda call: f"softmax_back(g * {'s' if np.ndim(call.s) == 0 else 'expand_dims(s, 1)'}, x)",
    labels=None,
)
formula(picked_loss, x=of_examples("(-onehot(labels))"), labels=None, reduction=None, shares=None)
formula(
    soft_cross_entropy,
    x=lambda call: of_examples(f"(softmax(x) * sum(t, axis={class_axis(call.x)}, keepdims=True) - t)")(call),
    t=of_examples("(-log_softmax(x))"),
    reduction=None,
)
word("softmax", "softmax(x) = exp(x) / sum(exp(x)), the sum over the classes")
word("log_softmax", "log_softmax(x) = x - log(sum(exp(x))), the sum over the classes")
word("onehot", "onehot(labels) is 1 at the label of each example, and 0 elsewhere")
word("softmax_back", "softmax_back(g, x) = p * (g - sum(g * p)), where p = softmax(x)")

loss(multiclass.multi_margin, "right", "p", "margin", "weight", x="margins(x)", rows=True)
loss(multiclass.multilabel_margin, "counts", x="margins(x)", rows=True)
loss(
    multiclass.multilabel_soft_margin,
    "weight",
    x=lambda call: f"weight / {np.shape(call.x)[-1]} * (sigmoid(x) - t)",
    t=lambda call: f"weight / {np.shape(call.x)[-1]} * (-x)",
    rows=True,
)
word(
    "margins", "margins(x) counts for each class how far it is on the wrong side of a margin, against the right classes"
)

formula(ctc.negative_log_likelihood, x="-reshape(g[0], (-1, 1)) * posteriors(x)", path=None)
formula(ctc.posteriors, x="posteriors_back(g, x)", alpha=None, losses=None, path=None)
word("posteriors", "posteriors(x) says how often each label is said at each step, on average over all ways")
word("posteriors_back", "posteriors_back(g, x) is g times the derivative of posteriors(x)")

# -------------------------------------------------------------------------------------------------------- distributions


def stirling(call: Any) -> str:
    """Of a count above 1, where the factorial of the target is not left out."""
    slope = "-x" if call.log_input else "-log(x + eps)"
    return f"({slope} + where(t > 1, log(t) + 1 / (2 * t), 0))" if call.full else f"({slope})"


loss(distributions.kl_divergence, x="(-t)", t="(log(t) + 1 - x)")
loss(distributions.kl_divergence_of_logs, x="(-exp(t))", t="exp(t) * (t + 1 - x)")
loss(
    distributions.poisson_nll,
    *("log_input", "full", "eps"),
    x=lambda call: "(exp(x) - t)" if call.log_input else "(1 - t / (x + eps))",
    t=stirling,
)
loss(
    distributions.gaussian_nll,
    *("full", "eps"),
    x="(x - t) / maximum(v, eps)",
    t="(t - x) / maximum(v, eps)",
    v="(1 - (x - t) ** 2 / maximum(v, eps)) / (2 * maximum(v, eps))",
)

# margins
loss(margin.hinge, "t", "margin", x="where(t * x <= margin, -t, 0)")
loss(margin.hinge_of_distance, "t", "margin", x="where(t > 0, 1, where(x <= margin, -1, 0))")
loss(margin.softened_hinge, "t", x="(-t * sigmoid(-t * x))")
loss(
    margin.ranking,
    *("t", "margin"),
    x="where(t * (x - x2) <= margin, -t, 0)",
    x2="where(t * (x - x2) <= margin, t, 0)",
)
