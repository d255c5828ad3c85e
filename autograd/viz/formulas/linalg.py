"""Formulas of equations and what solves them: solve, inv, det, pinv, lstsq."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.formulas.products import T

# ------------------------------------------------------------------------------------------------------------- solving


def solved_back(call: Call) -> str:
    """The same equation with the transposed matrix."""
    if np.ndim(call.b) == 1 and np.ndim(call.a) > 2:
        return f"linalg.solve({T('a', call.a)}, expand_dims(g, -1))[..., 0]"
    return f"linalg.solve({T('a', call.a)}, g)"


def of_matrix(call: Call) -> str:
    back = solved_back(call)
    if np.ndim(call.b) == 1:
        if np.ndim(call.a) > 2:
            return f"-expand_dims({back}, -1) * expand_dims(z, -2)"
        return f"-outer({back}, z)"
    return f"-{back} @ {T('z', call.z)}"


formula(np.linalg.solve, a=of_matrix, b=solved_back)
formula(np.linalg.inv, x=lambda call: f"-{T('z', call.z)} @ g @ {T('z', call.z)}")

# -------------------------------------------------------------------------------------------------------- determinants


def beside(call: Call, text: str) -> str:
    """A number for each matrix of a stack, beside the matrices."""
    return text if np.ndim(call.x) == 2 else f"expand_dims({text}, (-2, -1))"


def of_determinant(call: Call) -> str:
    if np.all(np.abs(call.z) > 1e-6 * np.linalg.norm(call.x, axis=(-2, -1)) ** call.x.shape[-1]):
        return f"{beside(call, 'g * z')} * {T('linalg.inv(x)', call.x)}"
    return f"{beside(call, 'g')} * cofactors(x)"


def of_log_determinant(call: Call) -> str:
    upstream = "(g[1] + 1j * imag(g[0] * z[0]))" if np.iscomplexobj(call.x) else "g[1]"
    return f"{beside(call, upstream)} * {T('linalg.inv(x)', call.x)}"


formula(np.linalg.det, x=of_determinant)
formula(np.linalg.slogdet, x=of_log_determinant)
word("cofactors", "cofactors(x)[i, j] is (-1)**(i + j) times the determinant of x without row i and column j")

# ------------------------------------------------------------------------------------------------------- least squares


def of_pseudoinverse(call: Call) -> str:
    """As for the inverse, and what the spaces add that its columns and its rows leave out."""
    if np.iscomplexobj(call.x) or call.values.get("hermitian"):
        return "pinv_back(g, x)"
    x, z, g = "x", T("z", call.z), T("g", call.z)
    return f"-{z} @ g @ {z} + ({g} - {x} @ z @ {g}) @ z @ {z} + {z} @ z @ ({g} - {g} @ z @ {x})"


def residuals(call: Call) -> bool:
    return bool(np.size(call.z[1]))


def columns(name: str, value: Any) -> str:
    return name if np.ndim(value) == 2 else f"expand_dims({name}, -1)"


def of_least_squares(call: Call) -> str:
    b, z = columns("b", call.b), columns("z[0]", call.b)
    text = f"pinv_back({columns('g[0]', call.b)} @ {b}.T, a)"
    if residuals(call):
        rest = f"({b} - a @ {z})"
        text += f" - 2 * {f'conj{rest}' if np.iscomplexobj(call.a) else rest} * g[1] @ {z}.T"
    return f"{text} + with_values(a, g[3])"


def of_right_side(call: Call) -> str:
    text = "linalg.pinv(a).T @ g[0]"
    return f"{text} + 2 * conj(b - a @ z[0]) * g[1]" if residuals(call) else text


formula(np.linalg.pinv, x=of_pseudoinverse)
formula(np.linalg.lstsq, a=of_least_squares, b=of_right_side)
word("pinv_back", "pinv_back(g, x) is what g upstream of linalg.pinv(x) gives to x")
