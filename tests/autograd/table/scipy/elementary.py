"""Rows of SciPy's elementary functions, the error functions and the sums in the exponent."""

from typing import Any

import numpy as np
import scipy
from scipy import special

from autograd.derivatives.scipy import elementary, error_functions, sums
from tests.autograd.table.cases import (
    Case,
    Domain,
    case,
    complex_,
    elementwise_cases,
    even,
    inner,
    odd,
    positive,
    real,
)


def unit(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Probabilities."""
    return rng.uniform(0.1, 0.9, shape)


def negative(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return -rng.uniform(0.2, 1.7, shape)


def degrees(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(20.0, 70.0, shape)


RECENT = tuple(map(int, scipy.__version__.split(".")[:2])) >= (1, 17)  # with stacks of matrices throughout

ONE_ARGUMENT: dict[Any, Domain] = {
    special.exp2: real,
    special.exp10: real,
    special.expm1: real,
    special.log1p: positive,
    special.cosm1: real,
    special.cbrt: real,
    special.expit: real,
    special.log_expit: real,
    special.logit: unit,
    special.entr: positive,
    special.sindg: degrees,
    special.cosdg: degrees,
    special.tandg: degrees,
    special.cotdg: degrees,
    special.exprel: real,
    special.erf: real,
    special.erfc: real,
    special.erfcx: real,
    special.erfi: inner,
    special.dawsn: real,
    special.erfinv: inner,
    special.erfcinv: unit,
    special.ndtr: real,
    special.log_ndtr: real,
    special.ndtri: unit,
    special.ndtri_exp: negative,
    error_functions.hazard: real,
    error_functions.excess: real,
    elementary.log1p_ratio: inner,
}

TWO_ARGUMENTS: dict[Any, tuple[Domain, Domain]] = {
    special.xlogy: (real, positive),
    special.xlog1py: (real, positive),
    special.rel_entr: (positive, positive),
    special.kl_div: (positive, positive),
    special.powm1: (positive, real),
    special.pseudo_huber: (positive, real),
    special.boxcox: (positive, real),
    special.boxcox1p: (positive, real),
    special.inv_boxcox: (unit, unit),
    special.inv_boxcox1p: (unit, unit),
    special.owens_t: (real, real),
}

HOLOMORPHIC = [
    special.expm1, special.log1p, special.erf, special.erfc, special.erfi, special.erfcx, special.dawsn, special.wofz,
    special.ndtr, special.log_ndtr,
]  # fmt: skip

ROWS: dict[Any, list[Case]] = {
    **{function: elementwise_cases(function, domain) for function, domain in ONE_ARGUMENT.items()},
    **{function: elementwise_cases(function, *domains) for function, domains in TWO_ARGUMENTS.items()},
    special.wofz: [case(special.wofz, (2, 3), domain=complex_)],
    special.huber: [Case(lambda delta, r: special.huber(abs(delta), r), ((2, 3), (3,)), (even, odd))],
    special.radian: [case(special.radian, (2, 3), (3,), (), domain=positive)],
    sums.log_sum: [case(lambda a, b: sums.logsumexp(a, b=b), (2, 3), (2, 3), domain=positive)],
    sums.logsumexp: [
        case(sums.logsumexp, (4,)),
        case(sums.logsumexp, ()),
        case(lambda a: sums.logsumexp(a, axis=-1), (2, 3)),
        case(lambda a: sums.logsumexp(a, (0, 2), keepdims=True), (2, 3, 2)),
        case(lambda a, b: sums.logsumexp(a, axis=0, b=b), (2, 3), (3,), domain=positive),
        case(lambda a: sums.logsumexp(a, b=[1.0, -3.0, 0.5], return_sign=True, axis=1)[0], (2, 3)),
        case(lambda a: sums.logsumexp(a, axis=0), (2, 3), domain=complex_),
    ],
    sums.softmax: [case(sums.softmax, (2, 3)), case(lambda x: sums.softmax(x, axis=-1), (2, 3))],
    sums.log_softmax: [case(sums.log_softmax, (2, 3)), case(lambda x: sums.log_softmax(x, axis=(0, 1)), (2, 3))],
}
