"""Formulas of matrix products: the gradient of one factor is the upstream gradient times the other, transposed."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.derivatives.products import einsum
from autograd.formulas import formula
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import summed_text

__all__ = ["T", "einsum_terms"]


def T(name: str, value: Any) -> str:  # as it is written
    """A matrix, or a stack of them, transposed."""
    if not hasattr(value, "ndim"):  # nested lists
        return f"transpose({name})"
    return f"{name}.T" if value.ndim == 2 else f"{name}.mT"


def matmul_left(call: Call) -> str:
    x, y = call.x, call.y
    if np.ndim(y) == 1:
        return "g * y" if np.ndim(x) == 1 else "outer(g, y)" if np.ndim(x) == 2 else "expand_dims(g, -1) * y"
    if np.ndim(x) == 1:
        return "y @ g" if np.ndim(y) == 2 else over_stack("(y @ expand_dims(g, -1))[..., 0]", x, y)
    return over_stack(f"g @ {T('y', y)}", x, y)


def matmul_right(call: Call) -> str:
    x, y = call.x, call.y
    if np.ndim(x) == 1:
        return (
            "g * x"
            if np.ndim(y) == 1
            else "outer(x, g)"
            if np.ndim(y) == 2
            else "expand_dims(x, -1) * expand_dims(g, -2)"
        )
    if np.ndim(y) == 1:
        return "x.T @ g" if np.ndim(x) == 2 else over_stack("(x.mT @ expand_dims(g, -1))[..., 0]", y, x)
    return over_stack(f"{T('x', x)} @ g", y, x)


def over_stack(text: str, own: Any, other: Any) -> str:
    """`text` summed over the matrices of a stack that `own` is multiplied with, one after another."""
    shape = np.shape(own)
    core = shape[-2:] if len(shape) > 1 else shape
    return summed_text(text, (*np.broadcast_shapes(shape[:-2], np.shape(other)[:-2]), *core), shape)


formula(np.matmul, x=matmul_left, y=matmul_right)

# ------------------------------------------------------------------------------------------------------------- einsum


def einsum_terms(call: Call) -> tuple[list[str], str]:
    """The indices of each operand, and those of the result."""
    inputs, output = call.edge.target.arguments[0].split("->")
    return inputs.split(","), output


def of_einsum(call: Call) -> str:
    """The operand and the result change places; an index of this operand alone is spread by ones."""
    terms, output = einsum_terms(call)
    here, operands = call.position - 1, call.edge.target.arguments[1:]
    subscripts, factors, target = [output], ["g"], ""
    for i, term in enumerate(terms):
        if i != here:
            call.add(f"operand_{i}", operands[i])
            subscripts.append(term)
            factors.append(f"operand_{i}")
    spare = [letter for letter in "zyxwvutsrqponmlkjihgfedcba" if letter not in "".join([*terms, output])]
    for letter, n in zip(terms[here], np.shape(call.item), strict=True):
        if letter in target:
            fresh = spare.pop()
            subscripts.append(letter + fresh)
            factors.append(f"eye({n})")
            letter = fresh
        elif n != max([size for term, size in lengths(call, terms, output, here) if term == letter], default=0):
            subscripts.append(letter)
            factors.append(f"ones({n})")
        target += letter
    return f"einsum('{','.join(subscripts)}->{target}', {', '.join(factors)})"


def lengths(call: Call, terms: list[str], output: str, here: int) -> list[tuple[str, int]]:
    """Each index elsewhere with its length there: one that is nowhere else, or has length 1 there, is spread."""
    pairs = list(zip(output, np.shape(call.z), strict=True))
    for i, (term, operand) in enumerate(zip(terms, call.edge.target.arguments[1:], strict=True)):
        if i != here:
            value = operand.source.value if hasattr(operand, "source") else operand
            pairs += zip(term, np.shape(value), strict=True)
    return pairs


formula(einsum, of_einsum, subscripts=None)
