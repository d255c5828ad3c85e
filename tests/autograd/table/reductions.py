"""Rows of sums, extrema and products."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_, mask, with_zeros

ROWS: dict[Any, list[Case]] = {
    np.sum: [
        case(np.sum, (2, 3)),
        case(np.sum, ()),
        case(lambda x: np.sum(x, axis=1, keepdims=True), (2, 3)),
        case(lambda x: np.sum(x, axis=(0, -1)), (2, 3, 4)),
        case(lambda x: np.sum(x, 0, where=mask, initial=2.0), (2, 3)),
        case(np.sum, (0,)),
        case(lambda x: np.sum(x, axis=1, keepdims=np._NoValue), (2, 3)),
    ],
    np.mean: [
        case(np.mean, (2, 3)),
        case(lambda x: x.mean(axis=-1), (2, 3)),
        case(lambda x: np.mean(x, axis=(0, 2), keepdims=True), (2, 3, 4)),
        case(lambda x: np.mean(x, axis=1, where=mask), (2, 3)),
    ],
    np.var: [
        case(np.var, (5,)),
        case(lambda x: np.var(x, axis=0, ddof=1), (4, 3)),
        case(lambda x: np.var(x, axis=(0, 1), keepdims=True), (4, 3)),
        case(lambda x: np.var(x, axis=0, where=np.array([[True], [False], [True], [True]])), (4, 3)),
        case(np.var, (5,), domain=complex_),
        case(lambda x: np.var(x, axis=1, correction=1), (2, 4)),
        case(lambda x: np.var(x, axis=1, mean=np.array([[0.5], [-0.5]], x.dtype)), (2, 4)),
    ],
    np.std: [
        case(np.std, (5,)),
        case(lambda x: np.std(x, axis=1, ddof=1, keepdims=True), (2, 4)),
        case(lambda x: np.std(x, axis=1, where=mask, mean=np.array([[0.5], [-2.0]], x.dtype)), (2, 3)),
        case(lambda x: np.std(x, axis=(0, 2), correction=1.5), (2, 3, 2)),
        case(np.std, (5,), domain=complex_),
    ],
    np.prod: [
        case(np.prod, (2, 3)),
        case(lambda x: np.prod(x, axis=0, keepdims=True), (2, 3)),
        case(lambda x: np.prod(x, axis=(0, 2)), (2, 3, 2)),
        case(lambda x: np.prod(x, axis=-1), (2, 3), domain=with_zeros),
        case(lambda x: np.prod(x, axis=0, where=mask, initial=3.0), (2, 3)),
        case(lambda x: np.prod(x, axis=(2, -3), keepdims=True), (2, 3, 2)),
        case(np.prod, (4,), domain=complex_),
        case(np.prod, ()),
        case(lambda x: np.prod(x, axis=1), (0, 2)),
        case(lambda x: np.prod(x, axis=-1), ()),
        case(lambda x: np.prod(x, axis=0, initial=None), (2, 3)),
    ],
    np.max: [
        case(np.max, (2, 3)),
        case(lambda x: np.max(x, axis=1), (2, 3)),
        case(lambda x: np.max(x, axis=0, keepdims=True, initial=-9.0, where=mask), (2, 3)),
    ],
    np.min: [case(np.min, (2, 3)), case(lambda x: x.min(axis=(0, 2)), (2, 3, 2))],
    np.amax: [case(lambda x: np.amax(x, axis=1), (2, 3))],
    np.amin: [case(lambda x: np.amin(x, axis=1), (2, 3))],
    np.logaddexp.reduce: [
        case(np.logaddexp.reduce, (4,)),
        case(lambda x: np.logaddexp.reduce(x, axis=1, keepdims=True), (2, 3)),
        case(lambda x: np.logaddexp.reduce(x, axis=None), (2, 3)),
    ],
    np.add.reduceat: [
        case(lambda x: np.add.reduceat(x, [0, 2, 1], axis=1), (2, 4)),
        case(lambda x: np.add.reduceat(x, [], axis=1), (2, 4)),
    ],
    np.add.reduce: [case(np.add.reduce, (2, 3)), case(lambda x: np.add.reduce(x, axis=None), (2, 3))],
    np.multiply.reduce: [case(lambda x: np.multiply.reduce(x, axis=1), (2, 3))],
    np.maximum.reduce: [case(np.maximum.reduce, (2, 3)), case(lambda x: np.maximum.reduce(x, 1, np.float64), (2, 3))],
    np.minimum.reduce: [case(np.minimum.reduce, (2, 3))],
}
