"""Formulas of differences and convolutions."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.derivatives.sequences import diff, initial
from autograd.formulas import formula
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import index_text

__all__ = ["margins"]


def of_difference(call: Call) -> str:
    """With zeros around it the gradient is differenced too, with the other sign."""
    n, ndim = call.values["n"], np.ndim(call.x)
    if not np.size(call.z):
        return "sum(g) * ones"  # a sum of nothing
    axis = call.values["axis"] % ndim
    ends = tuple((n, n) if i == axis else (0, 0) for i in range(ndim))
    padded = f"pad(g, {n if ndim == 1 else index_text(ends)})"
    along = "" if axis == ndim - 1 else f", axis={axis}"
    times = "" if n == 1 else f", {n}"
    return f"{'-' if n % 2 else ''}diff({padded}{times}{along})"


formula(diff, x=of_difference, n=None, axis=None)
formula(np.unwrap, x="1")


def margins(call: Call) -> tuple[int, int]:
    """How many zeros `mode` has cut off the gradient of a whole convolution, before and after."""
    sizes = np.size(call.values["a"]), np.size(call.values["v"])
    whole, short = sum(sizes) - 1, min(sizes)
    before = {"f": 0, "s": (short - 1) // 2, "v": short - 1}[initial(call.values["mode"])]
    return before, whole - before - np.size(call.z)


def of_convolution(other: str) -> Any:
    def write(call: Call) -> str:
        ends = margins(call)
        g = f"pad(g, {ends})" if any(ends) else "g"
        turned = f"flip({other})" if np.ndim(call.values[other]) else other
        return f"convolve({g}, {turned}, 'valid')"

    return write


formula(np.convolve, a=of_convolution("v"), v=of_convolution("a"))
