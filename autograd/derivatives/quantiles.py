"""Derivatives of medians and quantiles, NaN-blind ones included.

A quantile lies between two neighbours among the sorted entries. Between which, and how far from the one to the other,
is what NumPy's own function answers when it is asked for the same quantile of the ranks 0, 1, 2, ...: no formula of a
method is written here again.

Conventions. Equal entries share the gradient equally, as for ``np.max``. With respect to q the methods that interpolate
(`INTERPOLATING`) are piecewise linear: at a knot the segment above counts, at the uppermost the one below, and where q
asks for more than the entries can tell, the derivative is 0; the other methods are steps, with derivative 0. Weights
choose an entry, and their derivative is 0. Where the result is NaN no entry gets a gradient.
"""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.derivatives.accumulations import plain
from autograd.derivatives.indexing import index_add
from autograd.derivatives.ordering import along, inverse, to_entries
from autograd.derivatives.shaping import as_array
from autograd.rules import composition, first_tensor, primitive, vjp_rule

# The rank of q among n entries is (n + 1 - alpha - beta) q + alpha - 1 (R. Hyndman and Y. Fan, 1996).
INTERPOLATING = {
    "interpolated_inverted_cdf": (0, 1),
    "hazen": (1 / 2, 1 / 2),
    "weibull": (0, 0),
    "linear": (1, 1),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}

FEW = 2  # quantiles asked for at once, up to which it is faster not to sort

# ------------------------------------------------------------------------------------------------------ rows of entries


@primitive
def quantiles(name: str, a: Any, q: Any = None, weights: Any = None, method: str = "linear") -> Any:
    """NumPy's function of this name, one of six, along the last axis; of a median `q` is None."""
    function = getattr(np, name)
    return function(a, axis=-1) if q is None else function(a, q, axis=-1, method=method, weights=weights)


def neighbours(name: str, a: Any, q: Any, weights: Any, method: str) -> tuple[Any, Any, Any]:
    """Two indices into the sorted rows for each quantile, and which part of the way from the one to the other it is."""
    ranks, last = np.arange(a.shape[-1], dtype=rank_dtype(a.dtype, a.shape[-1], method)), a.shape[-1] - 1
    if blind(name) or weights is not None:
        ranks = inverse(np.argsort(a, axis=-1)).astype(ranks.dtype)
    if blind(name):
        n = present(a)
        ranks = np.where(np.isnan(a) & (n > 0)[..., None], np.nan, ranks)  # a row of NaN would only warn once more
        last = np.where(n > 0, n - 1, last)
    rank = quantiles(name, ranks, q, weights, method)
    ahead = np.shape(rank)[: np.ndim(q)]
    rank = np.reshape(rank, ahead + (a.shape[:-1] if ranks.ndim == a.ndim else (1,) * (a.ndim - 1)))
    low = np.clip(np.floor(rank), 0, np.maximum(last - 1, 0)).astype(int)
    part = rank - low  # 1 at the last entry, so that with respect to q the segment below it counts
    low = np.broadcast_to(low, ahead + a.shape[:-1])
    return low, np.minimum(low + 1, last), part


def rank_dtype(dtype: Any, n: int, method: str) -> Any:
    """That of the entries for a step: in NumPy 2.0 their precision decides which way a rank is rounded."""
    exact = dtype.kind == "f" and n * np.finfo(dtype).eps < 1 / 2
    return dtype if exact and method not in INTERPOLATING else np.dtype(float)


def blind(name: str) -> bool:
    """Whether the function passes over NaN."""
    return name.startswith("nan")


def present(a: Any) -> Any:
    """The number of entries in each row that are not NaN."""
    return np.sum(~np.isnan(a), axis=-1)


def entries_vjp(g: Any, y: Any, name: str, a: Any, q: Any = None, weights: Any = None, method: str = "linear") -> Any:
    if not a.size or not y.size:
        return np.zeros_like(a)
    low, high, part = neighbours(name, a, q, weights, method)
    g = np.where(np.isnan(y), 0, g)
    if math.prod(low.shape[: np.ndim(q)]) <= FEW:
        return to_few(g, low, high, part, a)
    rows = np.indices(a.shape[:-1], sparse=True)
    in_order = index_add(a, (*rows, low), g * (1 - part)) + index_add(a, (*rows, high), g * part)
    return to_entries(in_order, a)


def to_few(g: Any, low: Any, high: Any, part: Any, a: Any) -> Any:
    """The same without sorting: each neighbour is found, and its equals are looked for."""
    flat = (-1, *a.shape[:-1])
    pieces = [(low, g * (1 - part))]
    if first_tensor((part,)) is not None or np.any(part):  # the median of an odd number is one entry
        pieces.append((high, g * part))
    ordered = np.partition(plain(a), np.unique([places for places, _ in pieces]), axis=-1)
    shares = []
    for places, gradients in pieces:
        for place, gradient in zip(np.reshape(places, flat), np.reshape(gradients, flat), strict=True):
            ties = a == np.take_along_axis(ordered, place[..., None], axis=-1)
            number = np.maximum(np.sum(ties, axis=-1, keepdims=True), 1)
            shares.append(np.where(ties, gradient[..., None] / number, 0))
    return sum(shares[1:], start=shares[0])


def q_vjp(g: Any, y: Any, name: str, a: Any, q: Any = None, weights: Any = None, method: str = "linear") -> Any:
    if method not in INTERPOLATING or not a.size:
        return np.zeros_like(q)
    low, high, _ = neighbours(name, a, q, weights, method)
    rows = np.indices(a.shape[:-1], sparse=True)
    in_order = a[along(np.argsort(a, axis=-1))]
    below, above = in_order[(*rows, low)], in_order[(*rows, high)]
    alpha, beta = INTERPOLATING[method]
    n = present(a) if blind(name) else a.shape[-1]
    slope, whole = n + 1 - alpha - beta, 100 if name.endswith("percentile") else 1
    rank = slope * (np.reshape(q, np.shape(q) + (1,) * (a.ndim - 1)) / whole) + (alpha - 1)  # 100 / 100 is exact
    flat = np.isnan(y) | (rank < 0) | (rank > n - 1)  # of infinity less infinity as well, where NumPy's result is NaN
    return np.sum(
        np.where(flat, 0, g * slope / whole) * (np.where(flat, 0, above) - np.where(flat, 0, below)),
        axis=tuple(range(np.ndim(q), y.ndim)),
    )


vjp_rule(quantiles, None, entries_vjp, q_vjp, None, None)

# ---------------------------------------------------------------------------------------------------- NumPy's functions


def as_rows(a: Any, axes: tuple[int, ...]) -> Any:
    """`a` with these axes made one, the last."""
    if len(axes) == a.ndim:
        return a if a.ndim == 1 else np.ravel(a)
    last = np.moveaxis(a, axes, range(-len(axes), 0))
    return np.reshape(last, (*last.shape[: a.ndim - len(axes)], math.prod(a.shape[i] for i in axes)))


def weights_as_rows(weights: Any, a: Any, axes: tuple[int, ...]) -> Any:
    """The weights of the rows of `a`: given for each entry, or for each place along the axes."""
    if np.shape(weights) == a.shape:
        return as_rows(as_array(weights), axes)
    if np.shape(weights) == tuple(a.shape[i] for i in axes):
        kept = [n for i, n in enumerate(a.shape) if i not in axes]
        return np.broadcast_to(np.ravel(weights), (*kept, np.size(weights)))
    raise ValueError(f"weights of shape {np.shape(weights)} are for no entries of an array of shape {a.shape}")


def over_axes(name: str, a: Any, axis: Any, keepdims: bool, q: Any = None, weights: Any = None, *method: str) -> Any:
    a = as_array(a)
    axes = tuple(range(a.ndim)) if axis is None else normalize_axis_tuple(axis, a.ndim)
    weights = None if weights is None else weights_as_rows(weights, a, axes)
    rows = as_rows(a, axes)
    y = quantiles(name, rows) if q is None else quantiles(name, rows, q, weights, *method)
    ahead = y.ndim - (a.ndim - len(axes))
    return np.expand_dims(y, tuple(ahead + i for i in axes)) if keepdims else y


def median(name: str) -> Any:
    def rewrite(
        a: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, keepdims: Any = False
    ) -> Any:
        return over_axes(name, a, axis, keepdims)

    return rewrite


def quantile(name: str) -> Any:
    def rewrite(
        a: Any,
        q: Any,
        axis: Any = None,
        out: None = None,
        overwrite_input: bool = False,
        method: str = "linear",
        keepdims: bool = False,
        *,
        weights: Any = None,
    ) -> Any:
        """A node is never changed: `overwrite_input` only allows it."""
        q = q if np.isscalar(q) else as_array(q)  # NumPy promotes a bare number weakly
        return over_axes(name, a, axis, keepdims, q, weights, method)

    return rewrite


composition(np.median)(median("median"))
composition(np.nanmedian)(median("nanmedian"))
composition(np.quantile)(quantile("quantile"))
composition(np.percentile)(quantile("percentile"))
composition(np.nanquantile)(quantile("nanquantile"))
composition(np.nanpercentile)(quantile("nanpercentile"))
