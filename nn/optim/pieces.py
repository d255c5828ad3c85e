"""What the algorithms are written with: flat pieces of arrays, room to compute in, running means. Imported by each."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "PIECE",
    "SETTLE",
    "Cut",
    "Workspace",
    "descent",
    "mean",
    "mean_of_squares",
    "own_array",
    "plain",
    "settle",
]

#: The steps after which means are settled: even ``beta=0.75`` does not take them from the bound to subnormal numbers.
SETTLE = 64
#: Bytes of each array that are worked on at a time: many, since a call costs 0.8 us in the middle of a training, and
#: not too many for parameter, gradient, two moments and room to compute in to stay in the cache of a core.
PIECE = 2**19


class Workspace:
    """Three rows of numbers to compute in, made once per dtype."""

    def __init__(self) -> None:
        self.whole: dict[np.dtype[Any], Any] = {}
        self.rows: dict[tuple[np.dtype[Any], int], tuple[Any, Any, Any]] = {}

    def __call__(self, dtype: np.dtype[Any], size: int) -> tuple[Any, Any, Any]:
        """The rows, of this length, at most `PIECE` bytes; they hold anything."""
        rows = self.rows.get((dtype, size))
        if rows is None:
            whole = self.whole.setdefault(dtype, np.empty((3, PIECE // dtype.itemsize), dtype))
            rows = self.rows[dtype, size] = tuple(whole[:, :size])
        return rows


def own_array(value: Any) -> Any:
    """The array itself if it can be changed piece by piece, else a copy: of a NumPy scalar, a transposed array."""
    if isinstance(value, np.ndarray) and value.flags.c_contiguous and value.flags.writeable:
        return value
    return np.array(value, order="C")


class Piece(NamedTuple):
    """A stretch of a parameter and of the arrays of its state, flat, and room to compute in."""

    place: slice
    x: Any
    state: dict[str, Any]
    work: tuple[Any, Any]
    spare: Any


class Cut:
    """A parameter and its state in pieces, made once for as long as the arrays are the same."""

    def __init__(self, array: Any, state: dict[str, Any], workspace: Workspace) -> None:
        self.array = array
        self.arrays = {name: value for name, value in state.items() if isinstance(value, np.ndarray)}
        self.numbers = [name for name in state if name not in self.arrays]
        flat, length = array.reshape(-1), PIECE // array.itemsize
        self.pieces = []
        for start in range(0, flat.size, length):
            place = slice(start, start + length)
            x = flat[place]
            *work, spare = workspace(x.dtype, x.size)
            parts = {name: value.reshape(-1)[place] for name, value in self.arrays.items()}
            self.pieces.append(Piece(place, x, parts, tuple(work), spare))

    def fits(self, array: Any, state: dict[str, Any]) -> bool:
        """Whether it is of these very arrays."""
        for name, value in self.arrays.items():
            if state.get(name) is not value:
                return False
        return array is self.array and len(state) == len(self.arrays) + len(self.numbers)


def plain(value: Any) -> Any:
    """An option as Python numbers: a float64 of NumPy would have float32 arrays computed in float64."""
    if value.__class__ is float or value.__class__ is bool:  # the common cases, made fast
        return value
    if isinstance(value, (tuple, list)):
        return tuple(plain(item) for item in value)
    return value.item() if isinstance(value, np.generic) else value


def descent(p: Any, g: Any, out: Any, weight_decay: float, maximize: bool) -> Any:
    """What to go down along: ``g + weight_decay * p``, where maximizing has -g in place of g."""
    if weight_decay:
        np.multiply(p, weight_decay, out=out)
        return np.subtract(out, g, out=out) if maximize else np.add(out, g, out=out)
    return np.negative(g, out=out) if maximize else g


def mean(m: Any, g: Any, beta: float, work: Any) -> None:
    """``m = beta * m + (1 - beta) * g``, in place: the running mean of g."""
    np.multiply(g, 1 - beta, out=work)
    m *= beta
    m += work


def settle(m: Any, work: Any) -> None:
    """Put 0 where a running mean has faded to next to nothing, in place.

    On its way to 0, which it reaches after a thousand steps without a gradient, a mean becomes subnormal, and a
    processor needs a hundred times as long for such a number: a network with dead units would be trained ever slower.
    What is left out is far below the last digit of any step.
    """
    np.abs(m, out=work)
    m *= work >= np.finfo(m.dtype).tiny * 1e8


def mean_of_squares(v: Any, g: Any, beta: float, work: Any) -> None:
    """``v = beta * v + (1 - beta) * g**2``, in place: the running mean of g**2."""
    np.multiply(g, g, out=work)
    work *= 1 - beta
    v *= beta
    v += work
