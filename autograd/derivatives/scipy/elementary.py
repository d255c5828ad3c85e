"""Derivatives of SciPy's elementary functions: logistic, entropies, powers, Box-Cox, degrees, robust losses.

Conventions where no derivative exists: at (0, 0) both of xlogy, xlog1py (at (0, -1)) and rel_entr have derivative 0,
and kl_div has 0 and 1. A slope that is infinite is infinite: entr at 0, logit at 0 and 1.
"""

import math
from typing import Any

import numpy as np

from autograd.derivatives.elementwise import power_base, power_exponent
from autograd.derivatives.scipy.common import log_of_ratio, polynomial, ratio, special
from autograd.rules import constant, primitive, vjp_rule

constant(special.round)

# exponentials and logarithms, where SciPy has its own
vjp_rule(special.exp2, lambda g, y, x: g * y * math.log(2))
vjp_rule(special.exp10, lambda g, y, x: g * y * math.log(10))
vjp_rule(special.expm1, lambda g, y, x: g * np.exp(x))  # y + 1 would round to 0 from x = -37 on
vjp_rule(special.log1p, lambda g, y, x: g / (1 + x))
vjp_rule(special.cosm1, lambda g, y, x: -g * np.sin(x))
vjp_rule(special.cbrt, lambda g, y, x: g / (3 * y * y))
vjp_rule(
    special.powm1,
    lambda g, z, x, y: power_base(g, z + 1, x, y),
    lambda g, z, x, y: power_exponent(g, z + 1, x, y),
)

# logistic
vjp_rule(special.expit, lambda g, y, x: g * y * special.expit(-x))  # 1 - y would round to 0 from x = 37 on
vjp_rule(special.log_expit, lambda g, y, x: g * special.expit(-x))
vjp_rule(special.logit, lambda g, y, x: g / (x * (1 - x)))

# entropies
vjp_rule(
    special.xlogy,
    lambda g, z, x, y: g * np.log(np.where((x == 0) & (y == 0), 1, y)),
    lambda g, z, x, y: g * ratio(x, y),
)
vjp_rule(
    special.xlog1py,
    lambda g, z, x, y: g * special.log1p(np.where((x == 0) & (y == -1), 0, y)),
    lambda g, z, x, y: g * ratio(x, 1 + y),
)
vjp_rule(special.entr, lambda g, y, x: -g * (np.log(x) + 1))
vjp_rule(
    special.rel_entr,
    lambda g, z, x, y: g * np.where((x == 0) & (y == 0), 0, log_of_ratio(x, y) + 1),
    lambda g, z, x, y: -g * ratio(x, y),
)
vjp_rule(
    special.kl_div,
    lambda g, z, x, y: g * log_of_ratio(x, y),
    lambda g, z, x, y: g * (1 - ratio(x, y)),
)

# degrees
DEGREE = math.pi / 180
vjp_rule(special.sindg, lambda g, y, x: g * DEGREE * special.cosdg(x))
vjp_rule(special.cosdg, lambda g, y, x: -g * DEGREE * special.sindg(x))
vjp_rule(special.tandg, lambda g, y, x: g * DEGREE * (1 + y * y))
vjp_rule(special.cotdg, lambda g, y, x: -g * DEGREE * (1 + y * y))
vjp_rule(
    special.radian,
    lambda g, y, d, m, s: g * DEGREE,
    lambda g, y, d, m, s: g * (DEGREE / 60),
    lambda g, y, d, m, s: g * (DEGREE / 3600),
)

# robust losses
vjp_rule(
    special.huber,
    lambda g, y, delta, r: g * np.where(np.abs(r) > delta, np.abs(r) - delta, 0),
    lambda g, y, delta, r: g * np.where(np.abs(r) > delta, delta * np.sign(r), r),
)
vjp_rule(
    special.pseudo_huber,
    lambda g, y, delta, r: g * ratio(np.square(r * ratio(r, np.hypot(delta, r) + delta)), np.hypot(delta, r)),
    lambda g, y, delta, r: g * ratio(delta * r, np.hypot(delta, r)),
)

# ------------------------------------------------------------------------------------------------------------- Box-Cox

NEAR = 0.125  # where a power series replaces a difference of nearly equal numbers


@primitive
def log1p_ratio(t: Any) -> Any:
    """log(1 + t) / t, which is 1 at 0."""
    return np.log1p(t) / np.where(t == 0, 1, t) + (t == 0)


def log1p_ratio_slope(t: Any, y: Any) -> Any:
    """(1 / (1 + t) - y) / t, and -1/2 at 0."""
    near = np.abs(t) < NEAR
    series = polynomial(np.where(near, -t, 0), [-(k + 1) / (k + 2) for k in range(18)])
    t = np.where(near, 1, t)
    return np.where(near, series, (1 / (1 + t) - np.where(near, 0.5, y)) / t)


def exprel_slope(x: Any, y: Any) -> Any:
    """The derivative of y = exprel(x) = (exp(x) - 1) / x, which is 1/2 at 0."""
    near = np.abs(x) < 1
    series = polynomial(np.where(near, x, 0), [(k + 1) / math.factorial(k + 2) for k in range(20)])
    x = np.where(near, 1, x)
    y = np.where(near, 1, y)
    right = y - (y - 1) / x  # of the two forms, the one that does not overflow
    left = (np.exp(np.where(x > 0, 0, x)) - y) / x
    return np.where(near, series, np.where(x > 0, np.where(np.isinf(y), y, right), left))


def boxcox_power(g: Any, log: Any, lmbda: Any, at_zero: Any) -> Any:
    """The derivative of (exp(lmbda * log) - 1) / lmbda with respect to lmbda; the base is 0 where `at_zero`."""
    log = np.where(at_zero, 0, log)
    t = lmbda * log
    return g * np.where(
        at_zero, 1 / np.square(np.where(at_zero, lmbda, 1)), log**2 * exprel_slope(t, special.exprel(t))
    )


vjp_rule(log1p_ratio, lambda g, y, t: g * log1p_ratio_slope(t, y))
vjp_rule(special.exprel, lambda g, y, x: g * exprel_slope(x, y))
vjp_rule(
    special.boxcox,
    lambda g, y, x, lmbda: g * x ** (lmbda - 1),
    lambda g, y, x, lmbda: boxcox_power(g, np.log(np.where(x == 0, 1, x)), lmbda, x == 0),
)
vjp_rule(
    special.boxcox1p,
    lambda g, y, x, lmbda: g * (1 + x) ** (lmbda - 1),
    lambda g, y, x, lmbda: boxcox_power(g, np.log1p(np.where(x == -1, 0, x)), lmbda, x == -1),
)
vjp_rule(
    special.inv_boxcox,
    lambda g, x, y, lmbda: g * x / (1 + lmbda * y),
    lambda g, x, y, lmbda: g * x * y**2 * log1p_ratio_slope(lmbda * y, log1p_ratio(lmbda * y)),
)
vjp_rule(
    special.inv_boxcox1p,
    lambda g, x, y, lmbda: g * (x + 1) / (1 + lmbda * y),
    lambda g, x, y, lmbda: g * (x + 1) * y**2 * log1p_ratio_slope(lmbda * y, log1p_ratio(lmbda * y)),
)
