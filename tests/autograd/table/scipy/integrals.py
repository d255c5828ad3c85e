"""Rows of integrals, hypergeometric functions and orthogonal polynomials."""

from typing import Any

import numpy as np
from scipy import special

from autograd.derivatives.scipy import integrals
from tests.autograd.table.cases import Case, Domain, case, complex_, elementwise_cases, inner, positive, real
from tests.autograd.table.scipy.elementary import RECENT, unit

ONE_ARGUMENT: dict[Any, Domain] = {
    special.expi: positive,
    special.exp1: positive,
    special.spence: positive,
    special.ellipk: inner,
    special.ellipkm1: unit,
    special.ellipe: inner,
    special.wrightomega: real,
}
PAIRS: dict[Any, Domain] = {special.sici: positive, special.shichi: positive, special.fresnel: real}
BY_DEGREE = [
    special.eval_legendre, special.eval_chebyt, special.eval_chebyu, special.eval_hermite, special.eval_hermitenorm,
    special.eval_laguerre,
]  # fmt: skip


def given(function: Any, *parameters: Any) -> Any:
    return lambda x: function(*parameters, x)


ROWS: dict[Any, list[Case]] = {
    **{function: elementwise_cases(function, domain) for function, domain in ONE_ARGUMENT.items()},
    **{
        function: [
            case(lambda x, function=function: function(x)[0], (2, 3), domain=domain),
            case(lambda x, function=function: function(x)[0] * function(x)[1], (), domain=domain),
        ]
        for function, domain in PAIRS.items()
    },
    special.expn: [case(given(special.expn, n), (3,), domain=positive) for n in (0, 1, 3)],
    special.ellipj: [
        case(lambda u: np.stack(special.ellipj(u, 0.3)), (3,)),
    ],
    integrals.lambertw: [
        case(integrals.lambertw, (3,), domain=complex_),
        case(lambda z: integrals.lambertw(z, -1), (3,), domain=complex_),
        case(lambda z: special.lambertw(z).real, (3,), domain=positive),
    ],
    special.hyp0f1: [case(given(special.hyp0f1, 1.5), (2, 3))],
    special.hyp1f1: [case(given(special.hyp1f1, 0.7, 1.5), (2, 3))],
    special.hyp2f1: [case(given(special.hyp2f1, 0.7, 1.5, 2.2), (2, 3), domain=inner)],
    special.hyperu: [case(given(special.hyperu, 0.7, 1.5), (2, 3), domain=positive)],
    special.eval_gegenbauer: [case(given(special.eval_gegenbauer, 3, 0.7), (2, 3))],
    special.eval_jacobi: [case(given(special.eval_jacobi, 3, 0.7, 0.4), (2, 3))],
    special.eval_genlaguerre: [case(given(special.eval_genlaguerre, 3, 0.7), (2, 3))],
}
if RECENT:  # before, SciPy's values for complex numbers had few digits
    ROWS[special.hyp1f1].append(case(given(special.hyp1f1, 0.7, 1.5), (3,), domain=complex_))
    ROWS[special.hyp2f1].append(case(given(special.hyp2f1, 0.7, 1.5, 2.2), (3,), domain=complex_))
for function in BY_DEGREE:
    ROWS[function] = [case(given(function, 3), (2, 3)), case(given(function, np.array([0, 1, 4])), (3,))]
for function in BY_DEGREE[:3]:  # of negative degrees too
    ROWS[function].append(case(given(function, np.array([-1, -2, -5])), (3,)))
    ROWS[function].append(case(given(function, np.array([-1.0, 0.0, -0.5])), (3,)))
if hasattr(special._ufuncs, "_lambertw"):
    ROWS[special._ufuncs._lambertw] = [case(lambda z: special.lambertw(z, 1), (3,), domain=complex_)]
