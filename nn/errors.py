"""The errors that `nn` adds to those of `autograd.errors`, and the texts that several places share.

Each class inherits from the built-in exception that PyTorch or Python would have raised. Imported by everything in
`nn`, imports nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.errors import AutogradError, MissingDependencyError, ShapeError

__all__ = ["ArgumentError", "LabelError", "MissingDependencyError", "ModuleError", "ShapeError", "StateDictError"]


class ArgumentError(AutogradError, ValueError):
    """An argument outside its range, or a name that is not among the known ones."""


class LabelError(AutogradError, ValueError, TypeError):
    """Labels that are not among those that a loss knows, such as classes outside 0..C-1, or not one for each row."""


class ModuleError(AutogradError, TypeError):
    """A module that was put together wrongly."""


class StateDictError(AutogradError, RuntimeError):
    """A state dict that does not fit the model or optimizer; nothing of it was loaded."""


def wrong_width(layer: object, shape: tuple[int, ...], width: int) -> ShapeError:
    """An input whose last axis is not what the layer's weight takes."""
    return ShapeError(f"{layer}: got shape {shape}; the last axis must be {width}.")


def out_of_range(what: str, name: str, value: Any, allowed: str) -> ArgumentError:
    """An argument outside its range."""
    return ArgumentError(f"{what}: {name}={value!r}; it must be {allowed}.")


def unknown_name(kind: str, name: Any, known: Iterable[str], instead: str = "") -> ArgumentError:
    """A name that is not in the list."""
    return ArgumentError(f"unknown {kind} {name!r}. Known are {', '.join(map(repr, known))}{instead}.")


def state_mismatch(
    what: str, missing: list[str], unexpected: list[str], misshaped: list[str], hint: str = ""
) -> StateDictError:
    """Everything that does not fit, not only the first of it."""
    parts = [("missing", missing), ("unexpected", unexpected), ("of another shape", misshaped)]
    lines = [f"\n  {title}: {', '.join(names)}" for title, names in parts if names]
    return StateDictError(f"the state dict does not fit {what}; nothing was loaded.{''.join(lines)}{hint}")


def wrong_argument(what: str, name: str, value: Any, write: str) -> ArgumentError:
    """An argument of another kind than the one that is taken, and what to write."""
    kind = f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"
    return ArgumentError(f"{what}: {name} is {kind}; write {write}.")
