"""Formulas of the error functions and of the normal distribution."""

from __future__ import annotations

from autograd.derivatives.scipy.common import special
from autograd.derivatives.scipy.error_functions import excess, hazard
from autograd.formulas import formula, word

formula(special.erf, x="2 / sqrt(pi) * exp(-x ** 2)")
formula(special.erfc, x="-2 / sqrt(pi) * exp(-x ** 2)")
formula(special.erfi, x="2 / sqrt(pi) * exp(x ** 2)")
formula(special.erfcx, x="2 * x * z - 2 / sqrt(pi)")
formula(special.dawsn, x="1 - 2 * x * z")
formula(special.wofz, x="2j / sqrt(pi) - 2 * x * z")
formula(special.erfinv, x="sqrt(pi) / 2 * exp(z ** 2)")
formula(special.erfcinv, x="-sqrt(pi) / 2 * exp(z ** 2)")
formula(special.ndtr, x="exp(-x ** 2 / 2) / sqrt(2 * pi)")
formula(special.log_ndtr, x="exp(-x ** 2 / 2) / (sqrt(2 * pi) * ndtr(x))")
formula(special.ndtri, p="sqrt(2 * pi) * exp(z ** 2 / 2)")
formula(special.ndtri_exp, x="sqrt(2 * pi) * exp(x + z ** 2 / 2)")
formula(
    special.owens_t,
    h="-exp(-h ** 2 / 2) * erf(a * h / sqrt(2)) / (2 * sqrt(2 * pi))",
    a="exp(-h ** 2 * (1 + a ** 2) / 2) / (2 * pi * (1 + a ** 2))",
)
formula(hazard, x="-z * (x + z)")
formula(excess, x="1 - hazard(x) * z")
word("hazard", "hazard(x) is the derivative of log_ndtr: the normal density at x over the probability below x")
