"""Containers of parameters: a list, a dict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from nn.module import Module, Parameter

__all__ = ["ParameterDict", "ParameterList"]


def as_parameter(value: Any) -> Parameter:
    """A Parameter as it is, anything else as a new one."""
    return value if isinstance(value, Parameter) else Parameter(value)


def as_text(pairs: Iterable[tuple[str, Parameter]]) -> str:
    """A line for each, as in PyTorch."""
    return "\n".join(
        f"  ({name}): Parameter containing: [{p.dtype} of size {'x'.join(map(str, p.shape))}]" for name, p in pairs
    )


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
        return (p for _, p in self._own(Parameter))

    def __getitem__(self, index: int | slice) -> Any:
        return ParameterList(list(self)[index]) if isinstance(index, slice) else list(self)[index]

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, str(range(len(self))[index]), as_parameter(value))

    def extra_repr(self) -> str:
        return as_text(self._own(Parameter))


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
        return dict(self._own(Parameter)).keys()

    def values(self) -> Iterable[Parameter]:
        """The parameters."""
        return dict(self._own(Parameter)).values()

    def items(self) -> Iterable[tuple[str, Parameter]]:
        """The names and parameters."""
        return dict(self._own(Parameter)).items()

    def __getitem__(self, key: str) -> Parameter:
        return dict(self._own(Parameter))[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.register_parameter(key, as_parameter(value))

    def __delitem__(self, key: str) -> None:
        del dict(self._own(Parameter))[key]  # raises KeyError
        delattr(self, key)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._own(Parameter))

    def __contains__(self, key: object) -> bool:
        return key in dict(self._own(Parameter))

    def extra_repr(self) -> str:
        return as_text(self._own(Parameter))
