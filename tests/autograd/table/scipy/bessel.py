"""Rows of the Bessel functions."""

from typing import Any

import numpy as np
from scipy import special

from autograd.derivatives.scipy import bessel
from tests.autograd.table.cases import Case, Domain, case, complex_, elementwise_cases, positive, real

ONE_ARGUMENT: dict[Any, Domain] = {
    special.j0: real,
    special.j1: real,
    special.y0: positive,
    special.y1: positive,
    special.i0: real,
    special.i1: real,
    special.k0: positive,
    special.k1: positive,
    special.i0e: real,
    special.i1e: real,
    special.k0e: positive,
    special.k1e: positive,
}
ANY_ORDER = [
    special.jv, special.yv, special.iv, special.kv, special.ive, special.jve, special.yve, special.kve,
    special.struve, special.modstruve,
]  # fmt: skip
COMPLEX = [special.jv, special.yv, special.iv, special.kv, special.kve]
HANKEL = [special.hankel1, special.hankel2, special.hankel1e, special.hankel2e]
SPHERICAL = [bessel.spherical_jn, bessel.spherical_yn, bessel.spherical_in, bessel.spherical_kn]


def of_order(function: Any, v: Any) -> Any:
    return lambda x: function(v, x)


ROWS: dict[Any, list[Case]] = {
    **{function: elementwise_cases(function, domain) for function, domain in ONE_ARGUMENT.items()},
    **{
        function: [
            case(of_order(function, 1.5), (2, 3), domain=positive),
            case(of_order(function, np.array([0, 1, 2])), (2, 3), domain=positive),
        ]
        for function in ANY_ORDER
    },
    special.yn: [case(of_order(special.yn, n), (2, 3), domain=positive) for n in (0, 2)],
    special.kn: [case(of_order(special.kn, n), (2, 3), domain=positive) for n in (0, 2)],
    special.airy: [
        case(special.airy, (2, 3)),
        case(lambda x: special.airy(x)[1] * special.airy(x)[2], (3,)),
        case(lambda x: special.airy(x)[3], (3,), domain=complex_),
    ],
}
ROWS[special.airy][0] = case(lambda x: special.airy(x)[0], (2, 3))
for function in SPHERICAL:
    ROWS[function] = [
        case(of_order(function, 0), (2, 3), domain=positive),
        case(of_order(function, np.array([1, 2, 3])), (2, 3), domain=positive),
        case(lambda z, function=function: function(2, z, derivative=True), (2, 3), domain=positive),
        case(of_order(function, 1), (3,), domain=complex_),
    ]
for function in HANKEL:
    ROWS[function] = [case(of_order(function, 1.5), (3,), domain=complex_)]
for function in COMPLEX:
    ROWS[function].append(case(of_order(function, 0.5), (3,), domain=complex_))
