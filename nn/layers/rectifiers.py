"""Activations with kinks, elementwise: any shape in, the same shape out. `inplace` is PyTorch's, and must be False.

The functions say which derivative each has at its kinks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors, functional
from nn.module import Module, Parameter

__all__ = [
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "PReLU",
    "ReLU",
    "ReLU6",
    "Softshrink",
    "Step",
    "Threshold",
]


class ReLU(Module):
    """``max(x, 0)``, with derivative 0 at 0."""

    def __init__(self, inplace: bool = False) -> None:
        checks.not_inplace("ReLU", inplace)

    def forward(self, input: Any) -> Any:
        return functional.relu(input)


class LeakyReLU(Module):
    """x above 0, ``negative_slope * x`` below (Maas et al., 2013)."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        checks.not_inplace("LeakyReLU", inplace)
        self.negative_slope = checks.number("LeakyReLU", negative_slope=negative_slope)

    def forward(self, input: Any) -> Any:
        return functional.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """A leaky ReLU whose slope below 0 is learnt: one, or one for each channel, axis 1 of the input (He et al., 2015).

    `weight` is (num_parameters,), all `init` at first.

    Raises `ArgumentError` for a number below 1, `ShapeError` for an input with another number of channels.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = np.float32) -> None:
        checks.at_least_one("PReLU", num_parameters=num_parameters)
        self.num_parameters, self.init = num_parameters, checks.number("PReLU", init=init)
        self.weight = Parameter(np.zeros(num_parameters), dtype=dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set all slopes to `init`."""
        self.weight.data = np.full(self.weight.shape, self.init)

    def forward(self, input: Any) -> Any:
        checks.array(self, input)
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class Hardtanh(Module):
    """x, but not below `min_val` nor above `max_val`; `min_value` and `max_value` are older names of the same.

    Raises `ArgumentError` unless ``min_val < max_val``.
    """

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        what = type(self).__name__
        checks.not_inplace(what, inplace)
        self.min_val = checks.number(what, min_val=min_val if min_value is None else min_value)
        self.max_val = checks.number(what, max_val=max_val if max_value is None else max_value)
        if self.min_val >= self.max_val:
            raise errors.out_of_range(what, "min_val", self.min_val, f"below max_val={self.max_val!r}")

    def forward(self, input: Any) -> Any:
        return functional.hardtanh(input, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class ReLU6(Hardtanh):
    """``min(max(x, 0), 6)``."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        return ""


class Hardsigmoid(Module):
    """``relu6(x + 3) / 6``."""

    def __init__(self, inplace: bool = False) -> None:
        checks.not_inplace("Hardsigmoid", inplace)

    def forward(self, input: Any) -> Any:
        return functional.hardsigmoid(input)


class Hardswish(Module):
    """``x * relu6(x + 3) / 6`` (Howard et al., 2019)."""

    def __init__(self, inplace: bool = False) -> None:
        checks.not_inplace("Hardswish", inplace)

    def forward(self, input: Any) -> Any:
        return functional.hardswish(input)


class Softshrink(Module):
    """x brought nearer to 0 by `lambd`, 0 if it is closer than that.

    Raises `ArgumentError` if `lambd` is negative.
    """

    def __init__(self, lambd: float = 0.5) -> None:
        checks.not_negative("Softshrink", lambd=lambd)
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        return functional.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Hardshrink(Module):
    """x, but 0 where it is no farther from 0 than `lambd`."""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = checks.number("Hardshrink", lambd=lambd)

    def forward(self, input: Any) -> Any:
        return functional.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Threshold(Module):
    """x above `threshold`, else `value`."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        checks.not_inplace("Threshold", inplace)
        self.threshold = checks.number("Threshold", threshold=threshold)
        self.value = checks.number("Threshold", value=value)

    def forward(self, input: Any) -> Any:
        return functional.threshold(input, self.threshold, self.value)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}"


class Step(Module):
    """1 where x >= 0, else 0: the perceptron's activation (Rosenblatt, 1958). Its derivative is 0 everywhere."""

    def forward(self, input: Any) -> Any:
        checks.array(self, input)
        return functional.step(input)
