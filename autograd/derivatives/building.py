"""Derivatives of functions that build arrays from others: diagonals, triangles, grids, ramps, slices put together."""

import operator
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.derivatives.indexing import index_add
from autograd.derivatives.selecting import is_tensor, kind_of, untraced
from autograd.derivatives.shaping import as_array, astype
from autograd.rules import composition

# ------------------------------------------------------------------------------------------------- diagonals, triangles


@composition(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """In the flat matrix a diagonal is a slice: its entries are n + 1 apart."""
    if np.ndim(v) == 2:
        return np.diagonal(v, k)
    if np.ndim(v) != 1:
        raise ValueError("Input must be 1- or 2-d.")
    n = v.size + abs(k)
    start = k if k >= 0 else -k * n
    entries = slice(start, start + v.size * (n + 1), n + 1)
    return np.reshape(index_add(np.broadcast_to(v.dtype.type(0), (n * n,)), entries, v), (n, n))


composition(np.diagflat)(lambda v, k=0: diag(np.ravel(v), k))


def triangle(m: Any, k: int) -> Any:
    """Where the k-th diagonal of the last two axes is, and what lies below."""
    rows, columns = (np.shape(m) * 2)[-2:]  # of one axis, a square
    return np.tri(rows, columns, k, dtype=np.bool_)


@composition(np.tril)
def _(m: Any, k: int = 0) -> Any:
    return np.where(triangle(m, k), m, m.dtype.type(0))


@composition(np.triu)
def _(m: Any, k: int = 0) -> Any:
    return np.where(triangle(m, k - 1), m.dtype.type(0), m)


@composition(np.vander)
def _(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Each column is the one before times x, as in NumPy: no power of 0 is taken, here or in the derivatives."""
    if np.ndim(x) != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    x = astype(x, np.promote_types(x.dtype, int))
    columns = [np.ones_like(x)]
    while len(columns) < (x.size if N is None else N):
        columns.append(columns[-1] * x if len(columns) > 1 else x)
    columns = columns[: x.size if N is None else N]
    if not columns:
        return np.vander(x.data, N)
    return np.stack(columns if increasing else columns[::-1], axis=-1)


# ------------------------------------------------------------------------------------------------------- grids, copies


@composition(np.meshgrid)
def _(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    place = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        place[:2] = 1, 0
    lines = [np.reshape(x, [-1 if axis == i else 1 for axis in range(len(xi))]) for i, x in zip(place, xi, strict=True)]
    grids = lines if sparse else np.broadcast_arrays(*lines)
    return tuple(grid.copy() if copy and not is_tensor(grid) else grid for grid in grids)


@composition(np.copy)
def _(a: Any, order: str = "K", subok: bool = False) -> Any:
    return astype(a, a.dtype) if a.dtype.kind == "b" else np.positive(a)


@composition(np.rot90)
def _(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    np.rot90(np.broadcast_to(0, np.shape(m)), k, axes)  # raises NumPy's errors
    first, second = axes
    if k % 2:
        m = np.swapaxes(m, first, second)
    if k % 4 in (1, 2):
        m = np.flip(m, first)
    return np.flip(m, second) if k % 4 in (2, 3) else m


# --------------------------------------------------------------------------------------------------------------- ramps


def widened(x: Any, ndim: int) -> Any:
    """`x` with axes of length 1 in front, up to `ndim`."""
    return np.reshape(x, (1,) * (ndim - np.ndim(x)) + np.shape(x))


def as_floating(*ends: Any) -> list[Any]:
    """The ends of a ramp in the dtype in which NumPy computes it: floating, of integers too."""
    dtype = np.result_type(*map(kind_of, ends), 0.0)
    return [astype(x, dtype) if is_tensor(x) else np.asarray(x, dtype) for x in ends]


@composition(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """start + i (stop - start) / n, and `stop` itself at the end."""
    num = operator.index(num)
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    n = num - 1 if endpoint else num
    start, stop = as_floating(start, stop)
    step = (stop - start) / n if n > 0 else np.nan
    shape = np.broadcast_shapes(np.shape(start), np.shape(stop))
    i = np.reshape(np.arange(num, dtype=start.dtype), (num,) + (1,) * len(shape))
    y = start + i * (step if n > 0 else stop - start)
    if endpoint and n > 0:
        y = np.where(i == n, stop, y)
    y = np.moveaxis(y, 0, axis)
    if dtype is not None:
        y = np.floor(y).astype(dtype) if np.issubdtype(dtype, np.integer) else astype(y, np.dtype(dtype))
    return (y, step) if retstep else y


@composition(np.logspace)
def _(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    if np.ndim(base):
        ndim = max(map(np.ndim, (start, stop, base)))
        start, stop = widened(start, ndim), widened(stop, ndim)
        base = np.expand_dims(widened(base, ndim), axis)
    y = np.power(base, linspace_of(start, stop, num, endpoint, axis))
    return y if dtype is None else y.astype(dtype)


def linspace_of(start: Any, stop: Any, num: Any, endpoint: bool, axis: int) -> Any:
    return np.linspace(start, stop, num=num, endpoint=endpoint, axis=axis)


@composition(np.geomspace)
def _(start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """The powers of ten between the logarithms, turned by the sign of `start`; the ends are `start` and `stop`."""
    if np.any(np.equal(start, 0)) or np.any(np.equal(stop, 0)):
        raise ValueError("Geometric sequence cannot include zero")
    num = operator.index(num)
    start, stop, _ = as_floating(start, stop, np.zeros((), dtype))
    sign = np.sign(start)
    y = sign * np.power(10.0, linspace_of(np.log10(start / sign), np.log10(stop / sign), num, endpoint, 0))
    i = np.reshape(np.arange(num), (num,) + (1,) * (np.ndim(y) - 1))
    y = np.where(i == 0, start, y)
    if endpoint and num > 1:
        y = np.where(i == num - 1, stop, y)
    y = np.moveaxis(y, 0, axis)
    return y if dtype is None else y.astype(dtype)


# ---------------------------------------------------------------------------------------------------- Python functions


@composition(np.apply_along_axis)
def _(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """The function on one slice after the other; what it returns takes the place of the axis."""
    axis = normalize_axis_index(axis, np.ndim(arr))
    slices = np.moveaxis(arr, axis, -1)
    outer = slices.shape[:-1]
    if 0 in outer:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    results = np.stack([as_array(func1d(slices[index], *args, **kwargs)) for index in np.ndindex(outer)])
    inner = np.shape(results)[1:]
    places = range(len(outer), len(outer) + len(inner))
    return np.moveaxis(np.reshape(results, (*outer, *inner)), list(places), list(range(axis, axis + len(inner))))


@composition(np.apply_over_axes)
def _(func: Any, a: Any, axes: Any) -> Any:
    ndim = np.ndim(a)
    for axis in np.atleast_1d(untraced(axes)):
        axis = axis + ndim if axis < 0 else axis
        reduced = func(a, axis)
        if np.ndim(reduced) != ndim:
            reduced = np.expand_dims(reduced, axis)
            if np.ndim(reduced) != ndim:
                raise ValueError("function is not returning an array of the correct shape")
        a = reduced
    return a
