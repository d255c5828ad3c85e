"""Rows of reading and writing entries."""

import operator
from typing import Any

import numpy as np

from autograd.derivatives.indexing import bincount, index_add, index_update
from tests.autograd.table.cases import Case, case, mask

ROWS: dict[Any, list[Case]] = {
    operator.getitem: [
        case(lambda x: x[1], (3,)),
        case(lambda x: x[1, 2], (2, 3)),
        case(lambda x: x[-1, ::2], (2, 3)),
        case(lambda x: x[..., None, 1], (2, 3)),
        case(lambda x: x[::-1, 1:], (2, 3)),
        case(lambda x: x[mask], (2, 3)),
        case(lambda x: x[np.array([0, 2, 2, 0, 0])], (3, 2)),
        case(lambda x: x[[0, 1, 0]], (2, 3)),
        case(lambda x: x[((0, 0, 1),)], (2, 3)),
        case(lambda x: x[range(2)], (3,)),
        case(lambda x: x[[True, False]], (2, 3)),
        case(lambda x: x[np.int64(1), np.array(2)], (2, 3)),
        case(lambda x: x[[0, 1, 1], [2, 0, 0]], (2, 3)),
        case(lambda x: x[:, [1, 1]], (2, 3)),
        case(lambda x: x[np.array([[0], [1]]), 1:, np.array([0, 0])], (2, 3, 2)),
        case(lambda x: x[mask, None], (2, 3)),
        case(lambda x: x[np.array([True, False]), [0, 0, 2]], (2, 3)),
        case(lambda x: x[()], (2, 3)),
        case(lambda x: x[1:1], (3,)),
        case(lambda x: x[True], (3,)),
    ],
    bincount: [case(lambda w: bincount(w, [0, 2, 2, 1], 5), (4,))],
    index_add: [case(lambda v: index_add(np.zeros(3), np.array([0, 2, 2]), v), (3,))],
    index_update: [
        case(lambda t, v: index_update(t, (slice(None), 1), v), (2, 3), (2,)),
        case(lambda t, v: index_update(t, mask, v), (2, 3), ()),
        case(lambda t, v: index_update(t, [0, 0, 1], v), (3,), (3,)),
    ],
}
