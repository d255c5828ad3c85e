"""Formulas of the elementwise functions, as on the inside cover of a calculus book.

A text is a factor of the upstream gradient `g`, or has `g` in it; `z` is the result.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.derivatives.cleaning import nan_to_num
from autograd.derivatives.elementwise import clip, fraction, share_of_sum, unit
from autograd.derivatives.series import i0_derivative, sinc_derivative
from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import atom, number, summed_text


def of_complex(complex_text: str, real_text: str) -> Any:
    """One text where the argument is complex, another where it is real."""
    return lambda call: complex_text if np.iscomplexobj(call.item) else real_text


# arithmetic
formula(np.add, x="1", y="1")
formula(np.subtract, x="1", y="-1")
formula(np.multiply, x="y", y="x")
formula(np.divide, x="1 / y", y="-z / y")
formula(np.remainder, x="1", y="-floor(x / y)")
formula(np.fmod, x="1", y="-trunc(x / y)")
formula(np.negative, x="-1")
formula(np.positive, x="1")
formula(np.reciprocal, x="-z ** 2")
formula(np.square, x="2 * x")
formula(np.sqrt, x="1 / (2 * z)")
formula(np.cbrt, x="1 / (3 * z ** 2)")
formula(np.hypot, x="x / z", y="y / z")
formula(np.absolute, x=of_complex("conj(x) / z", "sign(x)"))
formula(np.fabs, x="sign(x)")
formula(np.ldexp, x="2.0 ** n", n=None)
formula(np.copysign, x="copysign(1, x) * copysign(1, y)", y=None)
formula(np.nextafter, x="1", y=None)
formula(np.heaviside, x=None, y="x == 0")

# powers, exponentials, logarithms


def power_base(call: Call) -> str:
    """``2 * x`` for the square, ``n * x ** (n - 1)`` with the numbers filled in for a plain number n."""
    exponent = call.edge.target.edges[1].source
    if not exponent.is_literal or np.ndim(exponent.value):
        return "y * x ** (y - 1)"
    if exponent.value == 2:
        return "2 * x"
    return f"{atom(number(exponent.value))} * x ** {atom(number(exponent.value - 1))}"


for function in (np.power, np.float_power):
    formula(function, x=power_base, y="z * log(x)")
formula(np.exp, x="z")
formula(np.exp2, x="z * log(2)")
formula(np.expm1, x="z + 1")
formula(np.log, x="1 / x")
formula(np.log2, x="1 / (x * log(2))")
formula(np.log10, x="1 / (x * log(10))")
formula(np.log1p, x="1 / (1 + x)")
formula(np.logaddexp, x="exp(x - z)", y="exp(y - z)")
formula(np.logaddexp2, x="2 ** (x - z)", y="2 ** (y - z)")


def of_power(text: str) -> Any:
    return lambda call: text if call.power is np.exp else f"{text} * log(2)"


formula(share_of_sum, x=of_power("z * (1 - z)"), y=of_power("-z * (1 - z)"), power=None)

# trigonometric
formula(np.sin, x="cos(x)")
formula(np.cos, x="-sin(x)")
formula(np.tan, x="1 + z ** 2")
formula(np.arcsin, x="1 / sqrt(1 - x ** 2)")
formula(np.arccos, x="-1 / sqrt(1 - x ** 2)")
formula(np.arctan, x="1 / (1 + x ** 2)")
formula(np.arctan2, y="x / (x ** 2 + y ** 2)", x="-y / (x ** 2 + y ** 2)")
formula(np.deg2rad, x="pi / 180")
formula(np.radians, x="pi / 180")
formula(np.rad2deg, x="180 / pi")
formula(np.degrees, x="180 / pi")

# hyperbolic
formula(np.sinh, x="cosh(x)")
formula(np.cosh, x="sinh(x)")
formula(np.tanh, x="1 - z ** 2")
formula(np.arcsinh, x="1 / sqrt(1 + x ** 2)")
formula(np.arccosh, x=of_complex("1 / (sqrt(x - 1) * sqrt(x + 1))", "1 / sqrt(x ** 2 - 1)"))
formula(np.arctanh, x="1 / (1 - x ** 2)")

# complex parts
formula(np.conjugate, x=of_complex("conj(g)", "1"))
formula(np.real, x="1")
formula(np.imag, x=of_complex("-1j", "0"))
formula(
    np.angle,
    x=lambda call: ("-1j / x * 180 / pi" if call.deg else "-1j / x") if np.iscomplexobj(call.item) else "0",
)

# choosing; each of two equal arguments gets half
ufunc: np.ufunc
for ufunc, sign in ((np.maximum, ">"), (np.fmax, ">"), (np.minimum, "<"), (np.fmin, "<")):
    formula(ufunc, x=f"(x {sign} y) + (x == y) / 2", y=f"(y {sign} x) + (x == y) / 2")
formula(
    np.where,
    condition=None,
    x=lambda call: summed_text("where(condition, g, 0)", np.shape(call.z), np.shape(call.x)),
    y=lambda call: summed_text("where(condition, 0, g)", np.shape(call.z), np.shape(call.y)),
)


def inside(call: Call) -> str:
    """Between those bounds that there are."""
    bounds = [text for bound, text in ((call.low, "(x >= low)"), (call.high, "(x <= high)")) if bound is not None]
    return " & ".join(bounds) or "1"


formula(
    clip,
    x=inside,
    low=lambda call: "x < low" if call.high is None else "(x < low) & (low <= high)",
    high=lambda call: "x > high" if call.low is None else "maximum(x, low) > high",
)

# several results, and other spellings
formula(unit, x="(g - real(g * z) * conj(z)) / abs(x)")
formula(fraction, x="1")


def replaced(test: str) -> Any:
    """Where the number passes `test`, or each part of a complex number for itself."""
    return lambda call: (
        f"where({test.format('real(x)')}, g, 0) + 1j * where({test.format('imag(x)')}, g, 0)"
        if np.iscomplexobj(call.x)
        else f"where({test.format('x')}, g, 0)"
    )


formula(
    nan_to_num,
    x=of_complex(
        "where(isfinite(real(x)), real(g), 0) + 1j * where(isfinite(imag(x)), imag(g), 0)", "where(isfinite(x), g, 0)"
    ),
    nan=replaced("isnan({})"),
    posinf=replaced("isposinf({})"),
    neginf=replaced("isneginf({})"),
)

# series
formula(np.sinc, x=lambda call: "(cos(pi * x) - z) / x" if np.all(call.x) else "sinc_derivative(x, 1)")
formula(sinc_derivative, x="sinc_derivative(x, order + 1)", order=None)
formula(np.i0, x="i0_derivative(x, 1)")
formula(i0_derivative, x="i0_derivative(x, order + 1)", order=None)
word("sinc_derivative", "sinc_derivative(x, n) is the derivative number n of sinc at x")
word("i0_derivative", "i0_derivative(x, n) is the derivative number n of i0 at x")
