"""Smooth activations, elementwise: any shape in, the same shape out. `inplace` is PyTorch's, and must be False."""

from __future__ import annotations

from typing import Any

from nn import checks, errors, functional
from nn.functional.gelu import FORMS
from nn.module import Module

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "SELU",
    "LogSigmoid",
    "Mish",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softsign",
    "Tanh",
    "Tanhshrink",
]


class Tanh(Module):
    """``tanh(x)``."""

    def forward(self, input: Any) -> Any:
        return functional.tanh(input)


class Tanhshrink(Module):
    """``x - tanh(x)``."""

    def forward(self, input: Any) -> Any:
        return functional.tanhshrink(input)


class Sigmoid(Module):
    """``1 / (1 + exp(-x))``."""

    def forward(self, input: Any) -> Any:
        return functional.sigmoid(input)


class LogSigmoid(Module):
    """``log(sigmoid(x))``, without overflow."""

    def forward(self, input: Any) -> Any:
        return functional.logsigmoid(input)


class Softsign(Module):
    """``x / (1 + abs(x))``."""

    def forward(self, input: Any) -> Any:
        return functional.softsign(input)


class Softplus(Module):
    """``log(1 + exp(beta * x)) / beta``, and x itself where ``beta * x > threshold``.

    Raises `ArgumentError` if `beta` is 0.
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        if not checks.is_number(beta) or beta == 0:
            raise errors.out_of_range("Softplus", "beta", beta, "a number other than 0")
        self.beta, self.threshold = checks.number("Softplus", beta=beta), checks.number("Softplus", threshold=threshold)

    def forward(self, input: Any) -> Any:
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class SiLU(Module):
    """``x * sigmoid(x)``, also known as swish (Elfwing et al., 2018)."""

    def __init__(self, inplace: bool = False) -> None:
        checks.not_inplace("SiLU", inplace)

    def forward(self, input: Any) -> Any:
        return functional.silu(input)


class Mish(Module):
    """``x * tanh(log(1 + exp(x)))`` (Misra, 2019)."""

    def __init__(self, inplace: bool = False) -> None:
        checks.not_inplace("Mish", inplace)

    def forward(self, input: Any) -> Any:
        return functional.mish(input)


class GELU(Module):
    """x times the probability that a standard normal variable is below x (Hendrycks and Gimpel, 2016).

    ``approximate="tanh"`` is a formula with a tanh in its place, as in GPT-2.

    Raises `ArgumentError` for another name.
    """

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in FORMS:
            raise errors.unknown_name("approximate", approximate, FORMS)
        self.approximate = approximate

    def forward(self, input: Any) -> Any:
        return functional.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class ELU(Module):
    """x above 0, ``alpha * (exp(x) - 1)`` below (Clevert et al., 2016)."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        checks.not_inplace("ELU", inplace)
        self.alpha = checks.number("ELU", alpha=alpha)

    def forward(self, input: Any) -> Any:
        return functional.elu(input, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(Module):
    """A scaled `ELU` that keeps mean 0 and variance 1 from layer to layer (Klambauer et al., 2017)."""

    def __init__(self, inplace: bool = False) -> None:
        checks.not_inplace("SELU", inplace)

    def forward(self, input: Any) -> Any:
        return functional.selu(input)


class CELU(Module):
    """x above 0, ``alpha * (exp(x / alpha) - 1)`` below: its slope is continuous (Barron, 2017).

    Raises `ArgumentError` if `alpha` is 0.
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        checks.not_inplace("CELU", inplace)
        if not checks.is_number(alpha) or alpha == 0:
            raise errors.out_of_range("CELU", "alpha", alpha, "a number other than 0")
        self.alpha = alpha

    def forward(self, input: Any) -> Any:
        return functional.celu(input, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"
