"""Lists that hold Tensors, as one Tensor."""

from __future__ import annotations

from collections.abc import Iterator, ValuesView
from typing import Any

import numpy as np

from autograd.graph import Node

__all__ = ["ITERATED", "LISTS", "entries", "holds_tensors", "join", "joined"]

LISTS: set[Any] = {list, tuple}
ITERATED = (Iterator, ValuesView)  # a generator, the values of a dict


def holds_tensors(value: Any) -> bool:
    """Whether it is a list or tuple, at some depth of which there is a Tensor."""
    return value.__class__ in LISTS and any(isinstance(item, Node) or holds_tensors(item) for item in value)


def joined(value: Any) -> Any:
    """One Tensor from nested lists that hold some; anything else as it is."""
    return join(value) if holds_tensors(value) else value


def entries(value: Any) -> Any:
    """A list, or what is iterated, with its entries joined."""
    return [joined(x) for x in value] if value.__class__ in LISTS or isinstance(value, ITERATED) else value


def join(tree: Any) -> Any:
    """An array of nested lists, in one call for all levels that are regular."""
    shape: tuple[int, ...] = ()
    leaves = [tree]
    while all(leaf.__class__ in LISTS for leaf in leaves) and len({len(leaf) for leaf in leaves}) == 1:
        shape += (len(leaves[0]),)
        leaves = [item for leaf in leaves for item in leaf]
    stacked = np.stack([np.asarray(x) if x.__class__ in LISTS and not holds_tensors(x) else joined(x) for x in leaves])
    return np.reshape(stacked, shape + stacked.shape[1:]) if len(shape) > 1 else stacked
