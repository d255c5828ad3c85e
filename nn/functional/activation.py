"""Smooth activations as functions, one node each: elementwise, so any shape in, the same shape out.

A rule is the slope, written in plain NumPy: over large arrays it runs in pieces, under ``create_graph=True`` it is
recorded, and so gives the higher derivatives. ``np.where`` is avoided, as it costs what ten other passes cost where the
signs are mixed: a mask is multiplied with, or the two sides are the maximum and the minimum with 0. Those with kinks
are in `rectifiers.py`, those along an axis in `softmax.py`, GELU in `gelu.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn import checks, errors
from nn.functional.pieces import as_floats, in_pieces

__all__ = ["celu", "elu", "logsigmoid", "mish", "selu", "sigmoid", "silu", "softplus", "softsign", "tanh", "tanhshrink"]


@primitive
def tanh(input: Any) -> Any:
    """``tanh(x)``."""
    return in_pieces(np.tanh, as_floats(input))  # of small integers NumPy's would be float16


vjp_rule(tanh, lambda g, y, x: in_pieces(lambda g, y: g * (1 - y * y), g, y))


@primitive
def tanhshrink(input: Any) -> Any:
    """``x - tanh(x)``."""
    return in_pieces(lambda x: x - np.tanh(x), input)


vjp_rule(tanhshrink, lambda g, y, x: in_pieces(lambda g, x: g * np.tanh(x) ** 2, g, x))


# ------------------------------------------------------------------------------------------------- with the logistic


@primitive
def sigmoid(input: Any) -> Any:
    """``1 / (1 + exp(-x))``."""
    return in_pieces(logistic, input)


vjp_rule(sigmoid, lambda g, y, x: in_pieces(lambda g, y: g * y * (1 - y), g, y))


def logistic(x: Any) -> Any:
    """Each value to the last bits, also close to 0."""
    e = np.exp(-x)
    e += 1
    return 1 / e


@primitive
def logsigmoid(input: Any) -> Any:
    """``log(sigmoid(x))``, without overflow."""
    return in_pieces(lambda x: np.minimum(x, 0) - np.log1p(np.exp(-abs(x))), input)


vjp_rule(logsigmoid, lambda g, y, x: in_pieces(lambda g, x: g * sigmoid(-x), g, x))


@primitive
def silu(input: Any, inplace: bool = False) -> Any:
    """``x * sigmoid(x)``, also known as swish (Elfwing et al., 2018)."""
    checks.not_inplace("silu", inplace)
    return in_pieces(times_logistic, input, input)


def times_logistic(x: Any, a: Any) -> Any:
    """``a * sigmoid(x)``."""
    y = logistic(x)
    y *= a
    return y


def _silu_vjp(g: Any, y: Any, x: Any) -> Any:
    s = sigmoid(x)
    slope = 1 - s
    slope *= y
    slope += s
    slope *= g
    return slope


vjp_rule(silu, lambda g, y, x, inplace=False: in_pieces(_silu_vjp, g, y, x))


@primitive
def mish(input: Any, inplace: bool = False) -> Any:
    """``x * tanh(log(1 + exp(x)))`` (Misra, 2019)."""
    checks.not_inplace("mish", inplace)
    return in_pieces(_mish, input)


def _mish(x: Any) -> Any:
    """``tanh(log(1 + n)) = w / (w + 2)`` with ``w = n * (n + 2)``: one exponential; beyond 20 this is 1."""
    n = np.exp(np.minimum(x, 20))
    w = n * (n + 2)
    return x * (w / (w + 2))


def _mish_vjp(g: Any, x: Any) -> Any:
    c = np.minimum(x, 20)
    n = np.exp(c)
    w = n * (n + 2)
    d = w + 2
    return g * (w / d + c * (4 * n / d) * ((n + 1) / d))


vjp_rule(mish, lambda g, y, x, inplace=False: in_pieces(_mish_vjp, g, x))


@primitive
def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """``log(1 + exp(beta * x)) / beta``, and x itself where ``beta * x > threshold``.

    Raises `ArgumentError` if `beta` is 0.
    """
    if not checks.is_number(beta) or beta == 0:
        raise errors.out_of_range("softplus", "beta", beta, "a number other than 0")
    checks.number("softplus", threshold=threshold)
    return in_pieces(_softplus, input, float(beta), float(threshold))


def _softplus(x: Any, beta: float, threshold: float) -> Any:
    z = beta * x
    y = np.log1p(np.exp(-abs(z)))
    y *= z <= threshold  # PyTorch's rounding to x, which a comparison with it would otherwise show
    y += np.maximum(z, 0) if threshold >= 0 else z * (z > threshold)
    y /= beta
    return y


def _softplus_vjp(g: Any, x: Any, beta: float, threshold: float) -> Any:
    z = beta * x
    return g * np.maximum(sigmoid(z), (z > threshold).astype(x.dtype))


vjp_rule(
    softplus,
    lambda g, y, x, beta=1.0, threshold=20.0: in_pieces(_softplus_vjp, g, x, float(beta), float(threshold)),
)


@primitive
def softsign(input: Any) -> Any:
    """``x / (1 + abs(x))``."""
    return in_pieces(_softsign, input)


def _softsign(x: Any) -> Any:
    return x / (1 + abs(x))


def _softsign_vjp(g: Any, x: Any) -> Any:
    root = 1 / (1 + abs(x))
    return g * root * root


vjp_rule(softsign, lambda g, y, x: in_pieces(_softsign_vjp, g, x))


# ------------------------------------------------------------------------------------------ exponential to the left


@primitive
def exponential_linear(input: Any, right: float, left: float, rate: float) -> Any:
    """``right * x`` above 0, ``left * (exp(rate * x) - 1)`` below; at 0 with the slope from the left."""
    return in_pieces(_exponential_linear, input, right, left, rate)


def _exponential_linear(x: Any, right: float, left: float, rate: float) -> Any:
    y = np.expm1(rate * np.minimum(x, 0))
    y *= left
    y += right * np.maximum(x, 0)
    return y


def _exponential_linear_vjp(g: Any, x: Any, right: float, left: float, rate: float) -> Any:
    above = (x > 0).astype(x.dtype)
    return g * (right * above + left * rate * (np.exp(rate * np.clip(x, None, 0)) - above))


vjp_rule(
    exponential_linear,
    lambda g, y, x, right, left, rate: in_pieces(_exponential_linear_vjp, g, x, right, left, rate),
)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x above 0, ``alpha * (exp(x) - 1)`` below (Clevert et al., 2016); derivative `alpha` at 0."""
    checks.not_inplace("elu", inplace)
    checks.number("elu", alpha=alpha)
    return exponential_linear(input, 1.0, float(alpha), 1.0)


def selu(input: Any, inplace: bool = False) -> Any:
    """A scaled `elu` that keeps mean 0 and variance 1 from layer to layer (Klambauer et al., 2017)."""
    checks.not_inplace("selu", inplace)
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    return exponential_linear(input, scale, scale * alpha, 1.0)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x above 0, ``alpha * (exp(x / alpha) - 1)`` below: its slope is continuous (Barron, 2017).

    Raises `ArgumentError` if `alpha` is 0.
    """
    checks.not_inplace("celu", inplace)
    if not checks.is_number(alpha) or alpha == 0:
        raise errors.out_of_range("celu", "alpha", alpha, "a number other than 0")
    return exponential_linear(input, 1.0, float(alpha), 1 / float(alpha))
