"""Derivatives of the error functions and of the normal distribution: ``erf`` and its relatives, ``ndtr``, ``wofz``.

Far out, where the formulas of a textbook are differences of nearly equal numbers, the asymptotic series stands in
(NIST Digital Library of Mathematical Functions, 7.12). So ``log_ndtr`` has its slope at -1e10 as at 0.
"""

import math
from typing import Any

import numpy as np

from autograd.derivatives.scipy.common import polynomial, special
from autograd.rules import primitive, vjp_rule

ROOT_PI, ROOT_2, ROOT_2PI = math.sqrt(math.pi), math.sqrt(2), math.sqrt(2 * math.pi)
FAR = 12.0  # from here on the series has 16 digits
SERIES = [math.prod(range(1, 2 * k + 2, 2)) / (2 * FAR**2) ** k for k in range(12)]  # 1, 3, 15, 105, ..., scaled

vjp_rule(special.erf, lambda g, y, x: g * (2 / ROOT_PI) * np.exp(-x * x))
vjp_rule(special.erfc, lambda g, y, x: g * (-2 / ROOT_PI) * np.exp(-x * x))
vjp_rule(special.erfi, lambda g, y, x: g * (2 / ROOT_PI) * np.exp(x * x))
vjp_rule(special.erfcx, lambda g, y, x: g * erfcx_slope(x, y))
vjp_rule(special.dawsn, lambda g, y, x: g * dawsn_slope(x, y))
vjp_rule(special.wofz, lambda g, y, x: g * (2j / ROOT_PI - 2 * x * y))
vjp_rule(special.erfinv, lambda g, y, x: g * (ROOT_PI / 2) * np.exp(y * y))
vjp_rule(special.erfcinv, lambda g, y, x: g * (-ROOT_PI / 2) * np.exp(y * y))


def erfcx_slope(x: Any, y: Any) -> Any:
    """The derivative of y = erfcx(x): 2xy - 2/sqrt(pi), which is about -1 / (sqrt(pi) x^2)."""
    near = 2 * x * y - 2 / ROOT_PI
    if np.iscomplexobj(x):
        return near
    u = np.square(FAR / np.where(x > FAR, x, FAR))
    return np.where(x > FAR, u * (-1 / ROOT_PI / FAR**2) * polynomial(-u, SERIES), near)


def dawsn_slope(x: Any, y: Any) -> Any:
    """The derivative of y = dawsn(x): 1 - 2xy, which is about -1 / (2 x^2)."""
    near = 1 - 2 * x * y
    if np.iscomplexobj(x):
        return near
    far = np.abs(x) > FAR
    u = np.square(FAR / np.where(far, x, FAR))
    return np.where(far, u * (-0.5 / FAR**2) * polynomial(u, SERIES), near)


# ---------------------------------------------------------------------------------------------- the normal distribution


@primitive
def hazard(x: Any) -> Any:
    """The derivative of log_ndtr: the normal density at x over the probability below x."""
    return math.sqrt(2 / math.pi) / special.erfcx(-x / ROOT_2)


@primitive
def excess(x: Any) -> Any:
    """x + hazard(x), which is about -1 / x on the left."""
    if np.iscomplexobj(x):
        return x + hazard(x)
    left = np.where(x < 0, -x, 0) / ROOT_2
    scaled = special.erfcx(left)
    return np.where(x < 0, -erfcx_slope(left, scaled) / (ROOT_2 * scaled), x + hazard(x))


def density(x: Any) -> Any:
    return np.exp(-x * x / 2) / ROOT_2PI


vjp_rule(hazard, lambda g, y, x: -g * y * excess(x))
vjp_rule(excess, lambda g, y, x: g * (1 - hazard(x) * y))
vjp_rule(special.ndtr, lambda g, y, x: g * density(x))
vjp_rule(special.log_ndtr, lambda g, y, x: g * hazard(x))
vjp_rule(special.ndtri, lambda g, y, p: g * ROOT_2PI * np.exp(y * y / 2))
vjp_rule(special.ndtri_exp, lambda g, y, x: g / hazard(y))
vjp_rule(
    special.owens_t,
    lambda g, y, h, a: g * -0.5 * density(h) * special.erf(a * h / ROOT_2),
    lambda g, y, h, a: g * np.exp(-h * h * (1 + a * a) / 2) / (2 * math.pi * (1 + a * a)),
)
