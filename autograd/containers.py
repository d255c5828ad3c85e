"""Nested arguments: tuples, lists and dicts of arrays, taken apart and put together again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

__all__ = ["flatten"]


def flatten(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The leaves of nested tuples, lists and dicts in order, and a function that puts such leaves in their places."""
    if isinstance(tree, dict):
        leaves, rebuild = flatten(list(tree.values()))
        keys = list(tree)

        def rebuild_dict(new: list[Any]) -> Any:
            result = copy.copy(tree)  # keeps the kind: an OrderedDict, a defaultdict
            result.update(zip(keys, rebuild(new), strict=True))
            return result

        return leaves, rebuild_dict
    if not isinstance(tree, (list, tuple)):
        return [tree], lambda new: new[0]
    parts = [flatten(item) for item in tree]

    def rebuild_sequence(new: list[Any]) -> Any:
        rest = iter(new)
        items = [rebuild([next(rest) for _ in leaves]) for leaves, rebuild in parts]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)

    return [leaf for leaves, _ in parts for leaf in leaves], rebuild_sequence
