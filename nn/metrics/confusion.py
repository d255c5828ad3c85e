"""`confusion_matrix`: how often each class was taken for each other, as a table and as a plot."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any

import numpy as np

from autograd.optional import optional
from nn import errors
from nn.files import save_figure
from nn.metrics.shapes import decided
from nn.text import table

__all__ = ["ConfusionMatrix", "confusion_matrix"]


class ConfusionMatrix:
    """``counts[i, j]`` examples of class i were predicted to be of class j; prints as a table."""

    def __init__(self, counts: Any, names: Sequence[str]) -> None:
        self.counts, self.names = counts, list(names)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.counts, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        rows = [[name, *map(str, row)] for name, row in zip(self.names, self.counts, strict=True)]
        return table([["is, predicted", *self.names], *rows], left=1)

    def plot(self, path: str | PathLike[str] | None = None) -> Any:
        """A Matplotlib figure, shaded by the share of each row, saved if a path is given.

        Raises `MissingDependencyError` without Matplotlib.
        """
        size = 2 + 0.5 * len(self.names)
        figure = optional("matplotlib.figure", "plot", "ConfusionMatrix.plot").Figure((size, size), layout="tight")
        axes = figure.subplots()
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (i, j), count in np.ndenumerate(self.counts):
            axes.text(j, i, str(count), ha="center", va="center", color="white" if shares[i, j] > 0.5 else "black")
        names = [name.replace("$", r"\$") for name in self.names]  # a dollar would begin a formula
        ticks = range(len(names))
        axes.set(xlabel="predicted", ylabel="is", xticks=ticks, yticks=ticks)
        axes.set_xticklabels(names, rotation=90 if max(map(len, names)) > 3 else 0)
        axes.set_yticklabels(names)
        if path is not None:
            save_figure("ConfusionMatrix.plot", figure, path)
        return figure


def confusion_matrix(
    prediction: Any, target: Any, *, names: Sequence[Any] | None = None, threshold: float = 0.0
) -> ConfusionMatrix:
    """Count the right classes against the predicted ones, of logits (N, C) and (N,), or logits and targets of 0 and 1.

    `names` are those of the classes, their numbers if None.
    """
    what = "confusion_matrix"
    predicted, right, count = decided(what, prediction, target, threshold)
    if not count:
        raise errors.ShapeError(f"{what}: targets of shape {np.shape(target)} are several labels; give one column.")
    named = [str(name) for name in (range(count) if names is None else names)]
    if len(named) != count:
        raise errors.out_of_range(what, "names", names, f"as many as the classes, {count}")
    counts = optional("sklearn.metrics", "data", what).confusion_matrix(right, predicted, labels=range(count))
    return ConfusionMatrix(counts, named)
