"""Derivatives of the gamma function and its family: beta, incomplete gamma and beta, factorials, zeta.

With respect to a parameter of an incomplete function, and to an order, no derivative is known here: asking raises.
"""

import math
from typing import Any

import numpy as np

from autograd import errors
from autograd.derivatives.scipy.common import special, without_derivative
from autograd.derivatives.shaping import as_array
from autograd.rules import composition, constant, primitive, vjp_rule

constant(special.gammasgn)


@primitive
def zeta(x: Any, q: Any) -> Any:
    """Hurwitz's zeta function: the sum of (k + q)**-x."""
    return special.zeta(x, q)


@primitive
def polygamma(n: Any, x: Any) -> Any:
    """`scipy.special.polygamma`: the derivative number n, plus one, of the logarithm of the gamma function."""
    if np.iscomplexobj(x):
        raise errors.refused(special.psi, "of a complex number has no derivative in SciPy", "t.real")
    return special.polygamma(n, x)


@primitive
def multigammaln(a: Any, d: int) -> Any:
    """`scipy.special.multigammaln`."""
    return special.multigammaln(a, d)


def rgamma_slope(x: Any, y: Any) -> Any:
    """The derivative of y = 1 / gamma(x). On the left by reflection: there y is 0 where psi is infinite."""
    if np.iscomplexobj(x):
        return -y * special.psi(x)
    left = x < 0.5
    t = np.where(left, x, 0)
    angle = math.pi * (t - 2 * np.rint(t / 2))
    reflected = special.gamma(1 - t) * (np.cos(angle) - special.psi(1 - t) * np.sin(angle) / math.pi)
    return np.where(left, reflected, -np.where(left, 1, y) * special.psi(np.where(left, 1, x)))


vjp_rule(special.gamma, lambda g, y, x: g * y * special.psi(x))
vjp_rule(special.gammaln, lambda g, y, x: g * special.psi(x))
vjp_rule(special.loggamma, lambda g, y, x: g * special.psi(x))
vjp_rule(special.rgamma, lambda g, y, x: g * rgamma_slope(x, y))
vjp_rule(special.psi, lambda g, y, x: g * polygamma(1, x))
vjp_rule(polygamma, without_derivative(polygamma, "its order n"), lambda g, y, n, x: g * polygamma(n + 1, x))
vjp_rule(
    multigammaln,
    lambda g, y, a, d: g * np.sum(special.psi(np.expand_dims(a, -1) - np.arange(d) / 2), axis=-1),
    without_derivative(multigammaln, "its dimension d"),
)
vjp_rule(zeta, without_derivative(zeta, "its exponent x"), lambda g, y, x, q: -g * x * zeta(x + 1, q))
vjp_rule(
    special.beta,
    lambda g, y, a, b: g * y * (special.psi(a) - special.psi(a + b)),
    lambda g, y, a, b: g * y * (special.psi(b) - special.psi(a + b)),
)
vjp_rule(
    special.betaln,
    lambda g, y, a, b: g * (special.psi(a) - special.psi(a + b)),
    lambda g, y, a, b: g * (special.psi(b) - special.psi(a + b)),
)
vjp_rule(
    special.binom,
    lambda g, y, n, k: g * y * (special.psi(n + 1) - special.psi(n - k + 1)),
    lambda g, y, n, k: g * y * (special.psi(n - k + 1) - special.psi(k + 1)),
)
vjp_rule(
    special.poch,
    lambda g, y, z, m: g * y * (special.psi(z + m) - special.psi(z)),
    lambda g, y, z, m: g * y * special.psi(z + m),
)

# behind Python functions of SciPy that hand Tensors on
if hasattr(special._ufuncs, "_zeta"):
    composition(special._ufuncs._zeta)(zeta)

# ---------------------------------------------------------------------------------------------- incomplete gamma, beta


def gamma_density(a: Any, x: Any) -> Any:
    """x**(a - 1) exp(-x) / gamma(a)."""
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """x**(a - 1) (1 - x)**(b - 1) / beta(a, b)."""
    return np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b))


for sign, function, inverse in (
    (1, special.gammainc, special.gammaincinv),
    (-1, special.gammaincc, special.gammainccinv),
):
    vjp_rule(
        function,
        without_derivative(function, "its parameter a"),
        lambda g, y, a, x, sign=sign: g * sign * gamma_density(a, x),
    )
    vjp_rule(
        inverse,
        without_derivative(inverse, "its parameter a"),
        lambda g, x, a, y, sign=sign: g * sign / gamma_density(a, x),
    )

for sign, function, inverse in (
    (1, special.betainc, special.betaincinv),
    (-1, special.betaincc, special.betainccinv),
):
    vjp_rule(
        function,
        without_derivative(function, "its parameter a"),
        without_derivative(function, "its parameter b"),
        lambda g, y, a, b, x, sign=sign: g * sign * beta_density(a, b, x),
    )
    vjp_rule(
        inverse,
        without_derivative(inverse, "its parameter a"),
        without_derivative(inverse, "its parameter b"),
        lambda g, x, a, b, y, sign=sign: g * sign / beta_density(a, b, x),
    )

# ----------------------------------------------------------------------------------------------------------- factorials

factorial, comb = primitive(special.factorial), primitive(special.comb)


@composition(factorial)
def _(n: Any, exact: bool = False, extend: str = "zero") -> Any:
    if exact:
        raise errors.refused(special.factorial, "with exact=True is of integers", "it without exact=")
    n = as_array(n)
    if extend != "zero":
        return special.gamma(n + 1)
    n = n.astype(np.float64) if n.ndim else n
    return np.where(n < 0, 0, special.gamma(np.where(n < 0, 0, n) + 1))


@composition(comb)
def _(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:
    if exact:
        raise errors.refused(special.comb, "with exact=True is of integers", "it without exact=")
    N, k = as_array(N), as_array(k)
    if repetition:
        nothing = (k == 0) & (N >= 0)
        return np.where(nothing, 1, special.binom(np.where(nothing, 1, N + k - 1), k))
    possible = (N >= 0) & (k >= 0) & (k <= N)
    return np.where(possible, special.binom(np.where(possible, N, 1), np.where(possible, k, 1)), 0)
