"""Formulas of reading, writing and interpolating: a gradient goes to the entries that were read."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.derivatives.indexing import bincount, index_add, index_update, repeats
from autograd.derivatives.interpolation import interp
from autograd.formulas import formula, word
from autograd.recompute import checkpointed
from autograd.rules import pick
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import index_text, is_short

__all__ = ["subscript"]


def subscript(index: Any) -> str:
    """An index between brackets."""
    return f"[{index_text(index, bare=True)}]"


def of_read(call: Call) -> str:
    """The text is an expression for the reader alone, where the index cannot be written out."""
    index = call.values["index"]
    parts = index if isinstance(index, tuple) else (index,)
    if repeats(index) and not all(is_short(np.asarray(part)) for part in parts):
        return "put_at(g, index)"
    return f"put_at(g, {subscript(index)})"


def of_written(call: Call) -> str:
    """Of several values for one entry the last counts."""
    return "g[index]" if not repeats(call.values["index"]) else "last_of(g, index)"


formula(operator.getitem, x=of_read, index=None)
formula(pick, results="put_at(g, [i])", i=None)
formula(index_add, like=None, index=None, values="g[index]")
formula(index_update, t="without(g, index)", index=None, v=of_written)
formula(bincount, weights="g[x]", x=None, minlength=None)
word("put_at", "put_at(g, [i]) is 0 but for the entries [i], which g is added to")
word("last_of", "last_of(g, i) is g[i], with 0 for values that were overwritten")
word("without", "without(g, i) is g with zeros at i")


def of_values(call: Call) -> str:
    """With the ends, which stand for all that is outside."""
    x = call.values["x"]
    below = "xp[0]" if call.values["left"] is None and np.any(x < call.values["xp"][0]) else None
    above = "xp[-1]" if call.values["right"] is None and np.any(x > call.values["xp"][-1]) else None
    return f"to_knots(g, clip(x, {below}, {above}), xp)" if below or above else "to_knots(g, x, xp)"


formula(
    interp,
    x="slope(x, xp, fp)",
    xp="to_knots(-g * slope(x, xp, fp), x, xp)",
    fp=of_values,
    left="sum(where(x < xp[0], g, 0))",
    right="sum(where(x > xp[-1], g, 0))",
)
word("slope", "slope(x, xp, fp) is that of the line between the knots around x, 0 outside")
word("to_knots", "to_knots(g, x, xp) shares g among the knots around each x, more for the nearer one")

formula(checkpointed, segment=None, arrays="pullback(g)", result=None)
word("pullback", "pullback(g) takes g back through the calls inside, step by step")
