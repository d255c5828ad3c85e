"""Containers of layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nn import errors
from nn.module import Module

__all__ = ["Sequential"]


class Sequential(Module):
    """Layers one after the other: each takes what the one before returned.

    Takes modules, named "0", "1", ..., or one dict of modules by name. Indexing gives a layer, a slice a new
    `Sequential` of the same layers.
    """

    def __init__(self, *layers: Module | dict[str, Module]) -> None:
        named = layers[0] if layers and isinstance(layers[0], dict) else {str(i): m for i, m in enumerate(layers)}
        for name, layer in named.items():
            if not isinstance(layer, Module):
                raise errors.ModuleError(
                    f"Sequential: layer {name!r} is a {type(layer).__name__}, not a Module. Write nn.ReLU() "
                    f"for nn.ReLU, nn.Sequential(*layers) for a list."
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
        """Add a layer at the end."""
        setattr(self, str(len(self)), layer)
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
        setattr(self, list(dict(self._own(Module)))[index], layer)
