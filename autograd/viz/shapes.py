"""Why a gradient has its shape: the index equation of a call, and what the chain rule makes of it.

An entry of an operand gets a part of the gradient from every entry of the result that it is in; so the sum is over
those indices of the result that the operand does not have. Transposes, sums over a batch, broadcasting undone: all are
this one sum.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.derivatives.products import einsum
from autograd.derivatives.sequences import initial
from autograd.formulas import INDEXED, Equation, index_equation
from autograd.viz.entries import LETTERS, entry, listed, of_index, summed
from autograd.viz.formulas import call_of, local_formula
from autograd.viz.formulas.lookup import Call
from autograd.viz.formulas.products import einsum_terms
from autograd.viz.text import argument_texts, call_text, index_text
from autograd.viz.trace import Edge

__all__ = ["equation_of", "product_equation"]


def equation_of(edge: Edge, g: str) -> Equation | None:
    """The index equation of an edge, `g` being upstream; None where shapes need no words."""
    op = edge.target.op
    if op in INDEXED:
        found: Equation | None = INDEXED[op](call_of(edge), g)
        return found
    if np.shape(edge.source.value) != np.shape(edge.target.value) and local_formula(edge) is not None:
        return broadcast_equation(edge, g)
    return None


# ------------------------------------------------------------------------------------------------------------- products


def product_equation(call: Call, g: str, terms: Any, output: Any, closed: str = "", added: Any = ()) -> Equation | None:
    """Of a product of terms, each a symbol and its indices, summed over the indices that `output` does not have.

    `closed` says the same without indices, the terms by number; `added` are terms to be added to the product.
    """
    z = call.symbols["z"]
    inner = list(dict.fromkeys(c for _, letters in terms for c in letters if c not in output))
    forward = f"{entry(z, output)} = {summed(inner)}{' * '.join(entry(*term) for term in terms)}"
    forward += "".join(f" + {entry(*term)}" for term in added)
    symbol, letters = [*terms, *added][place_among(call, terms, added)]
    others = [entry(*term) for term in terms if term != (symbol, letters)] if (symbol, letters) in terms else []
    if len([term for term in terms if term == (symbol, letters)]) > 1:
        return None
    spread = [c for c in output if c not in letters]
    free = [c for c in spread if c in output]
    backward = f"{entry(call.by(g, symbol), letters)} = {summed(free)}{' * '.join([entry(g, output), *others])}"
    if closed:
        whole = closed.format(*(name for name, _ in terms), g=g)
        backward += f" = {entry(f'({whole})' if ' ' in whole and not whole.endswith(')') else whole, letters)}"
    return Equation(
        forward, backward, reason_of(entry(symbol, letters), entry(z, output), entry(g, output), free, others, closed)
    )


def place_among(call: Call, terms: Any, added: Any) -> int:
    """Which of the terms the edge is."""
    return int(min(call.position, len(terms) + len(added) - 1))


def reason_of(here: str, result: str, upstream: str, free: Any, others: list[str], closed: str) -> str:
    if not free:
        return f"{here} is in no entry of the result but {result}: no sum"
    text = f"{here} is in {result} for every {listed(free)}: the sum is over {listed(free)}"
    if ".T @" in closed:
        index, turned, summed_over = (
            "first",
            upstream if closed.startswith("{g}") else others[0],
            "last one of its left",
        )
    elif closed.endswith(".T"):
        index, turned, summed_over = "last", others[0], "first one of its right"
    else:
        return text
    return f"{text}, the {index} index of {turned}, and a product sums over the {summed_over} factor: the transpose"


def of_matmul(call: Call, g: str) -> Equation | None:
    left, right = np.ndim(call.x), np.ndim(call.y)
    stack = [f"n{i}" if max(left, right) > 3 else "n" for i in range(max(left, right, 2) - 2)]
    x = [*stack[len(stack) - max(left - 2, 0) :], *(["j"] if left == 1 else ["i", "j"])]
    y = [*stack[len(stack) - max(right - 2, 0) :], *(["j"] if right == 1 else ["j", "k"])]
    if max(left, right) > 2 and np.shape(call.x)[:-2] != np.shape(call.y)[:-2] and min(left, right) > 2:
        return None  # stacks that broadcast: the indices would say less than they take
    z = [*stack, *(["i"] if left > 1 else []), *(["k"] if right > 1 else [])]
    terms = [(call.symbols["x"], x), (call.symbols["y"], y)]
    if terms[0][0] == terms[1][0]:
        return None
    closed = ""
    if (left, right) == (2, 2):
        closed = ("{g} @ {1}.T", "{0}.T @ {g}")[call.position]
    elif (left, right) == (2, 1):
        closed = ("outer({g}, {1})", "{0}.T @ {g}")[call.position]
    elif (left, right) == (1, 2):
        closed = ("{1} @ {g}", "outer({0}, {g})")[call.position]
    return product_equation(call, g, terms, z, closed)


def of_einsum(call: Call, g: str) -> Equation | None:
    terms, output = einsum_terms(call)
    if any(len(set(term)) < len(term) for term in terms):
        return None
    named = []
    for i, (term, operand) in enumerate(zip(terms, call.edge.target.arguments[1:], strict=True)):
        call.add(f"operand_{i}", operand)
        named.append((call.symbols[f"operand_{i}"], list(term)))
    call.position -= 1
    return product_equation(call, g, named, list(output))


index_equation(np.matmul, of_matmul)
index_equation(einsum, of_einsum)

# ----------------------------------------------------------------------------------------------------------------- sums


def of_reduction(call: Call, g: str) -> Equation | None:
    """Of a sum or mean over axes."""
    shape, axis = np.shape(call.x), call.values.get("axis")
    if not shape or len(shape) > len(LETTERS) or {"where", "initial"} & set(call.edge.target.keywords):
        return None  # what is left out or added would have to be said, too
    axes = range(len(shape)) if axis is None else [i % len(shape) for i in np.atleast_1d(axis)]
    letters = LETTERS[: len(shape)]
    gone = [letters[i] for i in sorted(axes)]
    kept = (
        ["0" if c in gone else c for c in letters]
        if call.values.get("keepdims")
        else [c for c in letters if c not in gone]
    )
    x, z = call.symbols["x"], call.symbols["z"]
    over = f" / {np.size(call.x) // max(np.size(call.z), 1)}" if call.edge.target.op is np.mean else ""
    return Equation(
        f"{entry(z, kept)} = {summed(gone)}{entry(x, letters)}{over}",
        f"{entry(call.by(g, x), letters)} = {entry(g, kept)}{over}",
        f"{entry(x, letters)} is in {entry(z, kept)} once: its gradient is repeated along {listed(gone)}, "
        f"the {'axes' if len(gone) > 1 else 'axis'} that the {call.edge.target.op.__name__} is over",
    )


index_equation(np.sum, of_reduction)
index_equation(np.mean, of_reduction)


def broadcast_equation(edge: Edge, g: str) -> Equation | None:
    """Of an elementwise function of operands of different shapes."""
    shape, source = np.shape(edge.target.value), edge.source
    if len(shape) > len(LETTERS) or not np.size(edge.target.value):
        return None

    def at(value: Any) -> list[str]:
        own = np.shape(value)
        letters = LETTERS[len(shape) - len(own) : len(shape)]
        return ["0" if n == 1 != m else c for c, n, m in zip(letters, own, shape[len(shape) - len(own) :], strict=True)]

    call = call_of(edge)
    local = local_formula(edge)
    arguments = argument_texts(
        edge.target.op,
        edge.target.arguments,
        lambda a: entry(a.source.symbol, at(a.source.value)) if isinstance(a, Edge) else None,
    )
    here = at(source.value)
    free = [c for c in LETTERS[: len(shape)] if c not in here]
    z, name = edge.target.symbol, source.symbol
    by = entry(call.by(g, name), here)
    upstream = entry(g, LETTERS[: len(shape)])
    if local == "-1":
        local, upstream = "1", f"-{upstream}"
    slope = (
        "" if local == "1" else " * " + entry(f"({local})" if " " in str(local) else str(local), LETTERS[: len(shape)])
    )
    return Equation(
        f"{entry(z, LETTERS[: len(shape)])} = {call_text(edge.target.op, arguments, edge.target.keywords)}",
        f"{by} = {summed(free)}{upstream}{plain_slope(edge, slope, at)}",
        f"{entry(name, here)} is used for every {listed(free)}: {name} {index_text(np.shape(source.value))} was "
        f"broadcast to {index_text(shape)}, and its gradient is summed over what was added to its shape",
    )


def plain_slope(edge: Edge, slope: str, at: Any) -> str:
    """The slope with its index; one that is an operand has that operand's."""
    for other in edge.target.edges:
        if slope.startswith(f" * {other.source.symbol}[") and other is not edge:
            return f" * {entry(other.source.symbol, at(other.source.value))}"
    return slope


# ------------------------------------------------------------------------------------------------------------- indexing


def of_transpose(call: Call, g: str) -> Equation | None:
    if np.ndim(call.x) != 2 or np.shape(call.x) != np.shape(call.z)[::-1] or call.values.get("axes") is not None:
        return None
    x, z = call.symbols["x"], call.symbols["z"]
    return Equation(
        f"{z}[j, i] = {x}[i, j]",
        f"{call.by(g, x)}[i, j] = {g}[j, i] = {g}.T[i, j]",
        "each entry goes back to its place",
    )


index_equation(np.transpose, of_transpose)
index_equation(operator.getitem, of_index)

# ---------------------------------------------------------------------------------------------------------- convolution


def of_convolution(call: Call, g: str) -> Equation | None:
    """``z[n] = sum_k a[n - k] * v[k]``; what `mode` cuts off moves n on."""
    a, v, z = call.symbols["a"], call.symbols["v"], call.symbols["z"]
    sizes = np.size(call.a), np.size(call.v)
    if a == v or np.ndim(call.a) == 0 or np.ndim(call.v) == 0:
        return None
    start = {"f": 0, "s": (min(sizes) - 1) // 2, "v": min(sizes) - 1}[initial(call.values["mode"])]
    more, less = (f" + {start}", f" - {start}") if start else ("", "")
    here, other = (a, v) if call.position == 0 else (v, a)
    return Equation(
        f"{z}[n] = sum_k {a}[n{more} - k] * {v}[k]",
        f"{call.by(g, here)}[m] = sum_k {g}[m + k{less}] * {other}[k]",
        f"{here}[m] is in {z}[m + k{less}] for every k, with the factor {other}[k]: {other} is read forwards. A "
        f"convolution reads it backwards, so it is turned round first: flip({other})",
    )


index_equation(np.convolve, of_convolution)
