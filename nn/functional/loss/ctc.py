"""Connectionist temporal classification: labels without alignment (Graves et al., 2006).

The paper's forward and backward variables are kept as logarithms, and the recursions run over time, all sequences and
states at once. Read `Path`, `forward_variables`, `posteriors`, then `ctc_loss`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import hvp, primitive, vjp_rule
from autograd.graph import unwrap
from nn import errors
from nn.checks import is_whole
from nn.functional.arguments import as_array, numbers
from nn.reduction import check_reduction, reduced

__all__ = ["ctc_loss"]

# The logarithm of 0: sums and differences of it stay finite, so that no NaN comes of what is impossible.
IMPOSSIBLE = -1e30
INFINITE = 1e29  # from here on, a loss is of no path that is possible


class Path:
    """What the states of a batch stand for: blanks and labels in turn, from a blank to a blank.

    `labels` is (N, S) with S = 2 L + 1 states for the longest target, `skip` (N, S) is 0 where a state may be reached
    from the last but one and `IMPOSSIBLE` elsewhere; `steps` and `states` (N,) are how many of them each sequence has.
    """

    def __init__(self, targets: Any, input_lengths: Any, target_lengths: Any, blank: int, dtype: Any) -> None:
        n, longest = targets.shape
        self.labels = np.full((n, 2 * longest + 1), blank)
        self.labels[:, 1::2] = np.where(np.arange(longest) < target_lengths[:, None], targets, blank)
        allowed = np.zeros(self.labels.shape, bool)
        allowed[:, 2:] = (self.labels[:, 2:] != blank) & (self.labels[:, 2:] != self.labels[:, :-2])
        self.skip = np.where(allowed, 0, IMPOSSIBLE).astype(dtype)
        self.steps, self.states, self.blank = input_lengths, 2 * target_lengths + 1, blank
        self.rows = np.arange(n)

    def emissions(self, log_probs: Any) -> Any:
        """The log-probability of each state's label: (T, N, S)."""
        return np.maximum(log_probs[:, self.rows[:, None], self.labels], IMPOSSIBLE)


def log_of_sum(terms: Any, out: Any) -> None:
    """``log(sum(exp(terms)))`` along the first axis, into `out`; `terms` is overwritten."""
    top = np.maximum.reduce(terms, axis=0)
    terms -= top
    np.exp(terms, out=terms)
    np.add.reduce(terms, axis=0, out=out)
    np.log(out, out=out)
    out += top


def triples(padded: Any) -> Any:
    """Views of (..., N, S + 2) from each of the first three places on: (..., 3, N, S)."""
    windows = np.lib.stride_tricks.sliding_window_view(padded, padded.shape[-1] - 2, axis=-1)
    return np.moveaxis(windows, -2, -3)


def forward_variables(emissions: Any, path: Path) -> Any:
    """The paper's alpha: the log-probability of all ways to a state, (T, N, S), with the emission there."""
    steps, n, states = emissions.shape
    alpha = np.full((steps, n, states + 2), IMPOSSIBLE, emissions.dtype)
    inner, before = alpha[..., 2:], triples(alpha)
    barred = np.stack([path.skip, *np.zeros((2, n, states), emissions.dtype)])
    inner[:1, :, :2] = emissions[:1, :, :2]
    terms = np.empty_like(barred)
    for t in range(1, steps):
        np.add(before[t - 1], barred, out=terms)
        log_of_sum(terms, inner[t])
        inner[t] += emissions[t]
    return inner


def backward_variables(emissions: Any, path: Path) -> Any:
    """The paper's beta: the log-probability of all ways from a state to the end, without the emission there."""
    steps, n, states = emissions.shape
    beta = np.full((steps, n, states), IMPOSSIBLE, emissions.dtype)
    after = np.full((n, states + 2), IMPOSSIBLE, emissions.dtype)
    barred = np.zeros((3, n, states), emissions.dtype)
    barred[2] = IMPOSSIBLE
    barred[2, :, :-2] = path.skip[:, 2:]
    terms, windows = np.empty_like(barred), triples(after)
    ends = np.where(np.isin(np.arange(states) - path.states[:, None], (-1, -2)), 0, IMPOSSIBLE)
    for t in range(steps - 1, -1, -1):
        if t < steps - 1:
            np.add(beta[t + 1], emissions[t + 1], out=after[:, :states])
            np.add(windows, barred, out=terms)
            log_of_sum(terms, beta[t])
        finishing = path.steps == t + 1
        if finishing.any():
            beta[t, finishing] = ends[finishing]
    return beta


@primitive
def negative_log_likelihood(log_probs: Any, path: Path) -> tuple[Any, Any]:
    """The losses (N,), infinite where no way leads to the end in time, and the forward variables."""
    alpha = forward_variables(path.emissions(log_probs), path)
    padded = np.pad(alpha[np.maximum(path.steps, 1) - 1, path.rows], ((0, 0), (1, 0)), constant_values=IMPOSSIBLE)
    losses = -np.logaddexp(padded[path.rows, path.states], padded[path.rows, path.states - 1])
    losses[path.steps == 0] = np.where(path.states[path.steps == 0] == 1, 0, np.inf)  # nothing is seen, nothing said
    losses[losses > INFINITE] = np.inf
    return losses, alpha


@primitive
def posteriors(log_probs: Any, alpha: Any, losses: Any, path: Path) -> Any:
    """How often each label is said at each step, on average over all ways: (T, N, C); 0 where no way is possible."""
    emissions = path.emissions(log_probs)
    found = backward_variables(emissions, path)
    found += alpha
    found -= np.maximum.reduce(found, axis=-1, keepdims=True)  # exact where their sum, the loss, has been rounded
    np.exp(found, out=found)
    seen = (np.arange(len(found))[:, None] < path.steps) & np.isfinite(losses)
    found *= (seen / np.sum(found, axis=-1))[..., None].astype(found.dtype)
    out = np.zeros_like(log_probs)
    out[:, :, path.blank] = np.sum(found[:, :, ::2], axis=-1)
    for state in range(1, found.shape[-1], 2):
        out[:, path.rows, path.labels[:, state]] += found[:, :, state]
    return out


def traced_log_likelihood(log_probs: Any, path: Path) -> Any:
    """The sum of the log-likelihoods again, step by step in functions that have rules: for higher derivatives."""
    emissions = path.emissions(log_probs)
    steps, n, states = emissions.shape
    edge = np.full((n, 2), IMPOSSIBLE, emissions.dtype)
    alpha = np.where(np.arange(states) < 2, emissions[0], IMPOSSIBLE)
    last = alpha
    for t in range(1, steps):
        padded = np.concatenate([edge, alpha], axis=1)
        alpha = np.logaddexp(np.logaddexp(alpha, padded[:, 1:-1]), padded[:, :-2] + path.skip) + emissions[t]
        last = np.where(path.steps[:, None] > t, alpha, last)
    padded = np.concatenate([edge[:, :1], last], axis=1)
    return np.sum(np.logaddexp(padded[path.rows, path.states], padded[path.rows, path.states - 1]))


def posteriors_vjp(g: Any, y: Any, log_probs: Any, alpha: Any, losses: Any, path: Path) -> Any:
    """Posteriors are the gradient of the log-likelihood, so this is its Hessian, which is symmetric, times `g`."""
    possible = np.isfinite(unwrap(losses)) & (path.steps > 0)
    return hvp(lambda x: traced_log_likelihood(x, path), log_probs, g * possible[:, None].astype(g.dtype))


vjp_rule(
    negative_log_likelihood,
    lambda g, y, x, path: -np.reshape(g[0], (-1, 1)) * posteriors(x, y[1], y[0], path),
)
vjp_rule(posteriors, posteriors_vjp, None, None)


# ----------------------------------------------------------------------------------------------------- what users call


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """The negative log likelihood of label sequences, over all ways in which blanks and repeated labels spell them.

    `log_probs` is (T, N, C), logarithms of probabilities as `log_softmax` gives them, or (T, C) for one sequence.
    `targets` is (N, S) with each row's labels first, or all labels in one row; they are in 0..C-1 and not `blank`.
    `input_lengths` and `target_lengths` are (N,). ``"mean"`` divides each loss by its target's length, then averages.
    A target too long for its input has an infinite loss, or with `zero_infinity` none, and the gradient 0.

    The gradient is the derivative by `log_probs` as they are. PyTorch returns that of the logits below a `log_softmax`;
    through a `log_softmax` both come to the same. The second derivative repeats the recursion step by step: it is slow.

    Raises `ShapeError`, `LabelError`, and `ArgumentError` for lengths that are out of range.
    """
    check_reduction(reduction)
    [log_probs] = numbers("ctc_loss", log_probs)
    single = log_probs.ndim == 2
    if single:
        log_probs = np.expand_dims(log_probs, 1)
    if log_probs.ndim != 3 or not log_probs.shape[-1]:
        raise errors.ShapeError(
            f"ctc_loss: log_probs of shape {log_probs.shape}; they must be (T, N, C), or (T, C) for one sequence."
        )
    steps, n, classes = log_probs.shape
    if not (is_whole(blank, 0) and blank < classes):
        raise errors.out_of_range("ctc_loss", "blank", blank, f"a class, 0 to {classes - 1}")
    seen = lengths("input_lengths", input_lengths, n, steps)
    labels = unwrap(as_array("ctc_loss", targets))
    said = lengths("target_lengths", target_lengths, n, labels.shape[-1] if labels.ndim else 0)
    labels = in_rows(labels, said, n, single)
    require_labels(labels, said, int(blank), classes)
    losses, _ = negative_log_likelihood(log_probs, Path(labels, seen, said, int(blank), log_probs.dtype))
    if zero_infinity:
        losses = np.where(np.isinf(unwrap(losses)), 0, losses)
    if reduction == "mean":
        losses = losses / np.maximum(said, 1).astype(losses.dtype)
    return reduced(losses[0] if single else losses, reduction)


def lengths(name: str, given: Any, n: int, most: int) -> Any:
    """How long each of the n sequences is."""
    found = unwrap(as_array("ctc_loss", given))
    found = found.reshape(1) if n == 1 and not found.ndim else found
    if found.shape != (n,) or (found.size and found.dtype.kind not in "iu"):
        raise errors.ShapeError(
            f"ctc_loss: {name} of {found.dtype} {found.shape}; they must be integers, one for each sequence: ({n},)."
        )
    if found.size and not 0 <= found.min() <= found.max() <= most:
        raise errors.ArgumentError(
            f"ctc_loss: {name} go from {found.min()} to {found.max()}; they must be in 0..{most}."
        )
    return found.astype(np.intp)


def in_rows(labels: Any, said: Any, n: int, single: bool) -> Any:
    """The targets as (N, S), be they padded or one after the other."""
    if labels.size and labels.dtype.kind not in "iu":
        raise errors.LabelError(f"ctc_loss takes class indices as targets, integers, not {labels.dtype}.")
    if labels.ndim == 2 and len(labels) == n:
        return labels
    if labels.ndim != 1 or (labels.size != said.sum() and not single):
        raise errors.ShapeError(
            f"ctc_loss: targets of shape {labels.shape}; they must be ({n}, S), or ({said.sum()},), "
            f"the sum of the target_lengths."
        )
    rows = np.zeros((n, max(said, default=0)), np.intp)
    rows[np.arange(rows.shape[1]) < said[:, None]] = labels[: said.sum()]
    return rows


def require_labels(labels: Any, said: Any, blank: int, classes: int) -> None:
    """The labels that count are classes, and none of them is the blank."""
    counted = labels[np.arange(labels.shape[1]) < said[:, None]]
    wrong = counted[(counted < 0) | (counted >= classes) | (counted == blank)]
    if wrong.size:
        raise errors.LabelError(
            f"ctc_loss: label {wrong[0]}; with {classes} classes labels must be in 0..{classes - 1}, "
            f"and not {blank}, the blank."
        )
