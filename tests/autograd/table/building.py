"""Rows of the functions that build arrays from others."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, above_one, case, complex_, real, with_zeros


def below_minus_one(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return -above_one(rng, shape)


ROWS: dict[Any, list[Case]] = {
    np.diag: [
        case(np.diag, (3,)),
        case(lambda x: np.diag(x, 2), (3,)),
        case(lambda x: np.diag(x, -1), (3,)),
        case(np.diag, (3, 4)),
        case(lambda x: np.diag(x, -1), (3, 4)),
        case(np.diag, (0,)),
        case(np.diag, (3,), domain=complex_),
    ],
    np.diagflat: [case(lambda x: np.diagflat(x, 1), (2, 2)), case(np.diagflat, ())],
    np.tril: [case(np.tril, (3, 4)), case(lambda x: np.tril(x, -1), (2, 3, 3)), case(np.tril, (3,))],
    np.triu: [case(np.triu, (3, 4)), case(lambda x: np.triu(x, 1), (2, 3, 3)), case(lambda x: np.triu(x, -1), (3, 3))],
    np.vander: [
        case(np.vander, (3,)),
        case(lambda x: np.vander(x, 5, increasing=True), (3,), domain=with_zeros),
        case(lambda x: np.vander(x, 2), (3,)),
    ],
    np.meshgrid: [
        case(lambda x, y: np.multiply(*np.meshgrid(x, y)), (3,), (2,)),
        case(lambda x, y: np.multiply(*np.meshgrid(x, y, indexing="ij", sparse=True)), (3,), (2,)),
        case(lambda x, y: np.multiply(*np.meshgrid(x, np.arange(2.0), y)[::2]), (3,), ()),
        case(lambda x: np.meshgrid(x)[0], (2, 2)),
    ],
    np.copy: [case(np.copy, (2, 3)), case(lambda x: x.copy(), (3,))],
    np.rot90: [
        case(np.rot90, (2, 3)),
        case(lambda x: np.rot90(x, 2), (2, 3)),
        case(lambda x: np.rot90(x, -1, axes=(2, 0)), (2, 3, 4)),
        case(lambda x: np.rot90(x, 4), (2, 3)),
    ],
    np.linspace: [
        case(lambda x, y: np.linspace(x, y, 5), (3,), (2, 1)),
        case(lambda x: np.linspace(x, 2, 4, endpoint=False), ()),
        case(lambda x: np.linspace(1, x, 3, axis=-1), (2, 3)),
        case(lambda x, y: np.linspace(x, y, 1), (), ()),
        case(lambda x, y: np.linspace(x, y, 0), (), ()),
        case(lambda x, y: np.linspace(x, y, 4, retstep=True)[1], (3,), ()),
        case(lambda x, y: np.linspace(x, y, 3, dtype=complex), (2,), ()),
        case(lambda x, y: np.linspace(x, y, 3), (2,), (), domain=complex_),
    ],
    np.logspace: [
        case(lambda x, y: np.logspace(x, y, 4), (3,), ()),
        case(lambda x: np.logspace(x, 1, 3, endpoint=False, base=2), (2,)),
        Case(lambda x, b: np.logspace(x, 1.0, 3, base=b, axis=1), ((2,), (2,)), (real, above_one)),
    ],
    np.geomspace: [
        case(lambda x, y: np.geomspace(x, y, 4), (3,), (), domain=above_one),
        case(lambda x: np.geomspace(x, 9, 3, endpoint=False), (), domain=above_one),
        case(lambda x: np.geomspace(-2.0, x, 3, axis=-1), (2,), domain=below_minus_one),
        case(lambda x, y: np.geomspace(x + 3, y + 3, 4), (2,), (2,), domain=complex_),
        case(lambda x, y: np.geomspace(x, y, 1), (), (), domain=above_one),
    ],
    np.apply_along_axis: [
        case(lambda x: np.apply_along_axis(np.prod, 0, x), (2, 3)),
        case(lambda x: np.apply_along_axis(lambda row, k: np.outer(row, row[:k]), 1, x, 2), (2, 3, 2)),
        case(lambda x: np.apply_along_axis(np.sum, 0, x), (3,)),
        case(lambda x: np.apply_along_axis(lambda row: [row[0] * row[1], 2.0], 1, x), (2, 3)),
    ],
    np.apply_over_axes: [
        case(lambda x: np.apply_over_axes(np.prod, x, [0, -1]), (2, 3, 2)),
        case(lambda x: np.apply_over_axes(np.cumsum, x, 1), (2, 3)),
    ],
}
