"""Containers of layers: a chain, a list, a dict. Those of parameters are in `parameters.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count, groupby
from typing import Any, Self

from autograd.errors import AutogradError
from nn import errors
from nn.module import Module

__all__ = ["ModuleDict", "ModuleList", "Sequential"]


class Layers(Module):
    """Modules in order, used as a list; the names are "0", "1", ..., unless others were given."""

    def _set(self, name: str, layer: Any) -> None:
        if not isinstance(layer, Module):
            raise errors.ModuleError(
                f"{type(self).__name__}: layer {name!r} is a {type(layer).__name__}, not a Module. Write "
                f"nn.ReLU() for nn.ReLU, nn.Tanh() for np.tanh, nn.Sequential(*layers) for a list, "
                f"a class with `forward` for a function."
            )
        self.add_module(name, layer)

    def _names(self) -> list[str]:
        return [name for name, _ in self._own_modules()]

    def _arrange(self, layers: Iterable[tuple[str, Module]]) -> None:
        """Have these layers, in this order; the names that are numbers are counted anew."""
        for name in self._names():
            del vars(self)[name]
        for i, (name, layer) in enumerate(layers):
            self._set(str(i) if name.isdecimal() else name, layer)

    def append(self, module: Module) -> Self:
        """Add a layer at the end, named by the first number from `len` on that is free."""
        self._set(next(name for name in map(str, count(len(self))) if name not in vars(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add layers at the end."""
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add a layer before that at `index`; those after it get the next numbers as names."""
        layers = list(self._own_modules())
        if not -len(layers) <= index <= len(layers):
            raise IndexError(f"{type(self).__name__}.insert({index}) of {len(layers)} layers")
        if not isinstance(module, Module):
            self._set(str(index), module)  # raises
        layers.insert(index, ("0", module))
        self._arrange(layers)
        return self

    def pop(self, index: int = -1) -> Module:
        """Take a layer out and return it; those after it get the numbers before theirs as names."""
        layer: Module = self[index]
        del self[index]
        return layer

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Module]:
        return (layer for _, layer in self._own_modules())

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return self._of(list(self._own_modules())[index])
        return list(self)[index]

    def _of(self, layers: list[tuple[str, Module]]) -> Any:
        """A new container of these layers: of this kind, but no subclass, whose arguments may be others."""
        return ModuleList(layer for _, layer in layers)

    def __setitem__(self, index: int, module: Module) -> None:
        self._set(self._names()[index], module)

    def __delitem__(self, index: int | slice) -> None:
        layers = list(self._own_modules())
        del layers[index]
        self._arrange(layers)

    def __add__(self, other: Iterable[Module]) -> Any:
        if not isinstance(other, Layers):
            return NotImplemented
        return self._of([(str(i), layer) for i, layer in enumerate([*self, *other])])

    def __iadd__(self, other: Iterable[Module]) -> Self:
        return self.extend(other)


class Sequential(Layers):
    """Layers one after the other: each takes what the one before returned.

    Takes modules, named "0", "1", ..., or one dict of modules by name. Indexing gives a layer, a slice a new
    `Sequential` of the same layers.

    Raises `ModuleError` for a layer that is no Module, here as in `append` and in an assignment. An error of a layer
    starts with its place: "model[2] Linear(...): ...".
    """

    def __init__(self, *layers: Module | dict[str, Module]) -> None:
        named = layers[0] if layers and isinstance(layers[0], dict) else {str(i): m for i, m in enumerate(layers)}
        for name, layer in named.items():
            self._set(name, layer)

    def _of(self, layers: list[tuple[str, Module]]) -> Sequential:
        return Sequential(dict(layers))

    def forward(self, input: Any) -> Any:
        x = input
        for i, layer in enumerate(self):
            try:
                x = layer(x)
            except AutogradError as error:
                errors.place(error, i, layer)
                raise
        return x


class ModuleList(Layers):
    """Modules in a list, all of them part of the model; what is done with them, the model's `forward` says.

    Raises `ModuleError` for what is no Module.
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        self.extend(modules or ())

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def _children_as_text(self) -> Iterator[tuple[str, str]]:
        """Neighbours with the same text in one line, with their number."""
        for text, group in groupby(super()._children_as_text(), key=lambda pair: pair[1]):
            names = [name for name, _ in group]
            alone = len(names) == 1
            yield (names[0], text) if alone else (f"{names[0]}-{names[-1]}", f"{len(names)} x {text}")


class ModuleDict(Module):
    """Modules by name, all of them part of the model; what is done with them, the model's `forward` says.

    Raises `ModuleError` for what is no Module, and for a name that is no string, has a dot or is one of a method.
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        self.update(modules or {})

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Add modules, or put them in the place of those of the same name."""
        for name, module in dict(modules).items():
            self[name] = module

    def pop(self, key: str) -> Module:
        """Take a module out and return it."""
        module = self[key]
        del self[key]
        return module

    def clear(self) -> None:
        """Take all modules out."""
        for name in list(self):
            del self[name]

    def keys(self) -> Iterable[str]:
        """The names."""
        return dict(self._own_modules()).keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return dict(self._own_modules()).values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """The names and modules."""
        return dict(self._own_modules()).items()

    def __getitem__(self, key: str) -> Module:
        return dict(self._own_modules())[key]

    def __setitem__(self, key: str, module: Module) -> None:
        if not isinstance(module, Module):
            raise errors.ModuleError(f"ModuleDict: {key!r} is a {type(module).__name__}, not a Module.")
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del dict(self._own_modules())[key]  # raises KeyError
        delattr(self, key)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._own_modules())

    def __contains__(self, key: object) -> bool:
        return key in dict(self._own_modules())
