"""Rows of matrix equations, functions of matrices, and matrices built from entries."""

from typing import Any

import numpy as np

from autograd.derivatives.scipy import building, linalg, matrix_functions
from tests.autograd.table.cases import Case, case, complex_
from tests.autograd.table.scipy.elementary import RECENT


def spread(a: Any) -> Any:
    """A matrix whose eigenvalues are far from each other and from 0."""
    return a * 0.3 + np.diag(np.arange(2.0, 2 + a.shape[-1]))


def definite(a: Any) -> Any:
    return np.matmul(a, np.conjugate(np.swapaxes(a, -1, -2))) + 2 * np.eye(a.shape[-1])


def triangular(**options: Any) -> Any:
    return lambda a, b: linalg.solve_triangular(spread(a), b, **options)


BANDS = (1, 2)


def banded(ab: Any, b: Any) -> Any:
    return linalg.solve_banded(BANDS, ab + np.array([[0.0], [0.0], [5.0], [0.0]]), b)


def half_banded(lower: bool) -> Any:
    diagonal = np.array([[5.0], [0.0]] if lower else [[0.0], [5.0]])
    return lambda ab, b: linalg.solveh_banded(ab + diagonal, b, lower=lower)


ROWS: dict[Any, list[Case]] = {
    linalg.triangular: [case(triangular(), (3, 3), (3,))],
    linalg.solve_triangular: [
        case(triangular(), (3, 3), (3, 2)),
        case(triangular(lower=True), (3, 3), (3,)),
        case(triangular(lower=True, trans="T", unit_diagonal=True), (3, 3), (3, 2)),
        case(triangular(trans="C"), (3, 3), (3, 2), domain=complex_),
    ],
    linalg.banded: [case(banded, (4, 5), (5,))],
    linalg.solve_banded: [case(banded, (4, 5), (5, 2)), case(banded, (4, 4), (4,), domain=complex_)],
    linalg.solveh_banded: [
        case(half_banded(True), (2, 4), (4,)),
        case(half_banded(False), (2, 4), (4, 2), domain=complex_),
    ],
    linalg.cho_solve: [
        case(lambda c, b: linalg.cho_solve((spread(c), True), b), (3, 3), (3,)),
        case(lambda c, b: linalg.cho_solve((spread(c), False), b), (3, 3), (3, 2), domain=complex_),
    ],
    matrix_functions.expm: [
        case(matrix_functions.expm, (3, 3)),
        case(matrix_functions.expm, (2, 2, 2)),
        case(matrix_functions.expm, (2, 2), domain=complex_),
    ],
    matrix_functions.frechet: [case(matrix_functions.frechet, (2, 2), (2, 2))],
    matrix_functions.expm_frechet: [
        case(lambda a, e: matrix_functions.expm_frechet(a, e, compute_expm=False), (2, 2), (2, 2)),
        case(lambda a, e: np.multiply(*matrix_functions.expm_frechet(a, e)), (2, 2), (2, 2)),
    ],
    matrix_functions.cosm: [case(matrix_functions.cosm, (2, 2)), case(matrix_functions.cosm, (2, 2), domain=complex_)],
    matrix_functions.sinm: [case(matrix_functions.sinm, (2, 2))],
    matrix_functions.coshm: [case(matrix_functions.coshm, (2, 2))],
    matrix_functions.sinhm: [case(matrix_functions.sinhm, (2, 2))],
    matrix_functions.logm: [
        case(lambda a: matrix_functions.logm(spread(a)), (2, 2)),
        case(lambda a: matrix_functions.logm(spread(a)), (2, 2), domain=complex_),
    ],
    matrix_functions.sqrtm: [
        case(lambda a: matrix_functions.sqrtm(spread(a)), (3, 3)),
        case(lambda a: matrix_functions.sqrtm(spread(a)), (2, 2), domain=complex_),
    ],
    matrix_functions.solve_sylvester: [
        case(lambda a, b, q: matrix_functions.solve_sylvester(spread(a), spread(b), q), (2, 2), (3, 3), (2, 3)),
        case(
            lambda a, b, q: matrix_functions.solve_sylvester(spread(a), spread(b), q),
            *((2, 2), (2, 2), (2, 2)),
            domain=complex_,
        ),
    ],
    matrix_functions.solve_continuous_lyapunov: [
        case(lambda a, q: matrix_functions.solve_continuous_lyapunov(spread(a), q), (2, 2), (2, 2), domain=complex_)
    ],
    matrix_functions.stein: [
        case(lambda a, b, q: matrix_functions.stein(0.3 * a, 0.3 * b, q), (2, 2), (3, 3), (2, 3)),
    ],
    matrix_functions.solve_discrete_lyapunov: [
        case(lambda a, q: matrix_functions.solve_discrete_lyapunov(0.3 * a, q), (2, 2), (2, 2)),
        case(lambda a, q: matrix_functions.solve_discrete_lyapunov(0.3 * a, q), (2, 2), (2, 2), domain=complex_),
    ],
    building.block_diag: [case(building.block_diag, (2, 2), (3,), ()), case(building.block_diag, (2, 2, 2), (1, 3))],
    building.toeplitz: [
        case(building.toeplitz, (3,), (4,)),
        case(building.toeplitz, (3,), domain=complex_),
    ],
    building.circulant: [case(building.circulant, (4,))],
    building.hankel: [case(building.hankel, (3,), (4,)), case(building.hankel, (3,))],
}

if RECENT:
    ROWS[building.toeplitz].append(case(building.toeplitz, (2, 3), (1, 4)))
    ROWS[linalg.solve_triangular] += [
        case(triangular(trans=1), (2, 3, 3), (3,)),
        case(triangular(unit_diagonal=True), (2, 3, 3), (2, 3, 1)),
    ]
    ROWS[matrix_functions.sqrtm].append(case(lambda a: matrix_functions.sqrtm(spread(a)), (2, 2, 2), domain=complex_))
    ROWS[matrix_functions.solve_sylvester].append(
        case(
            lambda a, b, q: matrix_functions.solve_sylvester(spread(a), spread(b), q),
            *((2, 2, 2), (3, 3), (2, 2, 3)),
        )
    )

ROWS |= {  # in terms of numpy.linalg's
    linalg.cholesky: [
        case(lambda a: linalg.cholesky(definite(a)), (3, 3)),
        case(lambda a: linalg.cholesky(definite(a), lower=True), (3, 3)),
        case(lambda a: linalg.cholesky(definite(a)), (2, 2), domain=complex_),
    ],
    linalg.cho_factor: [case(lambda a, b: linalg.cho_solve(linalg.cho_factor(definite(a)), b), (3, 3), (3,))],
    linalg.inv: [
        case(lambda a: linalg.inv(spread(a)), (3, 3)),
        case(lambda a: linalg.inv(spread(a), assume_a="upper triangular"), (3, 3)),
    ],
    linalg.det: [case(lambda a: linalg.det(spread(a)), (3, 3))],
    linalg.solve: [
        case(lambda a, b: linalg.solve(spread(a), b), (3, 3), (3,)),
        case(lambda a, b: linalg.solve(spread(a), b, transposed=True), (3, 3), (3, 2)),
        *[
            case(lambda a, b, structure=structure: linalg.solve(spread(a), b, assume_a=structure), (3, 3), (3,))
            for structure in ("sym", "upper triangular", "tridiagonal")
        ],
        case(lambda a, b: linalg.solve(5 * spread(a), b, lower=True, assume_a="pos"), (3, 3), (3, 2), domain=complex_),
    ],
    linalg.pinv: [case(linalg.pinv, (3, 2))],
    linalg.norm: [case(linalg.norm, (2, 3)), case(lambda a: linalg.norm(a, 3, axis=0), (2, 3))],
    linalg.eigh: [
        case(lambda a: linalg.eigh(definite(a))[0], (3, 3)),
        case(lambda a: linalg.eigh(definite(a))[1] ** 2, (3, 3)),
    ],
    linalg.eigvalsh: [case(lambda a: linalg.eigvalsh(definite(a)), (3, 3))],
    linalg.svd: [case(lambda a: linalg.svd(spread(a))[1], (3, 3))],
    linalg.svdvals: [case(lambda a: linalg.svdvals(spread(a)), (3, 3))],
}
