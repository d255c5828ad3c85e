"""How the largest entries of windows are found: axis by axis, the last first, in pieces that stay in cache.

Read `largest`, then `choices`, then `spread`. Plain NumPy, no graph; imported by ``pooling.py``, which has the rules.

The first of equal entries, in the order in which they lie in memory, is the one that counts, as in PyTorch: the first
in each row, then the first row. A NaN counts as largest, and the last of several.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.functional.pooling_windows import Axis, along, in_pieces, layout, planes

__all__ = ["indices", "largest", "spread"]


def lowest(dtype: Any) -> Any:
    """What every entry is at least as large as."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def shortened(x: Any, place: int, out: int) -> Any:
    """An array for one number of each window along an axis, not filled."""
    return np.empty((*x.shape[:place], out, *x.shape[place + 1 :]), x.dtype)


def pool_axis(x: Any, place: int, axis: Axis, out: Any = None) -> Any:
    """The maxima of the windows along one axis."""
    m = shortened(x, place, axis.out) if out is None else out
    taps = [(along(place, tap.outs), x[along(place, tap.ins)]) for tap in axis.taps()]
    first = taps[0][1]
    if first.shape != m.shape:
        m.fill(lowest(x.dtype))
    elif len(taps) > 1 and taps[1][1].shape == m.shape:
        np.maximum(first, taps[1][1], out=m)
        taps = taps[2:]
    else:
        m[...] = first
        taps = taps[1:]
    for outs, entries in taps:
        np.maximum(m[outs], entries, out=m[outs])
    return m


def largest(x: Any, axes: tuple[Axis, ...]) -> Any:
    """The maximum of each window: (..., *sizes) to (..., *outs)."""
    n = len(axes)
    y = np.empty((*x.shape[:-n], *(axis.out for axis in axes)), x.dtype)
    entries, results = planes(x, n), planes(y, n)
    turn = not all(axis.tiles for axis in axes)

    def work(piece: slice) -> None:
        m, result = layout(entries[piece], turn), results[piece]
        for place in range(n, 0, -1):
            m = pool_axis(m, place - turn, axes[place - 1], result if place == 1 and not turn else None)
        if turn:
            result[...] = np.moveaxis(m, -1, 0)

    if y.size:
        in_pieces(work, [entries, results])
    return y


def choose_axis(x: Any, place: int, axis: Axis, nan: bool) -> tuple[Any, Any]:
    """Which entry of each window along one axis is the largest, and the maxima."""
    taps = axis.taps()
    choice = np.empty((*x.shape[:place], axis.out, *x.shape[place + 1 :]), np.min_scalar_type(axis.kernel - 1))
    m = x[along(place, taps[0].ins)]
    if m.shape != choice.shape:
        m = np.full(choice.shape, lowest(x.dtype), x.dtype)
        for tap in reversed(taps):  # where all is -inf, the first entry that is not padding
            choice[along(place, tap.outs)] = tap.number
    elif axis.kernel == len(taps) == 2 and taps[1].outs == taps[0].outs and not nan:
        second = x[along(place, taps[1].ins)]
        if place == x.ndim - 1:  # every other number of a line: compared and pooled faster side by side
            m, second = m.copy(), second.copy()
        np.less(m, second, out=choice.view(bool))
        return choice, np.maximum(m, second)
    else:
        choice.fill(taps[0].number)
        m, taps = m.copy(), taps[1:]
    for tap in taps:
        outs, entries = along(place, tap.outs), x[along(place, tap.ins)]
        better = entries > m[outs]
        if nan:
            better |= np.isnan(entries)
        np.maximum(m[outs], entries, out=m[outs])
        np.maximum(choice[outs], better * choice.dtype.type(tap.number), out=choice[outs])
    return choice, m


def choices(x: Any, axes: tuple[Axis, ...], nan: bool, turn: bool) -> list[Any]:
    """Of planes, which entry is the largest of its window along each axis, the last axis first."""
    found = []
    for place in range(len(axes), 0, -1):
        choice, x = choose_axis(x, place - turn, axes[place - 1], nan)
        found.append(choice)
    return found


def spread_axis(g: Any, choice: Any, place: int, axis: Axis, out: Any = None) -> Any:
    """The numbers of `g` at the entries that were chosen, zeros elsewhere; what meets is added."""
    bits = f"u{g.itemsize}"  # they are masked as integers, so that inf * 0 is 0
    size = (*g.shape[:place], axis.size, *g.shape[place + 1 :])
    if not axis.tiles:
        out = np.zeros(size, g.dtype)
        for tap in axis.taps():
            outs = along(place, tap.outs)
            out[along(place, tap.ins)] += np.multiply(g[outs].view(bits), choice[outs] == tap.number).view(g.dtype)
        return out
    out = np.empty(size, g.dtype) if out is None else out
    parts = [out.view(bits)[along(place, tap.ins)] for tap in axis.taps()]
    if len(parts) == 2:
        np.multiply(g.view(bits), choice, out=parts[1])
        np.subtract(g.view(bits), parts[1], out=parts[0])
    else:
        for number, part in enumerate(parts):
            np.multiply(g.view(bits), choice == number, out=part)
    return out


def spread(g: Any, x: Any, axes: tuple[Axis, ...], nan: bool) -> Any:
    """The numbers of `g` at the largest entry of each window of `x`, zeros elsewhere: the gradient by `x`."""
    n = len(axes)
    out = np.empty(x.shape, g.dtype)
    numbers, entries, results = planes(np.ascontiguousarray(g), n), planes(x, n), planes(out, n)
    turn = not all(axis.tiles for axis in axes)

    def work(piece: slice) -> None:
        part, result = layout(numbers[piece], turn), results[piece]
        found = choices(layout(entries[piece], turn), axes, nan, turn)
        for place, choice in enumerate(reversed(found), 1):
            part = spread_axis(part, choice, place - turn, axes[place - 1], result if place == n and not turn else None)
        if turn:
            result[...] = np.moveaxis(part, -1, 0)

    if out.size:
        in_pieces(work, [entries, numbers])
    return out


def indices(x: Any, axes: tuple[Axis, ...]) -> Any:
    """Where the largest entry of each window lies in its plane, counted through, int64."""
    n = len(axes)
    y = np.empty((*x.shape[:-n], *(axis.out for axis in axes)), np.int64)
    entries, results = planes(x, n), planes(y, n)
    nan = x.dtype.kind == "f" and bool(np.isnan(x).any())

    def work(piece: slice) -> None:
        flat, unit = np.zeros(1, np.int64), 1
        for place, choice in zip(range(n, 0, -1), choices(entries[piece], axes, nan, False), strict=True):
            axis = axes[place - 1]
            inner = np.zeros(choice.shape, np.int64)
            for tap in axis.taps() if unit > 1 else []:
                outs = along(place, tap.outs)
                np.copyto(inner[outs], flat[along(place, tap.ins)], where=choice[outs] == tap.number)
            starts = axis.starts().reshape(-1, *(1,) * (n - place))
            flat = inner + unit * np.clip(starts + choice.astype(np.int64) * axis.dilation, 0, axis.size - 1)
            unit *= axis.size
        results[piece] = flat

    if y.size:
        in_pieces(work, [entries, results])
    return y
