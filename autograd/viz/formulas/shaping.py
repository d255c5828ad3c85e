"""Formulas of functions that move entries: the gradient moves back the way that they came."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.derivatives.padding import pad, widths
from autograd.derivatives.shaping import astype
from autograd.derivatives.windows import overlap_add, windows
from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import index_text


def reshaped(call: Call) -> str:
    order = "" if call.values.get("order", "C") == "C" else f", order={call.values['order']!r}"
    return f"reshape(g, {index_text(np.shape(call.x))}{order})"


def transposed(call: Call) -> str:
    axes = call.values.get("axes")
    if axes is None:
        return "g.T"
    if np.ndim(call.x) == 2:
        return "g.T" if [axis % 2 for axis in axes] == [1, 0] else "g"
    return f"transpose(g, {index_text(tuple(np.argsort([axis % call.x.ndim for axis in axes]).tolist()))})"


def rolled(call: Call) -> str:
    shift = call.values["shift"]
    back = index_text(-shift if np.ndim(shift) == 0 else tuple(-s for s in shift))
    return f"roll(g, {back}, axis)" if call.values.get("axis") is not None else f"roll(g, {back})"


formula(astype, x="1")
for function in (np.reshape, np.ravel, np.squeeze, np.expand_dims):
    formula(function, x=reshaped)
formula(np.transpose, x=transposed)
formula(np.moveaxis, x="moveaxis(g, destination, source)", source=None, destination=None)
formula(np.swapaxes, x="swapaxes(g, axis1, axis2)", axis1=None, axis2=None)
formula(np.matrix_transpose, x="matrix_transpose(g)")
formula(np.broadcast_to, x="1")
formula(np.flip, x=lambda call: "flip(g)" if call.values.get("axis") is None else "flip(g, axis)")
formula(np.roll, x=rolled)

# ------------------------------------------------------------------------------------------------- joining, cutting out


def piece(start: int, end: int, axis: int) -> str:
    """The index of a piece along an axis."""
    return ", ".join([":"] * axis + [f"{start}:{end}"])


def of_joined(call: Call) -> str:
    """The piece of the gradient that this array has become."""
    arrays, axis = call.values["arrays"], call.values["axis"]
    if axis is None:
        sizes = [np.size(x) for x in arrays]
    else:
        axis %= np.ndim(call.z)
        sizes = [np.shape(x)[axis] for x in arrays]
    start = sum(sizes[: call.place])
    text = f"g[{piece(start, start + sizes[call.place], axis or 0)}]"
    return f"reshape({text}, {index_text(np.shape(call.item))})" if axis is None and np.ndim(call.item) != 1 else text


def of_stacked(call: Call) -> str:
    axis = call.values["axis"] % np.ndim(call.z)
    return f"g[{', '.join([':'] * axis + [str(call.place)])}]"


def of_padded(call: Call) -> str:
    sides = widths(call.values["pad_width"], np.ndim(call.x))
    ends = [f"{before}:{before + n}" for (before, _), n in zip(sides, np.shape(call.x), strict=True)]
    return f"g[{', '.join(ends)}]" if ends else "g"


def of_list(text: Any) -> Any:
    """The text where the arrays are a list; one array of them is None."""
    return lambda call: text(call) if isinstance(call.values["arrays"], list) else None


formula(np.concatenate, arrays=of_list(of_joined))
formula(np.stack, arrays=of_list(of_stacked))
formula(pad, x=of_padded)
formula(windows, x="overlap_add(g)", window_shape=None, axes=None)
formula(overlap_add, x="windows(g, window_shape, axes)", shape=None, window_shape=None, axes=None)
word("overlap_add", "overlap_add(g) adds up the windows of g, each where it was taken from")
word("windows", "windows(g, shape, axes) are all the windows of this shape (sliding_window_view)")
