"""Rows of norms and condition numbers."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_, real, with_zeros
from tests.autograd.table.linalg import STACK, TALL, of_regular

VECTOR_ORDERS = (None, 1, 2, np.inf, -np.inf, 0.5, 3, -1, -2.5)
INVERTED = (1, -1, np.inf, "fro", "nuc")  # of which `cond` takes that of the inverse too
MATRIX_ORDERS = ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)


def norm(*args: Any, **keywords: Any) -> Any:
    return lambda x: np.linalg.norm(x, *args, **keywords)


ROWS: dict[Any, list[Case]] = {
    np.linalg.norm: [
        *(case(norm(order), (4,), domain=d) for order in VECTOR_ORDERS for d in (real, complex_)),
        *(case(norm(order, axis=-1, keepdims=True), (2, 3), domain=d) for order in (None, 3) for d in (real, complex_)),
        *(case(norm(order, axis=0), (3, 2)) for order in (1, 2, -1.5, np.inf)),
        *(case(norm(order), (4,), domain=with_zeros) for order in (None, 2, 3)),
        case(norm(), (2, 3, 2)),
        case(norm(keepdims=True), (2, 3)),
        case(norm(axis=1), (0, 3)),
        *(item for order in MATRIX_ORDERS for item in of_regular(norm(order), (3, 3), TALL)),
        *(case(norm(order, axis=(2, 0), keepdims=True), (3, 2, 2)) for order in (None, 1, 2, "nuc", -np.inf)),
        *(case(norm(order, (-2, -1)), (2, 2, 3), domain=complex_) for order in (1, 2, "nuc", np.inf)),
    ],
    np.linalg.cond: [
        *(item for p in (None, 2, -2) for item in of_regular(lambda x, p=p: np.linalg.cond(x, p), (3, 3), TALL)),
        *(
            item
            for p in (1, -1, np.inf, "fro", "nuc")
            for item in of_regular(lambda x, p=p: np.linalg.cond(x, p), STACK)
        ),
    ],
    np.linalg.matrix_norm: [
        case(np.linalg.matrix_norm, (2, 3, 2)),
        case(lambda x: np.linalg.matrix_norm(x, ord=2, keepdims=True), (2, 3, 2), domain=complex_),
    ],
    np.linalg.vector_norm: [
        case(np.linalg.vector_norm, (2, 3)),
        case(lambda x: np.linalg.vector_norm(x, ord=3, axis=(0, 2), keepdims=True), (2, 3, 2)),
        case(lambda x: np.linalg.vector_norm(x, axis=-1), (2, 3), domain=complex_),
        case(lambda x: np.linalg.vector_norm(x, ord=1, keepdims=True), (2, 3), domain=complex_),
    ],
}
