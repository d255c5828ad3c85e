"""Formulas of the discrete Fourier transforms: the matrix of one is symmetric, so the gradient is transformed too."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call
from autograd.viz.text import index_text


def options(call: Call, *names: str) -> str:
    """The keywords of the call, as far as they are given."""
    given = [(name, call.values[name]) for name in names if call.values.get(name) is not None]
    return "".join(f", {name}={index_text(value)}" for name, value in given if (name, value) != ("axis", -1))


def cropped(call: Call, text: str, length: int) -> str:
    """Back to the length of the argument: `text` has this one."""
    return text if length == np.shape(call.x)[call.values["axis"]] else f"resized({text}, x, axis)"


def of_whole(transform: str) -> Any:
    def write(call: Call) -> str:
        text = f"fft.{transform}(g{options(call, 'axis', 'norm')})"
        return cropped(call, text, np.shape(call.z)[call.values["axis"]])

    return write


def of_real(transform: str) -> Any:
    """Of real numbers; the transform with as many zeros as the half spectrum has left out."""

    def write(call: Call) -> str:
        n = call.values.get("n") or np.shape(call.x)[call.values["axis"]]
        return cropped(call, f"real(fft.{transform}(g, n={n}{options(call, 'axis', 'norm')}))", n)

    return write


def to_real(transform: str) -> Any:
    def write(call: Call) -> str:
        n = np.shape(call.z)[call.values["axis"]]
        text = f"twice(fft.{transform}(g{options(call, 'axis', 'norm')}), {n}, axis)"
        return cropped(call, text, n // 2 + 1)

    return write


def of_several(transform: str) -> Any:
    def write(call: Call) -> str:
        axes = call.values["axes"]
        if call.values.get("s") is None and (
            axes is None or len({axis % np.ndim(call.x) for axis in axes}) == len(axes)
        ):
            return f"fft.{transform}(g{options(call, 'axes', 'norm')})"
        return f"transformed_back(g, x, fft.{transform[:-1]})"

    return write


formula(np.fft.fft, x=of_whole("fft"))
formula(np.fft.ifft, x=of_whole("ifft"))
formula(np.fft.rfft, x=of_real("fft"))
formula(np.fft.ihfft, x=of_real("ifft"))
formula(np.fft.hfft, x=to_real("rfft"))
formula(np.fft.irfft, x=to_real("ihfft"))
formula(np.fft.fftn, x=of_several("fftn"))
formula(np.fft.ifftn, x=of_several("ifftn"))
word("resized", "resized(g, x, axis) is g cut off or filled up with zeros to the length of x")
word("twice", "twice(g, n) is g with those entries doubled that stand for two of the whole spectrum of length n")
word(
    "transformed_back",
    "transformed_back(g, x, f) takes g through f along each axis, the last first, cut to the size of x",
)
