"""How many floating-point operations a call of a layer takes, a formula for each family of layers.

A multiply-add counts 2, as it is two operations; an addition, a product, a comparison and an elementary function (exp,
tanh, sqrt) count 1 each. What only moves entries (Flatten, padding, Dropout in evaluation, Embedding) counts 0. The
formulae are about the call in evaluation mode: batch normalization is a product and a sum for each entry then.

Layers are found by the names of their classes, so that this file imports none of them: `summary.py`, on which
`module.py` stands, imports it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["flops"]

Inputs = Mapping[str, Any]  # the arguments of `forward` by name
Formula = Callable[[Any, Inputs, Any], Any]  # layer, inputs, output

ELEMENTWISE = (
    *("CELU", "ELU", "GELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU", "LogSigmoid", "Mish"),
    *("PReLU", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid", "Softplus", "Softshrink", "Softsign", "Step", "Tanh"),
    *("Tanhshrink", "Threshold"),
)
MOVING = (
    *("AlphaDropout", "ChannelShuffle", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "Embedding"),
    *("FeatureAlphaDropout", "Flatten", "Identity", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d", "PixelShuffle"),
    *("PixelUnshuffle", "Unflatten", "UpsamplingNearest2d"),
    *(f"{kind}Pad{n}d" for kind in ("Circular", "Constant", "Reflection", "Replication", "Zero") for n in (1, 2, 3)),
)


def flops(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> int | None:
    """The operations of one call, those of the modules below not included; None for a class without a formula."""
    for kind in type(module).__mro__:
        if kind.__module__.startswith("nn.layers.") and kind.__name__ in FORMULAE:
            inputs = inspect.signature(module.forward).bind(*args, **kwargs).arguments
            return int(FORMULAE[kind.__name__](module, inputs, output))
    return None


def first(inputs: Inputs) -> Any:
    return next(iter(inputs.values()))


def linear(m: Any, inputs: Inputs, y: Any) -> Any:
    return y.size * (2 * m.in_features + (m.bias is not None))


def bilinear(m: Any, inputs: Inputs, y: Any) -> Any:
    return y.size * (2 * m.in1_features * (m.in2_features + 1) + (m.bias is not None))


def convolution(m: Any, inputs: Inputs, y: Any) -> Any:
    """Each output entry is a product with the window of all channels of its group."""
    return y.size * (2 * math.prod(m.weight.shape[1:]) + (m.bias is not None))


def transposed(m: Any, inputs: Inputs, y: Any) -> Any:
    """Each input entry is spread over the window of all channels of its group."""
    return 2 * first(inputs).size * math.prod(m.weight.shape[1:]) + (m.bias is not None) * y.size


def affine(m: Any) -> int:
    """A product and a sum for each entry, as far as there is a weight and a bias."""
    return sum(getattr(m, name, None) is not None for name in ("weight", "bias"))


def batch_norm(m: Any, inputs: Inputs, y: Any) -> Any:
    return 2 * y.size if m.track_running_stats else centred(m, inputs, y)


def centred(m: Any, inputs: Inputs, y: Any) -> Any:
    """Mean 1, difference 1, squares and their sum 2, scale 1."""
    return y.size * (5 + affine(m))


def root_mean_square(m: Any, inputs: Inputs, y: Any) -> Any:
    """Squares and their sum 2, scale 1."""
    return y.size * (3 + affine(m))


def window(m: Any) -> int:
    size, axes = m.kernel_size, int(type(m).__name__[-2])
    return math.prod(size) if isinstance(size, tuple) else int(size) ** axes


def max_pool(m: Any, inputs: Inputs, y: Any) -> Any:
    y = y[0] if isinstance(y, tuple) else y
    return y.size * (window(m) - 1)


def avg_pool(m: Any, inputs: Inputs, y: Any) -> Any:
    return y.size * window(m)


def softmax(m: Any, inputs: Inputs, y: Any) -> Any:
    """The maximum, difference, exponential, sum and quotient."""
    return 5 * y.size


def upsample(m: Any, inputs: Inputs, y: Any) -> Any:
    taps = {"nearest": 0, "nearest-exact": 0, "bicubic": 16, "area": 1}.get(m.mode, 2 ** (y.ndim - 2))
    return 2 * taps * y.size


def recurrence(elementwise: int) -> Formula:
    """Two products and their sum for each gate, biases, and what is done with each of the `hidden` entries."""

    def formula(m: Any, inputs: Inputs, _: Any) -> Any:
        x = first(inputs)
        x = getattr(x, "data", x) if hasattr(x, "batch_sizes") else x
        steps, total = x.size // m.input_size, 0
        gates, out = getattr(m, "gates", None), getattr(m, "proj_size", 0) or m.hidden_size
        gates = m.weight_ih.shape[0] // m.hidden_size if gates is None or hasattr(m, "weight_ih") else gates
        directions = getattr(m, "directions", 1)
        for layer in range(getattr(m, "num_layers", 1)):
            width = m.input_size if layer == 0 else out * directions
            rows = gates * m.hidden_size
            per_step = rows * (2 * width + 2 * out + 1 + 2 * (m.bias is not None and m.bias is not False))
            per_step += elementwise * m.hidden_size + (2 * out * m.hidden_size if getattr(m, "proj_size", 0) else 0)
            total += directions * steps * per_step
        return total

    return formula


def attention(m: Any, inputs: Inputs, _: Any) -> Any:
    """Four projections, the scores, their softmax, and the weighted sums."""
    query, key = inputs["query"], inputs["key"]
    batch = 1 if query.ndim == 2 else query.shape[0 if m.batch_first else 1]
    to, of = query.size // (batch * m.embed_dim), key.size // (batch * m.kdim)
    seen = of + (m.bias_k is not None) + bool(m.add_zero_attn)
    e, bias = m.embed_dim, m.in_proj_bias is not None
    projections = 2 * (to * e * (2 * e + bias)) + of * e * (2 * m.kdim + 2 * m.vdim + 2 * bias)
    return batch * (projections + 4 * to * seen * e + 5 * to * seen * m.num_heads)


FORMULAE: dict[str, Formula] = {
    "Linear": linear,
    "Bilinear": bilinear,
    **{f"Conv{n}d": convolution for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": transposed for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": batch_norm for n in (1, 2, 3)},
    **{f"InstanceNorm{n}d": centred for n in (1, 2, 3)},
    "GroupNorm": centred,
    "LayerNorm": centred,
    "RMSNorm": root_mean_square,
    "LocalResponseNorm": lambda m, _, y: y.size * (2 * m.size + 3),
    **{f"MaxPool{n}d": max_pool for n in (1, 2, 3)},
    **{f"AvgPool{n}d": avg_pool for n in (1, 2, 3)},
    **{f"Adaptive{kind}Pool{n}d": lambda _, x, y: first(x).size for kind in ("Max", "Avg") for n in (1, 2, 3)},
    **dict.fromkeys(("Softmax", "LogSoftmax", "Softmin", "Softmax2d"), softmax),
    "GLU": lambda _, x, y: 2 * y.size,
    "Upsample": upsample,
    "UpsamplingBilinear2d": lambda _, x, y: 8 * y.size,
    "EmbeddingBag": lambda m, x, y: first(x).size * m.embedding_dim,
    "PairwiseDistance": lambda _, x, y: 3 * first(x).size,
    "CosineSimilarity": lambda _, x, y: 6 * first(x).size,
    "RNN": recurrence(1),
    "LSTM": recurrence(9),
    "GRU": recurrence(8),
    "RNNCell": recurrence(1),
    "LSTMCell": recurrence(9),
    "GRUCell": recurrence(8),
    "MultiheadAttention": attention,
    **dict.fromkeys(ELEMENTWISE, lambda _, x, y: y.size),
    **dict.fromkeys(MOVING, lambda _, x, y: 0),
}
