"""Rows of histograms, of their weights."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_, positive

X = np.array([0.0, 0.3, 1.0, 1.7, 2.0, 2.0, 5.0])
Y = np.array([1.0, 0.2, 0.4, 0.9, 0.0, 0.7, 0.6])

ROWS: dict[Any, list[Case]] = {
    np.histogram: [
        case(lambda w: np.histogram(X, 3, (0, 2), weights=w)[0], (7,)),
        case(lambda w: np.histogram(X, [0, 0.5, 2], density=True, weights=w)[0], (7,), domain=positive),
        case(lambda w: np.histogram(X.reshape(7, 1), weights=w)[0], (7, 1), domain=complex_),
    ],
    np.histogram2d: [
        case(lambda w: np.histogram2d(X, Y, [2, 3], weights=w)[0], (7,)),
        case(lambda w: np.histogram2d(X, Y, 2, [(0, 2), (0, 1)], True, w)[0], (7,), domain=positive),
    ],
    np.histogramdd: [
        case(lambda w: np.histogramdd(np.stack([X, Y, X - Y], 1), 2, weights=w)[0], (7,)),
        case(lambda w: np.histogramdd((X, Y), [[0, 1, 3], 2], density=True, weights=w)[0], (7,), domain=positive),
        case(lambda w: np.histogramdd(X, 4, weights=w)[0], (7,)),
    ],
}
