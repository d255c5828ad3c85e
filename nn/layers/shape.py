"""Layers that only change shapes, or nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import checks, errors
from nn.module import Module

__all__ = ["Flatten", "Identity", "Unflatten"]


class Identity(Module):
    """The input itself, whatever the layer is built with: a place that another layer may take."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def forward(self, input: Any) -> Any:
        return input


class Flatten(Module):
    """The axes `start_dim` to `end_dim` as one: (N, C, H, W) to (N, C * H * W), as it is built without arguments.

    Raises `ShapeError` for an input without these axes, or where they are in the wrong order.
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = checks.integer("Flatten", start_dim=start_dim)
        self.end_dim = checks.integer("Flatten", end_dim=end_dim)

    def forward(self, input: Any) -> Any:
        checks.array(self, input)
        shape = input.shape or (1,)
        start, end = axis(self, self.start_dim, shape), axis(self, self.end_dim, shape)
        if start > end:
            raise errors.ShapeError(
                f"{self}: got shape {input.shape}, in which axis {end} does not come after {start}."
            )
        return np.reshape(input, (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """The axis `dim` as several, of the lengths `unflattened_size`; one of them may be -1, and is what is left.

    Raises `ArgumentError` for sizes that are no integers, `ShapeError` for an input whose axis has another length.
    """

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        self.dim = checks.integer("Unflatten", dim=dim)
        sizes = unflattened_size
        if not (isinstance(sizes, (tuple, list)) and sizes and all(map(checks.is_integer, sizes))):
            raise errors.out_of_range("Unflatten", "unflattened_size", sizes, "a tuple of integers")
        if min(sizes) < -1 or list(sizes).count(-1) > 1:
            raise errors.out_of_range("Unflatten", "unflattened_size", sizes, "lengths, at most one of them -1")
        self.unflattened_size = sizes

    def forward(self, input: Any) -> Any:
        checks.array(self, input)
        place = axis(self, self.dim, input.shape)
        length, known = input.shape[place], math.prod(n for n in self.unflattened_size if n != -1)
        free = -1 in self.unflattened_size
        if (length % known if free and known else length != known) or (free and not known):
            raise errors.ShapeError(f"{self}: got shape {input.shape}, whose axis {self.dim} has the length {length}.")
        sizes = [length // known if n == -1 else n for n in self.unflattened_size]
        return np.reshape(input, (*input.shape[:place], *sizes, *input.shape[place + 1 :]))

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


def axis(layer: Module, dim: int, shape: tuple[int, ...]) -> int:
    """The axis counted from the start."""
    n = len(shape)
    if not -n <= dim < n:
        raise errors.ShapeError(f"{layer}: got shape {shape}, which has no axis {dim}.")
    return dim % n
