"""Rows of what accumulates along an axis."""

from typing import Any

import numpy as np

from autograd.derivatives.accumulations import recurrence
from tests.autograd.table.cases import Case, case, complex_, inner, with_zeros

ROWS: dict[Any, list[Case]] = {
    recurrence: [
        case(lambda a, b: recurrence(a, b, 0), (4,), (4,)),
        case(lambda a, b: recurrence(a, b, -1, True), (2, 4), (2, 4)),
        case(lambda a, b: recurrence(a, b, 1), (2, 70), (2, 70), domain=inner),
        case(lambda a, b: recurrence(a, b, 0, True), (70,), (70,), domain=inner),
        case(lambda a, b: recurrence(a, b, 0), (3,), (3,), domain=complex_),
    ],
    np.cumsum: [case(np.cumsum, (2, 3)), case(lambda x: np.cumsum(x, axis=0), (2, 3)), case(np.cumsum, (3,))],
    np.cumprod: [
        case(np.cumprod, (4,)),
        case(np.cumprod, (2, 3)),
        case(np.cumprod, ()),
        case(lambda x: np.cumprod(x, axis=-1), ()),
        case(lambda x: x.cumprod(axis=-1), (2, 5), domain=with_zeros),
        case(lambda x: np.cumprod(x, axis=0), (3, 2)),
        case(lambda x: np.cumprod(x, 1), (2, 3), domain=complex_),
        case(lambda x: np.cumprod(x, axis=1), (2, 0)),
    ],
    np.add.accumulate: [case(np.add.accumulate, (2, 3)), case(lambda x: np.add.accumulate(x, axis=1), (2, 3))],
    np.multiply.accumulate: [
        case(np.multiply.accumulate, (3, 2)),
        case(lambda x: np.multiply.accumulate(x, axis=-1), (2, 3), domain=with_zeros),
    ],
    np.logaddexp.accumulate: [
        case(np.logaddexp.accumulate, (5,)),
        case(lambda x: np.logaddexp.accumulate(x, axis=1), (2, 4)),
    ],
    np.logaddexp2.accumulate: [case(lambda x: np.logaddexp2.accumulate(x, axis=-1), (2, 4))],
}

for extremum in (np.maximum, np.minimum, np.fmax, np.fmin):
    ROWS[extremum.accumulate] = [
        case(lambda x, extremum=extremum: extremum.accumulate(x) ** 2, (5,)),
        case(lambda x, extremum=extremum: extremum.accumulate(x, axis=1), (2, 4)),
    ]

if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    ROWS[np.cumulative_sum] = [
        case(np.cumulative_sum, (3,)),
        case(lambda x: np.cumulative_sum(x, axis=-1, include_initial=True), (2, 3)),
    ]
    ROWS[np.cumulative_prod] = [
        case(np.cumulative_prod, (3,)),
        case(lambda x: np.cumulative_prod(x, axis=0, include_initial=True), (3, 2)),
        case(lambda x: np.cumulative_prod(x, axis=1), (2, 5), domain=with_zeros),
    ]
