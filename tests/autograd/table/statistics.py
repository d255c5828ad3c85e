"""Rows of weighted means, covariances and correlations."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_, positive, real

TIMES = [1, 3, 2, 0, 1]
ROWS: dict[Any, list[Case]] = {
    np.average: [
        case(np.average, (2, 3)),
        case(lambda x: np.average(x, axis=(0, 2), keepdims=True), (2, 3, 4)),
        case(lambda x: np.average(x, axis=[0, -1]), (2, 3, 4)),
        Case(lambda x, w: np.average(x, (2, 0), w), ((2, 3, 4), (4, 2)), (real, positive)),
        case(lambda x: np.average(x, axis=1, returned=True)[0], (2, 3)),
        Case(lambda x, w: np.average(x, weights=w), ((2, 3), (2, 3)), (real, positive)),
        Case(lambda x, w: np.average(x, 1, w), ((2, 3), (3,)), (real, positive)),
        Case(lambda x, w: np.average(x, (2, 0, 1), w, keepdims=True), ((2, 3, 4), (4, 2, 3)), (real, positive)),
        Case(lambda x, w: np.multiply(*np.average(x, -1, w, True)), ((2, 3), (3,)), (real, positive)),
        Case(lambda w: np.average([[1.0, 2.0], [4.0, 3.0]], axis=0, weights=w), ((2,),), (positive,)),
        Case(lambda x, w: np.average(x, weights=w), ((3,), (3,)), (complex_, positive)),
    ],
    np.cov: [
        case(np.cov, (3, 5)),
        case(np.cov, (4,)),
        case(lambda x, y: np.cov(x, y, ddof=2), (4,), (4,)),
        case(lambda x, y: np.cov(x, y, rowvar=False, bias=True), (5, 2), (5, 3)),
        case(lambda x: np.cov(x, rowvar=False, fweights=TIMES), (5, 2)),
        Case(lambda x, w: np.cov(x, aweights=w), ((2, 4), (4,)), (real, positive)),
        Case(lambda x, w: np.cov(x, fweights=TIMES, aweights=w), ((2, 5), (5,)), (real, positive)),
        Case(lambda x, w: np.cov(x, aweights=w, bias=True), ((2, 4), (4,)), (real, positive)),
        case(np.cov, (2, 4), domain=complex_),
    ],
    np.corrcoef: [  # without the diagonal, which is 1 but for its rounding
        case(lambda x: np.corrcoef(x)[:-1, -1], (3, 5)),
        case(lambda x, y: np.corrcoef(x, y)[0, 1], (4,), (4,)),
        case(lambda x: np.corrcoef(x, rowvar=False)[0, 1], (5, 2)),
        case(lambda x: np.corrcoef(x)[0, 1], (2, 4), domain=complex_),
    ],
}
