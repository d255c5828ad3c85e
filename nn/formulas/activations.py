"""Formulas of activations, those along an axis included."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.viz import formula, word
from nn import functional
from nn.functional.activation import exponential_linear
from nn.functional.gelu import normal_cdf, normal_gelu, tanh_gelu
from nn.functional.loss.node import positive_part
from nn.functional.softmax import gated, log_softmax_along, softmax_along

# smooth
formula(functional.tanh, input="1 - z ** 2")
formula(functional.tanhshrink, input="tanh(input) ** 2")
formula(functional.sigmoid, input="z * (1 - z)")
formula(functional.logsigmoid, input="sigmoid(-input)")
formula(functional.silu, input="sigmoid(input) + z * (1 - sigmoid(input))")
formula(
    functional.mish,
    input="tanh(softplus(input)) + input * sigmoid(input) * (1 - tanh(softplus(input)) ** 2)",
)
formula(functional.softplus, input="sigmoid(beta * input)")
formula(functional.softsign, input="1 / (1 + abs(input)) ** 2")
formula(exponential_linear, input="where(input > 0, right, left * rate * exp(rate * input))")
formula(normal_cdf, x="exp(-x ** 2 / 2) / sqrt(2 * pi)")
formula(normal_gelu, x="normal_cdf(x) + x * exp(-x ** 2 / 2) / sqrt(2 * pi)")
formula(
    tanh_gelu,
    x="(1 + inner_tanh(x)) / 2 + x / 2 * (1 - inner_tanh(x) ** 2) * sqrt(2 / pi) * (1 + 0.134145 * x ** 2)",
)
word("sigmoid", "sigmoid(x) = 1 / (1 + exp(-x))")
word("softplus", "softplus(x) = log(1 + exp(x))")
word("normal_cdf", "normal_cdf(x) is the probability that a standard normal variable is below x")
word("inner_tanh", "inner_tanh(x) = tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))")

# of straight lines
formula(functional.relu, input="input > 0")
formula(positive_part, x="x >= 0")
formula(functional.leaky_relu, input="where(input > 0, 1, negative_slope)")
formula(functional.hardtanh, input="(min_val < input) & (input < max_val)")
formula(functional.hardsigmoid, input="(abs(input) < 3) / 6")
formula(functional.hardswish, input="where(input < 3, (input > -3) * (input / 3 + 1 / 2), 1)")
formula(functional.softshrink, input="abs(input) > lambd")
formula(functional.hardshrink, input="abs(input) > lambd")
formula(functional.threshold, input="input > threshold")
formula(functional.step, input="0")


def slopes(call: Any) -> str:
    """The learnt slope of each channel, beside the input."""
    weight = "weight" if np.size(call.weight) == 1 else f"reshape(weight, {(-1, *(1,) * (np.ndim(call.input) - 2))})"
    return f"where(input > 0, 1, {weight})"


def of_slopes(call: Any) -> str:
    ndim = np.ndim(call.input)
    axes = "" if np.size(call.weight) == 1 else f", axis={tuple(axis for axis in range(ndim) if axis != 1)}"
    whole = "ones * " if np.size(call.weight) == 1 else ""
    return f"{whole}sum(g * minimum(input, 0){axes})"


formula(functional.prelu, input=slopes, weight=of_slopes)

# along an axis
formula(softmax_along, x="z * (g - sum(g * z, axis=axis, keepdims=True))", axis=None)
formula(log_softmax_along, x="g - exp(z) * sum(g, axis=axis, keepdims=True)", axis=None)
formula(
    gated,
    x="concatenate([g * sigmoid(second_half(x)), g * z * (1 - sigmoid(second_half(x)))], axis=axis)",
    axis=None,
)
word("second_half", "second_half(x) is the second half of x along the axis")
