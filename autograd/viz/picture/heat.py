"""Heat maps: an array as a few dozen squares, green above zero and purple below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["HEIGHT", "Heat", "heat_of"]

WIDTH, HEIGHT = 72.0, 30.0  # points
COLUMNS, ROWS = 24, 10  # at most
LARGEST = 9.0  # side of a square
TILES = 3  # matrices side by side, of an array of more than two dimensions
LEVELS = 8  # of strength, so that squares of one strength make one path
GAP = 3.0  # between matrices

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heat:
    """Squares: `shades` has their (x, y, width, height) by a colour's role and its strength from 0 to 1."""

    width: float
    height: float
    shades: dict[tuple[str, float], list[tuple[float, float, float, float]]]
    panels: list[tuple[float, float, float, float]]


def heat_of(value: Any) -> Heat | None:
    """The heat map of an array; None for scalars, empty arrays and what is no number."""
    if np.ndim(value) == 0 or value.size < 2 or value.dtype.kind not in "biufc":
        return None
    matrices = [pooled(matrix) for matrix in tiles(np.abs(value) if value.dtype.kind == "c" else value)]
    rows, columns = matrices[0].shape
    room = (WIDTH - GAP * (len(matrices) - 1)) / len(matrices)
    side = min(LARGEST, room / columns, HEIGHT / rows)
    high = max(side, min(LARGEST, HEIGHT / rows)) if rows == 1 else side
    finite = [matrix[np.isfinite(matrix)] for matrix in matrices]
    top = max((float(np.abs(part).max()) for part in finite if part.size), default=0.0)
    shades: dict[tuple[str, float], list[tuple[float, float, float, float]]] = {}
    panels: list[tuple[float, float, float, float]] = []
    for tile, matrix in enumerate(matrices):
        left = tile * (columns * side + GAP)
        panels.append((round(left, 2), 0.0, round(columns * side, 2), round(rows * high, 2)))
        for (row, column), number in np.ndenumerate(matrix):
            shade = shade_of(float(number), top)
            if shade is not None:
                square = (round(left + column * side, 2), round(row * high, 2), round(side, 2), round(high, 2))
                shades.setdefault(shade, []).append(square)
    width = columns * side * len(matrices) + GAP * (len(matrices) - 1)
    return Heat(round(width, 2), round(rows * high, 2), dict(sorted(shades.items())), panels)


def shade_of(number: float, top: float) -> tuple[str, float] | None:
    """Colour and strength; None for zero, which shows the panel."""
    if np.isnan(number):
        return ("missing", 1.0)
    if number == 0:
        return None
    strength = 1.0 if np.isinf(number) else np.ceil(abs(number) / top * LEVELS) / LEVELS
    return ("positive" if number > 0 else "negative", float(strength))


def tiles(value: Any) -> list[Any]:
    """The matrices that are shown: the array itself, or the first few along its leading axes."""
    if value.ndim == 1:
        return [value[None, :]]
    if value.ndim == 2:
        return [value]
    flat = value.reshape(-1, *value.shape[-2:])
    return list(flat[:TILES])


def pooled(matrix: Any) -> Numbers:
    """A matrix of at most so many rows and columns: means of blocks, NaN where one is in the block."""
    with np.errstate(all="ignore"):
        for axis, most in ((0, ROWS), (1, COLUMNS)):
            count = matrix.shape[axis]
            starts = np.arange(min(count, most)) * count // min(count, most)
            widths = np.diff([*starts, count])
            sums = np.add.reduceat(matrix.astype(np.float64), starts, axis=axis)
            matrix = sums / (widths[:, None] if axis == 0 else widths[None, :])
    return np.asarray(matrix, np.float64)
