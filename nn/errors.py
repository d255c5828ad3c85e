"""The errors that `nn` adds to those of `autograd.errors`, and the texts that several places share.

Each class inherits from the built-in exception that PyTorch or Python would have raised. Imported by everything in
`nn`, imports nothing of it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from autograd.errors import AutogradError, MissingDependencyError, ShapeError

__all__ = [
    "ArgumentError",
    "CheckpointError",
    "ColumnError",
    "DataFileError",
    "ExportError",
    "LabelError",
    "MissingDataError",
    "MissingDependencyError",
    "ModelFileError",
    "ModuleError",
    "ShapeError",
    "StateDictError",
    "TrainingWarning",
    "WeightsFileError",
]


class ArgumentError(AutogradError, ValueError):
    """An argument outside its range, or a name that is not among the known ones."""


class CheckpointError(AutogradError, OSError):
    """A file of a training that cannot be written, as on a full or read-only disk; what was there before still is."""


class ColumnError(AutogradError, KeyError):
    """A column that a history does not have."""

    __str__ = Exception.__str__  # that of a KeyError shows its text as a repr


class DataFileError(AutogradError, ValueError):
    """A file of data that is truncated, damaged, or not of the kind it should be."""


class LabelError(AutogradError, ValueError, TypeError):
    """Labels that are not among those that a loss knows, such as classes outside 0..C-1, or not one for each row."""


class MissingDataError(AutogradError, FileNotFoundError):
    """A file of data that is not there and could not be downloaded."""


class ModuleError(AutogradError, TypeError, AttributeError):
    """A module that was put together wrongly, or a part of it that is not there."""


class ModelFileError(AutogradError, ValueError):
    """A saved model that cannot be read or trusted, or a model that cannot be written as a file."""


class ExportError(AutogradError, ValueError):
    """A model that has no translation into another format."""


class StateDictError(AutogradError, RuntimeError):
    """A state dict that does not fit the model or optimizer; nothing of it was loaded."""


class TrainingWarning(UserWarning):
    """What the training doctor found: a training that runs, and will not learn what it should."""


class WeightsFileError(AutogradError, ValueError):
    """A file of weights that cannot be read, or what cannot be written into one."""


def wrong_width(layer: object, shape: tuple[int, ...], width: int) -> ShapeError:
    """An input whose last axis is not what the layer's weight takes."""
    return ShapeError(f"{layer}: got shape {shape}; the last axis must be {width}.")


def place(error: AutogradError, index: int, layer: object) -> None:
    """Put the place of the layer that raised an error in a `Sequential` before its text; the outer ones come first."""
    if not (error.args and isinstance(error.args[0], str)):
        return
    text, name = error.args[0], type(layer).__name__
    if text.startswith("model[") and name == "Sequential":
        text = text.removeprefix("model")
    else:
        named = text.replace("_", "").lower().startswith(name.lower())  # by the layer, or by its function
        text = f" {text}" if named else f" {name}: {text}"
    error.args = (f"model[{index}]{text}", *error.args[1:])


def out_of_range(what: str, name: str, value: Any, allowed: str) -> ArgumentError:
    """An argument outside its range."""
    return ArgumentError(f"{what}: {name}={value!r}; it must be {allowed}.")


def unknown_name(kind: str, name: Any, known: Iterable[str], instead: str = "") -> ArgumentError:
    """A name that is not in the list."""
    return ArgumentError(f"unknown {kind} {name!r}. Known are {', '.join(map(repr, known))}{instead}.")


def no_such_path(what: str, kind: str, path: str, known: Iterable[str]) -> ModuleError:
    """A path that leads to nothing, with those most like it."""
    near = difflib.get_close_matches(path, known, 3) or list(known)[:10]
    return ModuleError(f"{what} has no {kind} {path!r}. There are {', '.join(map(repr, near))}.")


def state_mismatch(
    what: str,
    missing: list[str],
    unexpected: list[str],
    misshaped: list[str],
    hint: str = "",
    *,
    unreadable: Iterable[str] = (),
) -> StateDictError:
    """Everything that does not fit, not only the first of it."""
    parts = [
        *(("missing", missing), ("unexpected", unexpected), ("of another shape", misshaped)),
        ("no arrays of numbers", list(unreadable)),
    ]
    lines = [f"\n  {title}: {', '.join(names)}" for title, names in parts if names]
    return StateDictError(f"the state dict does not fit {what}; nothing was loaded.{''.join(lines)}{hint}")


def wrong_argument(what: str, name: str, value: Any, write: str) -> ArgumentError:
    """An argument of another kind than the one that is taken, and what to write."""
    kind = f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"
    return ArgumentError(f"{what}: {name} is {kind}; write {write}.")
