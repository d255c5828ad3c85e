"""Nested arguments: tuples, lists and dicts of arrays, taken apart and put together again."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["CONTAINERS", "Structure", "flatten", "like"]

CONTAINERS = (list, tuple, dict)


class Structure:
    """How nested tuples, lists and dicts were put together; called with as many new leaves, it puts those there.

    A class and not a closure, so that it can be pickled.
    """

    def __init__(self, tree: Any) -> None:
        self.tree = tree

    def __call__(self, leaves: Iterable[Any]) -> Any:
        return fill(self.tree, iter(leaves))


LEAF = Structure(None)


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """The leaves of nested tuples, lists and dicts in order, and the structure that they were in."""
    if not isinstance(tree, CONTAINERS):
        return [tree], LEAF
    leaves: list[Any] = []
    return leaves, Structure(strip(tree, leaves))


def strip(tree: Any, leaves: list[Any]) -> Any:
    """The same containers with None for each leaf, which goes into `leaves`."""
    if isinstance(tree, dict):
        stripped = copy.copy(tree)  # keeps the kind: an OrderedDict, a defaultdict
        stripped.update({key: strip(value, leaves) for key, value in tree.items()})
        return stripped
    if isinstance(tree, (list, tuple)):
        return like(tree, [strip(item, leaves) for item in tree])
    leaves.append(tree)
    return None


def fill(tree: Any, leaves: Iterator[Any]) -> Any:
    """The inverse of `strip`."""
    if tree is None:
        return next(leaves)
    if isinstance(tree, (list, tuple)):
        return like(tree, [next(leaves) if item is None else fill(item, leaves) for item in tree])
    filled = copy.copy(tree)
    filled.update({key: fill(value, leaves) for key, value in tree.items()})
    return filled


def like(sequence: Any, items: list[Any]) -> Any:
    """A sequence of the same kind, namedtuples included."""
    if type(sequence) is list:
        return items
    if type(sequence) is tuple:
        return tuple(items)
    return type(sequence)(*items) if hasattr(sequence, "_fields") else type(sequence)(items)
