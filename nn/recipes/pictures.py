"""An empty figure for what a recipe draws, and images side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.optional import optional

__all__ = ["blank", "tiles"]


def blank(width: float, height: float) -> Any:
    """An empty Matplotlib figure, so many inches large, that belongs to no window."""
    return optional("matplotlib.figure", "plot", "the picture").Figure((width, height), layout="constrained")


def tiles(blocks: list[Any], title: str, columns: int = 20, side: int = 28) -> Any:
    """A figure of images (N, side * side), each block below the one before."""
    rows = [row for block in blocks for row in np.array_split(block, -(-len(block) // columns))]
    sheet = np.full((len(rows) * side, columns * side), np.nan, np.float32)
    for i, row in enumerate(rows):
        for j, image in enumerate(row):
            sheet[i * side : (i + 1) * side, j * side : (j + 1) * side] = image.reshape(side, side)
    figure = blank(10, 0.6 + 10 * len(rows) / columns)
    axes = figure.subplots()
    axes.imshow(sheet, cmap="gray")
    axes.set(title=title, xticks=[], yticks=[])
    return figure
