"""`History`: what a training reported, epoch by epoch."""

from __future__ import annotations

import csv
import io
from os import PathLike
from pathlib import Path
from typing import Any

from autograd.optional import optional
from nn.files import replace, save_figure
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

    def __getitem__(self, name: str) -> list[float]:
        return self.columns[name]

    def __len__(self) -> int:
        return max(map(len, self.columns.values()), default=0)

    def __repr__(self) -> str:
        columns = [["epoch", *map(str, self.epochs)]]
        columns += [[name, *map(number, values)] for name, values in self.columns.items()]
        return table(list(zip(*columns, strict=True)))

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write the table, in full precision; the file is there whole or not at all."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(["epoch", *self.columns])
        writer.writerows(zip(self.epochs, *self.columns.values(), strict=True))
        replace(Path(path), text.getvalue().encode())

    def plot(self, path: str | PathLike[str] | None = None) -> Any:
        """A Matplotlib figure with a panel for the loss and for each metric, saved if a path is given.

        Raises `MissingDependencyError` without Matplotlib.
        """
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
            save_figure(figure, path)
        return figure
