"""`History`: what a training reported, epoch by epoch."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, KeysView
from os import PathLike
from pathlib import Path
from typing import Any

from autograd.optional import optional
from nn import errors
from nn.files import named_failures, replace, save_figure
from nn.text import number, table

__all__ = ["History"]


class History:
    """A table with a row per epoch: ``history["loss"]`` is a column, printing shows them all."""

    def __init__(self) -> None:
        self.columns: dict[str, list[float]] = {}

    def append(self, record: dict[str, float]) -> None:
        """Add the numbers of an epoch."""
        for name, value in record.items():
            self.columns.setdefault(name, []).append(value)

    @property
    def epochs(self) -> list[int]:
        """The numbers of the epochs, from 1."""
        return list(range(1, len(self) + 1))

    @property
    def last(self) -> dict[str, float]:
        """The numbers of the last epoch."""
        return {name: values[-1] for name, values in self.columns.items()}

    @property
    def history(self) -> dict[str, list[float]]:
        """The columns by name, as Keras calls them."""
        return self.columns

    def keys(self) -> KeysView[str]:
        """The names of the columns: ``dict(history)`` and ``pandas.DataFrame(dict(history))`` have them."""
        return self.columns.keys()

    def __getitem__(self, name: str) -> list[float]:
        if name not in self.columns:
            known = ", ".join(map(repr, self.columns)) or "none, as no epoch is over"
            raise errors.ColumnError(f"the history has no column {name!r}; there are {known}.")
        return self.columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return max(map(len, self.columns.values()), default=0)

    def __repr__(self) -> str:
        columns = [["epoch", *map(str, self.epochs)]]
        columns += [[name, *map(number, values)] for name, values in self.columns.items()]
        return table(list(zip(*columns, strict=True)))

    def to_csv(self, path: str | PathLike[str] | None = None) -> str | None:
        """Write the table, in full precision; the file is there whole or not at all. Without a path, return the text.

        Raises `ArgumentError` for what is no path, `CheckpointError` if it cannot be written.
        """
        if not (path is None or isinstance(path, (str, PathLike))):
            raise errors.wrong_argument("History.to_csv", "path", path, "the path of a file")
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(["epoch", *self.columns])
        writer.writerows(zip(self.epochs, *self.columns.values(), strict=True))
        if path is None:
            return text.getvalue()
        with named_failures("History.to_csv", path):
            replace(Path(path), text.getvalue().encode())
        return None

    def plot(self, path: str | PathLike[str] | None = None) -> Any:
        """A Matplotlib figure with a panel for the loss and for each metric, saved if a path is given.

        Raises `MissingDependencyError` without Matplotlib, `ArgumentError` if no epoch is over or the path is of no
        format, `CheckpointError` if it cannot be written.
        """
        if not self.columns:
            raise errors.ArgumentError("History.plot: no epoch is over; there is nothing to draw.")
        names = [name for name in self.columns if not name.startswith("val_")]
        figure = optional("matplotlib.figure", "plot", "History.plot").Figure((5 * len(names), 4), layout="constrained")
        for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
            for column, label in [(name, "training"), (f"val_{name}", "held back")]:
                if column in self.columns:
                    axes.plot(self.epochs, self.columns[column], marker=".", label=label)
            axes.set(xlabel="epoch", ylabel=name)
            axes.legend()
            axes.grid(alpha=0.3)
        if path is not None:
            save_figure("History.plot", figure, path)
        return figure
