"""Formulas of layers: linear, embedding, convolution, normalization, attention."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.viz import formula, index_equation, word
from nn import functional
from nn.formulas import indices
from nn.functional import attention_kernel, convolution, normalization, normalizing
from nn.functional.embedding import rows_added, rows_of
from nn.hooks import gate

# ------------------------------------------------------------------------------------------------------------- products


def of_weight(call: Any) -> str:
    ndim = np.ndim(call.input)
    return {1: "outer(g, input)", 2: "g.T @ input"}.get(ndim, "rows(g).T @ rows(input)")


formula(functional.linear, input="g @ weight", weight=of_weight, bias="1")
index_equation(functional.linear, indices.of_linear)
word("rows", "rows(x) is x with all axes but the last made one")

formula(
    rows_of,
    weight=lambda call: f"rows_added({'g' if call.factor is None else 'g * expand_dims(factor, -1)'}, indices)",
    indices=None,
    factor=None,
)
formula(rows_added, values="g[indices]", indices=None, count=None)
word("rows_added", "rows_added(g, indices) adds each row of g to the row of the table that it was read from")

# --------------------------------------------------------------------------------------------------------- convolutions


def channel_sums(call: Any) -> str:
    return f"sum(g, axis={(0, *range(2, np.ndim(call.z)))})"


def of_parameters(text: str) -> Any:
    """The weight, and then the bias."""
    return lambda call: text if call.place == 0 else channel_sums(call)


def weight_of(text: str) -> Any:
    """`text`, in which ``weight`` is the first of the parameters."""

    def write(call: Any) -> str:
        call.add("weight", call.edge.target.arguments[1][0])
        return text

    return write


formula(convolution.convolve, input=weight_of("spread(g, weight)"), arrays=of_parameters("correlated(input, g)"))
formula(
    convolution.convolve_transposed,
    input=weight_of("convolved(g, weight)"),
    arrays=of_parameters("correlated(g, input)"),
)
formula(
    convolution.correlate,
    upstream=lambda call: "convolved(input, g[0]) + bias_of(g)" if call.with_bias else "convolved(input, g[0])",
    input="spread(upstream, g[0])",
    geometry=None,
    with_bias=None,
)
index_equation(convolution.convolve, indices.of_convolution)
word(
    "convolved",
    "convolved(x, w)[n, o, i] = sum over c and k of x[n, c, i * stride + k * dilation - padding] * w[o, c, k]",
)
word(
    "spread",
    "spread(g, w) adds g[n, o, i] * w[o, c, k] to each entry that g[n, o, i] was computed from: conv_transpose",
)
word(
    "correlated",
    "correlated(x, g)[o, c, k] = sum over n and i of x[n, c, i * stride + k * dilation - padding] * g[n, o, i]",
)
word("bias_of", "bias_of(g) is the gradient by the bias, g[1], for each entry of its channel")

# -------------------------------------------------------------------------------------------------------- normalization


def of_normalized(call: Any) -> str:
    """What is normalized together loses the mean of its gradients, and their share along itself."""
    item = call.edge.target.arguments[0]
    x, weight = item[0], item[1] if len(item) > 1 else None
    call.add("x", x)
    call.add("weight", weight)
    channels = call.edge.target.op is normalizing.normalized
    w = f"reshape(weight, {(-1, *(1,) * (np.ndim(call.x) - 2))})" if channels else "weight"
    rest = (
        tuple(i for i in range(np.ndim(call.x)) if i != 1)
        if channels
        else tuple(range(np.ndim(call.x) - np.ndim(call.item)))
    )
    if call.place == 0:
        g = "g[0]" if weight is None else f"g[0] * {w}"
        mean = f" - average({g})" if call.values.get("centred", True) else ""
        return f"({g}{mean} - unit(x) * average({g} * unit(x))) / deviation(x)"
    return f"sum(g[0] * unit(x), axis={rest})" if call.place == 1 else f"sum(g[0], axis={rest})"


for function in (normalization.normalized, normalizing.normalized):
    formula(function, arrays=of_normalized)
formula(normalization.gradients, arrays="normalization_back(g, item)", statistics=None)
formula(normalizing.gradient, arrays="normalization_back(g, item)", m=None, var=None)
formula(normalizing.scaled, input="scale", scale="input", shift="1")
word("unit", "unit(x) = (x - mean) / deviation(x): what is normalized together has mean 0 and variance 1")
word("average", "average(g) is the mean over what is normalized together")
word("deviation", "deviation(x) = sqrt(variance + eps) over what is normalized together")
word("normalization_back", "normalization_back(g, x) is what g upstream of the gradient of a normalization gives to x")

# ------------------------------------------------------------------------------------------------------------ attention


def of_attention(call: Any) -> str:
    arrays = call.edge.target.arguments[0]
    if len(arrays) != 3:
        return "attention_back(g, item)"
    for name, array in zip(("query", "key", "value"), arrays, strict=True):
        call.add(name, array)
    scores = "scores_back(g[0] @ value.mT)"
    return (f"scale * {scores} @ key", f"scale * {scores}.mT @ query", "weights(query, key).mT @ g[0]")[call.place]


def of_weights(call: Any) -> str:
    for name, array in zip(("query", "key", "bias"), call.edge.target.arguments[0], strict=True):
        call.add(name, array)
    scores = "(z * (g - sum(g * z, axis=-1, keepdims=True)))"
    return (f"scale * {scores} @ key", f"scale * {scores}.mT @ query", scores)[call.place]


formula(attention_kernel.attention, arrays=of_attention)
formula(attention_kernel.attention_weights, arrays=of_weights)
formula(attention_kernel.gradients, arrays="attention_back(g, item)")
word("weights", "weights(query, key) = softmax(scale * query @ key.mT), each row over the keys, for each head")
word("scores_back", "scores_back(g) = p * (g - sum(g * p, axis=-1)), where p are the weights")
word("attention_back", "attention_back(g, x) is what g upstream of the attention, or of its gradient, gives to x")

formula(gate, arrays=lambda call: f"g[{call.place}]")
