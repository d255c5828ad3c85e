"""Formulas of norms and of the condition number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.formulas.reductions import restored, restored_value


def direction(x: Any) -> str:
    return "conj(x) / abs(x)" if np.iscomplexobj(x) else "sign(x)"


def of_norm(call: Call) -> str:
    order, axis, x = call.values["ord"], call.values["axis"], call.x
    g, z = restored(call, "g"), restored(call, "z")
    axes = tuple(range(np.ndim(x))) if axis is None else normalize_axis_tuple(axis, np.ndim(x))
    if order in (None, "f", "fro") or (order == 2 and len(axes) == 1):
        return f"{g} * {'conj(x)' if np.iscomplexobj(x) else 'x'} / {z}"
    return of_vectors(call, order, g, z) if len(axes) == 1 else of_matrices(call, order, axes, g, z)


def of_vectors(call: Call, order: Any, g: str, z: str) -> str:
    """Of order p it is (abs(x) / norm) ** (p - 1) in the direction of x."""
    if order == 0:
        return "0 * g"
    if order == 1:
        return f"{g} * {direction(call.x)}"
    if np.isinf(order):
        ties = int(np.count_nonzero(np.abs(call.x) == restored_value(call))) > np.size(call.z)
        return "norm_back(g, x)" if ties else f"where(abs(x) == {z}, {g} * {direction(call.x)}, 0)"
    return f"{g} * {direction(call.x)} * (abs(x) / {z}) ** ({order} - 1)"


def of_matrices(call: Call, order: Any, axes: tuple[int, ...], g: str, z: str) -> str:
    if order in (2, -2, "nuc"):
        values = {2: "largest", -2: "smallest", "nuc": "all"}[order]
        return f"g * with_ones(x, '{values}')" if np.ndim(call.z) == 0 else "norm_back(g, x)"
    if np.ndim(call.z):
        return "norm_back(g, x)"
    summed = axes[0] if abs(order) == 1 else axes[1]
    return f"where(sum(abs(x), axis={summed}, keepdims=True) == {z}, {g} * {direction(call.x)}, 0)"


formula(np.linalg.norm, x=of_norm)
word(
    "with_ones",
    "with_ones(x, which) = U @ D @ Vh, where x = U @ S @ Vh, and D is 1 where S has these singular values, else 0",
)
word("norm_back", "norm_back(g, x) is what g upstream of the norm gives to x; equal extremes share")


def of_condition(call: Call) -> str:
    if np.ndim(call.z):
        return "cond_back(g, x)"
    if call.values["p"] in (None, 2):
        return "g * (with_ones(x, 'largest') - z * with_ones(x, 'smallest')) / linalg.norm(x, -2)"
    if call.values["p"] == -2:
        return "g * (with_ones(x, 'smallest') - z * with_ones(x, 'largest')) / linalg.norm(x, 2)"
    return "cond_back(g, x)"


formula(np.linalg.cond, x=of_condition)
word("cond_back", "cond_back(g, x) is what g upstream of norm(x) * norm(inv(x)) gives to x")
