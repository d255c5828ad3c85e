"""Rows of decompositions, by functions that do not depend on NumPy's choice of phases."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_, real
from tests.autograd.table.linalg import STACK, TALL, WIDE, of_regular


def positive_definite(x: Any) -> Any:
    return x @ np.conjugate(np.swapaxes(x, -1, -2)) + np.eye(x.shape[-2]).astype(x.dtype)


def cholesky(x: Any) -> Any:
    return np.linalg.cholesky(positive_definite(x))


def upper(x: Any) -> Any:
    return np.linalg.cholesky(positive_definite(x), upper=True)


def projectors(v: Any) -> Any:
    """The entries of v_i v_i^H, for each of the columns of v, but for the middle axis."""
    return v[..., :1, :] * np.conjugate(v)


def eigh(triangle: str) -> Any:
    def weighted(x: Any) -> Any:
        w, v = np.linalg.eigh(x, triangle)
        return projectors(v) + w[..., None, :]

    return weighted


def svd(full_matrices: bool, hermitian: bool = False) -> Any:
    """Every entry of u_i v_i^H in the first row and in the first column, and of both bases' projectors."""

    def weighted(x: Any) -> Any:
        u, s, vh = np.linalg.svd(x, full_matrices, hermitian=hermitian)
        k = s.shape[-1]
        rows = u[..., :1, :k] @ (s[..., None] ** 2 * vh[..., :k, :])
        columns = (u[..., :, :k] / s[..., None, :]) @ vh[..., :k, :1]
        return np.concatenate([rows, np.swapaxes(columns, -1, -2)], axis=-1)

    return weighted


def span(x: Any) -> Any:
    """What the columns that complete the bases span."""
    u, s, vh = np.linalg.svd(x)
    k = s.shape[-1]
    left, right = u[..., :, k:], vh[..., k:, :]
    return np.sum(np.abs(left[..., 0, :]) ** 2) + np.sum(right[..., 0] * np.conjugate(right[..., 1]))


def qr(x: Any) -> Any:
    q, r = np.linalg.qr(x)
    return np.concatenate([q, np.swapaxes(r, -1, -2)], axis=-2)


def completed(x: Any) -> Any:
    q, r = np.linalg.qr(x, mode="complete")
    k = min(x.shape[-2:])
    rest = q[..., :, k:]
    return np.sum(q[..., :k], axis=-1) + np.sum(r, axis=-1) + rest[..., 0, :] @ np.conjugate(rest[..., 1, :])


def eig(x: Any) -> Any:
    w, v = np.linalg.eig(x)
    return projectors(v) * w[..., None, :] ** 2


ROWS: dict[Any, list[Case]] = {
    np.linalg.cholesky: [
        *(case(f, shape, domain=d) for f in (cholesky, upper) for shape in (WIDE, STACK) for d in (real, complex_)),
        case(cholesky, (0, 2, 2)),
    ],
    np.linalg.qr: [
        *of_regular(qr, (3, 3), TALL, WIDE, (2, 3, 2), (2, 2, 3), (0, 3, 2)),
        *of_regular(lambda x: np.linalg.qr(x, "r"), (3, 3), TALL, (2, 2, 3)),
        *of_regular(completed, (3, 3), (4, 2), WIDE),
    ],
    np.linalg.eigh: [*of_regular(eigh("L"), (3, 3), STACK, (0, 2, 2)), *of_regular(eigh("U"), (3, 3), STACK)],
    np.linalg.eigvalsh: [
        *of_regular(np.linalg.eigvalsh, (3, 3), STACK, (1, 1)),
        *of_regular(lambda x: np.linalg.eigvalsh(x, UPLO="U"), (3, 3)),
    ],
    np.linalg.eig: of_regular(eig, (3, 3), STACK, (0, 2, 2)),
    np.linalg.eigvals: of_regular(np.linalg.eigvals, (3, 3), STACK, (1, 1)),
    np.linalg.svd: [
        *of_regular(svd(False), (3, 3), TALL, WIDE, (2, 3, 2), (0, 2, 3)),
        *of_regular(svd(True), TALL, WIDE),
        *of_regular(span, (4, 2), (2, 4)),
        *of_regular(svd(True, hermitian=True), (3, 3), STACK),
        *of_regular(lambda x: np.linalg.svd(x, compute_uv=False), TALL, WIDE),
        *of_regular(lambda x: np.linalg.svd(x, compute_uv=False, hermitian=True), (3, 3)),
    ],
    np.linalg.svdvals: of_regular(np.linalg.svdvals, STACK, (2, 3, 2)),
}
