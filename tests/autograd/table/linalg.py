"""Rows of equations, determinants, least squares, powers and chains of matrices."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_, real

STACK, TALL, WIDE = (2, 3, 3), (4, 3), (3, 4)


def regular(x: Any) -> Any:
    """A stack of matrices of full rank, whose singular values are near 2, 4, 6, ..."""
    m, n = np.shape(x)[-2:]
    return 0.3 * x + (np.eye(m, n) * (2 + 2 * np.arange(n))).astype(x.dtype)


def of_rank_two(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Matrices of rank 2: singular where they are larger."""
    return real(rng, (*shape[:-1], 2)) @ real(rng, (*shape[:-2], 2, shape[-1]))


def of_regular(function: Any, *shapes: tuple[int, ...]) -> list[Case]:
    """The function of one regular matrix, or of stacks, each of the shapes real and complex."""
    return [case(lambda x: function(regular(x)), shape, domain=d) for shape in shapes for d in (real, complex_)]


def solve(a: Any, b: Any) -> Any:
    return np.linalg.solve(regular(a), b)


def log_det(x: Any) -> Any:
    sign, log = np.linalg.slogdet(regular(x))
    return sign**2 * log


def lstsq(i: int, **keywords: Any) -> Any:
    return lambda a, b: np.linalg.lstsq(regular(a), b, **keywords)[i]


def moved(x: Any) -> Any:
    """With the last axis first."""
    return np.moveaxis(x, -1, 0)


def multi_dot(*arrays: Any) -> Any:
    return np.linalg.multi_dot(arrays)


ROWS: dict[Any, list[Case]] = {
    np.linalg.solve: [
        case(solve, (3, 3), (3,)),
        case(solve, (3, 3), (3, 2)),
        case(lambda a: np.linalg.solve(regular(a), [1.0, 2.0, 3.0]), (3, 3)),
        case(
            lambda a, b: np.linalg.solve([[3.0, b[0]], [0.5, 2.0]], b) * np.linalg.solve(regular(a), [b[0], 2]),
            (2, 2),
            (2,),
        ),
        case(solve, STACK, (3,)),
        case(solve, STACK, (3, 1)),
        case(solve, (3, 3), (2, 3, 2)),
        case(solve, (2, 1, 2, 2), (3, 2, 1)),
        case(solve, (0, 3, 3), (3, 2)),
        case(solve, (3, 3), (3,), domain=complex_),
        case(solve, STACK, (3, 2), domain=complex_),
        case(lambda a, b: solve(a, b[0] + 1j * b[1]), (3, 3), (2, 3)),
    ],
    np.linalg.inv: of_regular(np.linalg.inv, (3, 3), STACK, (0, 2, 2), (1, 1)),
    np.linalg.tensorinv: [
        case(lambda x: np.linalg.tensorinv(np.reshape(regular(x), (2, 3, 3, 2))), (6, 6)),
        case(lambda x: np.linalg.tensorinv(np.reshape(regular(x), (4, 2, 2)), ind=1), (4, 4)),
    ],
    np.linalg.tensorsolve: [
        case(lambda a, b: np.linalg.tensorsolve(np.reshape(regular(a), (2, 3, 3, 2)), b), (6, 6), (2, 3)),
        case(
            lambda a, b: np.linalg.tensorsolve(moved(np.reshape(regular(a), (2, 3, 6))), b, axes=(0,)), (6, 6), (2, 3)
        ),
    ],
    np.linalg.det: [
        *of_regular(np.linalg.det, (3, 3), STACK, (0, 2, 2)),
        case(np.linalg.det, (3, 3), domain=of_rank_two),
        case(np.linalg.det, STACK, domain=of_rank_two),
        case(lambda x: np.linalg.det(x * (1 + 2j)), (3, 3), domain=of_rank_two),
    ],
    np.linalg.slogdet: [
        case(lambda x: np.linalg.slogdet(regular(x)).logabsdet, (3, 3)),
        case(lambda x: np.linalg.slogdet(regular(x))[1], STACK, domain=complex_),
        case(lambda x: np.linalg.slogdet(regular(x)).sign, (3, 3), domain=complex_),
        case(log_det, STACK, domain=complex_),
    ],
    np.linalg.pinv: [
        *of_regular(np.linalg.pinv, (3, 3), TALL, WIDE, (2, 3, 2), (0, 3, 2)),
        case(lambda x, y: np.linalg.pinv(regular(x) @ regular(y), 1e-4), (4, 2), (2, 3)),
        case(lambda x, y: np.linalg.pinv(regular(x) @ regular(y), rcond=1e-4), (4, 2), (2, 3), domain=complex_),
        case(lambda x: np.linalg.pinv(regular(x), hermitian=True), (3, 3)),
        case(lambda x: np.linalg.pinv(regular(x), hermitian=True, rtol=1e-9), STACK, domain=complex_),
    ],
    np.linalg.lstsq: [
        *(case(lstsq(0), shape, (shape[0], 2)) for shape in ((3, 3), TALL, WIDE)),
        *(case(lstsq(0, rcond=1e-9), shape, (shape[0],), domain=complex_) for shape in ((3, 3), TALL, WIDE)),
        case(lambda a, b: lstsq(0)(a, b[0] + 1j * b[1]), TALL, (2, 4)),
        case(lambda a, c, b: np.linalg.lstsq(regular(a) @ regular(c), b)[0], (4, 2), (2, 3), (4,)),
        case(lstsq(1), TALL, (4, 2)),
        case(lambda a: np.linalg.lstsq(regular(a), [1.0, 2.0, -1.0])[0], (3, 2)),
        case(lstsq(1, rcond=-1), TALL, (4,), domain=complex_),
        case(lambda a: lstsq(3)(a, np.ones((4, 2))), TALL),
        case(lambda a: lstsq(3)(a, np.ones(3)), WIDE, domain=complex_),
        case(lambda a, b: sum(np.sum(np.linalg.lstsq(regular(a), b)[i]) for i in (0, 1, 3)), TALL, (4,)),
    ],
    np.linalg.matrix_power: [
        case(lambda x: np.linalg.matrix_power(x, 1) + 0 * np.linalg.matrix_power(x, 0), (2, 2)),
        case(lambda x: np.linalg.matrix_power(x, 2), STACK),
        case(lambda x: np.linalg.matrix_power(x, 5), (2, 2), domain=complex_),
        case(lambda x: np.linalg.matrix_power(regular(x), -1), (3, 3)),
        case(lambda x: np.linalg.matrix_power(regular(x), -3), STACK),
    ],
    np.linalg.multi_dot: [
        case(multi_dot, (2, 3), (3, 4)),
        case(multi_dot, (3,), (3, 4), (4,)),
        case(multi_dot, (2, 3), (3, 4), (4, 2), (2, 3)),
        case(multi_dot, (3,), (3, 2), (2, 4), domain=complex_),
        case(lambda x, y: multi_dot(x, np.ones((3, 1)), y), (2, 3), (1,)),
    ],
}
