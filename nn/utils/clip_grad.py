"""Gradients clipped by their norm or by value, between `backward` and the optimizer's `step`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.graph import unwrap
from nn import checks, errors
from nn.parameter import listed

__all__ = ["clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float | str = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,  # noqa: ARG001  # PyTorch's choice of a kernel, here and below
) -> Any:
    """Scale all gradients so that their norm, as of one vector, is at most `max_norm` (Pascanu et al., 2013).

    Returns the norm before. `norm_type` is the order of the norm, inf for the largest absolute value. Gradients are
    changed in place; parameters without one are passed over.

    Raises `ArgumentError` if the norm is not finite and `error_if_nonfinite` is set; else all become NaN or 0 then.
    """
    parameters = listed("clip_grad_norm_", parameters)
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = get_total_norm(gradients, norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, norm)
    return norm


def get_total_norm(
    tensors: Tensor | Iterable[Any],
    norm_type: float | str = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,  # noqa: ARG001
) -> Any:
    """The norm of arrays or tensors as of one vector; 0 of none.

    Raises `ArgumentError` if it is not finite and `error_if_nonfinite` is set.
    """
    order: Any = math.inf if norm_type == "inf" else norm_type
    if not checks.is_number(order):
        raise errors.out_of_range("get_total_norm", "norm_type", norm_type, "a number or inf")
    arrays = listed("get_total_norm", tensors, (Tensor, np.ndarray, np.generic), "[p.grad for p in parameters]")
    with np.errstate(over="ignore", invalid="ignore"):
        norms = [norm_of(unwrap(g), order) for g in arrays if np.size(unwrap(g))]
        norm = np.linalg.norm(np.stack(norms), order) if norms else np.float32(0)
    if error_if_nonfinite and not np.isfinite(norm):
        raise errors.ArgumentError(
            f"the norm of order {norm_type} of the gradients is {norm}: they cannot be clipped. To go on all the same, "
            f"write error_if_nonfinite=False; to find where it comes from, use autograd.detect_anomaly()."
        )
    return norm


def norm_of(g: Any, order: float) -> Any:
    """The norm of an array as of one vector; squares of float16 would overflow from 256 on."""
    return np.linalg.norm(np.ravel(g).astype(np.result_type(g, np.float32), copy=False), order)


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    total_norm: Any,
    foreach: bool | None = None,  # noqa: ARG001
) -> None:
    """Scale all gradients by ``max_norm / (total_norm + 1e-6)`` if that is less than 1."""
    checks.not_negative("clip_grad_norm_", max_norm=max_norm)
    share = float(max_norm) / (float(unwrap(total_norm)) + 1e-6)
    if not share >= 1:  # NaN, too
        with np.errstate(invalid="ignore"):  # 0 * inf is NaN, as it should be
            change(listed("clip_grads_with_norm_", parameters), lambda g, out: np.multiply(g, share, out=out))


def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor],
    clip_value: float,
    foreach: bool | None = None,  # noqa: ARG001
) -> None:
    """Bring all entries of all gradients between -clip_value and clip_value, in place."""
    checks.not_negative("clip_grad_value_", clip_value=clip_value)
    change(listed("clip_grad_value_", parameters), lambda g, out: np.clip(g, -clip_value, clip_value, out=out))


def change(parameters: list[Tensor], function: Callable[[Any, Any], Any]) -> None:
    """Have a function write every gradient anew: into the array, which no other gradient shares, if it is one."""
    for p in parameters:
        if isinstance(p.grad, np.ndarray) and p.grad.flags.writeable:
            function(p.grad, p.grad)
        elif p.grad is not None:  # a NumPy scalar, or a tensor of create_graph=True, whose value its graph needs
            p.grad = function(unwrap(p.grad), None)
