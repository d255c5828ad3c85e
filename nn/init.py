"""Starting values for parameters, PyTorch's `torch.nn.init`: each function fills a parameter in place and returns it.

`rng` is the generator to draw from, the default one of `nn.manual_seed` if None.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import errors
from nn.random import generator

__all__ = [
    "calculate_gain",
    "constant_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

Rng = np.random.Generator | None
GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2)}


def constant_(tensor: Any, val: float) -> Any:
    """Fill with one value."""
    tensor.data = np.full(tensor.shape, val)
    return tensor


def zeros_(tensor: Any) -> Any:
    """Fill with 0."""
    return constant_(tensor, 0.0)


def ones_(tensor: Any) -> Any:
    """Fill with 1."""
    return constant_(tensor, 1.0)


def uniform_(tensor: Any, a: float = 0.0, b: float = 1.0, *, rng: Rng = None) -> Any:
    """Draw from the uniform distribution on [a, b)."""
    tensor.data = generator(rng).uniform(a, b, tensor.shape)
    return tensor


def normal_(tensor: Any, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> Any:
    """Draw from the normal distribution."""
    tensor.data = generator(rng).normal(mean, std, tensor.shape)
    return tensor


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that keeps the variance of what goes through a nonlinearity; `param` is the slope of leaky ReLU."""
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        raise errors.unknown_name("nonlinearity", nonlinearity, [*GAINS, "leaky_relu"])
    return GAINS[nonlinearity]


def fans(tensor: Any) -> dict[str, int]:
    """How many inputs each output sums over, and the reverse: weight is (out, in, *kernel)."""
    if tensor.ndim < 2:
        raise errors.ShapeError(f"fan in and fan out need a weight of shape (out, in, ...), not {tensor.shape}.")
    kernel = math.prod(tensor.shape[2:])
    return {"fan_in": tensor.shape[1] * kernel, "fan_out": tensor.shape[0] * kernel}


def xavier_std(tensor: Any, gain: float) -> float:
    return gain * math.sqrt(2 / sum(fans(tensor).values()))


def kaiming_std(tensor: Any, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in (known := fans(tensor)):
        raise errors.unknown_name("mode", mode, known)
    return calculate_gain(nonlinearity, a) / math.sqrt(known[mode])


def xavier_uniform_(tensor: Any, gain: float = 1.0, *, rng: Rng = None) -> Any:
    """Draw uniformly with variance 2 / (fan in + fan out) (Glorot and Bengio, 2010)."""
    bound = math.sqrt(3) * xavier_std(tensor, gain)
    return uniform_(tensor, -bound, bound, rng=rng)


def xavier_normal_(tensor: Any, gain: float = 1.0, *, rng: Rng = None) -> Any:
    """Draw normally with variance 2 / (fan in + fan out) (Glorot and Bengio, 2010)."""
    return normal_(tensor, 0, xavier_std(tensor, gain), rng=rng)


def kaiming_uniform_(
    tensor: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> Any:
    """Draw uniformly with variance gain**2 / fan (He et al., 2015); `a` is the slope of the leaky ReLU after it."""
    bound = math.sqrt(3) * kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng=rng)


def kaiming_normal_(
    tensor: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", *, rng: Rng = None
) -> Any:
    """Draw normally with variance gain**2 / fan (He et al., 2015)."""
    return normal_(tensor, 0, kaiming_std(tensor, a, mode, nonlinearity), rng=rng)
