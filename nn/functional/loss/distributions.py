"""Negative log likelihoods and divergences of distributions other than classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import checks, errors
from nn.functional.arguments import alike, numbers, positive, require_same_shape
from nn.functional.loss.node import one_node
from nn.reduction import REDUCTIONS, check_reduction

__all__ = ["gaussian_nll_loss", "kl_div", "poisson_nll_loss"]

LOG_2_PI = math.log(2 * math.pi)


# ---------------------------------------------------------------------------------------------------- Kullback-Leibler


@one_node(lambda s, x, t: -s * t, lambda s, x, t: s * (np.log(t) + 1 - x))
def kl_divergence(x: Any, t: Any) -> Any:
    """``t (log t - x)``, and 0 where t is 0."""
    zero = t == 0
    return t * (np.log(np.where(zero, 1, t)) - np.where(zero, 0, x))


@one_node(lambda s, x, t: -s * np.exp(t), lambda s, x, t: s * np.exp(t) * (t + 1 - x))
def kl_divergence_of_logs(x: Any, t: Any) -> Any:
    """``exp(t) (t - x)``, and 0 where exp(t) is 0."""
    p = np.exp(t)
    return p * np.where(p == 0, 0, t - np.where(p == 0, 0, x))


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """``target * (log(target) - input)``, where the input holds logarithms of probabilities (Kullback, Leibler, 1951).

    The target holds probabilities, or with `log_target` logarithms too. 0 log 0 is 0, whatever the input; the slope by
    a target of 0 is infinite. ``"batchmean"`` divides the sum by the number of rows, which is the divergence by its
    definition; ``"mean"`` divides by the number of entries.

    Raises `ShapeError` if the shapes differ.
    """
    check_reduction(reduction, ("batchmean", *REDUCTIONS))
    input, target = alike("kl_div", input, target)
    return (kl_divergence_of_logs if log_target else kl_divergence)(input, target, reduction)


# ------------------------------------------------------------------------------------------------------------- Poisson


def poisson_slope(s: Any, x: Any, t: Any, log_input: bool, full: bool, eps: float) -> Any:
    return s * (np.exp(x) - t if log_input else 1 - t / (x + eps))


def poisson_slope_by_target(s: Any, x: Any, t: Any, log_input: bool, full: bool, eps: float) -> Any:
    slope = -x if log_input else -np.log(x + eps)
    if full:
        large = t > 1
        safe = np.where(large, t, 1)
        slope = slope + np.where(large, np.log(safe) + 0.5 / safe, 0)
    return s * slope


@one_node(poisson_slope, poisson_slope_by_target)
def poisson_nll(x: Any, t: Any, log_input: bool, full: bool, eps: float) -> Any:
    """``exp(x) - t x`` or ``x - t log(x + eps)``, and where t > 1 Stirling's approximation of log(t!) if `full`."""
    losses = np.exp(x) - t * x if log_input else x - t * np.log(x + eps)
    if full:
        safe = np.where(t > 1, t, 1)
        losses = losses + np.where(t > 1, safe * np.log(safe) - safe + 0.5 * (LOG_2_PI + np.log(safe)), 0)
    return losses


def poisson_nll_loss(
    input: Any, target: Any, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
) -> Any:
    """The negative log likelihood of counts under a Poisson distribution whose rate is ``exp(input)``.

    Without `log_input` the rate is the input itself, and `eps` keeps its logarithm finite. log(target!) is left out,
    unless `full` adds Stirling's approximation for targets above 1.

    Raises `ShapeError` if the shapes differ, `ArgumentError` for a negative `eps`.
    """
    check_reduction(reduction)
    checks.not_negative("poisson_nll_loss", eps=eps)
    input, target = alike("poisson_nll_loss", input, target)
    return poisson_nll(input, target, reduction, log_input, full, float(eps))


# ------------------------------------------------------------------------------------------------------------ Gaussian


def raised(v: Any, eps: float) -> Any:
    """The variance, at least `eps`; gradients pass as if it were not raised, so that it may grow again."""
    plain = unwrap(v)
    return v + (np.maximum(plain, eps) - plain)


def gaussian_slope(s: Any, x: Any, t: Any, v: Any, full: bool, eps: float) -> Any:
    return s * (x - t) / raised(v, eps)


def gaussian_slope_by_variance(s: Any, x: Any, t: Any, v: Any, full: bool, eps: float) -> Any:
    v = raised(v, eps)
    return 0.5 * s * (1 - np.square(x - t) / v) / v


@one_node(gaussian_slope, lambda *given: -gaussian_slope(*given), gaussian_slope_by_variance)
def gaussian_nll(x: Any, t: Any, v: Any, full: bool, eps: float) -> Any:
    """``(log v + (x - t)**2 / v) / 2``, and with `full` the constant log(2 pi) / 2."""
    v = np.maximum(v, eps)
    losses = 0.5 * (np.log(v) + np.square(x - t) / v)
    return losses + 0.5 * LOG_2_PI if full else losses


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Any:
    """The negative log likelihood of targets under Gaussians with the input as mean and `var` as variance.

    `var` is one number, has the input's shape, lacks its last axis, or has length 1 in one of its axes. It counts as
    at least `eps`, without an effect on gradients (Nix, Weigend, 1994). With `full` comes the constant log(2 pi) / 2.

    Raises `ShapeError` for shapes that do not fit, `ArgumentError` for a negative variance and unless `eps` is above 0.
    """
    check_reduction(reduction)
    positive("gaussian_nll_loss", eps=eps)
    input, target, var = numbers("gaussian_nll_loss", input, target, var)
    require_same_shape("gaussian_nll_loss", input=input, target=target)
    if var.ndim and var.shape == input.shape[:-1] != input.shape:
        var = np.expand_dims(var, -1)
    differing = [n for n, width in zip(var.shape, input.shape, strict=False) if n != width]
    if var.ndim and (var.ndim != input.ndim or differing not in ([], [1])):
        raise errors.ShapeError(
            f"gaussian_nll_loss: var of shape {var.shape} for an input of shape {input.shape}; it must be a number, "
            f"have the input's shape, lack the last axis, or have length 1 in one axis."
        )
    if np.any(unwrap(var) < 0):
        raise errors.ArgumentError(
            f"gaussian_nll_loss: var has the entry {np.min(unwrap(var))}; a variance is 0 or more. "
            f"Write np.exp(var) for its logarithm."
        )
    return gaussian_nll(input, target, var, reduction, full, float(eps))
