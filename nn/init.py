"""Starting values for parameters, PyTorch's `torch.nn.init`: each function fills a parameter in place and returns it.

`rng` is the generator to draw from, the default one of `nn.manual_seed` if None.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import checks, errors
from nn.random import generator

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "lecun_normal_",
    "lecun_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

Rng = np.random.Generator | None
LINEAR = ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
GAINS = dict.fromkeys(LINEAR, 1.0) | {"sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}


def filled(tensor: Any, values: Any) -> Any:
    """The tensor, or the array, with these values in it."""
    if isinstance(tensor, np.ndarray):
        tensor[...] = values
    else:
        tensor.data = values
    return tensor


# ------------------------------------------------------------------------------------------------------- without chance


def constant_(tensor: Any, val: float) -> Any:
    """Fill with one value."""
    checks.array("constant_", tensor)
    checks.number("constant_", val=val)
    return filled(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Any) -> Any:
    """Fill with 0."""
    return constant_(tensor, 0.0)


def ones_(tensor: Any) -> Any:
    """Fill with 1."""
    return constant_(tensor, 1.0)


def eye_(tensor: Any) -> Any:
    """1 on the diagonal of a matrix, 0 elsewhere: a linear layer then passes on what it gets.

    Raises `ShapeError` unless there are two axes.
    """
    require_axes("eye_", tensor, 2, 2)
    return filled(tensor, np.eye(*tensor.shape))


def dirac_(tensor: Any, groups: int = 1) -> Any:
    """The identity of a convolution, as far as there are channels: 1 at the centre of the kernel from each to itself.

    Raises `ShapeError` unless the weight is (out, in / groups, *kernel) with one to three axes of a kernel.
    """
    require_axes("dirac_", tensor, 3, 5)
    out, channels, *kernel = tensor.shape
    checks.at_least_one("dirac_", groups=groups)
    if out % groups:
        raise errors.ShapeError(f"dirac_: a weight of shape {tensor.shape} does not divide into {groups} groups.")
    values = np.zeros(tensor.shape)
    same = np.arange(min(out // groups, channels))
    for group in range(groups):
        values[(group * (out // groups) + same, same, *(n // 2 for n in kernel))] = 1
    return filled(tensor, values)


# ------------------------------------------------------------------------------------------------ simple distributions


def uniform_(tensor: Any, a: float = 0.0, b: float = 1.0, *, rng: Rng = None) -> Any:
    """Draw from the uniform distribution on [a, b).

    Raises `ArgumentError` unless ``a <= b``, both finite.
    """
    checks.floating("uniform_", tensor)
    if not (checks.is_number(a) and checks.is_number(b) and a <= b and math.isfinite(b - a)):
        raise errors.out_of_range("uniform_", "a", a, f"a number, at most b={b!r}")
    return filled(tensor, generator(rng).uniform(a, b, tensor.shape))


def normal_(tensor: Any, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> Any:
    """Draw from the normal distribution.

    Raises `ArgumentError` for a negative deviation.
    """
    checks.floating("normal_", tensor)
    checks.number("normal_", mean=mean)
    checks.not_negative("normal_", std=std)
    return filled(tensor, generator(rng).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: Any, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, *, rng: Rng = None
) -> Any:
    """Draw from the normal distribution, but only values in a..b.

    Raises `ArgumentError` unless ``std > 0`` and ``a < b``.
    """
    checks.floating("trunc_normal_", tensor)
    checks.number("trunc_normal_", mean=mean)
    if not (checks.is_number(std) and std > 0):
        raise errors.out_of_range("trunc_normal_", "std", std, "a number above 0")
    if not (checks.is_number(a) and checks.is_number(b) and a < b):
        raise errors.out_of_range("trunc_normal_", "a", a, f"below b={b!r}")
    low, high = (a - mean) / std, (b - mean) / std
    return filled(tensor, mean + std * truncated(low, high, tensor.shape, generator(rng)))


def truncated(low: float, high: float, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Standard normal numbers in low..high: uniform ones, kept with the probability of their density over the largest.

    Where the density is 1e-17 of that, none are drawn.
    """
    peak = min(max(0.0, low), high)
    end = math.sqrt(peak * peak + 78)
    values, wanted = np.empty(math.prod(shape)), np.arange(math.prod(shape))
    while wanted.size:
        drawn = rng.uniform(max(low, -end), min(high, end), wanted.size)
        kept = rng.random(wanted.size) < np.exp((peak * peak - drawn * drawn) / 2)
        values[wanted[kept]] = drawn[kept]
        wanted = wanted[~kept]
    return values.reshape(shape)


def sparse_(tensor: Any, sparsity: float, std: float = 0.01, *, rng: Rng = None) -> Any:
    """Draw a matrix normally, and set the fraction `sparsity` of each column to 0 (Martens, 2010).

    Raises `ShapeError` unless there are two axes, `ArgumentError` unless the fraction is in 0..1.
    """
    require_axes("sparse_", tensor, 2, 2)
    if not (checks.is_number(sparsity) and 0 <= sparsity <= 1):
        raise errors.out_of_range("sparse_", "sparsity", sparsity, "a fraction, 0 to 1")
    checks.not_negative("sparse_", std=std)
    rows, columns = tensor.shape
    values = generator(rng).normal(0, std, tensor.shape)
    ranks = generator(rng).permuted(np.repeat(np.arange(rows)[:, None], columns, axis=1), axis=0)
    return filled(tensor, np.where(ranks < math.ceil(sparsity * rows), 0, values))


def orthogonal_(tensor: Any, gain: float = 1.0, *, rng: Rng = None) -> Any:
    """A random matrix with orthonormal rows, or columns if there are more rows, times `gain` (Saxe et al., 2014).

    A weight (out, in, ...) is the matrix (out, in * ...). Raises `ShapeError` for fewer than two axes.
    """
    require_axes("orthogonal_", tensor, 2)
    checks.number("orthogonal_", gain=gain)
    if not tensor.size:
        return tensor
    rows = tensor.shape[0]
    normal = generator(rng).normal(size=(rows, tensor.size // rows))
    q, r = np.linalg.qr(normal.T if rows < normal.shape[1] else normal)
    q *= np.copysign(1, np.diag(r))  # without this choice of signs it would not be uniform
    return filled(tensor, gain * (q.T if rows < normal.shape[1] else q).reshape(tensor.shape))


def require_axes(what: str, tensor: Any, least: int, most: int | None = None) -> None:
    checks.array(what, tensor)
    if tensor.ndim < least or (most is not None and tensor.ndim > most):
        count = least if most == least else f"{least} to {most}" if most else f"{least} or more"
        raise errors.ShapeError(f"{what}: a weight of shape {tensor.shape}; it must have {count} axes.")


# --------------------------------------------------------------------------------------------- by the size of the layer


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that keeps the variance of what goes through a nonlinearity; `param` is the slope of leaky ReLU."""
    if nonlinearity == "leaky_relu":
        if param is not None and not checks.is_number(param):
            raise errors.out_of_range("calculate_gain", "param", param, "a number")
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        raise errors.unknown_name("nonlinearity", nonlinearity, [*GAINS, "leaky_relu"])
    return GAINS[nonlinearity]


def fans(tensor: Any) -> dict[str, int]:
    """How many inputs each output sums over, and the reverse: weight is (out, in, *kernel)."""
    checks.array("fan in and fan out", tensor)
    if tensor.ndim < 2:
        raise errors.ShapeError(f"fan in and fan out need a weight of shape (out, in, ...), not {tensor.shape}.")
    kernel = math.prod(tensor.shape[2:])
    return {"fan_in": tensor.shape[1] * kernel, "fan_out": tensor.shape[0] * kernel}


def xavier_std(tensor: Any, gain: float) -> float:
    checks.not_negative("xavier", gain=gain)
    return gain * math.sqrt(2 / max(1, sum(fans(tensor).values())))


def kaiming_std(tensor: Any, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in (known := fans(tensor)):
        raise errors.unknown_name("mode", mode, known)
    return calculate_gain(nonlinearity, a) / math.sqrt(max(1, known[mode]))


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


def lecun_uniform_(tensor: Any, *, rng: Rng = None) -> Any:
    """Draw uniformly with variance 1 / fan in (LeCun et al., 1998); what `SELU` is made for. PyTorch has it not."""
    bound = math.sqrt(3 / max(1, fans(tensor)["fan_in"]))
    return uniform_(tensor, -bound, bound, rng=rng)


def lecun_normal_(tensor: Any, *, rng: Rng = None) -> Any:
    """Draw normally with variance 1 / fan in (LeCun et al., 1998). PyTorch has it not."""
    return normal_(tensor, 0, math.sqrt(1 / max(1, fans(tensor)["fan_in"])), rng=rng)
