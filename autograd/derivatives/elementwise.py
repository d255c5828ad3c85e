"""Derivatives of NumPy's elementwise functions, as on the inside cover of a calculus book.

`g` is the gradient of the result, then come the result and the inputs. Complex convention (that of HIPS autograd and
JAX): the gradient of a real loss with respect to a + ib is df/da - i df/db, so a holomorphic function's rule is its
real one, with no conjugate.

Conventions at kinks and ties: abs'(0) = 0; maximum and minimum give each of two equal arguments half; clip passes the
whole gradient at its bounds; 0**0 has derivative 0 in the base and in the exponent, 0**y has 0 in the exponent; hypot,
arctan2 and the modulus of a complex number have derivative 0 at the origin, to every order; logaddexp gives half to
each of two equal arguments, infinite ones too, and 0 at -inf. Where the derivative is infinite (sqrt and log at 0,
arcsin at 1) it is inf, with NumPy's warning, and where the function leaves the real numbers (a negative base, in its
exponent) NaN.
"""

import math
from typing import Any

import numpy as np

from autograd.rules import composition, primitive, vjp_rule

LOG_2, LOG_10 = math.log(2), math.log(10)

# arithmetic
vjp_rule(np.add, lambda g, z, x, y: g, lambda g, z, x, y: g)
vjp_rule(np.subtract, lambda g, z, x, y: g, lambda g, z, x, y: -g)
vjp_rule(np.multiply, lambda g, z, x, y: g * y, lambda g, z, x, y: g * x)
vjp_rule(np.divide, lambda g, z, x, y: g / y, lambda g, z, x, y: -g * z / y)
vjp_rule(np.remainder, lambda g, z, x, y: g, lambda g, z, x, y: -g * np.floor_divide(x, y))
vjp_rule(np.fmod, lambda g, z, x, y: g, lambda g, z, x, y: -g * np.rint((x - z) / y))  # trunc(1 / 0.1) is 10, not 9
vjp_rule(np.negative, lambda g, y, x: -g)
vjp_rule(np.positive, lambda g, y, x: g)
vjp_rule(np.reciprocal, lambda g, y, x: -g * y * y)
vjp_rule(np.square, lambda g, y, x: g * (2 * x))
vjp_rule(np.sqrt, lambda g, y, x: g * 0.5 / y)
vjp_rule(np.cbrt, lambda g, y, x: g / (3 * y * y))
vjp_rule(np.hypot, lambda g, z, x, y: g * ratio(x, z), lambda g, z, x, y: g * ratio(y, z))
vjp_rule(np.absolute, lambda g, y, x: g * direction(x, y))
vjp_rule(np.fabs, lambda g, y, x: g * np.sign(x))
vjp_rule(np.ldexp, lambda g, y, x, n: np.ldexp(g, n), None)
vjp_rule(np.copysign, lambda g, z, x, y: np.where(np.signbit(x) == np.signbit(y), g, -g), None)
vjp_rule(np.nextafter, lambda g, z, x, y: g, None)
vjp_rule(np.heaviside, None, lambda g, z, x, y: g * (x == 0))


def ratio(x: Any, z: Any) -> Any:
    """x / z, and 0 at z = 0 to every order."""
    zero = z == 0
    return np.where(zero, 0, x / np.where(zero, 1, z))


def over_square(x: Any, r: Any) -> Any:
    """x / r**2, and 0 at r = 0; the square itself would overflow or vanish long before r does."""
    return ratio(ratio(x, r), r)


def direction(x: Any, y: Any) -> Any:
    """The derivative of y = abs(x): the sign, or conj(x) / abs(x); 0 at 0."""
    return ratio(np.conjugate(x), y) if np.iscomplexobj(x) else np.sign(x)


# powers, exponentials, logarithms
def power_base(g: Any, z: Any, x: Any, y: Any) -> Any:
    if y.__class__ in (int, float) and y == 2:
        return g * (y * x)  # x ** 1 would be one node more for the second derivative
    if getattr(getattr(y, "dtype", None), "kind", None) == "u":
        y = y + 0.0  # unsigned, 0 - 1 would be the largest number
    if not (isinstance(y, (int, float)) and y != 0):
        x = np.where((x == 0) & (y == 0), 1, x)  # 0 * 0**-1 would be NaN
    return g * (y * x ** (y - 1))


def power_exponent(g: Any, z: Any, x: Any, y: Any) -> Any:
    x = np.where(x == 0, 1, x)
    return g * z * np.log(x + 0j if np.iscomplexobj(z) and not np.iscomplexobj(x) else x)


vjp_rule(np.power, power_base, power_exponent)
vjp_rule(np.float_power, power_base, power_exponent)
vjp_rule(np.exp, lambda g, y, x: g * y)
vjp_rule(np.exp2, lambda g, y, x: g * y * LOG_2)
vjp_rule(np.expm1, lambda g, y, x: g * np.exp(x))  # y + 1 is 0 from -37 on
vjp_rule(np.log, lambda g, y, x: g / x)
vjp_rule(np.log2, lambda g, y, x: g / (x * LOG_2))
vjp_rule(np.log10, lambda g, y, x: g / (x * LOG_10))
vjp_rule(np.log1p, lambda g, y, x: g / (1 + x))


@primitive
def share_of_sum(x: Any, y: Any, power: Any) -> Any:
    """power(x) / (power(x) + power(y)), and 0 at x = -inf; `power` is `np.exp` or `np.exp2`.

    From the difference y - x: at large x, exp(x - logaddexp(x, y)) would only see how the logarithm was rounded.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # 1 / inf is the 0 that is meant
        share = 1 / (1 + power(y - x))
    if np.isnan(share).any():  # inf - inf is a tie
        share = np.where(x == y, np.where(x > 0, share.dtype.type(0.5), 0), share)
    return share


def share_of_sum_vjp(g: Any, s: Any, x: Any, y: Any, power: Any) -> Any:
    """The other share takes what this one gives; 1 - s would lose a small one."""
    return g * (s * share_of_sum(y, x, power) * (LOG_2 if power is np.exp2 else 1))


vjp_rule(share_of_sum, share_of_sum_vjp, lambda g, s, x, y, power: -share_of_sum_vjp(g, s, x, y, power), None)
vjp_rule(
    np.logaddexp,
    lambda g, z, x, y: g * share_of_sum(x, y, np.exp),
    lambda g, z, x, y: g * share_of_sum(y, x, np.exp),
)
vjp_rule(
    np.logaddexp2,
    lambda g, z, x, y: g * share_of_sum(x, y, np.exp2),
    lambda g, z, x, y: g * share_of_sum(y, x, np.exp2),
)


# trigonometric
vjp_rule(np.sin, lambda g, y, x: g * np.cos(x))
vjp_rule(np.cos, lambda g, y, x: -g * np.sin(x))
vjp_rule(np.tan, lambda g, y, x: g * (1 + y * y))
vjp_rule(np.arcsin, lambda g, y, x: g / np.sqrt((1 - x) * (1 + x)))  # 1 - x * x cancels near 1
vjp_rule(np.arccos, lambda g, y, x: -g / np.sqrt((1 - x) * (1 + x)))
vjp_rule(np.arctan, lambda g, y, x: g / (1 + x * x))
vjp_rule(
    np.arctan2,
    lambda g, z, y, x: g * over_square(x, np.hypot(x, y)),
    lambda g, z, y, x: -g * over_square(y, np.hypot(x, y)),
)
vjp_rule(np.deg2rad, lambda g, y, x: g * (np.pi / 180))
vjp_rule(np.radians, lambda g, y, x: g * (np.pi / 180))
vjp_rule(np.rad2deg, lambda g, y, x: g * (180 / np.pi))
vjp_rule(np.degrees, lambda g, y, x: g * (180 / np.pi))

# hyperbolic
vjp_rule(np.sinh, lambda g, y, x: g * np.cosh(x))
vjp_rule(np.cosh, lambda g, y, x: g * np.sinh(x))
vjp_rule(np.tanh, lambda g, y, x: g - g * y**2)  # 1 - y**2 costs more: NumPy is slow at a Python number
vjp_rule(np.arcsinh, lambda g, y, x: g / (np.sqrt(1 + x * x) if np.iscomplexobj(x) else np.hypot(1, x)))  # no overflow
vjp_rule(np.arccosh, lambda g, y, x: g / (np.sqrt(x - 1) * np.sqrt(x + 1)))
vjp_rule(np.arctanh, lambda g, y, x: g / ((1 - x) * (1 + x)))

# complex parts; where the input is real, the engine keeps the real part of its gradient
vjp_rule(np.conjugate, lambda g, y, x: np.conjugate(g))
vjp_rule(np.real, lambda g, y, x: g)
vjp_rule(np.imag, lambda g, y, x: -1j * g)
vjp_rule(
    np.angle,
    lambda g, y, x, deg=False: -1j * g * over_square(np.conjugate(x), np.absolute(x)) * (180 / np.pi if deg else 1),
)


# choosing
def share(g: Any, x: Any, y: Any, z: Any) -> Any:
    """What x gets of the gradient of z = maximum(x, y) or minimum(x, y): all, nothing, or half at a tie."""
    return np.where(x == z, np.where(y == z, g * 0.5, g), 0)


for choose in (np.maximum, np.minimum, np.fmax, np.fmin):
    vjp_rule(choose, lambda g, z, x, y: share(g, x, y, z), lambda g, z, x, y: share(g, y, x, z))


@primitive
def clip(x: Any, low: Any, high: Any) -> Any:
    """`numpy.clip` with its bounds in order."""
    return np.clip(x, low, high)


def inside(x: Any, low: Any, high: Any) -> Any:
    above = True if low is None else x >= low
    return above if high is None else above & (x <= high)


vjp_rule(
    clip,
    lambda g, y, x, low, high: np.where(inside(x, low, high), g, 0),
    lambda g, y, x, low, high: np.where((x < low) & inside(low, None, high), g, 0),
    lambda g, y, x, low, high: np.where(inside(np.maximum(x, -np.inf if low is None else low), None, high), 0, g),
)


@composition(np.clip)
def _(
    x: Any,
    a_min: Any = None,
    a_max: Any = None,
    out: None = None,
    *,
    min: Any = None,  # noqa: A002  # NumPy's name
    max: Any = None,  # noqa: A002  # NumPy's name
) -> Any:
    return clip(x, a_min if min is None else min, a_max if max is None else max)


# with several results, and other spellings
@primitive
def unit(x: Any) -> Any:
    """x / abs(x) of a complex number, infinite ones included; 0 at 0."""
    return np.sign(x)


vjp_rule(unit, lambda g, y, x: ratio(g - np.real(g * y) * np.conjugate(y), np.absolute(x)))


@composition(np.sign)
def _(x: Any) -> Any:
    return unit(x) if np.iscomplexobj(x) else np.sign(x.data)


@primitive
def fraction(x: Any) -> Any:
    """The part after the point, with the sign of x."""
    return np.modf(x)[0]


vjp_rule(fraction, lambda g, y, x: g)


@composition(np.modf)
def _(x: Any) -> Any:
    return fraction(x), np.modf(x.data)[1]


@composition(np.frexp)
def _(x: Any) -> Any:
    exponent = np.frexp(x.data)[1]
    return np.ldexp(x, -exponent), exponent


@composition(np.divmod)
def _(x: Any, y: Any) -> Any:
    return np.floor_divide(x, y), np.remainder(x, y)


vjp_rule(np.where, None, lambda g, z, c, x, y: np.where(c, g, 0), lambda g, z, c, x, y: np.where(c, 0, g))
