"""A naive engine for scalars, written as a first lesson would: the oracle for random programs.

Each value carries its derivative with respect to every input (forward mode), so that it shares nothing with the engine
under test: no graph, no order, no accumulation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Dual:
    """A number and its gradient with respect to the inputs of the program."""

    value: float
    slope: tuple[float, ...]

    def scaled(self, value: float, factor: float) -> Dual:
        return Dual(value, tuple(factor * s for s in self.slope))

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, tuple(a + b for a, b in zip(self.slope, other.slope, strict=True)))

    def __neg__(self) -> Dual:
        return self.scaled(-self.value, -1)

    def __sub__(self, other: Dual) -> Dual:
        return self + (-other)

    def __mul__(self, other: Dual) -> Dual:
        pairs = zip(self.slope, other.slope, strict=True)
        return Dual(self.value * other.value, tuple(a * other.value + self.value * b for a, b in pairs))

    def sin(self) -> Dual:
        return self.scaled(math.sin(self.value), math.cos(self.value))

    def tanh(self) -> Dual:
        return self.scaled(math.tanh(self.value), 1 - math.tanh(self.value) ** 2)

    def exp(self) -> Dual:
        return self.scaled(math.exp(self.value), math.exp(self.value))


def inputs(values: list[float]) -> list[Dual]:
    n = len(values)
    return [Dual(value, tuple(float(i == j) for j in range(n))) for i, value in enumerate(values)]
