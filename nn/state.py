"""The state of a module: its parameters and persistent buffers by path, read, loaded and for a while replaced.

The methods of `Module` of the same names call these functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd import Tensor
from autograd.graph import unwrap
from nn import errors
from nn.parameter import Parameter
from nn.tree import join

if TYPE_CHECKING:
    from nn.module import Module

__all__ = ["LoadReport", "load", "places", "read", "substituted"]


class LoadReport(NamedTuple):
    """What `load_state_dict` with ``strict=False`` passed over."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not (self.missing_keys or self.unexpected_keys):
            return "<All keys matched successfully>"
        return f"LoadReport(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def places(module: Module) -> dict[str, tuple[Module, str]]:
    """Where each entry of the state lives: its module and attribute."""
    return {
        join(path, name): (child, name)
        for path, child in module.named_modules(remove_duplicate=False)
        for name in [*dict(child._own(Parameter)), *(name for name, kept in child._own_buffers().items() if kept)]
    }


def read(module: Module, prefix: str = "") -> dict[str, Any]:
    """Copies of the entries as arrays."""
    return {prefix + key: np.array(unwrap(getattr(child, name))) for key, (child, name) in places(module).items()}


def load(module: Module, state_dict: Any, strict: bool) -> LoadReport:
    """Copy arrays into the entries of the same path; where one does not fit, none is loaded."""
    if not isinstance(state_dict, Mapping):
        what = f"{type(module).__name__}.load_state_dict"
        raise errors.wrong_argument(what, "state_dict", state_dict, "a dict of arrays, such as nn.load(path)")
    own = places(module)
    missing = [key for key in own if key not in state_dict]
    unexpected = [str(key) for key in state_dict if key not in own]
    new: dict[str, Any] = {}
    misshaped, unreadable = [], []
    for key in (key for key in own if key in state_dict):
        old = np.asarray(unwrap(getattr(*own[key])))
        try:
            value = as_numbers(state_dict[key], old.dtype)
        except (TypeError, ValueError, RuntimeError) as error:
            unreadable.append(f"{key} ({error})")
            continue
        if value.shape != old.shape:
            misshaped.append(f"{key} {value.shape}, here {old.shape}")
        new[key] = value
    if misshaped or unreadable or (strict and (missing or unexpected)):
        what = type(module).__name__
        raise errors.state_mismatch(what, missing, unexpected, sorted(misshaped), unreadable=unreadable)
    for key, value in new.items():
        child, name = own[key]
        if isinstance(getattr(child, name), Tensor):
            getattr(child, name).data = value
        else:
            setattr(child, name, value)
    return LoadReport(missing, unexpected)


def as_numbers(value: Any, dtype: np.dtype[Any]) -> Any:
    """A copy of a value in the dtype of the entry that it is for."""
    value = np.asarray(unwrap(value))
    if value.dtype.kind not in "biuf" and value.dtype.kind != dtype.kind:
        raise TypeError(f"{value.dtype} for {dtype}")
    with np.errstate(over="ignore"):  # float64 to float32
        return value.astype(dtype)


@contextmanager
def substituted(module: Module, values: Mapping[str, Any]) -> Iterator[None]:
    """Inside the block, have other values in place of some parameters, wherever they are used."""
    own = dict(module.named_parameters())
    unknown = [key for key in values if key not in own]
    if unknown:
        raise errors.unknown_name("parameter", unknown[0], own)
    swaps = {own[key]: value for key, value in values.items()}
    found = [(vars(child), name, p) for child in module.modules() for name, p in child._own(Parameter) if p in swaps]
    try:
        for attributes, name, p in found:
            attributes[name] = swaps[p]
        yield
    finally:
        for attributes, name, p in found:
            attributes[name] = p
