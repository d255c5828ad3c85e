"""Containers of layers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from nn import errors
from nn.module import Module

__all__ = ["Sequential"]


class Sequential(Module):
    """Layers one after the other: each takes what the one before returned.

    Takes modules, named "0", "1", ..., or one dict of modules by name. Indexing gives a layer, a slice a new
    `Sequential` of the same layers.

    Raises `ModuleError` for a layer that is no Module, here as in `append` and in an assignment.
    """

    def __init__(self, *layers: Module | dict[str, Module]) -> None:
        named = layers[0] if layers and isinstance(layers[0], dict) else {str(i): m for i, m in enumerate(layers)}
        for name, layer in named.items():
            self._set(name, layer)

    def _set(self, name: str, layer: Any) -> None:
        if not isinstance(layer, Module):
            raise errors.ModuleError(
                f"Sequential: layer {name!r} is a {type(layer).__name__}, not a Module. Write nn.ReLU() for nn.ReLU, "
                f"nn.Tanh() for np.tanh, nn.Sequential(*layers) for a list, a class with `forward` for a function."
            )
        setattr(self, name, layer)

    def forward(self, x: Any) -> Any:
        for name, layer in self._own(Module):
            try:
                x = layer(x)
            except errors.ShapeError as error:
                error.add_note(f"in layer [{name}] of this Sequential")
                raise
        return x

    def append(self, layer: Module) -> Sequential:
        """Add a layer at the end, named by the first number from `len` on that is free."""
        self._set(next(name for name in map(str, count(len(self))) if name not in vars(self)), layer)
        return self

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Module]:
        return (layer for _, layer in self._own(Module))

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Sequential(dict(list(self._own(Module))[index]))
        return list(self)[index]

    def __setitem__(self, index: int, layer: Module) -> None:
        self._set(list(dict(self._own(Module)))[index], layer)
