"""Derivatives of sums in the exponent: logsumexp, softmax, log_softmax.

SciPy's functions of these names convert their input, so `autograd.scipy.special` has these in their place.
"""

from typing import Any

import numpy as np

from autograd.derivatives.reductions import restore
from autograd.derivatives.scipy.common import special
from autograd.derivatives.shaping import as_array
from autograd.rules import composition, primitive, vjp_rule


@primitive
def log_sum(a: Any, b: Any, axis: Any, keepdims: bool, return_sign: bool) -> Any:
    """`scipy.special.logsumexp` with all its arguments in their places."""
    return special.logsumexp(a, axis=axis, b=b, keepdims=keepdims, return_sign=return_sign)


def shares(g: Any, a: Any, b: Any, axis: Any, keepdims: bool) -> Any:
    """``g * exp(a) / sum(b * exp(a))``, from the differences to the largest entry; 0 where the sum is 0."""
    g = restore(g[0] if isinstance(g, tuple) else g, a, axis, keepdims)
    heights = np.real(a)
    top = np.max(heights, axis=axis, keepdims=True, initial=-np.inf)
    terms = np.exp(a - np.where(np.isinf(top), 0, top))
    terms = np.where(np.isposinf(top), np.isposinf(heights), terms)  # an infinite entry takes all
    total = np.sum(terms if b is None else b * terms, axis=axis, keepdims=True)
    return g * terms / np.where(total == 0, 1, total)


def log_sum_vjp_a(g: Any, y: Any, a: Any, b: Any, axis: Any, keepdims: bool, return_sign: bool) -> Any:
    share = shares(g, a, b, axis, keepdims)
    return share if b is None else share * b


vjp_rule(
    log_sum,
    log_sum_vjp_a,
    lambda g, y, a, b, axis, keepdims, return_sign: shares(g, a, b, axis, keepdims),
)

logsumexp = primitive(special.logsumexp)


@composition(logsumexp)
def _(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    a = as_array(a)
    if b is not None:
        weak = np.result_type(a.dtype, b) if isinstance(b, (int, float, complex)) else None
        a, b = np.broadcast_arrays(a, as_array(b) if weak is None else np.asarray(b, weak))
    return log_sum(a, b, axis, keepdims, return_sign)


@primitive
def softmax(x: Any, axis: Any = None) -> Any:
    """`scipy.special.softmax`."""
    return special.softmax(x, axis=axis)


@primitive
def log_softmax(x: Any, axis: Any = None) -> Any:
    """`scipy.special.log_softmax`."""
    return special.log_softmax(x, axis=axis)


def log_softmax_vjp(g: Any, y: Any, x: Any, axis: Any = None) -> Any:
    return g - np.exp(y) * np.sum(g, axis=axis, keepdims=True)


vjp_rule(softmax, lambda g, y, x, axis=None: y * (g - np.sum(g * y, axis=axis, keepdims=True)), None)
vjp_rule(log_softmax, log_softmax_vjp, None)
