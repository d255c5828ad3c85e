"""Formulas of decompositions: Cholesky, QR, eigenvalues and vectors, singular values and vectors."""

from __future__ import annotations

import numpy as np

from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.formulas.products import T

# ------------------------------------------------------------------------------------------------------------ triangles


def of_cholesky(call: Call) -> str:
    if np.iscomplexobj(call.x) or call.values.get("upper"):
        return "cholesky_back(g, z)"
    z, inverse = T("z", call.z), "linalg.inv(z)"
    return f"symmetric({T(inverse, call.z)} @ half_lower({z} @ g) @ {inverse})"


formula(np.linalg.cholesky, x=of_cholesky)
word("half_lower", "half_lower(m) is the lower triangle of m with half of its diagonal")
word("symmetric", "symmetric(m) = (m + m.T) / 2")
word("cholesky_back", "cholesky_back(g, z) is the Hermitian part of inv(z).T @ half_lower(z.T @ g) @ inv(conj(z))")


def of_qr(call: Call) -> str:
    rows, columns = np.shape(call.x)[-2:]
    reduced = call.values.get("mode", "reduced") == "reduced"
    if rows < columns or not reduced or np.iscomplexobj(call.x):
        return "qr_back(g, x)"
    q, r = call.z
    inner = f"z[1] @ {T('g[1]', r)} - {T('g[0]', q)} @ z[0]"
    return f"(g[0] + z[0] @ mirrored({inner})) @ {T('linalg.inv(z[1])', r)}"


formula(np.linalg.qr, x=of_qr)
word("mirrored", "mirrored(m) is the lower triangle of m, with its mirror image above the diagonal")
word("qr_back", "qr_back(g, x) is what g upstream of linalg.qr(x) gives to x")

# ---------------------------------------------------------------------------------------------------------- eigenvalues


def of_hermitian(call: Call) -> str:
    """One triangle is read, so the gradient is folded into that."""
    v = "z[1]"
    vt = T(v, call.x)
    left = f"conj({v})" if np.iscomplexobj(call.x) else v
    return f"folded({left} @ (diagonal_matrix(g[0]) + gaps(z[0]) * ({vt} @ g[1])) @ {vt}, UPLO)"


def of_hermitian_values(call: Call) -> str:
    vt = T("vectors(x)", call.x)
    left = "conj(vectors(x))" if np.iscomplexobj(call.x) else "vectors(x)"
    return f"folded({left} @ diagonal_matrix(g) @ {vt}, UPLO)"


def of_general(call: Call) -> str:
    v, vt = "z[1]", T("z[1]", call.x)
    lengths = f"real(diagonal({vt} @ g[1]))" if np.ndim(call.x) == 2 else f"real(stacked_diagonal({vt} @ g[1]))"
    inner = f"{vt} @ g[1] - {vt} @ conj({v}) * {lengths}"
    return f"{T(f'linalg.inv({v})', call.x)} @ (diagonal_matrix(g[0]) + gaps(z[0]) * ({inner})) @ {vt}"


formula(np.linalg.eigh, x=of_hermitian)
formula(np.linalg.eigvalsh, x=of_hermitian_values)
formula(np.linalg.eig, x=of_general)
formula(np.linalg.eigvals, x="eigenvalues_back(g, x)")
word("diagonal_matrix", "diagonal_matrix(w) has w on its diagonal and zeros elsewhere")
word("stacked_diagonal", "stacked_diagonal(m) is the diagonal of each matrix of m, as a row")
word("gaps", "gaps(w)[i, j] = 1 / (w[j] - w[i]), and 0 where these are equal")
word("vectors", "vectors(x) are the eigenvectors of x, in columns")
word(
    "folded", "folded(m) adds the entries of m beyond the diagonal to their mirror images in the triangle that is read"
)
word("eigenvalues_back", "eigenvalues_back(g, x) = inv(V).T @ diagonal_matrix(g) @ V.T, where V = linalg.eig(x)[1]")


def of_singular(call: Call) -> str:
    if call.values.get("hermitian"):
        return "svd_back(g, x)"
    return "with_values(x, g[1]) + turned_back(g, z)" if call.values.get("compute_uv", True) else "with_values(x, g)"


formula(np.linalg.svd, x=of_singular)
word("with_values", "with_values(x, s) = U @ diagonal_matrix(s) @ Vh, with U and Vh of linalg.svd(x)")
word("turned_back", "turned_back(g, z) is what the gradients of U and Vh give, as x turns them")
word("svd_back", "svd_back(g, x) is what g upstream of linalg.svd(x) gives to x")
