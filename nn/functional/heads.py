"""Where in arrays the heads of attention are: views of them as (batch, heads, places, width), and back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Heads"]


@dataclass(frozen=True, slots=True)
class Heads:
    """How the arrays that attention is given hold queries, keys and values.

    With `count` heads each array is (batch, places, parts * width), or (places, batch, parts * width) unless
    `batch_first`, and `parts` says how many of the three lie side by side in each array: (1, 1, 1), (1, 2) or (3,).
    Without `count` there are three arrays (..., heads, places, width), with leading axes that are the same.
    """

    count: int = 0
    batch_first: bool = True
    parts: tuple[int, ...] = (1, 1, 1)

    def split(self, arrays: list[Any]) -> list[Any]:
        """Queries, keys and values as (batch, heads, places, width): views of arrays, or traced."""
        return [view for x, parts in zip(arrays, self.parts, strict=True) for view in self.views(x, parts)]

    def views(self, x: Any, parts: int = 1) -> list[Any]:
        """The parts of one array as (batch, heads, places, width)."""
        if not self.count:
            return [self.four(x)]
        width = x.shape[2] // (parts * self.count)
        apart = np.reshape(x, (*x.shape[:2], parts, self.count, width))
        order = (0, 2, 1, 3) if self.batch_first else (1, 2, 0, 3)
        return [np.transpose(apart[:, :, i], order) for i in range(parts)]

    def four(self, x: Any) -> Any:
        """An array (..., heads, places, width) with all leading axes as one; None as it is."""
        if x is None or x.ndim == 4:
            return x
        heads = x.shape[-3] if x.ndim > 2 else 1
        return np.reshape(x, (math.prod(x.shape[:-3]), heads, *x.shape[-2:]))

    def scores_shape(self, arrays: list[Any]) -> tuple[int, int, int, int]:
        """(batch, heads, queries, keys)."""
        query, key = arrays[0].shape, arrays[-1].shape
        if not self.count:
            return math.prod(query[:-3]), query[-3] if len(query) > 2 else 1, query[-2], key[-2]
        batch, places = (0, 1) if self.batch_first else (1, 0)
        return query[batch], self.count, query[places], key[places]

    def empty_result(self, arrays: list[Any], width: int) -> Any:
        """A new array for values of this width, laid out as the queries are."""
        return np.empty((*arrays[0].shape[:-1], (self.count or 1) * width), np.result_type(*arrays))

    def merged(self, views: list[Any], like: Any) -> Any:
        """The reverse of `views`, recorded: one array, laid out as another but for its last axis."""
        if not self.count:
            return np.reshape(views[0], (*like.shape[:-1], views[0].shape[-1]))
        order = (0, 2, 1, 3) if self.batch_first else (2, 0, 1, 3)
        apart = [np.transpose(view, order) for view in views]
        stacked = np.stack(apart, axis=2) if len(apart) > 1 else apart[0]
        return np.reshape(stacked, (*like.shape[:2], len(apart) * self.count * apart[0].shape[-1]))

    def joined(self, views: list[Any], arrays: list[Any]) -> list[Any]:
        """The reverse of `split`, recorded: arrays of the same shapes."""
        rest = iter(views)
        return [self.merged([next(rest) for _ in range(parts)], x) for x, parts in zip(arrays, self.parts, strict=True)]
