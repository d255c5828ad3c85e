"""Derivatives of decompositions: Cholesky, QR, eigenvalues and vectors, singular values and vectors.

They take stacks, real or complex. Of which function of the factors there is a derivative:

- **Hermitian input.** `eigh` and `eigvalsh` read one triangle, and the gradient lies in that triangle, as finite
  differences of NumPy's function say. That of `cholesky` is symmetric instead, half of it in each triangle, so that a
  step along it keeps a matrix symmetric: finite differences agree for ``np.linalg.cholesky((A + A.T) / 2)``.
- **Phases.** An eigenvector may be multiplied by -1, or by any complex number of length 1, and so may a pair of
  singular vectors. A function whose value depends on this choice of NumPy's has no derivative; for all others it is
  right. The gradient leaves the phase as it is.
- **Repeated values.** The vectors of an eigenvalue or singular value that is repeated (up to rounding) may be rotated
  among themselves. The terms in 1 / (w_i - w_j) are 0 among these. So the first derivative is right for functions of
  all values alike, ``sum(f(w))``, for the space that such vectors span, and for U V^H; where vectors and values are
  combined, as in V f(w) V^H, the part inside that space is missing, as is that of the second derivative of
  ``sum(f(w))``: it is not a function of what flows back through one choice of vectors. All is finite. Where values
  repeat, write such functions without them: A @ A, ``np.sum(A * A)``, `matrix_power`, `inv`, `det`, norms.
- **Rank.** Singular vectors of the singular value 0 have no derivative beyond the rotation that the other ones give
  them; nor have the factors of `qr` where the first columns depend on each other.
- **Full bases.** Columns that complete a basis (``svd(full_matrices=True)``, ``qr(mode="complete")`` of a matrix that
  is not square) count by the space that they span.
- `eig` of a matrix that has no basis of eigenvectors has no derivative: where NumPy's vectors depend on each other
  exactly it is an error, else the gradient is as large as the inverse of their matrix.
"""

from typing import Any

import numpy as np

from autograd import errors
from autograd.derivatives.matrices import adjoint, along, coinciding, diagonal, fold, is_given, lower, transposed
from autograd.rules import composition, constant, primitive, vjp_rule


def inverse_gaps(w: Any) -> Any:
    """1 / (w_j - w_i), and 0 where they coincide."""
    same = coinciding(w, w)
    return np.where(same, 0, 1 / np.where(same, 1, w[..., None, :] - w[..., :, None]))


def first_columns(u: Any, gu: Any, k: int) -> tuple[Any, Any]:
    """The first `k` columns of `u` and their gradient, to which those that complete the basis add theirs."""
    if u.shape[-1] == k:
        return u, gu
    return u[..., :k], gu[..., :k] - completing(u[..., :k], u[..., k:], gu[..., k:])


def completing(u: Any, rest: Any, g: Any) -> Any:
    """What the columns `rest`, which complete the orthonormal basis `u`, give to `u` of their gradient `g`."""
    return np.conjugate(rest) @ adjoint(g) @ np.conjugate(u)


# ------------------------------------------------------------------------------------------------------------ Cholesky


def cholesky_vjp(g: Any, y: Any, a: Any, *, upper: bool = False) -> Any:
    """dL is L times the lower triangle, with half the diagonal, of L^-1 dA L^-H (Murray, 2016)."""
    if upper:
        g, y = adjoint(g), adjoint(y)
    inner = transposed(y) @ g
    half = lower(inner) - diagonal(np.diagonal(inner, axis1=-2, axis2=-1)) / 2
    left = np.linalg.solve(transposed(y), half)
    ga = transposed(np.linalg.solve(adjoint(y), transposed(left)))
    return (ga + adjoint(ga)) / 2


vjp_rule(np.linalg.cholesky, cholesky_vjp)

# ------------------------------------------------------------------------------------------------------------------ QR


def qr_vjp(g: Any, y: Any, a: Any, mode: str = "reduced") -> Any:
    if mode == "raw":
        raise errors.refused(np.linalg.qr, "with mode='raw' gives LAPACK's reflectors, which have no rule", "mode='r'")
    if mode == "r":
        y, g = (np.linalg.qr(a)[0], y), (None, g)
    (q, r), (gq, gr) = y, g
    rank = min(a.shape[-2:])
    if q.shape[-1] > rank:
        q, gq = first_columns(q, gq, rank)
        r, gr = r[..., :rank, :], gr[..., :rank, :]
    if a.shape[-1] == rank:
        return qr_columns(q, r, gq, gr)
    rest = a[..., rank:]  # R = Q^H A in these columns
    from_rest = np.conjugate(rest @ transposed(gr[..., rank:]))
    first = qr_columns(q, r[..., :rank], from_rest if gq is None else gq + from_rest, gr[..., :rank])
    return np.concatenate([first, np.conjugate(q) @ gr[..., rank:]], axis=-1)


def qr_columns(q: Any, r: Any, gq: Any, gr: Any) -> Any:
    """The gradient for at least as many rows as columns (Seeger et al., 2017): ``R^-1 (gQ^T + C Q^H)``, transposed."""
    inner = r @ transposed(gr) if gq is None else r @ transposed(gr) - transposed(gq) @ q
    below = lower(inner, -1)
    hermitian = below + adjoint(below) + diagonal(np.real(np.diagonal(inner, axis1=-2, axis2=-1)))
    right = hermitian @ adjoint(q)
    return transposed(np.linalg.solve(r, right if gq is None else transposed(gq) + right))


vjp_rule(np.linalg.qr, qr_vjp)

# --------------------------------------------------------------------------------------------------------- eigenvalues


def eigh_vjp(g: Any, y: Any, a: Any, UPLO: str = "L") -> Any:
    (gw, gv), (w, v) = g, y
    ga = along(v, gw, adjoint(v))
    if is_given(gv):
        inner = inverse_gaps(w) * (transposed(v) @ gv)
        ga = ga + np.conjugate(v) @ inner @ transposed(v)
    return fold(ga, UPLO)


def eigvalsh_vjp(g: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    _, v = np.linalg.eigh(a, UPLO)
    return fold(along(v, g, adjoint(v)), UPLO)


def eig_vjp(g: Any, y: Any, a: Any) -> Any:
    """V^-1 dA V has the changes of the values on its diagonal; the vectors keep their length (Giles, 2008)."""
    (gw, gv), (w, v) = g, y
    inner = diagonal(gw)
    if is_given(gv):
        turned = transposed(v) @ gv
        lengths = np.real(np.diagonal(turned, axis1=-2, axis2=-1))
        inner = inner + inverse_gaps(w) * (turned - transposed(v) @ np.conjugate(v) * lengths[..., None, :])
    return np.linalg.solve(transposed(v), inner @ transposed(v))


def eigvals_vjp(g: Any, y: Any, a: Any) -> Any:
    w, v = np.linalg.eig(a)
    gw = matching(w, y) @ g[..., None]
    return np.linalg.solve(transposed(v), gw * transposed(v))


@primitive
def matching(w: Any, values: Any) -> Any:
    """The permutation that takes `values` to `w`: LAPACK may give them in another order where no vectors are wanted."""
    n = w.shape[-1]
    order = np.broadcast_to(np.arange(n), w.shape).copy()
    for index in np.ndindex(w.shape[:-1]) if n else ():
        distances = np.abs(w[index][:, None] - values[index])
        if np.any(distances.argmin(axis=-1) != order[index]):
            for i in range(n):
                order[index][i] = nearest = distances[i].argmin()
                distances[:, nearest] = np.inf
    return order[..., None] == np.arange(n)


constant(matching)
vjp_rule(np.linalg.eigh, eigh_vjp)
vjp_rule(np.linalg.eigvalsh, eigvalsh_vjp)
vjp_rule(np.linalg.eig, eig_vjp)
vjp_rule(np.linalg.eigvals, eigvals_vjp)

# ----------------------------------------------------------------------------------------------------- singular values


def svd_vjp(
    g: Any, y: Any, a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    if compute_uv:
        ga = svd_gradient(*g, *y)
    else:
        u, _, vh = np.linalg.svd(a, full_matrices=False, hermitian=hermitian)
        ga = along(u, g, vh)
    return fold(ga, "L") if hermitian else ga


def svd_gradient(gu: Any, gs: Any, gvh: Any, u: Any, s: Any, vh: Any) -> Any:
    """From ds, the real diagonal of M = U^H dA V, and how U and V turn inside their column spaces.

    2 (U^H dU)_ij = (M + M^H)_ij / (s_j - s_i) + (M - M^H)_ij / (s_j + s_i), and the same with a minus for V. In these
    two parts, not in one with 1 / (s_j^2 - s_i^2), as the second is right where s_i = s_j too. On the diagonal it is
    the phase of U against V, of which each takes half.
    """
    k = s.shape[-1]
    if not (is_given(gu) or is_given(gvh)):
        return along(u[..., :k], gs, vh[..., :k, :])
    u, gu = first_columns(u, gu, k)
    v, gv = first_columns(transposed(vh), transposed(gvh), k)  # the conjugate of V: on the left in A^T
    ku, kv = transposed(u) @ gu, transposed(v) @ gv
    apart = (ku + np.conjugate(kv)) / 2 * inverse_gaps(s)
    together = (ku - np.conjugate(kv)) / 2 * inverse_sums(s)
    core = diagonal(gs) + apart + adjoint(apart) + together - adjoint(together)
    left, right = np.conjugate(u) @ core, adjoint(v)
    if u.shape[-2] > k:
        left = left + (gu - np.conjugate(u) @ ku) * reciprocal(s)
    ga = left @ right
    if v.shape[-2] > k:
        ga = ga + (np.conjugate(u) * reciprocal(s)) @ transposed(gv - np.conjugate(v) @ kv)
    return ga


def inverse_sums(s: Any) -> Any:
    """1 / (s_j + s_i), and 0 where both are 0."""
    zero = coinciding(s, -s)
    return np.where(zero, 0, 1 / np.where(zero, 1, s[..., None, :] + s[..., :, None]))


def reciprocal(s: Any) -> Any:
    """1 / s for each column, and 0 where it is 0."""
    zero = np.diagonal(coinciding(s, -s), axis1=-2, axis2=-1)
    return np.where(zero, 0, 1 / np.where(zero, 1, s))[..., None, :]


vjp_rule(np.linalg.svd, svd_vjp)


@composition(np.linalg.svdvals)
def _(x: Any, /) -> Any:
    return np.linalg.svd(x, compute_uv=False)
