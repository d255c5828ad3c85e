"""Derivatives of the distribution functions among SciPy's ufuncs, with respect to where they are evaluated.

With respect to degrees of freedom and counts no derivative is known here: asking raises.
"""

from typing import Any

import numpy as np

from autograd.derivatives.scipy.common import special, without_derivative
from autograd.derivatives.scipy.gammas import beta_density, gamma_density
from autograd.rules import vjp_rule


def student_density(df: Any, t: Any) -> Any:
    """The density of Student's t. Its factor, a ratio of gamma functions, is right for many degrees of freedom too."""
    factor = special.poch(df / 2, 0.5) / np.sqrt(df * np.pi)
    return factor * np.exp(-(df + 1) / 2 * np.log1p(t * t / df))


def chi_square_density(v: Any, x: Any) -> Any:
    return gamma_density(v / 2, x / 2) / 2


def poisson_density(k: Any, m: Any) -> Any:
    return gamma_density(np.floor(k) + 1, m)


def binomial_density(k: Any, n: Any, p: Any) -> Any:
    """The derivative of the probability of more than k successes with respect to p."""
    k = np.floor(k)
    return beta_density(k + 1, n - k, p)


df, count, shape = "its degrees of freedom", "its counts", "its shape b"

vjp_rule(special.stdtr, without_derivative(special.stdtr, df), lambda g, y, df, t: g * student_density(df, t))
vjp_rule(special.stdtrit, without_derivative(special.stdtrit, df), lambda g, t, df, p: g / student_density(df, t))
vjp_rule(special.chdtr, without_derivative(special.chdtr, df), lambda g, y, v, x: g * chi_square_density(v, x))
vjp_rule(special.chdtrc, without_derivative(special.chdtrc, df), lambda g, y, v, x: -g * chi_square_density(v, x))
vjp_rule(special.chdtri, without_derivative(special.chdtri, df), lambda g, x, v, p: -g / chi_square_density(v, x))
vjp_rule(special.pdtr, without_derivative(special.pdtr, count), lambda g, y, k, m: -g * poisson_density(k, m))
vjp_rule(special.pdtrc, without_derivative(special.pdtrc, count), lambda g, y, k, m: g * poisson_density(k, m))

for sign, function in ((-1, special.bdtr), (1, special.bdtrc)):
    vjp_rule(
        function,
        without_derivative(function, count),
        without_derivative(function, count),
        lambda g, y, k, n, p, sign=sign: g * sign * binomial_density(k, n, p),
    )
for sign, function in ((1, special.gdtr), (-1, special.gdtrc)):
    vjp_rule(
        function,
        lambda g, y, a, b, x, sign=sign: g * sign * x * gamma_density(b, a * x),
        without_derivative(function, shape),
        lambda g, y, a, b, x, sign=sign: g * sign * a * gamma_density(b, a * x),
    )
for sign, function in ((1, special.fdtr), (-1, special.fdtrc)):
    vjp_rule(
        function,
        without_derivative(function, df),
        without_derivative(function, df),
        lambda g, y, n, d, x, sign=sign: (
            g * sign * beta_density(n / 2, d / 2, n * x / (d + n * x)) * n * d / np.square(d + n * x)
        ),
    )
