"""Why the gradients of linear layers and convolutions have their shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.viz import Equation, product_equation

LETTERS = {1: ("i", "k"), 2: ("ij", "kl"), 3: ("hij", "dkl")}  # of a place in the output and in the kernel


def of_linear(call: Any, g: str) -> Equation | None:
    """``y[..., o] = sum_i x[..., i] * w[o, i] + b[o]``."""
    rows = ["n", "m", "l", "k", "j"][: np.ndim(call.input) - 1]
    terms = [(call.symbols["input"], [*rows, "i"]), (call.symbols["weight"], ["o", "i"])]
    if call.bias is not None:
        terms.append((call.symbols["bias"], ["o"]))
    closed = ["{g} @ {1}", "{g}.T @ {0}" if len(rows) == 1 else "", ""][call.position]
    return product_equation(call, g, terms[:2], [*rows, "o"], closed, added=terms[2:])


def of_convolution(call: Any, g: str) -> Equation | None:
    """``y[n, o, i] = sum_c,k x[n, c, i * stride + k * dilation - padding] * w[o, c, k] + b[o]``."""
    geometry = call.edge.target.arguments[2]
    if geometry.groups != 1:
        return None  # each group has channels of its own
    places, kernel = LETTERS[len(geometry.axes)]
    read = [position(i, k, axis) for i, k, axis in zip(places, kernel, geometry.axes, strict=True)]
    parameters = call.edge.target.arguments[1]
    call.add("weight", parameters[0])
    x, w, z = call.symbols["input"], call.symbols["weight"], call.symbols["z"]
    bias = ""
    if len(parameters) > 1:
        call.add("bias", parameters[1])
        bias = f" + {call.symbols['bias']}[o]"
    out, tap = ", ".join(places), ", ".join(kernel)
    forward = f"{z}[n, o, {out}] = sum_c,{','.join(kernel)} {x}[n, c, {', '.join(read)}] * {w}[o, c, {tap}]{bias}"
    every = f"sum_n,{','.join(places)}"
    if call.position == 1 and call.place == 1:
        name = call.symbols["bias"]
        return Equation(
            forward,
            f"{call.by(g, name)}[o] = {every} {g}[n, o, {out}]",
            f"{name}[o] is added at every place of every image: its gradient is the sum over {out} and n",
        )
    if call.position == 1:
        return Equation(
            forward,
            f"{call.by(g, w)}[o, c, {tap}] = {every} {g}[n, o, {out}] * {x}[n, c, {', '.join(read)}]",
            f"{w}[o, c, {tap}] is used at every place {out} of every image n: the sum is over all of these, "
            f"the input correlated with the gradient",
        )
    met = " and ".join(f"{r} = {'abc'[n]}" for n, r in enumerate(read))
    letters = ", ".join("abc"[: len(read)])
    return Equation(
        forward,
        f"{call.by(g, x)}[n, c, {letters}] = sum_o,{','.join(kernel)} {g}[n, o, {out}] * {w}[o, c, {tap}] "
        f"over the {out}, {tap} with {met}",
        f"{x}[n, c, {letters}] is in each window that lies over it, and the kernel "
        f"entry that met it there, k, counts backwards as the window, {out}, moves on: the kernel turned round",
    )


def position(i: str, k: str, axis: Any) -> str:
    """Where the kernel entry k of the output i reads."""
    text = i if axis.stride == 1 else f"{axis.stride} * {i}"
    text += f" + {k}" if axis.dilation == 1 else f" + {axis.dilation} * {k}"
    return text + (f" - {-axis.offset}" if axis.offset < 0 else f" + {axis.offset}" if axis.offset else "")
