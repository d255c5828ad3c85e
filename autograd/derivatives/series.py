"""Derivatives of the functions that NumPy computes by series, near zero or everywhere: sinc and the Bessel function i0.

Differentiated term by term, sinc would divide the rounding errors of a difference by x, once more at each order, and
0 by 0 at zero. Instead each of the two is a family, the function and all its derivatives: a primitive computes the
member of a given order to the last digits at every x, and its rule is the next member. `sinc_derivative` takes
complex numbers too, as sinc does. sinc'(0) = 0 and sinc''(0) = -π²/3.
"""

from typing import Any

import numpy as np

from autograd.rules import primitive, vjp_rule

BLOCK = 1024  # entries at a time: their integrands stay in the cache
HUGE = 1000.0  # from here on exp(x) is infinite, and so are i0 and its derivatives


@primitive
def sinc_derivative(x: Any, order: int) -> Any:
    """The derivative of `np.sinc` of an order of 1 or more: π^n S_n(πx), where S_n is the nth derivative of sin(t) / t.

    From t S_0 = sin(t), differentiated n times: t S_n + n S_{n-1} = sin(t + nπ/2). Upward in n this loses digits where
    abs(t) < n, downward, from any start far enough above, it gains them (as in Miller's algorithm).
    """
    x = np.asarray(x)
    t = np.pi * x.astype(np.result_type(x.dtype, np.float64))
    large = np.abs(t) > order
    s = np.empty_like(t)
    s[large] = upward(t[large], order)
    s[~large] = downward(t[~large], order)
    return (np.pi**order * s).astype(np.result_type(x.dtype, np.float16))


def quarter_turns(t: Any) -> list[Any]:
    """sin(t + kπ/2) for k = 0, 1, 2, 3."""
    sine, cosine = np.sin(t), np.cos(t)
    return [sine, cosine, -sine, -cosine]


def upward(t: Any, order: int) -> Any:
    turned = quarter_turns(t)
    s = turned[0] / t
    for n in range(1, order + 1):
        s = (turned[n % 4] - n * s) / t
    return s


def downward(t: Any, order: int) -> Any:
    """Begun with 0 at n = `top`; where abs(t) <= order, this is forgotten by a factor of abs(t) / n at each step."""
    turned = quarter_turns(t)
    s = np.zeros_like(t)
    top = 3 * order + 22
    for n in range(top, order, -1):
        s = (turned[n % 4] - t * s) / n
    return s


vjp_rule(np.sinc, lambda g, y, x: g * sinc_derivative(x, 1))
vjp_rule(sinc_derivative, lambda g, y, x, order: g * sinc_derivative(x, order + 1), None)


@primitive
def i0_derivative(x: Any, order: int) -> Any:
    """The derivative of `np.i0` of an order of 0 or more; the first is the Bessel function I_1.

    The mean of c^n exp(x c) over the circle, c = cos(θ). Of the four quadrants two are folded onto the others, which
    leaves a positive integrand: c^n exp(-x (1 - c)) (1 ± exp(-2 x c)), times exp(x). The midpoint rule for a smooth
    periodic function converges faster than any power of the number of points (Trefethen and Weideman, 2014).
    """
    x = np.asarray(x)
    wide = np.abs(x.astype(np.result_type(x.dtype, np.float64)))
    flat = wide.ravel()
    means = [circle_mean(flat[i : i + BLOCK], order) for i in range(0, flat.size, BLOCK)]
    result = np.reshape(np.concatenate([flat[:0], *means]), wide.shape) * np.exp(wide)
    if order % 2:
        result = np.copysign(result, x)
    return result.astype(np.result_type(x.dtype, np.float16))


def circle_mean(x: Any, order: int) -> Any:
    x = np.minimum(x, HUGE)
    largest = float(np.max(x, initial=0, where=~np.isnan(x)))
    points = 6 + order // 4 + int(2.5 * largest**0.5)  # in a quadrant; what they miss is the 4 * points th harmonic
    theta = (np.arange(points) + 0.5) * (np.pi / 2 / points)
    c, c_below_one = np.cos(theta), 2 * np.sin(theta / 2) ** 2
    x = x[:, None]
    folded = -np.expm1(-2 * x * c) if order % 2 else 1 + np.exp(-2 * x * c)
    return np.sum(c**order * np.exp(-x * c_below_one) * folded, axis=1) / (2 * points)


vjp_rule(np.i0, lambda g, y, x: g * i0_derivative(x, 1))
vjp_rule(i0_derivative, lambda g, y, x, order: g * i0_derivative(x, order + 1), None)
