"""Rows of the functions that put entries in order."""

from functools import partial
from typing import Any

import numpy as np

from autograd.derivatives.ordering import of_equals
from tests.autograd.table import cases
from tests.autograd.table.cases import Case, complex_


def apart(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """In any order, and no two near each other."""
    size = int(np.prod(shape))
    return ((rng.permutation(size) + rng.uniform(-0.3, 0.3, size) - size / 2) * 0.4).reshape(shape)[()]


case = partial(cases.case, domain=apart)
PLACES = np.array([0.1, 0.3, 0.7, 0.7, 1.5])

ROWS: dict[Any, list[Case]] = {
    np.sort: [
        case(np.sort, (5,)),
        case(lambda x: np.sort(x, axis=1), (2, 4, 3)),
        case(lambda x: np.sort(x, axis=None, kind="heapsort"), (2, 3)),
        case(lambda x: np.sort(x, 0, stable=True) ** 2, (4, 2)),
        case(lambda x: np.sort(x, axis=None), ()),
        case(np.sort, (2, 0)),
        case(np.sort, (2, 3), domain=complex_),
    ],
    np.partition: [
        case(lambda x: np.partition(x, 3), (7,)),
        case(lambda x: np.partition(x, (1, -1), axis=0), (4, 3)),
        case(lambda x: np.partition(x, 2, axis=None), (2, 3)),
    ],
    np.sort_complex: [case(np.sort_complex, (2, 3)), case(np.sort_complex, (4,), domain=complex_)],
    np.ptp: [
        case(np.ptp, (2, 3)),
        case(lambda x: np.ptp(x, axis=(0, -1), keepdims=True), (2, 3, 4)),
        case(lambda x: np.ptp(x, 1), (2, 3)),
    ],
    of_equals: [case(lambda x: of_equals(x[[0, 1, 0]], np.array([0, 1]), np.array([0, 1, 0]), np.array([2, 1])), (2,))],
    np.unique: [
        case(np.unique, (2, 3)),
        case(lambda x: np.unique(x[[2, 0, 1, 1]])[1:], (3,)),
        case(lambda x: np.unique(x[[0, 1, 0]], axis=0, return_index=True, return_counts=True)[0], (2, 3)),
        case(lambda x: np.unique(x, axis=-1), (2, 3)),
    ],
    np.unique_values: [case(np.unique_values, (5,))],
    np.unique_all: [case(lambda x: np.unique_all(x[[0, 1, 0]]).values, (2,))],
    np.unique_counts: [case(lambda x: np.unique_counts(x[[0, 1, 0]]).values, (2,))],
    np.unique_inverse: [case(lambda x: np.unique_inverse(x[[0, 1, 0]]).values, (2,))],
    np.union1d: [case(lambda x: np.union1d(x[:3], np.reshape(x[2:], (2, 2))), (6,))],
    np.intersect1d: [
        case(lambda x: np.intersect1d(x[[0, 1, 1]], x[[2, 1, 0]]), (3,)),
        case(lambda x: np.intersect1d(x, x[1:], return_indices=True)[0], (3,)),
    ],
    np.setdiff1d: [
        case(lambda x: np.setdiff1d(x[[0, 1, 1]], x[2:]), (3,)),
        case(lambda x: np.setdiff1d(x, [9.0], assume_unique=True), (3,)),
    ],
    np.setxor1d: [
        case(lambda x: np.setxor1d(x[[0, 1, 1]], x[2:]), (4,)),
        case(lambda x: np.setxor1d(x, x[2:], assume_unique=True), (4,)),
    ],
}
