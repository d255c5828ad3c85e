"""How windows are summed up: axis by axis, the last first, in pieces that stay in cache; and the transpose of that.

Plain NumPy, no graph; imported by ``pooling.py``, which has the rules.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from nn.functional.pooling_windows import Axis, along, in_pieces, layout, planes

__all__ = ["divided", "divisors", "summed"]

LONG = 8  # entries of a window from which on NumPy's own sum is faster than adding entry after entry


def divisors(axes: tuple[Axis, ...], padded: bool) -> Any:
    """How many entries each window has, those in the padding counted where `padded`."""
    return reduce(np.multiply.outer, [axis.lengths(padded) for axis in axes])


def split(x: Any, place: int, axis: Axis) -> Any:
    """The windows that tile an axis as an axis of their own."""
    return x.reshape(*x.shape[:place], axis.out, axis.kernel, *x.shape[place + 1 :])


def sum_axis(x: Any, place: int, axis: Axis) -> Any:
    """The sums of the windows along one axis."""
    if axis.kernel == axis.stride == 1 and axis.tiles:
        return x
    if axis.tiles and axis.kernel >= LONG:
        return split(x, place, axis).sum(axis=place + 1, dtype=x.dtype)
    out, taps = np.empty((*x.shape[:place], axis.out, *x.shape[place + 1 :]), x.dtype), axis.taps()
    parts = [x[along(place, tap.ins)] for tap in taps[:2]]
    if len(parts) == 2 and parts[0].shape == parts[1].shape == out.shape:
        np.add(parts[0], parts[1], out=out)
        taps = taps[2:]
    else:
        out.fill(0)
    for tap in taps:
        out[along(place, tap.outs)] += x[along(place, tap.ins)]
    return out


def summed(x: Any, axes: tuple[Axis, ...], divisor: Any) -> Any:
    """The sum of each window over its divisor: (..., *sizes) to (..., *outs)."""
    n = len(axes)
    y = np.empty((*x.shape[:-n], *(axis.out for axis in axes)), x.dtype)
    entries, results = planes(x, n), planes(y, n)
    divisor = np.asarray(divisor, x.dtype)
    turn = not all(axis.tiles for axis in axes)

    def work(piece: slice) -> None:
        total = layout(entries[piece], turn)
        if y.size == len(entries) and not turn:  # one window: NumPy sums all of it in one go
            total = total.reshape(len(total), -1).sum(axis=1, dtype=x.dtype).reshape(-1, *(1,) * n)
        else:
            for place in range(n, 0, -1):
                total = sum_axis(total, place - turn, axes[place - 1])
        np.divide(np.moveaxis(total, -1, 0) if turn else total, divisor, out=results[piece])

    if y.size:
        in_pieces(work, [entries, results])
    return y


def spread_axis(g: Any, place: int, axis: Axis) -> Any:
    """Each number at all entries of its window; what meets is added."""
    if axis.kernel == axis.stride == 1 and axis.tiles:
        return g
    if axis.tiles:
        out = np.empty((*g.shape[:place], axis.size, *g.shape[place + 1 :]), g.dtype)
        if axis.kernel >= LONG:
            split(out, place, axis)[...] = np.expand_dims(g, place + 1)
        else:
            for tap in axis.taps():
                out[along(place, tap.ins)] = g
        return out
    out = np.zeros((*g.shape[:place], axis.size, *g.shape[place + 1 :]), g.dtype)
    for tap in axis.taps():
        out[along(place, tap.ins)] += g[along(place, tap.outs)]
    return out


def divided(g: Any, axes: tuple[Axis, ...], divisor: Any) -> Any:
    """Each number, over its divisor, at all entries of its window: the gradient by what was averaged."""
    n = len(axes)
    out = np.empty((*g.shape[:-n], *(axis.size for axis in axes)), g.dtype)
    numbers, results = planes(g, n), planes(out, n)
    divisor = np.asarray(divisor, g.dtype)
    turn = not all(axis.tiles for axis in axes)

    def work(piece: slice) -> None:
        part = layout(numbers[piece] / divisor, turn)
        for place in range(1, n + 1):
            part = spread_axis(part, place - turn, axes[place - 1])
        results[piece] = np.moveaxis(part, -1, 0) if turn else part

    if out.size:
        in_pieces(work, [numbers, results])
    return out
