"""Rows of the functions that pick entries, branches or parts."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_, mask

steps = np.array([[0, 2, 1], [1, 0, 2]])
left, right = np.array([True, True, False]), np.array([False, True, True])

ROWS: dict[Any, list[Case]] = {
    np.take: [
        case(lambda x: np.take(x, [0, 0], axis=0), ()),
        case(lambda x: np.take(x, [[0, 5], [5, -1]]), (2, 3)),
        case(lambda x: np.take(x, np.array([2, 0, 2]), axis=-1), (2, 3)),
        case(lambda x: np.take(x, [4, -7], axis=0, mode="wrap"), (2, 3)),
        case(lambda x: np.take(x, [4, -7], axis=1, mode="clip"), (2, 3)),
        case(lambda x: np.take(x, 1), (3,)),
        case(lambda x: np.take(x, np.zeros((0, 2), int), axis=0), (3, 2)),
        case(lambda x: np.take(x, 1, 1), (2, 3), domain=complex_),
    ],
    np.take_along_axis: [
        case(lambda x: np.take_along_axis(x, steps, 1), (2, 3)),
        case(lambda x: np.take_along_axis(x, np.array([[1, 1, 0]]), 0), (2, 3)),
        case(lambda x: np.take_along_axis(x, np.array([[0], [-1]]), -1), (2, 3)),
        case(lambda x: np.take_along_axis(x, np.array([4, 4, 1]), None), (2, 3)),
    ],
    np.compress: [
        case(lambda x: np.compress([True, False], x, axis=-1), ()),
        case(lambda x: np.compress([True, False, True], x, axis=1), (2, 3)),
        case(lambda x: np.compress([0, 1, 1, 0, 1], x), (2, 3)),
        case(lambda x: np.compress(np.array([False, True]), x, 0), (4, 2)),
    ],
    np.extract: [case(lambda x: np.extract(mask, x), (2, 3))],
    np.delete: [
        case(lambda x: np.delete(x, 1), (2, 3)),
        case(lambda x: np.delete(x, [0, -1], axis=1), (2, 3)),
        case(lambda x: np.delete(x, slice(None, None, 2), 0), (5, 2)),
        case(lambda x: np.delete(x, np.array([True, False, True]), -1), (2, 3)),
    ],
    np.insert: [
        case(lambda x: np.insert(x, 1, 5.0), (2, 3)),
        case(lambda x, v: np.insert(x, 1, v, axis=1), (2, 3), (2,)),
        case(lambda x, v: np.insert(x, [1], v, axis=1), (2, 3), (2, 1)),
        case(lambda x, v: np.insert(x, [3, 1, 1], v, axis=-1), (2, 3), (3,)),
        case(lambda x, v: np.insert(x, slice(0, 2), v), (3,), ()),
        case(lambda x, v, w: np.insert(x, [0, 1], [v, w]), (3,), (), ()),
    ],
    np.resize: [case(lambda x: np.resize(x, (4, 4)), (2, 3)), case(lambda x: np.resize(x, 2), (2, 3))],
    np.trim_zeros: [
        case(lambda x: np.trim_zeros(np.pad(x, (1, 2))), (3,)),
        case(lambda x: np.trim_zeros(np.pad(x, (1, 2)), "b"), (3,)),
        case(lambda x: np.trim_zeros(np.pad(x, (1, 2)), trim="F"), (3,)),
    ],
    np.choose: [
        case(lambda x, y: np.choose([0, 1, 0], [x, y]), (3,), (3,)),
        case(lambda x, y: np.choose(np.array([[0], [3]]), [x, y], mode="wrap"), (2, 3), ()),
        case(lambda x: np.choose([0, 7, -1], x, mode="clip"), (2, 3)),
    ],
    np.select: [
        case(lambda x, y: np.select([left, right], [x, y]), (3,), (2, 1)),
        case(lambda x, y, z: np.select([left, ~left & right], [x, y], z), (3,), (), (3,)),
        case(lambda x: np.select([left], [x], 2), (3,)),
    ],
    np.piecewise: [
        case(lambda x: np.piecewise(x, [left, right], [np.sin, lambda v: v**3]), (3,)),
        case(lambda x: np.piecewise(x, [mask], [lambda v, k: k * v, lambda v, k: v**k], 2), (2, 3)),
        case(lambda x, c: np.piecewise(x, [mask, ~mask], [lambda v: v * c, c]), (2, 3), ()),
        case(lambda x: np.piecewise(x, left, [np.exp, 3.0]), (3,)),
        case(lambda x: np.piecewise(x, [x < 9], [np.exp, 3.0]), ()),
    ],
}

if hasattr(np, "matvec"):  # NumPy 2.2, from which on several axes are trimmed
    ROWS[np.trim_zeros] += [
        case(lambda x: np.trim_zeros(np.pad(x, (1, 2))), (2, 3)),
        case(lambda x: np.trim_zeros(np.pad(x, (1, 2)), axis=-1), (2, 3)),
    ]
