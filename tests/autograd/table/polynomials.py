"""Rows of the polynomials."""

from typing import Any

import numpy as np

from autograd.derivatives import polynomials
from tests.autograd.table.cases import Case, case, complex_, positive

LENGTHS = (((3,), (3,)), ((2,), (4,)), ((4,), (2,)), ((), (3,)))


def roots(p: Any) -> Any:
    """In double precision: LAPACK has no half."""
    return np.roots(p + np.zeros(1))


def division(i: int) -> Any:
    """The quotient or the remainder, in double precision: what NumPy takes for a zero in front depends on it."""
    return lambda u, v: np.polydiv(u + np.zeros(1), v + np.zeros(1))[i]


def near(*known: complex) -> Any:
    """The roots of a polynomial with roots near these: none come together, or change places."""
    return lambda p: roots(0.05 * p + np.poly(known))


ROWS: dict[Any, list[Case]] = {
    polynomials.polyval: [case(np.polyval, (3,), (2, 2))],
    np.polyval: [
        case(np.polyval, (4,), (2, 3)),
        case(np.polyval, (3,), ()),
        case(np.polyval, (1,), (2,)),
        case(np.polyval, (4,), (3,), domain=complex_),
        case(np.polyval, (3, 2), (2,)),
        case(lambda x: np.polyval([1.0, 2.0, 3.0], x), (3,)),
        case(lambda x, a: np.polyval([a, 2.0, a], x), (3,), ()),
    ],
    np.polyadd: [case(np.polyadd, *shapes) for shapes in LENGTHS],
    np.polysub: [case(np.polysub, *shapes) for shapes in LENGTHS] + [case(lambda p: np.polysub([1.0, 2.0], p), (3,))],
    np.polymul: [
        *(case(np.polymul, *shapes) for shapes in LENGTHS),
        case(lambda p: np.polymul([0.0, 0.0, 1.0, 0.0], p), (2,)),
        case(np.polymul, (3,), (2,), domain=complex_),
    ],
    polynomials.polydiv: [case(division(1), (5,), (3,), domain=positive)],
    np.polydiv: [
        *(case(division(i), (6,), (3,)) for i in (0, 1)),
        *(case(division(i), (4,), (3,), domain=complex_) for i in (0, 1)),
        case(lambda u, v: np.polydiv(u, v)[1], (2,), (3,)),
        case(lambda u, v: np.polydiv(u, v)[0], (3,), ()),
        case(lambda u, v: np.multiply.outer(division(0)(u, v), division(1)(u, v)), (4,), (2,)),
    ],
    np.polyder: [
        case(np.polyder, (4,)),
        case(lambda p: np.polyder(p, 2), (4,)),
        case(lambda p: np.polyder(p, m=0), (3,)),
    ],
    np.polyint: [
        case(np.polyint, (3,)),
        case(lambda p, k: np.polyint(p, 2, k), (3,), (2,)),
        case(lambda p, k: np.polyint(p, m=2, k=k), (3,), ()),
        case(lambda p: np.polyint(p, 0), (3,)),
    ],
    np.poly: [
        case(np.poly, (4,)),
        case(np.poly, (1,)),
        case(np.poly, (3,), domain=complex_),
        case(lambda x: np.poly(np.concatenate([x, np.conjugate(x)])), (2,), domain=complex_),
    ],
    np.polyfit: [
        case(lambda x, y: np.polyfit(x, y, 2), (6,), (6,)),
        case(lambda x, y, w: np.polyfit(x, y, 1, w=w), (5,), (5, 2), (5,)),
        case(lambda x, y: np.polyfit(x, y, 1, full=True)[1], (5,), (5,)),
        case(lambda x, y: np.polyfit(x, y, 1, cov=True)[1], (5,), (5,)),
        case(lambda x: np.polyfit(x, x**3, 1, cov="unscaled")[1], (5,)),
    ],
    np.roots: [
        case(near(1, -2, 4), (4,)),
        case(near(1.5, 3j, -3j), (4,)),
        case(near(1, 2j), (3,), domain=complex_),
        case(lambda p: roots(np.concatenate([[0.0], np.array([1.0, 5.0]) + 0.1 * p, [0.0]])), (2,)),
    ],
}
