"""Formulas of running sums, products, extrema and log-sums: an entry hears from all the later results."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.derivatives.accumulations import recurrence
from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import index_text


def from_the_end(call: Call, text: str) -> str:
    """The running sum of `text` from the last entry on."""
    axis = call.values.get("axis")
    along = "" if axis is None else f", {index_text(axis)}"
    return f"flip(cumsum(flip({text}{along}){along}){along})"


def in_shape(call: Call, text: str) -> str:
    """`text`, which is flat where no axis is given."""
    flat = call.values.get("axis") is None and np.ndim(call.x) != 1
    return f"reshape({text}, {index_text(np.shape(call.x))})" if flat else text


def of_running_sum(call: Call) -> str:
    return in_shape(call, from_the_end(call, "g"))


def of_running_product(call: Call) -> str:
    if np.all(call.x):
        return f"{in_shape(call, from_the_end(call, 'g * z'))} / x"
    return in_shape(call, "product_before(x, axis) * sum_after(x, g, axis)")


formula(np.cumsum, x=of_running_sum)
formula(np.cumprod, x=of_running_product)
formula(np.nancumsum, x=lambda call: f"where(isnan(x), 0, {of_running_sum(call)})")
formula(np.nancumprod, x=lambda call: f"where(isnan(x), 0, {in_shape(call, from_the_end(call, 'g * z'))} / x)")
word("product_before", "product_before(x)[k] is the product of x[:k]")
word("sum_after", "sum_after(x, g)[k] = g[k] + x[k + 1] * sum_after(x, g)[k + 1]")

for extremum in (np.maximum, np.minimum, np.fmax, np.fmin):
    formula(extremum.accumulate, x="running_shares(g, x, z, axis)")
word(
    "running_shares",
    "running_shares(g, x, z)[i] is the sum of g[k] / n over all k >= i with z[k] = x[i], where n of x[:k + 1] are z[k]",
)


def of_running_logsum(power: str, minus: str) -> Any:
    return lambda call: f"{power} * {from_the_end(call, f'g * {minus}')}"


formula(np.logaddexp.accumulate, x=of_running_logsum("exp(x)", "exp(-z)"))
formula(np.logaddexp2.accumulate, x=of_running_logsum("2 ** x", "2 ** -z"))


def recurrence_factor(call: Call) -> str:
    back = f"recurrence(a, g, axis, {not call.values['transposed']})"
    return f"z * moved_on({back}, axis)" if call.values["transposed"] else f"{back} * moved_on(z, axis)"


formula(recurrence, a=recurrence_factor, b=lambda call: f"recurrence(a, g, axis, {not call.values['transposed']})")
word(
    "recurrence",
    "recurrence(a, b)[k] = b[k] + a[k] * recurrence(a, b)[k - 1]; transposed it is b[k] + a[k + 1] * (that at k + 1)",
)
word("moved_on", "moved_on(x)[k] = x[k - 1], and 0 in front")
