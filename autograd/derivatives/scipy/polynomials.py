"""Derivatives of hypergeometric functions and of the orthogonal polynomials with respect to where they are evaluated.

With respect to parameters and degrees no derivative is known here: asking raises.
"""

from typing import Any

import numpy as np

from autograd.derivatives.scipy.common import special, without_derivative
from autograd.rules import vjp_rule


def parametric(function: Any, slope: Any) -> None:
    """Register ``slope(*parameters, x)`` as the derivative with respect to the last argument."""
    raising = without_derivative(function, "a parameter")
    vjp_rule(function, *[raising] * (function.nin - 1), lambda g, y, *args: g * slope(*args))


# hypergeometric
parametric(special.hyp0f1, lambda v, x: special.hyp0f1(v + 1, x) / v)
parametric(special.hyp1f1, lambda a, b, x: special.hyp1f1(a + 1, b + 1, x) * (a / b))
parametric(special.hyp2f1, lambda a, b, c, x: special.hyp2f1(a + 1, b + 1, c + 1, x) * (a * b / c))
parametric(special.hyperu, lambda a, b, x: -a * special.hyperu(a + 1, b + 1, x))


# orthogonal polynomials
def lower(n: Any, polynomial: Any, *args: Any) -> Any:
    """The polynomial of degree n - 1, and 0 for n = 0."""
    return np.where(n == 0, 0, polynomial(np.where(n == 0, 1, n) - 1, *args))


def legendre_slope(n: Any, x: Any) -> Any:
    """Of a negative degree by symmetry: it is the polynomial of degree -n - 1."""
    return lower(np.where(n < 0, -1 - n, n), special.eval_gegenbauer, 1.5, x)


def chebyu_slope(n: Any, x: Any) -> Any:
    """Of a negative degree by symmetry: it is minus the polynomial of degree -n - 2."""
    sign = np.where(n < -1, -1, 1)
    n = np.where(n < -1, -2 - n, np.where(n == -1, 0, n))
    return 2 * sign * lower(n, special.eval_gegenbauer, 2.0, x)


parametric(special.eval_legendre, legendre_slope)
parametric(special.eval_chebyt, lambda n, x: n * special.eval_chebyu(n - 1, x))
parametric(special.eval_chebyu, chebyu_slope)
parametric(special.eval_gegenbauer, lambda n, a, x: 2 * a * lower(n, special.eval_gegenbauer, a + 1, x))
parametric(special.eval_jacobi, lambda n, a, b, x: (n + a + b + 1) / 2 * lower(n, special.eval_jacobi, a + 1, b + 1, x))
parametric(special.eval_hermite, lambda n, x: 2 * n * lower(n, special.eval_hermite, x))
parametric(special.eval_hermitenorm, lambda n, x: n * lower(n, special.eval_hermitenorm, x))
parametric(special.eval_laguerre, lambda n, x: -lower(n, special.eval_genlaguerre, 1.0, x))
parametric(special.eval_genlaguerre, lambda n, a, x: -lower(n, special.eval_genlaguerre, a + 1, x))
