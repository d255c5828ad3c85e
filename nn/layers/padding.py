"""Padding layers: entries added at the ends of the spatial axes."""

from __future__ import annotations

from typing import Any, ClassVar

from nn import checks, errors, functional
from nn.module import Module

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class Padding(Module):
    """What they share: the widths, (left, right, top, bottom, front, back), the last axis first."""

    axes: ClassVar[int]
    mode: ClassVar[str]

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        what, count = type(self).__name__, 2 * self.axes
        if isinstance(padding, (tuple, list)) and len(padding) != count:
            raise errors.out_of_range(what, "padding", padding, f"an integer, or {count} of them")
        self.padding = checks.several(what, "padding", padding, count, None)

    def forward(self, input: Any) -> Any:
        checks.spatial(self, input, self.axes)
        return functional.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ConstantPad(Padding):
    mode = "constant"

    def __init__(self, padding: int | tuple[int, ...], value: float) -> None:
        super().__init__(padding)
        self.value = checks.number(type(self).__name__, value=value)

    def forward(self, input: Any) -> Any:
        checks.spatial(self, input, self.axes)
        return functional.pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ZeroPad(ConstantPad):
    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ReflectionPad(Padding):
    mode = "reflect"


class ReplicationPad(Padding):
    mode = "replicate"


class CircularPad(Padding):
    mode = "circular"


class ZeroPad1d(ZeroPad):
    """Padded at both ends, with zeros: (N, C, L) or (C, L).

    Takes `padding`, an integer, or (left, right); negative numbers cut off.

    Raises `ArgumentError` for other numbers, `ShapeError` where they do not fit the input.
    """

    axes = 1


class ZeroPad2d(ZeroPad):
    """As `ZeroPad1d`, of (N, C, H, W) or (C, H, W); four numbers are (left, right, top, bottom)."""

    axes = 2


class ZeroPad3d(ZeroPad):
    """As `ZeroPad1d`, of (N, C, D, H, W) or (C, D, H, W); six numbers end with (front, back)."""

    axes = 3


class ConstantPad1d(ConstantPad):
    """Padded at both ends, with `value`: (N, C, L) or (C, L).

    Takes `padding`, an integer, or (left, right) and a `value`; negative numbers cut off.

    Raises `ArgumentError` for other numbers, `ShapeError` where they do not fit the input.
    """

    axes = 1


class ConstantPad2d(ConstantPad):
    """As `ConstantPad1d`, of (N, C, H, W) or (C, H, W); four numbers are (left, right, top, bottom)."""

    axes = 2


class ConstantPad3d(ConstantPad):
    """As `ConstantPad1d`, of (N, C, D, H, W) or (C, D, H, W); six numbers end with (front, back)."""

    axes = 3


class ReflectionPad1d(ReflectionPad):
    """Padded at both ends, as in a mirror, the edge not repeated: (N, C, L) or (C, L).

    Takes `padding`, an integer, or (left, right); negative numbers cut off.

    Raises `ArgumentError` for other numbers, `ShapeError` where they do not fit the input.
    """

    axes = 1


class ReflectionPad2d(ReflectionPad):
    """As `ReflectionPad1d`, of (N, C, H, W) or (C, H, W); four numbers are (left, right, top, bottom)."""

    axes = 2


class ReflectionPad3d(ReflectionPad):
    """As `ReflectionPad1d`, of (N, C, D, H, W) or (C, D, H, W); six numbers end with (front, back)."""

    axes = 3


class ReplicationPad1d(ReplicationPad):
    """Padded at both ends, with the edge repeated: (N, C, L) or (C, L).

    Takes `padding`, an integer, or (left, right); negative numbers cut off.

    Raises `ArgumentError` for other numbers, `ShapeError` where they do not fit the input.
    """

    axes = 1


class ReplicationPad2d(ReplicationPad):
    """As `ReplicationPad1d`, of (N, C, H, W) or (C, H, W); four numbers are (left, right, top, bottom)."""

    axes = 2


class ReplicationPad3d(ReplicationPad):
    """As `ReplicationPad1d`, of (N, C, D, H, W) or (C, D, H, W); six numbers end with (front, back)."""

    axes = 3


class CircularPad1d(CircularPad):
    """Padded at both ends, from the other end: (N, C, L) or (C, L).

    Takes `padding`, an integer, or (left, right); negative numbers cut off.

    Raises `ArgumentError` for other numbers, `ShapeError` where they do not fit the input.
    """

    axes = 1


class CircularPad2d(CircularPad):
    """As `CircularPad1d`, of (N, C, H, W) or (C, H, W); four numbers are (left, right, top, bottom)."""

    axes = 2


class CircularPad3d(CircularPad):
    """As `CircularPad1d`, of (N, C, D, H, W) or (C, D, H, W); six numbers end with (front, back)."""

    axes = 3
