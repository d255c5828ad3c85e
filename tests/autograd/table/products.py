"""Rows of the products."""

from typing import Any

import numpy as np

from autograd.derivatives import products
from tests.autograd.table.cases import Case, case, complex_

ROWS: dict[Any, list[Case]] = {
    np.matmul: [
        case(np.matmul, (2, 3), (3, 4)),
        case(np.matmul, (3,), (3,)),
        case(np.matmul, (3,), (3, 2)),
        case(np.matmul, (2, 3), (3,)),
        case(np.matmul, (5, 2, 3), (3, 2)),
        case(np.matmul, (5, 1, 2, 3), (4, 3, 2)),
        case(np.matmul, (3,), (5, 3, 2)),
        case(np.matmul, (5, 2, 3), (3,)),
        case(lambda x, y: x @ y, (2, 3), (3, 2), domain=complex_),
    ],
    np.dot: [
        case(np.dot, a, b)
        for a, b in (
            ((), (2, 3)),
            ((3,), (3,)),
            ((2, 3), (3, 2)),
            ((2, 3), (3,)),
            ((2, 3), (4, 3, 2)),
            ((2, 4, 3), (3,)),
        )
    ],
    np.tensordot: [
        case(np.tensordot, (2, 3, 4), (3, 4, 2)),
        case(lambda x, y: np.tensordot(x, y, axes=0), (2,), (3,)),
        case(lambda x, y: np.tensordot(x, y, axes=([0, 2], [2, -3])), (2, 3, 4), (4, 5, 2)),
        case(lambda x, y: np.tensordot(x, y, axes=(1, 0)), (2, 3), (3, 4)),
    ],
    np.inner: [case(np.inner, (2, 3), (4, 3)), case(np.inner, (3,), (3,)), case(np.inner, (), (3,))],
    np.outer: [case(np.outer, (2,), (3,)), case(np.outer, (2, 2), (3,))],
    np.vdot: [case(np.vdot, (3,), (3,)), case(np.vdot, (2, 3), (2, 3), domain=complex_)],
    np.vecdot: [
        case(lambda x, y: np.vecdot(x, y, axis=0), (3,), (3, 2)),
        case(np.vecdot, (2, 3), (3,)),
        case(np.vecdot, (2, 3), (2, 3), domain=complex_),
    ],
    np.diagonal: [
        case(np.diagonal, (3, 4)),
        case(lambda x: np.diagonal(x, -1), (3, 4)),
        case(lambda x: np.diagonal(x, 2, 0, 2), (3, 2, 4)),
    ],
    np.trace: [case(np.trace, (3, 4)), case(lambda x: np.trace(x, 1, 2, 0), (3, 2, 4))],
    products.einsum: [case(lambda x, y: np.einsum("ij,jk->ik", x, y), (2, 3), (3, 4))],
    np.einsum: [
        case(lambda x, y: np.einsum("ij,jk", x, y), (2, 3), (3, 4)),
        case(lambda x, y, z: np.einsum("ij,jk,k->i", x, y, z), (2, 3), (3, 4), (4,)),
        case(lambda x: np.einsum("ii", x), (3, 3)),
        case(lambda x: np.einsum("ii->i", x), (3, 3)),
        case(lambda x: np.einsum("iij->j", x), (2, 2, 3)),
        case(lambda x: np.einsum("ij->", x), (2, 3)),
        case(lambda x: np.einsum("ij->ji", x), (2, 3)),
        case(lambda x, y: np.einsum("i,i->", x, y), (3,), (3,)),
        case(lambda x, y: np.einsum("...ij,...jk->...ik", x, y), (5, 2, 3), (3, 4)),
        case(lambda x, y: np.einsum("i...,i...", x, y), (2, 3), (2, 3)),
        case(lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [2, 0]), (2, 3), (3, 4)),
        case(lambda x, y: np.einsum(x, [0, Ellipsis], y, [0]), (2, 3), (2,)),
        case(lambda x, y: np.einsum("ij,ij->ij", x, y), (1, 3), (2, 3)),
        case(lambda x: np.einsum("ij,ik->jk", x, x), (2, 3)),
        case(lambda x, y: np.einsum("i,i->", x, y), (1,), (4,)),
        case(lambda x: np.einsum(x, [0, 27]), (2, 3)),
        case(lambda x, y, z: np.einsum("ij,jk,k->i", x, y, z, optimize="optimal"), (2, 3), (3, 4), (4,)),
        case(lambda x, y: np.einsum("ij,jk", x, y, optimize=["einsum_path", (0, 1)], order="F"), (2, 3), (3, 4)),
        case(lambda x, y: np.einsum("ii,ij->j", x, y, optimize=["einsum_path", (0, 1)]), (3, 3), (3, 4)),
        case(lambda x, y: np.einsum("i,i", x, y, dtype=complex), (3,), (3,)),
    ],
    np.kron: [
        case(np.kron, (2, 3), (2, 2)),
        case(np.kron, (2,), (2, 1, 2)),
        case(np.kron, (2, 3, 1), (2,)),
        case(np.kron, (), (3,)),
        case(np.kron, (2,), (2,), domain=complex_),
    ],
    np.cross: [
        case(np.cross, (3,), (3,)),
        case(np.cross, (4, 3), (3,)),
        case(lambda x, y: np.cross(x, y, axis=0), (3, 2), (3, 2)),
        case(lambda x, y: np.cross(x, y, axisa=0, axisb=1, axisc=0), (3, 2), (2, 3)),
    ],
    np.linalg.cross: [case(lambda x, y: np.linalg.cross(x, y, axis=0), (3, 2), (3, 2))],
    np.linalg.vecdot: [case(lambda x, y: np.linalg.vecdot(x, y, axis=0), (3, 2), (3, 2), domain=complex_)],
    np.linalg.outer: [case(np.linalg.outer, (2,), (3,))],
    np.linalg.diagonal: [case(lambda x: np.linalg.diagonal(x, offset=-1), (2, 3, 4))],
    np.linalg.trace: [case(lambda x: np.linalg.trace(x, offset=1), (2, 3, 4))],
    np.linalg.matrix_transpose: [case(np.linalg.matrix_transpose, (2, 3, 4))],
}

ROWS[np.linalg.matmul] = [case(np.linalg.matmul, (2, 3, 3), (3, 2))]
ROWS[np.linalg.tensordot] = [case(lambda x, y: np.linalg.tensordot(x, y, axes=1), (2, 3), (3, 2))]

for name in ("matvec", "vecmat"):
    if hasattr(np, name):
        ROWS[getattr(np, name)] = [
            case(getattr(np, name), *((2, 2, 3), (3,)) if name == "matvec" else ((2,), (4, 2, 3)))
        ]
