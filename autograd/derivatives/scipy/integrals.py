"""Derivatives of functions that are integrals: exponential, sine, Fresnel, dilogarithm, elliptic; and Lambert's W.

The elliptic integrals are hypergeometric functions of their parameter, and so are all their derivatives: no form with
a division by m, which would fail at 0.
"""

import math
from typing import Any

import numpy as np

from autograd.derivatives.scipy.bessel import spherical_in, spherical_jn
from autograd.derivatives.scipy.common import special, without_derivative
from autograd.derivatives.scipy.elementary import log1p_ratio
from autograd.rules import composition, primitive, vjp_rule


def expn_vjp(g: Any, y: Any, n: Any, x: Any) -> Any:
    first = np.exp(-x) * (1 + 1 / x) / x
    return -g * np.where(n == 0, first, special.expn(np.where(n == 0, 1, n) - 1, x))


def over(f: Any, x: Any) -> Any:
    """f / x, and 0 at 0: there the cosine integrals have their pole, and the sine integrals a slope to be kept."""
    return np.where(x == 0, 0, f / np.where(x == 0, 1, x))


vjp_rule(special.expi, lambda g, y, x: g * np.exp(x) / x)
vjp_rule(special.exp1, lambda g, y, x: -g * np.exp(-x) / x)
vjp_rule(special.expn, without_derivative(special.expn, "its order n"), expn_vjp)
vjp_rule(special.sici, lambda g, y, x: g[0] * spherical_jn(0, x) + g[1] * over(np.cos(x), x))
vjp_rule(special.shichi, lambda g, y, x: g[0] * spherical_in(0, x) + g[1] * over(np.cosh(x), x))
vjp_rule(
    special.fresnel,
    lambda g, y, x: g[0] * np.sin(x * x * (math.pi / 2)) + g[1] * np.cos(x * x * (math.pi / 2)),
)
vjp_rule(special.spence, lambda g, y, x: g * spence_slope(x))


def spence_slope(x: Any) -> Any:
    """log(x) / (1 - x), which is -1 at 1."""
    if np.iscomplexobj(x):
        return -log1p_ratio(x - 1)
    near = x > 0.5
    small = np.where(near, 0.5, x)
    return np.where(near, -log1p_ratio(np.where(near, x, 1) - 1), np.log(small) / (1 - small))


# elliptic
QUARTER = math.pi / 8
vjp_rule(special.ellipk, lambda g, y, m: g * QUARTER * special.hyp2f1(0.5, 0.5, 2, m) / (1 - m))
vjp_rule(special.ellipkm1, lambda g, y, p: -g * QUARTER * special.hyp2f1(0.5, 0.5, 2, 1 - p) / p)
vjp_rule(special.ellipe, lambda g, y, m: -g * QUARTER * special.hyp2f1(0.5, 1.5, 2, m))
vjp_rule(
    special.ellipj,
    lambda g, y, u, m: g[0] * y[1] * y[2] - g[1] * y[0] * y[2] - g[2] * m * y[0] * y[1] + g[3] * y[2],
    without_derivative(special.ellipj, "its parameter m"),
)

# Lambert
vjp_rule(special.wrightomega, lambda g, y, x: g * y / (1 + y))


@primitive
def lambertw(z: Any, k: Any = 0, tol: float = 1e-8) -> Any:
    """`scipy.special.lambertw`."""
    return special.lambertw(z, k, tol)


vjp_rule(lambertw, lambda g, y, z, k=0, tol=1e-8: g * np.exp(-y) / (1 + y), None, None)
if hasattr(special._ufuncs, "_lambertw"):  # behind the Python function of SciPy, which hands Tensors on
    composition(special._ufuncs._lambertw)(lambertw)
