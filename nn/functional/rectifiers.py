"""Activations with kinks as functions, one node each: elementwise, of straight lines.

At a kink each has PyTorch's derivative, which the functions say; ``docs/conventions.md`` lists them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn import checks, errors
from nn.functional.pieces import in_pieces, numbers, quiet

__all__ = [
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "prelu",
    "relu",
    "relu6",
    "softshrink",
    "step",
    "threshold",
]


@primitive
def relu(input: Any, inplace: bool = False) -> Any:
    """``max(x, 0)``, with derivative 0 at 0."""
    checks.not_inplace("relu", inplace)
    return in_pieces(np.maximum, input, 0)


vjp_rule(relu, lambda g, y, x, inplace=False: in_pieces(_where_positive, g, y))


def _where_positive(g: Any, y: Any) -> Any:
    return g * (y > 0)


@primitive
def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x above 0, ``negative_slope * x`` below and, as to the derivative, at 0 (Maas et al., 2013)."""
    checks.not_inplace("leaky_relu", inplace)
    checks.number("leaky_relu", negative_slope=negative_slope)
    return in_pieces(_leaky_relu, input, float(negative_slope))


@quiet()
def _leaky_relu(x: Any, slope: float) -> Any:
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


@quiet()
def _leaky_relu_vjp(g: Any, x: Any, slope: Any) -> Any:
    above = (x > 0).astype(x.dtype)
    return g * (above + slope * (1 - above))


vjp_rule(
    leaky_relu,
    lambda g, y, x, slope=0.01, inplace=False: in_pieces(_leaky_relu_vjp, g, x, float(slope)),
)


@primitive
def prelu(input: Any, weight: Any) -> Any:
    """A leaky ReLU whose slope is learnt: `weight` is (1,), or (C,) for an input (N, C, ...) (He et al., 2015).

    Raises `ShapeError` for a weight of another shape.
    """
    checks.array("prelu", input)
    checks.array("prelu", weight, "weight")
    return _leaky_relu(input, along_channels(weight, input))


def along_channels(weight: Any, x: Any) -> Any:
    """The weight in a shape that broadcasts with `x`."""
    if weight.ndim > 1 or (weight.size != 1 and weight.shape != x.shape[1:2]):
        raise errors.ShapeError(
            f"prelu: weight of shape {weight.shape} for an input of shape {x.shape}; it must be (1,), "
            f"or one slope for each of the channels, axis 1 of the input."
        )
    return np.reshape(weight, (-1, *(1,) * (x.ndim - 2)) if weight.size != 1 else ())


def _prelu_weight_vjp(g: Any, y: Any, x: Any, w: Any) -> Any:
    each = g * np.minimum(x, 0)
    rest = tuple(axis for axis in range(x.ndim) if axis != 1) if w.size != 1 else None
    return np.reshape(np.sum(each, axis=rest), w.shape)


vjp_rule(prelu, lambda g, y, x, w: _leaky_relu_vjp(g, x, along_channels(w, x)), _prelu_weight_vjp)


# -------------------------------------------------------------------------------------------------- between two bounds


@primitive
def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """x, but not below `min_val` nor above `max_val`; derivative 0 at both.

    Raises `ArgumentError` if they are crossed.
    """
    checks.not_inplace("hardtanh", inplace)
    checks.number("hardtanh", min_val=min_val)
    checks.number("hardtanh", max_val=max_val)
    if min_val > max_val:
        raise errors.out_of_range("hardtanh", "min_val", min_val, f"at most max_val={max_val!r}")
    return in_pieces(np.clip, input, float(min_val), float(max_val))


vjp_rule(
    hardtanh,
    lambda g, y, x, low=-1.0, high=1.0, inplace=False: in_pieces(np.multiply, g, (x > low) & (x < high)),
)


def relu6(input: Any, inplace: bool = False) -> Any:
    """``min(max(x, 0), 6)``, with derivative 0 at 0 and at 6."""
    return hardtanh(input, 0.0, 6.0, inplace)


@primitive
def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """``relu6(x + 3) / 6``; derivative 0 at -3 and at 3."""
    checks.not_inplace("hardsigmoid", inplace)
    return in_pieces(lambda x: np.clip(x + 3, 0, 6) / 6, input)


vjp_rule(hardsigmoid, lambda g, y, x, inplace=False: in_pieces(np.multiply, g / 6, (x > -3) & (x < 3)))


@primitive
def hardswish(input: Any, inplace: bool = False) -> Any:
    """``x * relu6(x + 3) / 6`` (Howard et al., 2019); derivative 0 at -3 and 1 at 3."""
    checks.not_inplace("hardswish", inplace)
    return in_pieces(lambda x: x * (np.clip(x + 3, 0, 6) / 6), input)


def _hardswish_vjp(g: Any, x: Any) -> Any:
    right = (x >= 3).astype(x.dtype)
    return g * (right + ((x > -3) - right) * (np.clip(x, -3, 3) / 3 + 0.5))  # clipped, as 0 * inf is NaN


vjp_rule(hardswish, lambda g, y, x, inplace=False: in_pieces(_hardswish_vjp, g, x))


@primitive
def softshrink(input: Any, lambd: float = 0.5) -> Any:
    """x brought nearer to 0 by `lambd`, 0 if it is closer than that; derivative 0 at the kinks.

    Raises `ArgumentError` if `lambd` is negative.
    """
    checks.not_negative("softshrink", lambd=lambd)
    return in_pieces(lambda x, lambd: x - np.clip(x, -lambd, lambd), input, float(lambd))


@primitive
def hardshrink(input: Any, lambd: float = 0.5) -> Any:
    """x, but 0 where it is no farther from 0 than `lambd`, and there derivative 0."""
    checks.number("hardshrink", lambd=lambd)
    return in_pieces(lambda x, lambd: x * (abs(x) > lambd), input, float(lambd))


for function in (softshrink, hardshrink):
    vjp_rule(function, lambda g, y, x, lambd=0.5: in_pieces(np.multiply, g, (x > lambd) | (x < -lambd)))


# --------------------------------------------------------------------------------------------------------------- jumps


@primitive
def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """x above `threshold`, else `value`; derivative 0 at the threshold."""
    checks.not_inplace("threshold", inplace)
    checks.number("threshold", threshold=threshold)
    checks.number("threshold", value=value)
    return in_pieces(lambda x: np.where(x <= threshold, float(value), x), input)


vjp_rule(
    threshold,
    lambda g, y, x, threshold, value, inplace=False: in_pieces(np.multiply, g, x > threshold),
)


@primitive
def step(input: Any) -> Any:
    """1 where x >= 0, else 0: the perceptron's (Rosenblatt, 1958). Its derivative is 0 everywhere."""
    x = numbers(input)
    return (x >= 0).astype(x.dtype)


vjp_rule(step, lambda g, y, x: np.zeros_like(g))
