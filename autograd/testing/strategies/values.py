"""Strategies for values: arrays of every shape, dtype and memory layout, numbers away from kinks, Tensors.

All values are finite, and none is subnormal. Every strategy shrinks towards a zero-dimensional, contiguous, writable
float64 array of 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from autograd.errors import DataError
from autograd.tensor import Tensor
from autograd.testing.strategies.base import composed, nps, st
from autograd.testing.strategies.numbers import intervals, numbers

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy
    from numpy.typing import DTypeLike, NDArray

    from autograd.testing.strategies.base import Draw

    Shape = tuple[int, ...]
    Dtypes: TypeAlias = DTypeLike | Sequence[DTypeLike] | SearchStrategy[Any] | None
    Shapes: TypeAlias = int | Sequence[int] | SearchStrategy[Shape] | None

__all__ = [
    "HIGHEST", "LOWEST", "arrays", "as_shapes", "away_from", "broadcastable", "narrower", "small_shapes", "tensors",
]  # fmt: skip

FLOATS = (np.float64, np.float32, np.float16)  # a sample shrinks towards the first
LOWEST, HIGHEST = -10.0, 10.0  # exp(10) still fits into float16


def contiguous(x: NDArray[Any]) -> NDArray[Any]:
    return x


def transposed(x: NDArray[Any]) -> NDArray[Any]:
    return np.array(x.T, order="C").T


def strided(x: NDArray[Any]) -> NDArray[Any]:
    """Every second entry of a larger array, whose other entries must not be read: they are NaN where the dtype can."""
    wide = np.full([2 * n for n in x.shape], np.nan if x.dtype.kind in "fc" else 1, x.dtype)
    view = stepped(wide, 2)
    view[...] = x
    return view


def backwards(x: NDArray[Any]) -> NDArray[Any]:
    return stepped(np.array(stepped(x, -1), order="C"), -1)


def stepped(x: NDArray[Any], step: int) -> NDArray[Any]:
    """A view with this step along every axis; of no axes still an array."""
    index: tuple[Any, ...] = (*[slice(None, None, step)] * x.ndim, ...)
    return x[index]  # type: ignore[no-any-return]


LAYOUTS = {"contiguous": contiguous, "transposed": transposed, "strided": strided, "reversed": backwards}


def arrays(
    dtypes: Dtypes = None,
    shapes: Shapes = None,
    *,
    elements: SearchStrategy[Any] | None = None,
    min_value: float = LOWEST,
    max_value: float = HIGHEST,
    layouts: Sequence[str] = tuple(LAYOUTS),
    read_only: bool | None = None,
) -> SearchStrategy[NDArray[Any]]:
    """Draw arrays as users have them: 0-d, empty, with axes of length 1, strided, read-only, of every float dtype.

    `dtypes` and `shapes` are one, several, or a strategy. By default dtypes are float64, float32 and
    float16 (ask for complex ones by name), shapes have up to three axes of length 0 to 4. Entries lie between
    `min_value` and `max_value`, in both parts of a complex number, or come from `elements` and are rounded to the
    dtype. `layouts` are some of "contiguous", "transposed", "strided" and "reversed". ``read_only=None`` draws both.

    Raises `DataError` for a layout that has no name here or a dtype that has no number in the range.

    >>> from hypothesis import given
    >>> @given(arrays(np.float64, (2, 3), min_value=1))
    ... def test_square(x):
    ...     assert (np.square(x) >= x).all()
    >>> test_square()
    """
    if unknown := [layout for layout in layouts if layout not in LAYOUTS]:
        raise DataError(f"arrays(layouts={list(layouts)}): {unknown[0]!r} is none of {', '.join(LAYOUTS)}.")
    sizes, kinds = as_shapes(shapes), as_dtypes(dtypes)
    if isinstance(dtypes, type | str | np.dtype):
        numbers(np.dtype(dtypes), min_value, max_value)  # an empty range is reported now, not at the first draw
    return composed("arrays", draw_array, kinds, sizes, elements, (min_value, max_value), tuple(layouts), read_only)


def draw_array(
    draw: Draw,
    dtypes: SearchStrategy[Any],
    shapes: SearchStrategy[Shape],
    elements: SearchStrategy[Any] | None,
    bounds: tuple[float, float],
    layouts: tuple[str, ...],
    read_only: bool | None,
) -> NDArray[Any]:
    dtype = np.dtype(draw(dtypes))
    entries = numbers(dtype, *bounds) if elements is None else elements.map(lambda v: np.array(v).astype(dtype)[()])
    x = draw(nps.arrays(dtype, draw(shapes), elements=entries, fill=entries))
    x = LAYOUTS[draw(st.sampled_from(layouts))](x)
    x.flags.writeable = not (draw(st.booleans()) if read_only is None else read_only)
    return x


def small_shapes(min_side: int, max_side: int, dims: Sequence[int] = (0, 1, 1, 2, 2, 3, 3)) -> SearchStrategy[Shape]:
    """Shapes with as many axes as `dims`, by weight: half of what Hypothesis's own strategy draws has none."""
    side = st.integers(min_side, max_side)
    return st.sampled_from(dims).flatmap(lambda ndim: st.tuples(*[side] * ndim))


def as_shapes(shapes: Shapes) -> SearchStrategy[Shape]:
    """A strategy for shapes from one, from several, from a length, or from a strategy."""
    if shapes is None:
        return small_shapes(0, 4)
    if isinstance(shapes, int):
        return st.just((shapes,))
    if not isinstance(shapes, list | tuple):
        return shapes
    several = bool(shapes) and all(isinstance(shape, tuple) for shape in shapes)
    return st.sampled_from(shapes) if several else st.just(tuple(shapes))


def as_dtypes(dtypes: Dtypes) -> SearchStrategy[Any]:
    """A strategy for dtypes from one, several, or a strategy."""
    if isinstance(dtypes, st.SearchStrategy):
        return dtypes
    several: Any = FLOATS if dtypes is None else dtypes
    return st.sampled_from([np.dtype(d) for d in (several if isinstance(several, list | tuple) else [several])])


def away_from(
    kinks: float | Sequence[float],
    *,
    by: float = 0.1,
    min_value: float = LOWEST,
    max_value: float = HIGHEST,
    dtypes: Dtypes = None,
    shapes: Shapes = None,
) -> SearchStrategy[Any]:
    """Draw floats at least `by` from every kink; arrays of them where `shapes` or `dtypes` is given.

    Nothing is filtered: each number is drawn from one of the intervals that the kinks leave. Where float16 can express
    the intervals, their ends are numbers of float16, so that no rounding takes an entry nearer: as ``elements=`` of
    `arrays` they keep their distance in every dtype.

    Raises `DataError` where the kinks leave nothing.

    >>> from hypothesis import given
    >>> @given(away_from(0, by=0.25))
    ... def test_reciprocal(x):
    ...     assert abs(1 / x) <= 4
    >>> test_reciprocal()
    """
    points = sorted(np.atleast_1d(np.asarray(kinks, dtype=float)).tolist())
    spans = intervals(points, by, min_value, max_value)
    if not spans:
        raise DataError(
            f"away_from({kinks}, by={by}): no number between {min_value} and {max_value} is that far from all of them. "
            f"Give a smaller `by`, or a wider range."
        )
    entries = st.one_of(*[st.floats(a, b, allow_subnormal=False) for a, b in spans])
    if shapes is None and dtypes is None:
        return entries
    return arrays(np.float64 if dtypes is None else dtypes, shapes, elements=entries)


def broadcastable(
    n: int,
    dtypes: Dtypes = None,
    shapes: Shapes = None,
    *,
    elements: SearchStrategy[Any] | None = None,
    min_value: float = LOWEST,
    max_value: float = HIGHEST,
    layouts: Sequence[str] = tuple(LAYOUTS),
    read_only: bool | None = None,
) -> SearchStrategy[tuple[NDArray[Any], ...]]:
    """Draw `n` arrays whose shapes broadcast together; each has its own dtype and layout.

    `shapes` is what none of them exceeds; some have length 1 along its axes, or lack the leading ones. The other
    keywords are those of `arrays`.

    >>> from hypothesis import given
    >>> @given(broadcastable(2))
    ... def test_addition(pair):
    ...     a, b = pair
    ...     assert (a + b).shape == np.broadcast_shapes(a.shape, b.shape)
    >>> test_addition()
    """

    def one(shape: Shape) -> SearchStrategy[Any]:
        return arrays(
            dtypes, narrower(shape), elements=elements, min_value=min_value, max_value=max_value, layouts=layouts,
            read_only=read_only,
        )  # fmt: skip

    one(())  # errors are reported now, not at the first draw
    return as_shapes(shapes).flatmap(lambda shape: st.tuples(*[one(shape)] * n))


def narrower(shape: Shape) -> SearchStrategy[Shape]:
    """Shapes that broadcast to `shape`: leading axes dropped, others of length 1. All of them broadcast together."""
    dropped = st.sampled_from([*[0] * 6, *range(1, len(shape) + 1)])
    lengths = st.tuples(*[st.sampled_from([n, n, 1]) for n in shape])  # most as they are: few entries, few mistakes
    return st.tuples(lengths, dropped).map(lambda drawn: drawn[0][drawn[1] :])


def tensors(
    values: SearchStrategy[Any] | None = None, *, requires_grad: bool | None = None, names: bool = True
) -> SearchStrategy[Tensor]:
    """Draw Tensors around `values` (by default those of `arrays`), traced or not, some with a name.

    ``requires_grad=None`` draws both; integers are never traced. ``names=False`` draws none.

    >>> from hypothesis import given
    >>> @given(tensors(away_from(0), requires_grad=True))
    ... def test_gradient(t):
    ...     (1 / t).backward()
    ...     assert t.grad < 0
    >>> test_gradient()
    """

    def wrap(value: Any, traced: bool, name: str | None) -> Tensor:
        return Tensor(value, requires_grad=traced and np.asarray(value).dtype.kind in "fc", name=name)

    traced = st.sampled_from([True, False]) if requires_grad is None else st.just(requires_grad)
    named = st.sampled_from([None, "x", "weight", "layer.0.bias", "été"] if names else [None])
    return st.builds(wrap, arrays() if values is None else values, traced, named)
