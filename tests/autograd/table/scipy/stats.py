"""Rows of the distributions of `scipy.stats`."""

from typing import Any

import numpy as np

from autograd.derivatives.scipy import counts, families, multivariate
from tests.autograd.table.cases import Case, case, positive
from tests.autograd.table.scipy.elementary import unit
from tests.autograd.table.scipy.linalg import definite

COUNTS = np.array([0.0, 1.0, 4.0])
SHAPES = {
    families.norm: (),
    families.t: (3.5,),
    families.beta: (2.5, 1.5),
    families.gamma: (2.5,),
    families.chi2: (3.5,),
}


def density_rows(d: families.Distribution, method: str) -> list[Case]:
    """With respect to all parameters, each broadcast."""
    function = getattr(d, method)

    def inside(x: Any, *args: Any) -> Any:
        *shapes, loc, scale = args
        return function(x, *[shape + 1.2 for shape in shapes], loc=-0.1 * loc, scale=1 + 0.3 * scale)

    count = len(SHAPES[d])
    return [
        Case(inside, ((2, 3), *[(3,)] * count, (), (2, 1)), (unit, *[positive] * (count + 2))),
        case(lambda x: function(x, *SHAPES[d], scale=2.0), (3,), domain=unit),
    ]


def distribution_rows(d: families.Distribution, method: str) -> list[Case]:
    """With respect to all but the shapes."""
    function = getattr(d, method)

    def curved(*args: Any) -> Any:
        """A quantile is linear in loc and scale, and a second derivative that is 0 is hard to check."""
        return function(*args) ** 2 if method in ("ppf", "isf") else function(*args)

    return [
        Case(
            lambda x, loc, scale: curved(x, *SHAPES[d], -0.1 * loc, 1 + 0.3 * scale),
            ((2, 3), (3,), ()),
            (unit, positive, positive),
        ),
        case(lambda x: function(x, *SHAPES[d], scale=2.0), (3,), domain=unit),
    ]


ROWS: dict[Any, list[Case]] = {}
for d in SHAPES:
    for method, inner in d.primitives.items():
        rows = (density_rows if method in ("pdf", "logpdf") else distribution_rows)(d, method)
        ROWS[getattr(d, method)] = rows[:1]
        ROWS[inner] = rows[1:]
for pair in counts.FUNCTIONS.values():
    ROWS[pair.call] = [case(lambda mu, f=pair.call: f(COUNTS, mu), (2, 3), domain=positive)]
    ROWS[pair.inner] = [case(lambda mu, f=pair.call: f(COUNTS + 2, mu, loc=2), (3,), domain=positive)]


def parts(x: Any) -> Any:
    """Probabilities that sum to one."""
    return x / np.sum(x, axis=0)


def normal(function: Any, **options: Any) -> Any:
    return lambda x, mean, a: function(x, mean, definite(a), **options)


def singular(x: Any, a: Any) -> Any:
    """On the plane where the third entry is the sum of the others."""
    plane = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    return multivariate.normal_logpdf(plane @ x, np.zeros(3), plane @ definite(a) @ plane.T, allow_singular=True)


ROWS[multivariate.normal_log_density] = [case(normal(multivariate.normal_logpdf), (3,), (3,), (3, 3))]
ROWS[multivariate.normal_logpdf] = [
    case(normal(multivariate.normal_logpdf), (4, 2), (2,), (2, 2)),
    case(multivariate.normal_logpdf, (3,)),
    case(lambda x, cov: multivariate.normal_logpdf(x, np.zeros(2), cov), (2,), (), domain=positive),
    case(lambda x, cov: multivariate.normal_logpdf(x, [0.5, 0.2], cov), (4, 2), (2,), domain=positive),
    case(singular, (2,), (2, 2)),
]
ROWS[multivariate.normal_pdf] = [case(normal(multivariate.normal_pdf), (2, 4, 2), (2,), (2, 2))]
ROWS[multivariate.normal_entropy] = [
    case(lambda a: multivariate.normal_entropy(np.zeros(3), definite(a)), (3, 3)),
]
ROWS[multivariate.log_determinant] = [case(lambda a: multivariate.log_determinant(definite(a)), (3, 3))]
ROWS[multivariate.precision] = [case(lambda a: multivariate.precision(definite(a), False), (3, 3))]
ROWS[multivariate.dirichlet_log_density] = [
    case(lambda x, alpha: multivariate.dirichlet_logpdf(parts(x), alpha), (3, 4), (3,), domain=positive)
]
ROWS[multivariate.dirichlet_logpdf] = [
    case(lambda x, alpha: multivariate.dirichlet_logpdf(parts(x), alpha), (3,), (3,), domain=positive),
    case(lambda x, alpha: multivariate.dirichlet_logpdf(0.3 * x, alpha), (2,), (3,), domain=positive),
]
ROWS[multivariate.dirichlet_pdf] = [
    case(lambda x, alpha: multivariate.dirichlet_pdf(parts(x), alpha), (3,), (3,), domain=positive)
]
