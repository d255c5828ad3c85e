"""Derivatives of histograms: with respect to their weights, of which a histogram is a sum.

Of the sample a histogram is a step function: the derivative is 0 or does not exist, so that a traced sample is refused.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import errors
from autograd.derivatives.accumulations import plain
from autograd.derivatives.indexing import index_add
from autograd.derivatives.selecting import refuse_traced
from autograd.derivatives.shaping import as_array, astype
from autograd.rules import composition


def is_traced(x: Any) -> bool:
    return any(map(is_traced, x)) if isinstance(x, (list, tuple)) else getattr(x, "requires_grad", False)


def require_constants(function: Callable[..., Any], *samples: Any) -> None:
    if is_traced(samples):
        raise errors.refused(
            function,
            "counts the entries of its sample, which is traced: a step function, whose derivative is 0 or does not "
            "exist (weights= may be traced)",
            f"{errors.op_name(function)}(x.data), or a smooth count: np.sum(f(x - left) - f(x - right)), f a sigmoid,",
        )


def weighted_counts(columns: Sequence[Any], edges: Sequence[Any], weights: Any, density: Any, dtype: Any) -> Any:
    """The sum of the weights in each bin; the last bin of each axis has its upper edge in it."""
    places = [np.searchsorted(e, x, "right") - 1 - (x == e[-1]) for x, e in zip(columns, edges, strict=True)]
    shape = [len(e) - 1 for e in edges]
    inside = np.all([(i >= 0) & (i < n) for i, n in zip(places, shape, strict=True)], axis=0)
    flat = np.ravel_multi_index([i[inside] for i in places], shape)
    wide = astype(weights, np.result_type(weights, np.float64))[np.flatnonzero(inside)]
    counts = astype(np.reshape(index_add(np.zeros(math.prod(shape)), flat, wide), shape), dtype)
    if not density:
        return counts
    widths = np.ones(())
    for e in edges:
        widths = np.multiply.outer(widths, np.diff(e).astype(float))
    return counts / widths / np.sum(counts)


@composition(np.histogram)
def _(
    a: Any,
    bins: Any = 10,
    range: Any = None,  # noqa: A002  # NumPy's name
    density: Any = None,
    weights: Any = None,
) -> Any:
    require_constants(np.histogram, a, bins, range)
    a = np.ravel(plain(a))
    given = None if weights is None else np.ravel(plain(weights))
    value, edges = np.histogram(a, plain(bins), plain(range), density, given)
    if not is_traced(weights):
        return value, edges
    weights = np.ravel(as_array(weights))
    return weighted_counts([a], [edges], weights, density, weights.dtype), edges


@composition(np.histogramdd)
def _(
    sample: Any,
    bins: Any = 10,
    range: Any = None,  # noqa: A002  # NumPy's name
    density: Any = None,
    weights: Any = None,
) -> Any:
    require_constants(np.histogramdd, sample, bins, range)
    sample = plain(sample)
    value, edges = np.histogramdd(sample, plain(bins), range, density, plain(weights))
    if not is_traced(weights):
        return value, edges
    columns = np.asarray(sample).T if np.ndim(sample) == 2 and hasattr(sample, "shape") else np.atleast_2d(sample)
    return weighted_counts(list(columns), edges, as_array(weights), density, float), edges


@composition(np.histogram2d)
def _(
    x: Any,
    y: Any,
    bins: Any = 10,
    range: Any = None,  # noqa: A002  # NumPy's name
    density: Any = None,
    weights: Any = None,
) -> Any:
    require_constants(np.histogram2d, x, y, bins, range)
    x, y = plain(x), plain(y)
    value, *edges = np.histogram2d(x, y, plain(bins), range, density, plain(weights))
    if not is_traced(weights):
        return value, *edges
    return weighted_counts([np.asarray(x), np.asarray(y)], edges, as_array(weights), density, float), *edges


refuse_traced(
    np.histogram_bin_edges,
    "of a traced sample jumps with its size and spread",
    "np.histogram_bin_edges(x.data), or np.linspace(np.min(x), np.max(x), n + 1)",
)
