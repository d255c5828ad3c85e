"""Strategies for places in an array: everything that NumPy indexes with, and axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.errors import DataError
from autograd.testing.strategies.base import composed, nps, st
from autograd.testing.strategies.values import narrower, small_shapes

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from autograd.testing.strategies.base import Draw
    from autograd.testing.strategies.values import Shape

__all__ = ["axes", "indices"]

NEW_AXES = 2  # at most so many in one index


class Mask:
    """A boolean array over some axes, decided on but not drawn yet."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape


class Picks:
    """An integer array over one axis, decided on but not drawn yet."""

    def __init__(self, length: int) -> None:
        self.length = length


def indices(shape: int | Sequence[int], *, advanced: bool = True) -> SearchStrategy[Any]:
    """Draw an index that an array of this shape takes, alone or in a tuple.

    That is integers of either sign, slices with steps, ``...``, `numpy.newaxis`, and, unless ``advanced=False``,
    integer arrays and lists that name entries more than once, boolean masks over one axis or several, and all of these
    mixed. The selection may be empty.

    >>> from hypothesis import given
    >>> @given(indices((3, 4)))
    ... def test_reading(index):
    ...     x = np.zeros((3, 4))
    ...     assert x[index].shape == x.copy()[index].shape
    >>> test_reading()
    """
    lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    return composed("indices", draw_index, lengths, advanced)


def draw_index(draw: Draw, shape: Shape, advanced: bool) -> Any:
    alone = not draw(st.booleans())
    planned = draw_plan(draw, shape, advanced)[: 1 if alone else None]
    masks = [draw(nps.arrays(bool, part.shape)) for part in planned if isinstance(part, Mask)]
    common = draw_common_shape(draw, masks) if any(isinstance(part, Picks) for part in planned) else ()
    parts = []
    for part in planned:
        if isinstance(part, Mask):
            part = masks.pop()
        elif isinstance(part, Picks):
            part = draw_integers(draw, part.length, common)
        parts.append(part)
    return parts[0] if alone and parts else tuple(parts)


def draw_plan(draw: Draw, shape: Shape, advanced: bool) -> list[Any]:
    """The parts of an index in order; arrays are left for later, as they must broadcast together.

    At most one is a mask: the entries it selects are as many as the integer arrays beside it must have.
    """
    parts: list[Any] = []
    axis = 0
    while True:
        kind = draw(st.sampled_from(kinds_of_part(parts, shape[axis:], advanced)))
        if kind == "end":
            return parts
        span = 1
        if kind == "int":
            parts.append(draw(st.integers(-shape[axis], shape[axis] - 1)))
        elif kind == "slice":
            parts.append(draw(st.slices(shape[axis])))
        elif kind == "array":
            parts.append(Picks(shape[axis]))
        elif kind == "mask":
            span = draw(st.integers(1, len(shape) - axis))
            parts.append(Mask(shape[axis : axis + span]))
        elif kind == "newaxis":
            span = 0
            parts.append(None)
        else:
            span = draw(st.integers(0, len(shape) - axis))
            parts.append(Ellipsis)
        axis += span


def kinds_of_part(parts: list[Any], left: Shape, advanced: bool) -> list[str]:
    """What may come next; the simplest first, the end last where axes are left, so that most get a part."""
    kinds = []
    if left:
        kinds += ["int"] if left[0] else []
        kinds += ["slice"]
        kinds += ["array"] if advanced and left[0] else []
        kinds += ["mask"] if advanced and not any(isinstance(part, Mask) for part in parts) else []
    if Ellipsis not in parts:
        kinds += ["end", "ellipsis"]
    elif not left:  # behind `...` every axis must be named, or the names would belong to later axes
        kinds += ["end"]
    kinds += ["newaxis"] if parts.count(None) < NEW_AXES else []
    return kinds


def draw_common_shape(draw: Draw, masks: list[Any]) -> Shape:
    """The shape that the integer arrays of an index broadcast to; a mask sets its last axis."""
    if not masks:
        return draw(small_shapes(0, 4, (1, 1, 0, 2)))  # type: ignore[no-any-return]
    return (*draw(nps.array_shapes(min_dims=0, max_dims=1, max_side=2)), int(masks[0].sum()))


def draw_integers(draw: Draw, length: int, common: Shape) -> Any:
    """An integer array for an axis of this length, or the same as a list."""
    places = st.integers(-length, length - 1)
    picked = draw(nps.arrays(np.intp, draw(narrower(common)), elements=places, fill=places))
    return picked.tolist() if picked.ndim == 1 and picked.size and draw(st.booleans()) else picked


def axes(
    of: int | Sequence[int], *, allow_none: bool = True, allow_tuple: bool = True, nonempty: bool = False
) -> SearchStrategy[Any]:
    """Draw what ``axis=`` takes for an array with `of` axes, or of shape `of`: None, an integer, a tuple of integers.

    Integers have either sign, a tuple names no axis twice and may be empty. ``nonempty=True`` leaves out axes of
    length 0 in the shape, along which a maximum or a mean has no value.

    Raises `DataError` where nothing is left.

    >>> from hypothesis import given
    >>> @given(axes(3))
    ... def test_sum(axis):
    ...     x = np.ones((2, 3, 4))
    ...     assert x.sum(axis).sum() == 24
    >>> test_sum()
    """
    shape = (1,) * of if isinstance(of, int) else tuple(of)
    usable = [axis for axis, length in enumerate(shape) if length or not nonempty]
    either_sign = [axis - offset for offset in (0, len(shape)) for axis in usable]
    kinds = [st.none()] if allow_none and len(usable) == len(shape) else []
    kinds += [st.sampled_from(either_sign)] if usable else []
    if allow_tuple:
        several = st.lists(st.sampled_from(either_sign), unique_by=lambda a: a % len(shape)) if usable else st.just(())
        kinds.append(several.map(tuple))
    if not kinds:
        raise DataError(
            f"axes({of}): such an array has no axis to give; allow_none and allow_tuple have other answers."
        )
    return st.one_of(*kinds)
