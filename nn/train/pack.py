"""Trees of numbers, strings and arrays as JSON and arrays, and back, bit by bit: what checkpoints are made of.

Dicts become lists of pairs, since their keys may be numbers; tuples and arrays are marked. Nothing else is taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import errors

__all__ = ["pack", "unpack"]


def pack(tree: Any, arrays: dict[str, Any], path: str = "") -> Any:
    """The tree as JSON takes it; its arrays go into `arrays`, by their paths.

    Raises `StateDictError`, which names the place, for what is no number, string, array, list, tuple or dict.
    """
    match tree:
        case None | bool() | str():
            return tree
        case np.ndarray() | np.generic():
            arrays[path] = np.asarray(tree)
            return {"array" if isinstance(tree, np.ndarray) else "scalar": path}
        case int() | float():
            return tree
        case dict():
            return {
                "dict": [[pack(k, arrays), pack(v, arrays, f"{path}.{k}" if path else str(k))] for k, v in tree.items()]
            }
        case list():
            return [pack(item, arrays, f"{path}.{i}") for i, item in enumerate(tree)]
        case tuple():
            return {"tuple": [pack(item, arrays, f"{path}.{i}") for i, item in enumerate(tree)]}
    raise errors.StateDictError(
        f"the state {path!r} is a {type(tree).__name__}; a checkpoint takes numbers, strings, arrays, lists and dicts."
    )


def unpack(tree: Any, arrays: dict[str, Any]) -> Any:
    """What `pack` was given."""
    if isinstance(tree, list):
        return [unpack(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    ((kind, content),) = tree.items()
    match kind:
        case "dict":
            return {unpack(key, arrays): unpack(value, arrays) for key, value in content}
        case "tuple":
            return tuple(unpack(item, arrays) for item in content)
        case "scalar":
            return arrays[content][()]
    return arrays[content]
