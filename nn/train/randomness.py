"""The states of all random generators that a training draws from, so that a resumed one draws the same."""

from __future__ import annotations

import random as python_random
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from nn import errors, random
from nn.module import Module
from nn.tree import join

__all__ = ["generators", "read", "restore"]

#: what a loader keeps its data and what it does to them in
PARTS = ("dataset", "transform", "collate_fn", "sampler")


def generators(owners: Iterable[tuple[str, Any]]) -> dict[str, np.random.Generator]:
    """The generators by name: the default one, and those among the attributes of objects and, of modules, below."""
    found = {"default": random.default}
    for name, owner in owners:
        for path, part in parts(name, owner):
            attributes = getattr(part, "__dict__", {})
            found |= {join(path, key): g for key, g in attributes.items() if isinstance(g, np.random.Generator)}
    return found


def parts(name: str, owner: Any) -> Iterator[tuple[str, Any]]:
    """An object and those of its parts that may have generators."""
    if isinstance(owner, Module):
        yield from owner.named_modules(name)
    else:
        yield name, owner
        yield from ((f"{name}.{part}", getattr(owner, part)) for part in PARTS if hasattr(owner, part))


def read(found: dict[str, np.random.Generator]) -> dict[str, Any]:
    """Their states, with those of Python's own generator and NumPy's global one, which a user's layer may draw from."""
    return {
        "generators": {name: g.bit_generator.state for name, g in found.items()},
        "python": python_random.getstate(),
        "numpy": np.random.get_state(legacy=False),  # noqa: NPY002  # the very one
    }


def restore(found: dict[str, np.random.Generator], states: dict[str, Any]) -> None:
    """Set the states of those that are in both."""
    for name in found.keys() & states["generators"].keys():
        set_state(name, found[name], states["generators"][name])
    python_random.setstate(states["python"])
    np.random.set_state(states["numpy"])  # noqa: NPY002


def set_state(name: str, generator: np.random.Generator, state: dict[str, Any]) -> None:
    own = generator.bit_generator
    if type(own).__name__ != state["bit_generator"]:
        raise errors.StateDictError(
            f"the checkpoint's generator {name!r} is a {state['bit_generator']}, here it is a {type(own).__name__}."
        )
    own.state = state
