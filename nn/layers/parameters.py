"""Containers of parameters: a list, a dict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

import numpy as np

from autograd import Tensor
from nn.module import Module, Parameter

__all__ = ["ParameterDict", "ParameterList"]

VALUES: Any = (Tensor, np.ndarray, np.generic)


def as_parameter(value: Any) -> Parameter:
    """A Parameter as it is, anything else as a new one."""
    return value if isinstance(value, Parameter) else Parameter(value)


def as_text(pairs: Iterable[tuple[str, Parameter]]) -> str:
    """A line for each, as in PyTorch."""
    return "\n".join(
        f"  ({name}): Parameter containing: [{p.dtype} of size {'x'.join(map(str, p.shape))}]" for name, p in pairs
    )


def entries(container: Module) -> Iterator[tuple[str, Parameter]]:
    """The parameters by name, or what stands for them in `functional_call`."""
    return ((name, value) for name, value in vars(container).items() if isinstance(value, VALUES))


class ParameterList(Module):
    """Parameters in a list, named "0", "1", ...; arrays and numbers are made parameters."""

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        self.extend(values or ())

    def append(self, value: Any) -> Self:
        """Add a parameter at the end."""
        setattr(self, str(len(self)), as_parameter(value))
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add parameters at the end."""
        for value in list(values):
            self.append(value)
        return self

    def __iadd__(self, values: Iterable[Any]) -> Self:
        return self.extend(values)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Parameter]:
        return (p for _, p in entries(self))

    def __getitem__(self, index: int | slice) -> Any:
        return ParameterList(list(self)[index]) if isinstance(index, slice) else list(self)[index]

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, str(range(len(self))[index]), as_parameter(value))

    def extra_repr(self) -> str:
        return as_text(entries(self))


class ParameterDict(Module):
    """Parameters by name; arrays and numbers are made parameters.

    Raises `ModuleError` for a name that is no string, has a dot or is one of a method.
    """

    def __init__(self, parameters: Mapping[str, Any] | None = None) -> None:
        self.update(parameters or {})

    def update(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Add parameters, or put them in the place of those of the same name."""
        for name, value in dict(parameters).items():
            self[name] = value

    def pop(self, key: str) -> Parameter:
        """Take a parameter out and return it."""
        value = self[key]
        del self[key]
        return value

    def keys(self) -> Iterable[str]:
        """The names."""
        return dict(entries(self)).keys()

    def values(self) -> Iterable[Parameter]:
        """The parameters."""
        return dict(entries(self)).values()

    def items(self) -> Iterable[tuple[str, Parameter]]:
        """The names and parameters."""
        return dict(entries(self)).items()

    def __getitem__(self, key: str) -> Parameter:
        return dict(entries(self))[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.register_parameter(key, as_parameter(value))

    def __delitem__(self, key: str) -> None:
        del dict(entries(self))[key]  # raises KeyError
        delattr(self, key)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in entries(self))

    def __contains__(self, key: object) -> bool:
        return key in dict(entries(self))

    def extra_repr(self) -> str:
        return as_text(entries(self))
