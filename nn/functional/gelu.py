"""GELU: x times the distribution function of the standard normal, or times its approximation by a tanh.

SciPy has the error function, but at six times the cost in float32, and it is optional. Both approximations here are our
own fits: by weighted least squares, iterated to equal ripples.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn import errors
from nn.functional.pieces import in_pieces

__all__ = ["gelu"]

FORMS = ("none", "tanh")
ROOT_2_PI = math.sqrt(2 * math.pi)

#: Float32: Phi(x) = (1 + tanh(x p(x^2))) / 2. The error of x Phi(x) is 7e-8 plus rounding; at 6 the tanh is 1.
TANH_FIT = (1.81393948e-09, -1.33783773e-07, 3.97408064e-06, -5.52734645e-05, -3.3026417e-05, 0.0363341487, 0.797884269)
TANH_END = 6.0

#: Float64: Phi(-t) = exp(-t^2 / 2) P(t) / Q(t) for t >= 0. The relative error of P / Q is 5e-17, and no terms cancel.
NUMERATOR = (
    *(1.3845739985208606e-6, 3.72287220625336906e-5, 4.90136408454268021e-4, 4.08736584622149649e-3),
    *(2.36132352096931124e-2, 9.76692089133720511e-2, 0.289265354545156822, 0.593951909664223807),
    *(0.77480869390078677, 0.499999999999999974),
)
DENOMINATOR = (
    *(3.47061233302168995e-6, 9.3318567348174998e-5, 1.23206039239115499e-3, 1.03388253550007803e-2),
    *(6.04112520147536032e-2, 0.254879258524091766, 0.781848091052883785, 1.71407524796445252, 2.56093938057488583),
    *(2.34750194860442877, 1.0),
)
RATIO_END = 39.0  # beyond it exp(-t^2 / 2) is 0


def gelu(input: Any, approximate: str = "none") -> Any:
    """x times the probability that a standard normal variable is below x (Hendrycks and Gimpel, 2016).

    ``approximate="tanh"`` is ``x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))``, off by up to 5e-4.

    Raises `ArgumentError` for another name.
    """
    if approximate not in FORMS:
        raise errors.unknown_name("approximate", approximate, FORMS)
    return normal_gelu(input) if approximate == "none" else tanh_gelu(input)


def polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    """Horner's scheme in place, from the highest power on."""
    y = x * coefficients[0]
    for c in coefficients[1:-1]:
        y += c
        y *= x
    y += coefficients[-1]
    return y


# ----------------------------------------------------------------------------------------------------- by the normal


@primitive
def normal_gelu(input: Any) -> Any:
    """x Phi(x)."""
    return in_pieces(_normal_gelu, input)


def _normal_gelu(x: Any) -> Any:
    if x.dtype == np.float32:
        y = 1 + wide_tanh(x)
        y *= x
        y *= 0.5
        return y
    t = np.minimum(abs(x), RATIO_END)
    return np.maximum(x, 0) - t * tail(t)


def wide_tanh(x: Any) -> Any:
    """2 Phi(x) - 1."""
    c = np.clip(x, -TANH_END, TANH_END)
    return np.tanh(c * polynomial(TANH_FIT, c * c))


def tail(t: Any) -> Any:
    """Phi(-t) for t in 0..39."""
    return np.exp(-0.5 * t * t) * (polynomial(NUMERATOR, t) / polynomial(DENOMINATOR, t))


@primitive
def normal_cdf(x: Any) -> Any:
    """Phi(x), to the last bits in float64 also in the tail."""
    if x.dtype == np.float32:
        return 0.5 + 0.5 * wide_tanh(x)
    p = tail(np.minimum(abs(x), RATIO_END))
    return np.where(x < 0, p, 1 - p)


def density(x: Any) -> Any:
    """The derivative of Phi."""
    d = x * x
    d *= -0.5
    d = np.exp(d)
    d *= 1 / ROOT_2_PI
    return d


vjp_rule(normal_cdf, lambda g, y, x: g * density(x))


def _normal_gelu_vjp(g: Any, y: Any, x: Any) -> Any:
    """Phi(x) + x Phi'(x)."""
    slope = x * density(x)
    slope += phi(y, x)
    slope *= g
    return slope


def phi(y: Any, x: Any) -> Any:
    """Phi(x). As the product y = x Phi(x) is at hand, a division does, which costs a tenth, unless an x is 0."""
    if isinstance(x, np.ndarray):
        quotient = y / x
        if not np.isnan(np.sum(quotient)):
            return quotient
    return normal_cdf(x)


vjp_rule(normal_gelu, lambda g, y, x: in_pieces(_normal_gelu_vjp, g, y, x))


# ------------------------------------------------------------------------------------------------------- by the tanh


@primitive
def tanh_gelu(input: Any) -> Any:
    """``x * (1 + tanh(u)) / 2``."""
    return in_pieces(_tanh_gelu, input)


CUBIC = 0.044715
SCALE = math.sqrt(2 / math.pi)
LARGE = 10.0  # beyond it the tanh is 1, and the cube would overflow at last


def _tanh_gelu(x: Any) -> Any:
    c = np.clip(x, -LARGE, LARGE)
    y = c * c
    y *= SCALE * CUBIC
    y += SCALE
    y *= c
    y = np.tanh(y)
    y += 1
    y *= x
    y *= 0.5
    return y


def _tanh_gelu_vjp(g: Any, x: Any) -> Any:
    c = np.clip(x, -LARGE, LARGE)
    square = c * c
    t = np.tanh((SCALE + (SCALE * CUBIC) * square) * c)
    slope = 0.5 * SCALE + (1.5 * SCALE * CUBIC) * square
    slope *= c
    slope *= 1 - t * t
    slope += 0.5 * t
    slope += 0.5
    slope *= g
    return slope


vjp_rule(tanh_gelu, lambda g, y, x: in_pieces(_tanh_gelu_vjp, g, x))
