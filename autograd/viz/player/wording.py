"""What flows along an edge, in words: always as a product, so that one step is one multiplication.

The one place that knows how `explain` is written; calls, names of derivatives and all of arrays are in its words.
"""

from __future__ import annotations

import numpy as np

from autograd.viz.explanation import notes
from autograd.viz.formulas import local_formula
from autograd.viz.sentences import derivative, formula, term, with_numbers
from autograd.viz.text import factor, short
from autograd.viz.trace import Edge, Vertex

__all__ = ["because", "derivative", "formula", "notes", "product_in_numbers", "product_in_symbols", "with_numbers"]


def product_in_symbols(edge: Edge, root: Vertex) -> str:
    """``dg/dp * dp/dx``; where that would say two things, with the formula: ``dg/dg * z``.

    At the root ``dg/dp`` is the whole gradient, and an operand that stands twice has two local derivatives.
    """
    call = edge.target
    if edge.local is None:
        return term(edge, root)
    ambiguous = call is root or len([other for other in call.edges if other.source is edge.source]) > 1
    local = local_formula(edge) or short(edge.local) if ambiguous else derivative(call, edge.source)
    return f"{derivative(root, call)} * {factor(local) if ambiguous else local}"


def product_in_numbers(edge: Edge) -> str | None:
    """``-3 * 1``, of scalars."""
    return None if edge.local is None else f"{short(edge.target.grad)} * {short(edge.local)}"


def because(edge: Edge) -> str:
    """``p = x + y, so dp/dx = 1``."""
    call = edge.target
    says = f"{call.symbol} = {formula(call)}"
    if edge.local is not None:
        return f"{says}, so {derivative(call, edge.source)} = {local_formula(edge) or short(edge.local)}"
    if local_formula(edge) and np.shape(edge.source.value) != np.shape(call.value):
        return f"{says}, summed where {edge.source.symbol} was broadcast"
    return says
