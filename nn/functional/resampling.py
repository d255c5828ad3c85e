"""Reading an axis at other places: entries of a result are weighted sums of a few entries of the input.

Interpolation and padding by copies are that, axis by axis. The transpose of a `Table` is one too, so that one primitive
is its own derivative. Imported by ``interpolation.py`` and ``padding.py``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd import primitive, vjp_rule
from nn.functional.pieces import quiet

__all__ = ["Table", "resample"]


class Table(NamedTuple):
    """Of each result along an axis, which entries it is made of, (results, terms), and their weights; None for ones."""

    places: Any
    weights: Any
    size: int  # of the axis that it reads

    def transposed(self) -> Table:
        """Of each entry that is read, the results that it is in. Where one is in fewer than others, weights are 0."""
        results, terms = self.places.shape
        weights = np.ones(results * terms) if self.weights is None else self.weights.ravel()
        order = np.argsort(self.places.ravel(), kind="stable")
        entries = self.places.ravel()[order]
        counts = np.bincount(entries, minlength=self.size)
        columns = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
        shape = self.size, max(1, int(counts.max(initial=0)))
        places, new_weights = np.zeros(shape, np.intp), np.zeros(shape)
        places[entries, columns] = order // terms
        new_weights[entries, columns] = weights[order]
        whole = self.weights is None and counts.min(initial=1) == shape[1]
        return Table(places, None if whole else new_weights, results)


@primitive
@quiet()
def resample(input: Any, tables: tuple[Table, ...]) -> Any:
    """The last axes of the input, each read by its table."""
    y = input
    for axis, table in enumerate(tables, input.ndim - len(tables)):
        y = read(y, axis, table)
    return y


vjp_rule(resample, lambda g, y, x, tables: resample(g, tuple([table.transposed() for table in tables])))


def read(x: Any, axis: int, table: Table) -> Any:
    """One of them."""
    places, weights, _ = table
    if weights is None:
        total = np.take(x, places[:, 0], axis)
        for column in places.T[1:]:
            total += np.take(x, column, axis)
        return total
    lines = (-1, *(1,) * (x.ndim - axis - 1))
    columns = weights.astype(x.dtype).T
    total = np.take(x, places[:, 0], axis)
    total *= columns[0].reshape(lines)
    for column, weight in zip(places.T[1:], columns[1:], strict=True):
        term = np.take(x, column, axis)
        term *= weight.reshape(lines)
        total += term
    return total
