"""The geometry of pooling: which entries of an axis are in which window; and how work on many planes is cut in pieces.

Imported by the kernels of maximum and average pooling. Of an array of planes (P, *spatial), which stands for (N, C,
*spatial) or (C, *spatial), the first axis is cut.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from nn import checks, errors
from nn.functional.pieces import quiet
from nn.threads import in_threads

__all__ = ["Axis", "Tap", "adaptive_axes", "along", "in_pieces", "layout", "planes", "pooling_axes"]

PIECE = 1 << 17  # entries of a piece: with what is made of them they stay in the second-level cache
THREADED = 1 << 18  # entries from which on a second thread is worth its start


class Tap(NamedTuple):
    """One entry of the window, for the outputs whose entry lies inside the input."""

    number: int
    outs: slice
    ins: slice


class Axis(NamedTuple):
    """A spatial axis: entry j of window o is input ``o * stride + j * dilation - padding``, where that is inside.

    With ``stride=0`` the windows are the adaptive ones, from ``floor(o * size / out)`` to ``ceil((o + 1) * size /
    out)``.
    """

    size: int
    out: int
    kernel: int
    stride: int
    padding: int = 0
    dilation: int = 1

    @property
    def tiles(self) -> bool:
        """Whether every entry is in exactly one window."""
        return (self.stride, self.padding, self.dilation) == (self.kernel, 0, 1) and self.out * self.kernel == self.size

    def starts(self) -> Any:
        """Where the first entry of each window lies; before 0, in the padding."""
        o = np.arange(self.out)
        return o * self.stride - self.padding if self.stride else o * self.size // self.out

    def lengths(self, padded: bool) -> Any:
        """How many entries each window has; with those in the padding, or without."""
        starts = self.starts()
        if not self.stride:
            return -(-(np.arange(self.out) + 1) * self.size // self.out) - starts
        stops = np.minimum(starts + self.kernel, self.size + self.padding)
        return stops - starts if padded else np.minimum(stops, self.size) - np.maximum(starts, 0)

    def taps(self) -> list[Tap]:
        """The entries of the windows in order, those of all windows together where they lie at even steps."""
        if not self.stride:
            pairs = zip(self.starts().tolist(), self.lengths(False).tolist(), strict=True)
            return [
                Tap(j, slice(o, o + 1), slice(start + j, start + j + 1))
                for o, (start, length) in enumerate(pairs)
                for j in range(length)
            ]
        found = []
        for j in range(self.kernel):
            shift = j * self.dilation - self.padding
            first = max(0, -(shift // self.stride))
            last = min(self.out - 1, (self.size - 1 - shift) // self.stride)
            if first <= last:
                ins = slice(first * self.stride + shift, last * self.stride + shift + 1, self.stride)
                found.append(Tap(j, slice(first, last + 1), ins))
        return found


def along(axis: int, part: slice) -> tuple[slice, ...]:
    """The index of a part of an array along an axis."""
    return (*(slice(None),) * axis, part)


# --------------------------------------------------------------------------------------------------- from arguments


def check_input(what: str, x: Any, n: int) -> None:
    """Raise unless the input is (N, C, *spatial) or (C, *spatial) and has entries in every image."""
    checks.spatial(what, x, n)
    if 0 in x.shape[x.ndim - n - 1 :]:
        raise errors.ShapeError(f"{what}: got shape {x.shape}; only the batch may be empty.")


def pooling_axes(
    what: str,
    x: Any,
    n: int,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> tuple[Axis, ...]:
    """The spatial axes, from the arguments of a pooling function; `ArgumentError` and `ShapeError`."""
    check_input(what, x, n)
    kernels = checks.several(what, "kernel_size", kernel_size, n, 1)
    strides = kernels if stride is None else checks.several(what, "stride", stride, n, 1)
    paddings, dilations = checks.several(what, "padding", padding, n), checks.several(what, "dilation", dilation, n, 1)
    sizes = zip(x.shape[-n:], kernels, strides, paddings, dilations, strict=True)
    return tuple(pooling_axis(what, x.shape, *numbers, ceil_mode) for numbers in sizes)


def pooling_axis(
    what: str, shape: tuple[int, ...], size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> Axis:
    """One of them. With `ceil_mode` a last window may reach beyond the padding, but not begin there."""
    span = (kernel - 1) * dilation + 1
    if padding > span // 2:
        raise errors.out_of_range(
            what, "padding", padding, f"at most {span // 2}, half of the window, as some would hold nothing but padding"
        )
    room = size + 2 * padding - span
    out = (-(-room // stride) if ceil_mode else room // stride) + 1
    if ceil_mode and (out - 1) * stride >= size + padding:
        out -= 1
    if out < 1:
        raise errors.ShapeError(
            f"{what}: got shape {shape}; a window of {span} entries does not fit into {size}"
            f"{f' with a padding of {padding} at each end' if padding else ''}."
        )
    return Axis(size, out, kernel, stride, padding, dilation)


def adaptive_axes(what: str, x: Any, n: int, output_size: Any) -> tuple[Axis, ...]:
    """The spatial axes for an output of this size, where None is the input's."""
    check_input(what, x, n)
    wanted = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * n
    sizes = x.shape[-n:]
    if len(wanted) == n:
        wanted = tuple(size if out is None else out for out, size in zip(wanted, sizes, strict=True))
    return tuple(map(adaptive_axis, sizes, checks.several(what, "output_size", wanted, n, 1)))


def adaptive_axis(size: int, out: int) -> Axis:
    if out and size % out == 0:
        return Axis(size, out, size // out, size // out)
    axis = Axis(size, out, 0, 0)
    return axis._replace(kernel=int(axis.lengths(False).max(initial=1)))


# ---------------------------------------------------------------------------------------------------------- in pieces


def planes(x: Any, n: int) -> Any:
    """All but the last `n` axes as one."""
    return np.reshape(x, (math.prod(x.shape[: x.ndim - n]), *x.shape[x.ndim - n :]))


def layout(x: Any, turn: bool) -> Any:
    """Planes as they are, or in a copy that has them last.

    Windows that tile the plane are read in long runs where it lies; others by runs of only a line. Over planes that
    lie beside each other every run is long: that is worth the copy.
    """
    return np.ascontiguousarray(np.moveaxis(x, 0, -1)) if turn else x


@quiet()
def in_pieces(work: Callable[[slice], None], arrays: Sequence[Any]) -> None:
    """Call `work` for parts of the first axis, so long that a part of the largest array has `PIECE` entries."""
    largest = max(arrays, key=lambda a: a.size)
    count, step = len(largest), max(1, PIECE * len(largest) // max(1, largest.size))

    def several_pieces(pieces: Iterator[slice]) -> None:
        for piece in pieces:
            work(piece)

    pieces = [slice(start, min(count, start + step)) for start in range(0, count, step)]
    in_threads(several_pieces, pieces, None if largest.size >= THREADED else 1)
