"""Formulas of sums, means, extrema and products over axes.

A reduced axis is put back into the upstream gradient by `expand_dims`; ``ones`` has the shape of the argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import index_text

__all__ = ["over_axes", "restored", "restored_value"]


def option(call: Call, name: str, default: Any = None) -> Any:
    return call.values.get(name, default)


def restored(call: Call, what: str) -> str:
    """`what`, a name of the shape of the result, with the reduced axes put back."""
    axis = option(call, "axis")
    return what if axis is None or option(call, "keepdims") else f"expand_dims({what}, axis)"


def restored_value(call: Call) -> Any:
    axis = option(call, "axis")
    return call.z if axis is None or option(call, "keepdims") else np.expand_dims(call.z, axis)


def over_axes(call: Call) -> str:
    """The keywords of a reduction of the same axes that keeps them."""
    axis = option(call, "axis")
    return "" if axis is None else f", axis={index_text(axis)}, keepdims=True"


def masked(call: Call, text: str) -> str:
    """0 where the call left entries out."""
    return f"where(where, {text}, 0)" if is_masked(call) else text


def is_masked(call: Call) -> bool:
    return option(call, "where", True) is not True


def counted(call: Call) -> str:
    """How many entries each result is of."""
    if is_masked(call):
        return f"sum(where * ones{over_axes(call)})"
    return str(np.size(call.x) // max(np.size(call.z), 1))


# ------------------------------------------------------------------------------------------------------- sums, means


def of_sum(call: Call) -> str:
    return masked(call, f"{restored(call, 'g')} * ones")


def of_mean(call: Call) -> str:
    return masked(call, f"{restored(call, 'g')} * ones / {counted(call)}")


def deviation(call: Call) -> str:
    where = ", where=where" if is_masked(call) else ""
    mean = "mean" if option(call, "mean") is not None else f"mean(x{over_axes(call)}{where})"
    return f"conj(x - {mean})" if np.iscomplexobj(call.x) else f"(x - {mean})"


def freedom(call: Call) -> str:
    """The number of entries, less `ddof`."""
    less = option(call, "ddof", 0) if option(call, "correction") is None else option(call, "correction")
    if is_masked(call):
        return f"({counted(call)} - {less})" if less else counted(call)
    return f"{int(counted(call)) - less:g}"


def of_variance(call: Call) -> str:
    return enough(call, masked(call, f"{restored(call, 'g')} * 2 * {deviation(call)} / {freedom(call)}"))


def of_deviation(call: Call) -> str:
    slope = f"{restored(call, 'g')} * {deviation(call)} / ({freedom(call)} * {restored(call, 'z')})"
    return enough(call, masked(call, slope))


def enough(call: Call, text: str) -> str:
    """0 where too few entries, or equal ones, leave no spread."""
    return text if np.all(call.z > 0) else f"where({restored(call, 'z')} > 0, {text}, 0)"


formula(np.sum, x=of_sum)
formula(np.mean, x=of_mean)
formula(np.var, x=of_variance)
formula(np.std, x=of_deviation)

# ------------------------------------------------------------------------------------------------- products, extrema


def of_product(call: Call) -> str:
    if np.all(call.x):
        return masked(call, f"{restored(call, 'g')} * {restored(call, 'z')} / x")
    return masked(call, f"{restored(call, 'g')} * others(x{over_axes(call)})")


def of_extremum(call: Call) -> str:
    """All to the entry that is the extremum, or to such entries in equal parts."""
    kept, mask = restored_value(call), option(call, "where", True)
    found, result = (call.x == kept) & mask, f"(x == {restored(call, 'z')})"
    condition = f"{result} & where" if is_masked(call) else result[1:-1]
    text = f"where({condition}, {restored(call, 'g')}, 0)"
    if np.count_nonzero(found) <= np.size(call.z):
        return text
    return f"{text} / sum({condition}{over_axes(call)})"


formula(np.prod, x=of_product)
for function in (np.max, np.min, np.nanmax, np.nanmin, np.fmax.reduce, np.fmin.reduce):
    formula(function, x=of_extremum)
formula(np.logaddexp.reduce, x=lambda call: f"{restored(call, 'g')} * exp(x - {restored(call, 'z')})")
formula(np.add.reduceat, x="in_segments(g, indices, axis)", indices=None)
word("others", "others(x) has at each place the product of all the other entries of x")
word("in_segments", "in_segments(g, indices) has each entry of g at all the places that it is the sum of")

# --------------------------------------------------------------------------------------------------- leaving out NaN


def leaving_out(of_all: Callable[[Call], str]) -> Callable[[Call], str]:
    """The text of the function of all entries, with a mask of the numbers: ``~isnan(x)``."""

    def write(call: Call) -> str:
        numbers = ~np.isnan(call.x)
        given = option(call, "where", True) is not True
        call.symbols["where"] = f"(~isnan(x) & {call.symbols['where']})" if given else "~isnan(x)"
        call.symbols["where"] = call.symbols["where"].replace("x)", f"{call.symbols['x']})")
        call.values["where"] = numbers & call.values["where"] if given else numbers
        return of_all(call)

    return write


formula(np.nansum, x=leaving_out(of_sum))
formula(np.nanmean, x=leaving_out(of_mean))
formula(np.nanprod, x=leaving_out(of_product))
formula(np.nanvar, x=leaving_out(of_variance))
formula(np.nanstd, x=leaving_out(of_deviation))
