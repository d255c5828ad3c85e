"""Formulas of sorting, of quantiles, and of functions of polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.derivatives.ordering import of_equals
from autograd.derivatives.polynomials import polydiv, polyval
from autograd.derivatives.quantiles import quantiles
from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call

__all__: list[str] = []


def of_sorted(call: Call) -> str:
    """The permutation is undone; a sorted place p is where the entry of rank p was."""
    x, axis = call.x, call.values.get("axis", -1)
    if axis is None or np.ndim(x) != 1:
        return "put_back(g, x, z, axis)"
    text = "g[argsort(argsort(x))]" if call.edge.target.op is np.sort else "g[argsort(z)][argsort(argsort(x))]"
    return text if len(np.unique(x)) == x.size else "put_back(g, x, z, axis)"


formula(np.sort, x=of_sorted)
formula(np.partition, x=of_sorted)
formula(
    of_equals,
    x=lambda call: "(g / count)[group]" if np.ndim(call.z) == 1 else "(g.T / count).T[group]",
    first=None,
    group=None,
    count=None,
)
word("put_back", "put_back(g, x, z) moves each entry of g to where its entry of z was in x; equal entries share")

formula(quantiles, name=None, x="to_ranks(g, x, q)", q="to_order(g, x, q)", weights=None, method=None)
word("to_ranks", "to_ranks(g, x, q) shares g among the two sorted entries around the rank q, more for the nearer one")
word("to_order", "to_order(g, x, q) is the sum of g times how fast the quantile grows with q")


def of_coefficients(call: Call) -> Any:
    return "g * x ** arange(len(p))[::-1]" if np.ndim(call.x) == 0 else "ravel(g) @ vander(ravel(x), len(p))"


def of_divisor(call: Call) -> str:
    longer = np.size(call.values["u"]) >= np.size(call.values["v"])
    return "-convolve(divided_back(g, u, v), flip(z[0]), 'valid')" if longer else "0 * v"


formula(polyval, p=of_coefficients, x="polyval(polyder(p), x)")
formula(np.roots, p="-(g / polyval(polyder(p), z)) @ vander(z, len(p))")
formula(polydiv, u="divided_back(g, u, v)", v=of_divisor)
word("divided_back", "divided_back(g, u, v) is the transpose of division by v, of quotient and remainder, applied to g")
