"""Padding at the ends of the last axes: with a constant, or with copies of entries."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn import checks, errors
from nn.functional.resampling import Table, resample

__all__ = ["pad"]

MODES = {"constant": None, "reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # NumPy's names

Widths = tuple[tuple[int, int], ...]


@primitive
def pad_constant(input: Any, widths: Widths, value: float) -> Any:
    """The input with as many entries of `value` before and after each of its axes; negative widths cut off."""
    shape = tuple(size + before + after for size, (before, after) in zip(input.shape, widths, strict=True))
    out = np.full(shape, value, input.dtype)
    inside = tuple(slice(max(0, a), size - max(0, b)) for size, (a, b) in zip(shape, widths, strict=True))
    kept = tuple(slice(max(0, -a), size - max(0, -b)) for size, (a, b) in zip(input.shape, widths, strict=True))
    out[inside] = input[kept]
    return out


vjp_rule(pad_constant, lambda g, y, x, widths, value: pad_constant(g, tuple([(-a, -b) for a, b in widths]), 0))


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """The input with entries added at the ends of its last axes.

    `pad` has two integers for each axis, the last axis first: (left, right, top, bottom, ...). Negative ones cut off.
    Modes are "constant" (`value`, or 0), "reflect" (as in a mirror, the edge not repeated), "replicate" (the edge
    repeated), "circular" (from the other end); the last three are for the last one to three axes.

    Raises `ArgumentError` and `ShapeError` for widths that do not fit.
    """
    checks.array("pad", input)
    if mode not in MODES:
        raise errors.unknown_name("mode", mode, MODES)
    widths = pairs(input, pad)
    sizes = input.shape[input.ndim - len(widths) :]
    if any(size + a + b < 0 or size < max(-a, -b) for size, (a, b) in zip(sizes, widths, strict=True)):
        raise errors.ShapeError(f"pad: got shape {input.shape} and pad={pad!r}, which cuts off more than there is.")
    if mode == "constant":
        before = ((0, 0),) * (input.ndim - len(widths))
        return pad_constant(input, (*before, *widths), 0 if value is None else checks.number("pad", value=value))
    if value is not None and value != 0:
        raise errors.ArgumentError(f"pad: {value=} is for mode='constant', not {mode!r}.")
    check_copies(input, pad, mode, widths)
    return resample(input, tuple(copies(size, *ends, mode) for size, ends in zip(sizes, widths, strict=True)))


def pairs(x: Any, pad: Any) -> Widths:
    """The widths before and after each axis, the first axis first."""
    if not isinstance(pad, (tuple, list)) or len(pad) % 2 or len(pad) > 2 * x.ndim or not len(pad):
        raise errors.out_of_range(
            "pad", "pad", pad, f"a tuple of two integers for each axis that is padded, at most {2 * x.ndim}"
        )
    if not all(map(checks.is_integer, pad)):
        raise errors.out_of_range("pad", "pad", pad, "integers")
    ends = [int(width) for width in pad]
    return tuple(zip(ends[-2::-2], ends[-1::-2], strict=True))


def check_copies(x: Any, pad: Any, mode: str, widths: Widths) -> None:
    """Raise unless there are entries enough to copy."""
    if len(widths) > 3 or len(widths) > x.ndim - 1:
        raise errors.ShapeError(
            f"pad: got shape {x.shape} and pad={pad!r}; mode={mode!r} pads the last one to three axes of "
            f"(N, C, *spatial) or (C, *spatial)."
        )
    for size, (before, after) in zip(x.shape[x.ndim - len(widths) :], widths, strict=True):
        most = {"reflect": size - 1, "circular": size}.get(mode)
        if most is not None and max(before, after) > most:
            raise errors.ShapeError(
                f"pad: got shape {x.shape} and pad={pad!r}; mode={mode!r} can add at most {most} to an axis of {size}."
            )
        if size == 0:
            raise errors.ShapeError(f"pad: got shape {x.shape}; an axis without entries has none to copy.")


def copies(size: int, before: int, after: int, mode: str) -> Table:
    """Which entries of an axis the padded one has."""
    places, cut = np.arange(size), (max(0, -before), max(0, -after))
    if mode == "circular":  # only what is kept goes round
        places, cut = places[cut[0] : size - cut[1]], (0, 0)
    places = np.pad(places, (max(0, before), max(0, after)), MODES[mode])  # type: ignore[call-overload]
    places = places[cut[0] : len(places) - cut[1]]
    return Table(places[:, None], None, size)
