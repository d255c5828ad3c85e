"""What the algorithms are written with: flat pieces of arrays, room to compute in, running means. Imported by each."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "PIECE",
    "SETTLE",
    "Workspace",
    "cut",
    "descent",
    "flattened",
    "mean",
    "mean_of_squares",
    "own_array",
    "plain",
    "settle",
]

#: The steps after which means are settled: even ``beta=0.75`` does not take them from the bound to subnormal numbers.
SETTLE = 64
#: Elements that are worked on at a time. Parameter, gradient, two moments and room to compute in are 1 MB of float64s,
#: which the cache of a core holds; the cost of a call, 0.3 us, is small against the 4 us that it takes on so many.
PIECE = 2**15


class Workspace:
    """Three rows of numbers to compute in, made once per dtype."""

    def __init__(self) -> None:
        self.whole: dict[np.dtype[Any], Any] = {}
        self.rows: dict[tuple[np.dtype[Any], int], tuple[Any, Any, Any]] = {}

    def __call__(self, dtype: np.dtype[Any], size: int) -> tuple[Any, Any, Any]:
        """The rows, of this length, at most `PIECE`; they hold anything."""
        rows = self.rows.get((dtype, size))
        if rows is None:
            whole = self.whole.setdefault(dtype, np.empty((3, PIECE), dtype))
            rows = self.rows[dtype, size] = tuple(whole[:, :size])
        return rows


def own_array(value: Any) -> Any:
    """The array itself if it can be changed piece by piece, else a copy: of a NumPy scalar, a transposed array."""
    if isinstance(value, np.ndarray) and value.flags.c_contiguous and value.flags.writeable:
        return value
    return np.array(value, order="C")


def flattened(state: dict[str, Any]) -> dict[str, Any]:
    """The same with views of its arrays that have one axis."""
    return {name: value.reshape(-1) if isinstance(value, np.ndarray) else value for name, value in state.items()}


def cut(state: dict[str, Any], piece: slice) -> dict[str, Any]:
    """The same with a piece of each array."""
    return {name: value[piece] if isinstance(value, np.ndarray) else value for name, value in state.items()}


def plain(value: Any) -> Any:
    """An option as Python numbers: a float64 of NumPy would have float32 arrays computed in float64."""
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
