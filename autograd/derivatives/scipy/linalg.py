"""Derivatives of `scipy.linalg`: triangular and banded systems; the rest in terms of `numpy.linalg`.

Of plain arrays each name is SciPy's function itself. Of Tensors its options about memory, LAPACK drivers and checks are
accepted and have no effect. Where SciPy reads a part of a matrix (``assume_a="pos"``: a triangle), so does the rule.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeVar

import numpy as np

from autograd import errors
from autograd.derivatives.products import transposed
from autograd.derivatives.scipy.common import wide
from autograd.derivatives.shaping import as_array
from autograd.optional import optional
from autograd.rules import composition, primitive, vjp_rule

scipy_linalg = optional("scipy.linalg", "scipy", "autograd.scipy.linalg")
F = TypeVar("F", bound=Callable[..., Any])
IGNORED = {"overwrite_a", "overwrite_b", "overwrite_ab", "check_finite", "lapack_driver", "driver"}


def of_tensors(name: str) -> Callable[[F], Any]:
    """Declare, as a decorator, what SciPy's function of this name is of Tensors, from those arguments that matter."""

    def register(rewrite: F) -> Any:
        call = primitive(getattr(scipy_linalg, name))
        theirs, ours = signature(call), signature(rewrite).parameters

        def by_name(*args: Any, **kwargs: Any) -> Any:
            given = theirs.bind(*args, **kwargs).arguments
            for key in [key for key in given if key not in ours]:
                if given.pop(key) is not theirs.parameters[key].default and key not in IGNORED:
                    raise errors.refused(call, f"with {key}= has no rule", "it with plain values")
            return rewrite(**given)

        composition(call)(by_name)
        return call

    return register


def is_vector(b: Any) -> bool:
    return np.ndim(b) == 1


def outer(x: Any, y: Any) -> Any:
    """x y', for vectors or for matrices of columns."""
    return x[..., :, None] * y[..., None, :] if is_vector(x) else np.matmul(x, transposed(y))


# ---------------------------------------------------------------------------------------------------------- triangular


@primitive
def triangular(a: Any, b: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    """`scipy.linalg.solve_triangular` with all its arguments in their places."""
    return scipy_linalg.solve_triangular(a, b, trans=int(trans), lower=lower, unit_diagonal=unit_diagonal)


def triangular_vjp_a(g: Any, x: Any, a: Any, b: Any, trans: bool, lower: bool, unit_diagonal: bool) -> Any:
    gb = triangular(a, g, not trans, lower, unit_diagonal)
    ga = outer(x, gb) if trans else outer(gb, x)
    read = np.tri(a.shape[-1], k=-int(unit_diagonal), dtype=bool)
    return np.where(read if lower else read.T, -ga, 0)


vjp_rule(
    triangular,
    triangular_vjp_a,
    lambda g, x, a, b, trans, lower, unit_diagonal: triangular(a, g, not trans, lower, unit_diagonal),
)


@of_tensors("solve_triangular")
def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False) -> Any:
    trans = {"N": 0, "T": 1, "C": 2}.get(trans, trans)
    single = np.ndim(b) == 1 < np.ndim(a) - 1  # one vector for a stack of matrices
    b = np.expand_dims(b, -1) if single else b
    x = triangular(np.conjugate(a) if trans == 2 else a, b, trans != 0, bool(lower), bool(unit_diagonal))
    return x[..., 0] if single else x


@of_tensors("cholesky")
def cholesky(a: Any, lower: bool = False) -> Any:
    if lower:
        return np.linalg.cholesky(wide(a))
    return np.conjugate(transposed(np.linalg.cholesky(np.conjugate(transposed(wide(a))))))  # reads the upper triangle


@of_tensors("cho_factor")
def cho_factor(a: Any, lower: bool = False) -> Any:
    return cholesky(a, lower=lower), lower


@of_tensors("cho_solve")
def cho_solve(c_and_lower: Any, b: Any) -> Any:
    c, lower = c_and_lower
    half = solve_triangular(c, b, trans=0 if lower else 2, lower=lower)
    return solve_triangular(c, half, trans=2 if lower else 0, lower=lower)


# -------------------------------------------------------------------------------------------------------------- banded


@primitive
def banded(bands: Any, ab: Any, b: Any) -> Any:
    """`scipy.linalg.solve_banded`."""
    return scipy_linalg.solve_banded(bands, ab, b)


def partners(bands: Any, n: int) -> Any:
    """For each entry of the banded form: the row of the matrix that it is in, and whether there is one."""
    lower, upper = bands
    rows = np.arange(n) + np.arange(-upper, lower + 1)[:, None]
    return np.clip(rows, 0, n - 1), (rows >= 0) & (rows < n)


def banded_transposed(bands: Any, ab: Any) -> tuple[Any, Any]:
    """The transposed matrix in the same form: its diagonals in the other order, each shifted into its columns."""
    lower, upper = bands
    n = ab.shape[-1]
    columns = np.arange(n) + np.arange(-lower, upper + 1)[:, None]  # the row number r is diagonal lower - r
    inside = (columns >= 0) & (columns < n)
    diagonals = np.arange(lower + upper, -1, -1)[:, None]
    return (upper, lower), np.where(inside, ab[diagonals, np.clip(columns, 0, n - 1)], 0)


def banded_vjp_ab(g: Any, x: Any, bands: Any, ab: Any, b: Any) -> Any:
    gb = banded(*banded_transposed(bands, ab), g)
    rows, inside = partners(bands, ab.shape[-1])
    products = gb[rows] * x
    return np.where(inside, -(products if is_vector(b) else np.sum(products, axis=-1)), 0)


vjp_rule(
    banded,
    None,
    banded_vjp_ab,
    lambda g, x, bands, ab, b: banded(*banded_transposed(bands, ab), g),
)


@of_tensors("solve_banded")
def solve_banded(l_and_u: Any, ab: Any, b: Any) -> Any:
    if np.ndim(ab) != 2:
        raise errors.refused(scipy_linalg.solve_banded, "of a stack has no rule", "a loop, and np.stack")
    return banded(tuple(l_and_u), ab, b)


@of_tensors("solveh_banded")
def solveh_banded(ab: Any, b: Any, lower: bool = False) -> Any:
    """The whole matrix from the half that is given, its diagonals mirrored."""
    k = ab.shape[0] - 1
    ab = np.where(np.arange(k + 1)[:, None] == (0 if lower else k), np.real(ab), ab)  # a Hermitian diagonal is real
    _, mirrored = banded_transposed((k, 0) if lower else (0, k), ab)
    mirrored = np.conjugate(mirrored)
    parts = [mirrored[:k], ab] if lower else [ab, mirrored[1:]]
    return solve_banded((k, k), np.concatenate(parts), b)


# --------------------------------------------------------------------------------------------- in terms of numpy.linalg


def assumed(a: Any, structure: str | None, lower: bool) -> Any:
    """The whole matrix that `a` stands for where SciPy is told its structure, and reads no more than that."""
    a = wide(a)
    if structure in (None, "gen", "general", "banded"):
        return a
    if structure in ("diagonal", "tridiagonal"):
        k = int(structure == "tridiagonal")
        return np.tril(np.triu(a, -k), k)
    if structure in ("upper triangular", "lower triangular"):
        return np.triu(a) if structure == "upper triangular" else np.tril(a)
    if structure not in ("sym", "symmetric", "her", "hermitian", "pos", "positive definite"):
        raise ValueError(f"{structure!r} is no structure of a matrix")
    half, diagonal = np.tril(a, -1) if lower else np.triu(a, 1), np.tril(np.triu(a))
    if np.iscomplexobj(a) and structure not in ("sym", "symmetric"):
        return half + np.conjugate(transposed(half)) + np.real(diagonal)
    return half + transposed(half) + diagonal


@of_tensors("inv")
def inv(a: Any, assume_a: str | None = None, lower: bool = False) -> Any:
    return np.linalg.inv(assumed(a, assume_a, lower))


@of_tensors("det")
def det(a: Any) -> Any:
    a = wide(a)
    return np.linalg.det(a.astype(np.result_type(a.dtype, np.float64)))


@of_tensors("solve")
def solve(a: Any, b: Any, lower: bool = False, assume_a: str | None = None, transposed: bool = False) -> Any:
    a = assumed(a, assume_a, lower)
    return np.linalg.solve(np.swapaxes(a, -1, -2) if transposed else a, wide(b))


@of_tensors("pinv")
def pinv(a: Any, atol: float | None = None, rtol: float | None = None) -> Any:
    if atol is not None:
        raise errors.refused(scipy_linalg.pinv, "with atol= has no rule", "rtol=")
    return np.linalg.pinv(wide(a), max(a.shape[-2:]) * np.finfo(wide(a).dtype).eps if rtol is None else rtol)


@of_tensors("norm")
def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002  # SciPy's name
    return np.linalg.norm(as_array(a), ord, axis, keepdims)


@of_tensors("eigh")
def eigh(a: Any, b: None = None, *, lower: bool = True, eigvals_only: bool = False) -> Any:
    require_standard(scipy_linalg.eigh, b)
    return eigvalsh(a, lower=lower) if eigvals_only else tuple(np.linalg.eigh(wide(a), "L" if lower else "U"))


@of_tensors("eigvalsh")
def eigvalsh(a: Any, b: None = None, *, lower: bool = True) -> Any:
    require_standard(scipy_linalg.eigvalsh, b)
    return np.linalg.eigvalsh(wide(a), "L" if lower else "U")


def require_standard(function: Any, b: Any) -> None:
    if b is not None:
        raise errors.refused(
            function, "of a generalized problem has no rule", "eigh of inv(L) a inv(L).T, where L = cholesky(b)"
        )


@of_tensors("svd")
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    return tuple(np.linalg.svd(wide(a), full_matrices)) if compute_uv else svdvals(a)


@of_tensors("svdvals")
def svdvals(a: Any) -> Any:
    return np.linalg.svd(wide(a), compute_uv=False)
