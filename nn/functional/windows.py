"""How the windows that a convolution looks through are laid out in memory, a cache-sized piece at a time.

The matrix of all windows (im2col) of a 3x3 kernel is nine times as large as the input. Here the windows of a few
images, or of a band of one, are copied along all axes but the first, three times the input; for each kernel entry along
the first axis the operand of a product then is a view of this buffer that starts some lines further on. The sum over
these entries is added up in cache. Where channels are so few that such products would be thin, all entries are copied.

Plain NumPy; `convolution_kernels.py` stands on this.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

__all__ = ["CACHED", "Axis", "Geometry", "Layout", "Piece", "Windows", "match"]

CACHED = 1 << 21  # bytes of the buffers of one thread: most of a second-level cache
THIN = 48  # rows of a product, below which all kernel entries are copied


class Axis(NamedTuple):
    """A spatial axis: at kernel entry k, output o meets input ``offset + o * stride + k * dilation``; outside is 0."""

    size: int
    kernel: int
    stride: int
    dilation: int
    offset: int  # minus the padding
    out: int


def each(values: Iterable[int]) -> int | tuple[int, ...]:
    """One number if it is that of all."""
    found = tuple(values)
    return found[0] if len(set(found)) == 1 else found


@dataclass(frozen=True, slots=True)
class Geometry:
    """The spatial axes, and how many groups the channels are in."""

    axes: tuple[Axis, ...]
    groups: int = 1

    @property
    def name(self) -> str:
        """What pictures and explanations call it."""
        return f"stride={each(a.stride for a in self.axes)}, padding={each(-a.offset for a in self.axes)}"

    @property
    def out(self) -> tuple[int, ...]:
        return tuple([axis.out for axis in self.axes])

    @property
    def size(self) -> tuple[int, ...]:
        return tuple([axis.size for axis in self.axes])

    @property
    def kernel(self) -> tuple[int, ...]:
        return tuple([axis.kernel for axis in self.axes])


class Piece(NamedTuple):
    """Some images, and some lines of their outputs: entries of the first spatial axis."""

    images: slice
    lines: slice


class Layout:
    """The buffer for an input of so many channels, and the pieces in which it is filled.

    A row is a channel and a kernel entry, a column an output. Entries along the first axis have rows of their own, or
    start at other lines of the same rows: each such start is a tap. Lines that are `stride` apart follow each other, in
    a slot for each remainder. `ones` adds a row of ones, which meets the bias.
    """

    def __init__(self, channels: int, out_channels: int, geometry: Geometry, ones: bool) -> None:
        self.first, *rest = geometry.axes
        self.rest = tuple(rest)
        self.groups, self.ones = geometry.groups, ones
        self.channels, self.out_channels = channels // geometry.groups, out_channels // geometry.groups
        self.line = math.prod(axis.out for axis in rest)
        _, kernel, stride, dilation, _, _ = self.first
        self.rows = self.channels * math.prod(axis.kernel for axis in rest)
        self.thin = kernel == 1 or self.rows < THIN
        if self.thin:
            self.rows *= kernel
            self.slots, self.slot_step, self.halo = kernel, dilation, 0
            self.taps = [(0, 0)]
        else:
            self.slots, self.slot_step, self.halo = stride, 1, (kernel - 1) * dilation // stride
            self.taps = [(k * dilation % stride, k * dilation // stride) for k in range(kernel)]

    @property
    def multiplications(self) -> int:
        """How many an image takes."""
        return self.groups * self.rows * self.out_channels * len(self.taps) * self.first.out * self.line

    @property
    def numbers(self) -> int:
        """How many numbers an image's windows, their products and the result are."""
        width = (self.rows + self.ones) * (1 if self.thin else self.slots) + (len(self.taps) + 1) * self.out_channels
        return self.groups * width * self.first.out * self.line

    def reach(self, lines: int) -> int:
        """How many input lines so many lines of outputs are made from, and perhaps some that are not looked at."""
        _, kernel, stride, dilation, _, _ = self.first
        return (lines - 1) * stride + (kernel - 1) * dilation + 1 if self.thin else (lines + self.halo) * stride

    def pieces(self, images: int, itemsize: int, parts: int) -> list[Piece]:
        """At least so many `parts` if there are images enough, each small enough to stay in cache."""
        lines, size = self.first.out, max(1, itemsize * self.numbers)
        together = max(1, min(CACHED // size, -(-images // parts)))
        depth = -(-lines // min(lines, -(-size // CACHED)))
        return [
            Piece(slice(i, min(i + together, images)), slice(y, min(y + depth, lines)))
            for i in range(0, images, together)
            for y in range(0, lines, depth)
        ]

    def weights(self, weight: Any, bias: Any, dtype: Any) -> Any:
        """The kernel (out, in, *kernel) as one matrix for each tap: (taps, groups, out, rows)."""
        w = weight.reshape(self.groups, self.out_channels, self.channels, self.first.kernel, -1)
        w = w.transpose((0, 1, 2, 4, 3) if self.thin else (3, 0, 1, 2, 4))
        matrices = np.zeros((len(self.taps), self.groups, self.out_channels, self.rows + self.ones), dtype)
        matrices[..., : self.rows] = w.reshape(*matrices.shape[:3], self.rows)
        if self.ones:
            matrices[0, ..., self.rows] = bias.reshape(self.groups, self.out_channels)
        return matrices

    def kernels(self, matrices: Any) -> Any:
        """The reverse for the transposes: (taps, groups, rows, out) without the row of ones as (out, in, *kernel)."""
        kernel = [axis.kernel for axis in (self.first, *self.rest)]
        if self.thin:
            w = matrices.reshape(self.groups, self.channels, -1, kernel[0], self.out_channels).transpose(0, 4, 1, 3, 2)
        else:
            w = matrices.reshape(kernel[0], self.groups, self.channels, -1, self.out_channels).transpose(1, 4, 2, 0, 3)
        return np.ascontiguousarray(w).reshape(-1, self.channels, *kernel)


class Match(NamedTuple):
    """Which places of a buffer lie inside the input, and where there."""

    places: slice
    inputs: slice


def match(first: int, size: int, places: int) -> Match:
    """The places p of which ``first + p`` is one of `size` inputs."""
    start = min(max(0, -first), places)
    stop = max(start, min(places, size - first))
    return Match(slice(start, stop), slice(first + start, first + stop) if start < stop else slice(0))


class Windows:
    """A buffer of one thread for the pieces of `input`, of which the first is the largest.

    What is copied is a view of the input with an axis for each axis of the kernel, so that one call copies a piece.
    Where there is padding, the input goes to the middle of zeros first.
    """

    def __init__(self, layout: Layout, input: Any, pieces: list[Piece]) -> None:
        self.layout, self.input = layout, input
        self.images, self.count = pieces[0].images.stop, pieces[0].lines.stop
        first, rest = layout.first, layout.rest
        rows, slots = layout.rows + layout.ones, 1 if layout.thin else layout.slots
        depth = self.count + layout.halo
        self.lines = np.zeros((self.images, layout.groups, rows, slots, depth, layout.line), input.dtype)
        self.lines[:, :, layout.rows :] = 1
        self.windows = self.lines[:, :, : layout.rows].reshape(
            self.images,
            layout.groups,
            layout.channels,
            *[axis.kernel for axis in rest],
            layout.slots,
            depth,
            *[axis.out for axis in rest],
        )
        reaches = [(axis.out - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1 for axis in rest]
        self.across = [match(axis.offset, axis.size, reach) for axis, reach in zip(rest, reaches, strict=True)]
        inside = all(axis.offset >= 0 and axis.offset + n <= axis.size for axis, n in zip(rest, reaches, strict=True))
        inside = inside and first.offset >= 0 and first.offset + layout.reach(first.out) <= first.size
        shape = self.images, input.shape[1], layout.reach(self.count), *reaches
        self.padded = None if inside else np.zeros(shape, input.dtype)
        self.filled = pieces[0].lines

    def fill(self, piece: Piece) -> list[tuple[slice, Any]]:
        """Copy the windows of a piece; return what the taps are multiplied with.

        This is (taps, images, groups, rows, outputs): all taps together if there is one slot, else one by one.
        """
        layout, (images, lines) = self.layout, piece
        n, count = images.stop - images.start, lines.stop - lines.start
        source = self.source(piece)
        batch, channel, line, *across = source.strides
        strides = (
            batch,
            channel * layout.channels,
            channel,
            *[step * axis.dilation for step, axis in zip(across, layout.rest, strict=True)],
            line * layout.slot_step,
            line * layout.first.stride,
            *[step * axis.stride for step, axis in zip(across, layout.rest, strict=True)],
        )
        depth = len(layout.rest) + 4
        windows = self.windows[:n]
        windows = windows[(slice(None),) * depth + (slice(count + layout.halo),)]
        windows[...] = as_strided(source, windows.shape, strides)
        lines_ = self.lines[:n]
        if layout.slots > 1 and not layout.thin:
            parts = [lines_[:, :, :, slot, start : start + count] for slot, start in layout.taps]
            return [(slice(i, i + 1), part.reshape(1, *part.shape[:3], -1)) for i, part in enumerate(parts)]
        step = layout.first.dilation * layout.line * lines_.itemsize
        shape = len(layout.taps), *lines_.shape[:3], count * layout.line
        return [(slice(None), as_strided(lines_, shape, (step, *lines_.strides[:3], lines_.itemsize)))]

    def source(self, piece: Piece) -> Any:
        """The input from where the first window of a piece starts, with zeros around it where there is padding."""
        images, lines = piece
        first = self.layout.first
        start = first.offset + lines.start * first.stride
        given = self.input[images]
        if self.padded is None:
            return given[
                (slice(None), slice(None), slice(start, None), *[slice(m.inputs.start, None) for m in self.across])
            ]
        padded = self.padded[: len(given)]
        if self.filled != lines:
            self.padded[...] = 0  # what lies outside the input differs from band to band
            self.filled = lines
        down = match(start, first.size, padded.shape[2])
        places, inputs = zip(down, *self.across, strict=True)
        padded[(slice(None), slice(None), *places)] = given[(slice(None), slice(None), *inputs)]
        return padded
