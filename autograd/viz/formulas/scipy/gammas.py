"""Formulas of the gamma function and its family: beta, incomplete gamma and beta, zeta."""

from __future__ import annotations

from autograd.derivatives.scipy.common import special
from autograd.derivatives.scipy.gammas import multigammaln, polygamma, zeta
from autograd.formulas import formula

formula(special.gamma, x="z * psi(x)")
formula(special.gammaln, x="psi(x)")
formula(special.loggamma, x="psi(x)")
formula(special.rgamma, x="-z * psi(x)")
formula(special.psi, x="polygamma(1, x)")
formula(polygamma, n=None, x="polygamma(n + 1, x)")
formula(multigammaln, a="sum(psi(expand_dims(a, -1) - arange(d) / 2), axis=-1)", d=None)
formula(zeta, x=None, q="-x * zeta(x + 1, q)")
formula(special.beta, a="z * (psi(a) - psi(a + b))", b="z * (psi(b) - psi(a + b))")
formula(special.betaln, a="psi(a) - psi(a + b)", b="psi(b) - psi(a + b)")
formula(special.binom, n="z * (psi(n + 1) - psi(n - k + 1))", k="z * (psi(n - k + 1) - psi(k + 1))")
formula(special.poch, x="z * (psi(x + m) - psi(x))", m="z * psi(x + m)")

# incomplete: the integrand at the end of the integral; the inverse has one over that, at its result
for sign, name in (("", "gammainc"), ("-", "gammaincc")):
    formula(getattr(special, name), a=None, x=f"{sign}x ** (a - 1) * exp(-x) / gamma(a)")
    formula(getattr(special, f"{name}inv"), a=None, y=f"{sign}gamma(a) * exp(z) * z ** (1 - a)")
for sign, name in (("", "betainc"), ("-", "betaincc")):
    formula(getattr(special, name), a=None, b=None, x=f"{sign}x ** (a - 1) * (1 - x) ** (b - 1) / beta(a, b)")
    formula(getattr(special, f"{name}inv"), a=None, b=None, y=f"{sign}beta(a, b) * z ** (1 - a) * (1 - z) ** (1 - b)")
