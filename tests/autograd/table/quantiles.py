"""Rows of medians and quantiles: every method, with respect to the entries and to q, with and without NaN."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd.derivatives.quantiles import INTERPOLATING, quantiles
from tests.autograd.table import cases
from tests.autograd.table.cases import Case, Domain, complex_, mask
from tests.autograd.table.ordering import apart

case = partial(cases.case, domain=apart)
STEPS = (
    *("inverted_cdf", "averaged_inverted_cdf", "closest_observation"),
    *("lower", "higher", "midpoint", "nearest"),
)
Q = np.array([0.13, 0.41, 0.86])
WEIGHTS = np.array([[1.0, 0.0, 2.0], [3.0, 1.0, 1.0]])


def between(low: float, high: float) -> Domain:
    return lambda rng, shape: rng.uniform(low, high, shape)


# Between two entries and far from both, whatever the method: differences of third order take wide steps. More entries,
# and more of q, are tried in test_ordering.py.
FRACTION, PERCENT = between(0.49, 0.51), between(49, 51)


def gappy(x: Any) -> Any:
    """`x` with NaN in some places."""
    return np.where(mask, np.nan, x)


def of_q(function: Callable[..., Any], domain: Domain, q: tuple[int, ...], **kwargs: Any) -> Case:
    """With respect to both arguments."""
    return Case(lambda x, q: function(x, q, **kwargs), ((3, 2), q), (apart, domain))


ROWS: dict[Any, list[Case]] = {
    quantiles: [case(lambda x: quantiles("quantile", x, 0.3), (2, 5))],
    np.median: [
        case(np.median, (5,)),
        case(np.median, (2, 3)),
        case(lambda x: np.median(x, axis=(0, -1), keepdims=True), (2, 3, 4)),
        case(lambda x: np.median(x, 0), (4, 3)),
        case(lambda x: np.median(x, 0, keepdims=np._NoValue), (4, 3)),
        case(np.median, ()),
        case(np.median, (4,), domain=complex_),
    ],
    np.quantile: [
        case(lambda x: np.quantile(x, 0.3), (2, 3)),
        case(lambda x: np.quantile(x, [0.0, 0.3, 1.0], axis=(1, 2)), (2, 3, 2)),
        case(lambda x: np.quantile(x, 0.7, keepdims=True) ** 2, (2, 3)),
        case(lambda x: np.quantile(x, 0.3, axis=(), method="hazen"), (2, 3)),
        *(case(lambda x, m=m: np.quantile(x, Q, axis=0, method=m), (6, 2)) for m in (*INTERPOLATING, *STEPS)),
        *(of_q(np.quantile, FRACTION, (), method=m, axis=1) for m in INTERPOLATING if m != "interpolated_inverted_cdf"),
        of_q(np.quantile, between(0.74, 0.76), (), method="interpolated_inverted_cdf", axis=1),
        of_q(np.quantile, FRACTION, (2,), axis=1),
        case(lambda x: np.quantile(x, Q, weights=WEIGHTS, method="inverted_cdf"), (2, 3)),
        case(lambda x: np.quantile(x, 0.6, axis=1, weights=[1.0, 0.0, 2.0], method="inverted_cdf"), (2, 3)),
        case(lambda x: np.quantile(x, Q, 0, weights=[1.0, 2.0], method="inverted_cdf"), (2, 4, 3)),
    ],
    np.percentile: [
        case(lambda x: np.percentile(x, [25, 60], axis=1, keepdims=True), (2, 5)),
        case(lambda x: np.percentile(x, 30.0, method="nearest"), (2, 3)),
        case(lambda x: np.percentile(x, [], axis=1), (2, 3)),
        of_q(np.percentile, PERCENT, (), axis=-1),
        of_q(np.percentile, PERCENT, (2, 2), axis=1, method="weibull"),
    ],
    np.nanmedian: [
        case(lambda x: np.nanmedian(gappy(x)), (2, 3)),
        case(lambda x: np.nanmedian(gappy(x), axis=1, keepdims=True), (2, 3)),
        case(np.nanmedian, (5,)),
    ],
    np.nanquantile: [
        case(lambda x: np.nanquantile(gappy(x), 0.4), (2, 3)),
        case(lambda x: np.nanquantile(gappy(x), [0.1, 0.4], axis=1, method="hazen"), (2, 3)),
        case(lambda x: np.nanquantile(gappy(x), 0.8, axis=1, method="higher"), (2, 3)),
        case(lambda x: np.nanquantile(gappy(x), 0.4, weights=WEIGHTS + 1, method="inverted_cdf"), (2, 3)),
        Case(lambda x, q: np.nanquantile(gappy(x)[:, 1:], q), ((2, 3), (2,)), (apart, FRACTION)),
    ],
    np.nanpercentile: [
        case(lambda x: np.nanpercentile(gappy(x), 40), (2, 3)),
        case(lambda x: np.nanpercentile(gappy(x), [10.0, 90.0], axis=1), (2, 3)),
        Case(lambda x, q: np.nanpercentile(x, q, axis=1), ((3, 2), ()), (apart, PERCENT)),
    ],
}
