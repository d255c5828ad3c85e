"""Derivatives as formulas, for `explain`: what stands beside the upstream gradient, in symbols.

In a formula `x` (and `y`) are the operands and `z` is the result. `FACTORS` are local derivatives, multiplied with the
upstream gradient; a function that is not here is explained with the number alone.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.viz.text import atom, index_text, number
from autograd.viz.trace import Edge

__all__ = ["local_formula", "pullback_formula"]

FACTORS: dict[Any, tuple[str, ...]] = {
    # arithmetic
    np.add: ("1", "1"),
    np.subtract: ("1", "-1"),
    np.multiply: ("{y}", "{x}"),
    np.divide: ("1 / {y}", "-{z} / {y}"),
    np.remainder: ("1", "-floor({x} / {y})"),
    np.negative: ("-1",),
    np.positive: ("1",),
    np.reciprocal: ("-{z} ** 2",),
    np.square: ("2 * {x}",),
    np.sqrt: ("1 / (2 * {z})",),
    np.cbrt: ("1 / (3 * {z} ** 2)",),
    np.absolute: ("sign({x})",),
    np.hypot: ("{x} / {z}", "{y} / {z}"),
    # powers, exponentials, logarithms
    np.power: ("{y} * {x} ** ({y} - 1)", "{z} * log({x})"),
    np.exp: ("{z}",),
    np.exp2: ("{z} * log(2)",),
    np.expm1: ("{z} + 1",),
    np.log: ("1 / {x}",),
    np.log2: ("1 / ({x} * log(2))",),
    np.log10: ("1 / ({x} * log(10))",),
    np.log1p: ("1 / (1 + {x})",),
    np.logaddexp: ("exp({x} - {z})", "exp({y} - {z})"),
    # trigonometric and hyperbolic
    np.sin: ("cos({x})",),
    np.cos: ("-sin({x})",),
    np.tan: ("1 + {z} ** 2",),
    np.arcsin: ("1 / sqrt(1 - {x} ** 2)",),
    np.arccos: ("-1 / sqrt(1 - {x} ** 2)",),
    np.arctan: ("1 / (1 + {x} ** 2)",),
    np.sinh: ("cosh({x})",),
    np.cosh: ("sinh({x})",),
    np.tanh: ("1 - {z} ** 2",),
}


def local_formula(edge: Edge) -> str | None:
    """The local derivative along an edge in symbols, or None where the table has none."""
    call, operands = edge.target, edge.target.edges
    position = operands.index(edge)
    if call.op not in FACTORS or position >= len(FACTORS[call.op]):
        return None
    if call.op is np.power and position == 0 and is_plain_number(operands[1]):
        return power_formula(atom(edge.source.symbol), operands[1].source.value)
    x, y = (atom(operand.source.symbol) for operand in (operands * 2)[:2])
    return FACTORS[call.op][position].format(x=x, y=y, z=atom(call.symbol))


def is_plain_number(edge: Edge) -> bool:
    return edge.source.kind == "constant" and edge.source.name is None and np.ndim(edge.source.value) == 0


def power_formula(x: str, exponent: Any) -> str:
    """``2 * x`` for the square, ``n * x ** (n - 1)`` with the numbers filled in for the rest."""
    if exponent == 2:
        return f"2 * {x}"
    return f"{number(exponent)} * {x} ** {atom(number(exponent - 1))}"


def matmul_pullback(edge: Edge, g: str) -> str | None:
    left, right = (operand.source for operand in edge.target.edges)
    if np.ndim(left.value) != 2 or np.ndim(right.value) not in (1, 2):
        return None
    if edge is edge.target.edges[1]:
        return f"{atom(left.symbol)}.T @ {g}"
    return f"{g} @ {atom(right.symbol)}.T" if np.ndim(right.value) == 2 else f"outer({g}, {right.symbol})"


def mean_pullback(edge: Edge, g: str) -> str:
    entries = np.size(edge.source.value) // max(np.size(edge.target.value), 1)
    return f"{g} * ones / {entries}"


def sum_pullback(_: Edge, g: str) -> str:
    return f"{g} * ones"


PULLBACKS: dict[Any, Callable[[Edge, str], str | None]] = {
    np.sum: sum_pullback,
    np.mean: mean_pullback,
    np.matmul: matmul_pullback,
    np.transpose: lambda edge, g: f"{g}.T" if np.ndim(edge.source.value) == 2 else None,
    np.reshape: lambda edge, g: f"reshape({g}, {index_text(edge.source.value.shape)})",
    np.ravel: lambda edge, g: f"reshape({g}, {index_text(edge.source.value.shape)})",
    operator.getitem: lambda edge, g: f"{g} put at [{index_text(edge.target.arguments[1], bare=True)}]",
}


def pullback_formula(edge: Edge, g: str) -> str | None:
    """What arrives at the source when `g` is upstream, in symbols, for functions of whole arrays; None if unknown."""
    if edge.target.op not in PULLBACKS or len(edge.target.arguments) > 2:
        return None
    return PULLBACKS[edge.target.op](edge, g)
