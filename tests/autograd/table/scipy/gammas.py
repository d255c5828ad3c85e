"""Rows of the gamma function's family and of the distribution functions among the ufuncs."""

from typing import Any

import numpy as np
from scipy import special

from autograd.derivatives.scipy import gammas
from tests.autograd.table.cases import Case, Domain, above_one, case, elementwise_cases, positive
from tests.autograd.table.scipy.elementary import unit


def left(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Between the poles at -3 and -2."""
    return -2 - rng.uniform(0.2, 0.8, shape)


ONE_ARGUMENT: dict[Any, Domain] = {
    special.gamma: above_one,
    special.gammaln: positive,
    special.loggamma: positive,
    special.rgamma: positive,
    special.psi: positive,
}
TWO_ARGUMENTS: dict[Any, tuple[Domain, Domain]] = {
    special.beta: (positive, positive),
    special.betaln: (positive, positive),
    special.binom: (above_one, positive),
    special.poch: (positive, positive),
}
HOLOMORPHIC = [special.gamma, special.loggamma, special.rgamma]  # to first order: SciPy has no complex trigamma

ROWS: dict[Any, list[Case]] = {
    **{function: elementwise_cases(function, domain) for function, domain in ONE_ARGUMENT.items()},
    **{function: elementwise_cases(function, *domains) for function, domains in TWO_ARGUMENTS.items()},
    gammas.polygamma: [
        case(lambda x: gammas.polygamma(2, x), (2, 3), domain=positive),
        case(lambda x: gammas.polygamma(np.array([0, 1, 3]), x), (2, 3), domain=above_one),
        case(lambda x: gammas.polygamma(1, x), (3,), domain=left),
    ],
    gammas.multigammaln: [
        case(lambda a: gammas.multigammaln(a + 1, 3), (2, 3), domain=above_one),
        case(lambda a: gammas.multigammaln(a, 1), (), domain=above_one),
    ],
    gammas.factorial: [case(gammas.factorial, (2, 3), domain=positive)],
    gammas.comb: [
        Case(lambda n, k: gammas.comb(n + 1, k), ((2, 3), (3,)), (above_one, positive)),
        case(lambda n: gammas.comb(n, 2.0, repetition=True), (3,), domain=above_one),
    ],
    gammas.zeta: [case(lambda q: gammas.zeta(2.5, q), (2, 3), domain=positive)],
    special.gammainc: [case(lambda x: special.gammainc(2.5, x), (2, 3), domain=positive)],
    special.gammaincc: [case(lambda x: special.gammaincc(np.array([0.5, 1.0, 3.0]), x), (2, 3), domain=positive)],
    special.gammaincinv: [case(lambda y: special.gammaincinv(2.5, y), (2, 3), domain=unit)],
    special.gammainccinv: [case(lambda y: special.gammainccinv(1.5, y), (2, 3), domain=unit)],
    special.betainc: [case(lambda x: special.betainc(2.5, 1.5, x), (2, 3), domain=unit)],
    special.betaincc: [case(lambda x: special.betaincc(0.5, 1.0, x), (2, 3), domain=unit)],
    special.betaincinv: [case(lambda y: special.betaincinv(2.5, 1.5, y), (2, 3), domain=unit)],
    special.betainccinv: [case(lambda y: special.betainccinv(2.5, 1.5, y), (2, 3), domain=unit)],
    special.stdtr: [case(lambda t: special.stdtr(3.0, t), (2, 3))],
    special.stdtrit: [case(lambda p: special.stdtrit(3.0, p), (2, 3), domain=unit)],
    special.chdtr: [case(lambda x: special.chdtr(3.0, x), (2, 3), domain=positive)],
    special.chdtrc: [case(lambda x: special.chdtrc(3.0, x), (2, 3), domain=positive)],
    special.chdtri: [case(lambda p: special.chdtri(3.0, p), (2, 3), domain=unit)],
    special.pdtr: [case(lambda m: special.pdtr(2.0, m), (2, 3), domain=positive)],
    special.pdtrc: [case(lambda m: special.pdtrc(np.array([0.0, 1.0, 3.0]), m), (2, 3), domain=positive)],
    special.bdtr: [case(lambda p: special.bdtr(2.0, 5, p.astype(float)), (2, 3), domain=unit)],
    special.bdtrc: [case(lambda p: special.bdtrc(2.0, 5, p.astype(float)), (2, 3), domain=unit)],
    special.gdtr: [case(lambda a, x: special.gdtr(a, 2.5, x), (2, 3), (3,), domain=positive)],
    special.gdtrc: [case(lambda a, x: special.gdtrc(a, 2.5, x), (2, 3), (3,), domain=positive)],
    special.fdtr: [case(lambda x: special.fdtr(3.0, 5.0, x), (2, 3), domain=positive)],
    special.fdtrc: [case(lambda x: special.fdtrc(3.0, 5.0, x), (2, 3), domain=positive)],
}
ROWS[special.rgamma].append(case(special.rgamma, (3,), domain=left))
ROWS[special.psi].append(case(special.psi, (3,), domain=left))
if hasattr(special._ufuncs, "_zeta"):
    ROWS[special._ufuncs._zeta] = [case(lambda q: special.zeta(3.0, q), (2, 3), domain=positive)]
