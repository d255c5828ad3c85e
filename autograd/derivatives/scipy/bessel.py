"""Derivatives of Bessel functions, Airy and Struve functions with respect to where they are evaluated.

By the recurrences between neighbouring orders (NIST Digital Library of Mathematical Functions, 10.6, 10.29, 10.51,
11.4). With respect to the order no derivative is known here: asking raises.
"""

import math
from functools import partial
from typing import Any

import numpy as np

from autograd import errors
from autograd.derivatives.scipy.common import special, without_derivative
from autograd.rules import primitive, vjp_rule

ORDER = "its order"


def neighbours(function: Any, lower: float, upper: float, v: Any, x: Any) -> Any:
    """`lower` times the function of order v - 1, plus `upper` times that of order v + 1."""
    return lower * function(v - 1, x) + upper * function(v + 1, x)


def real_only(function: Any, x: Any) -> None:
    """The factor exp(-abs(x.real)) or exp(-abs(x.imag)) has no complex derivative."""
    if np.iscomplexobj(x):
        raise errors.refused(function, "of a complex number is not analytic", "the function without its scale")


# any order
for function, upper in (
    (special.jv, -0.5),
    (special.yv, -0.5),
    (special.yn, -0.5),
    (special.hankel1, -0.5),
    (special.hankel2, -0.5),
    (special.iv, 0.5),
):
    slope = partial(neighbours, function, 0.5, upper)
    vjp_rule(function, without_derivative(function, ORDER), lambda g, y, v, x, slope=slope: g * slope(v, x))
for function in (special.kv, special.kn):
    slope = partial(neighbours, special.kv, -0.5, -0.5)
    vjp_rule(function, without_derivative(function, ORDER), lambda g, y, v, x, slope=slope: g * slope(v, x))

# any order, scaled by an exponential


def ive_vjp(g: Any, y: Any, v: Any, x: Any) -> Any:
    real_only(special.ive, x)
    return g * (neighbours(special.ive, 0.5, 0.5, v, x) - np.sign(x) * y)


def jve_vjp(g: Any, y: Any, v: Any, x: Any, function: Any = special.jve) -> Any:
    real_only(function, x)
    return g * neighbours(function, 0.5, -0.5, v, x)


vjp_rule(special.ive, without_derivative(special.ive, ORDER), ive_vjp)
vjp_rule(special.jve, without_derivative(special.jve, ORDER), jve_vjp)
vjp_rule(
    special.yve, without_derivative(special.yve, ORDER), lambda g, y, v, x: jve_vjp(g, y, v, x, function=special.yve)
)
vjp_rule(
    special.kve,
    without_derivative(special.kve, ORDER),
    lambda g, y, v, x: g * (y + neighbours(special.kve, -0.5, -0.5, v, x)),
)
for turn, function in ((-1j, special.hankel1e), (1j, special.hankel2e)):
    slope = partial(neighbours, function, 0.5, -0.5)
    vjp_rule(
        function,
        without_derivative(function, ORDER),
        lambda g, y, v, x, slope=slope, turn=turn: g * (slope(v, x) + turn * y),
    )

# orders zero and one
vjp_rule(special.j0, lambda g, y, x: -g * special.j1(x))
vjp_rule(special.j1, lambda g, y, x: g * 0.5 * (special.j0(x) - special.jv(2, x)))
vjp_rule(special.y0, lambda g, y, x: -g * special.y1(x))
vjp_rule(special.y1, lambda g, y, x: g * 0.5 * (special.y0(x) - special.yn(2, x)))
vjp_rule(special.i0, lambda g, y, x: g * special.i1(x))
vjp_rule(special.i1, lambda g, y, x: g * 0.5 * (special.i0(x) + special.iv(2, x)))
vjp_rule(special.k0, lambda g, y, x: -g * special.k1(x))
vjp_rule(special.k1, lambda g, y, x: -g * 0.5 * (special.k0(x) + special.kn(2, x)))
vjp_rule(special.i0e, lambda g, y, x: g * (special.i1e(x) - np.sign(x) * y))
vjp_rule(special.i1e, lambda g, y, x: g * (0.5 * (special.i0e(x) + special.ive(2, x)) - np.sign(x) * y))
vjp_rule(special.k0e, lambda g, y, x: g * (y - special.k1e(x)))
vjp_rule(special.k1e, lambda g, y, x: g * (y - 0.5 * (special.k0e(x) + special.kve(2, x))))

# Struve and Airy


def struve_term(v: Any, x: Any) -> Any:
    return (x / 2) ** v * special.rgamma(v + 1.5) / (2 * math.sqrt(math.pi))


for function, upper in ((special.struve, -0.5), (special.modstruve, 0.5)):
    slope = partial(neighbours, function, 0.5, upper)
    vjp_rule(
        function,
        without_derivative(function, ORDER),
        lambda g, y, v, x, slope=slope: g * (slope(v, x) + struve_term(v, x)),
    )
vjp_rule(special.airy, lambda g, y, x: g[0] * y[1] + g[1] * x * y[0] + g[2] * y[3] + g[3] * x * y[2])

# ----------------------------------------------------------------------------------------------------------- spherical


def spherical(function: Any, lower: float, upper: float) -> Any:
    """A spherical Bessel function f, with f'(n) = (lower n f(n - 1) + upper (n + 1) f(n + 1)) / (2n + 1)."""
    call = primitive(function)
    call.__module__ = __name__  # where a pickled graph finds it
    call.__doc__ = f"`scipy.special.{function.__name__}`."

    def vjp(g: Any, y: Any, n: Any, z: Any, derivative: bool = False) -> Any:
        below = n * call(np.maximum(n - 1, 0), z, derivative)  # at order 0 any will do: the factor is 0
        return g * (lower * below + upper * (n + 1) * call(n + 1, z, derivative)) / (2 * n + 1)

    vjp_rule(call, without_derivative(function, "its order n"), vjp, None)
    return call


spherical_jn = spherical(special.spherical_jn, 1, -1)
spherical_yn = spherical(special.spherical_yn, 1, -1)
spherical_in = spherical(special.spherical_in, 1, 1)
spherical_kn = spherical(special.spherical_kn, -1, -1)
