"""Weighted means, covariances and correlations, written in functions that have rules.

Conventions: the correlation with a variable that does not vary is NaN, as NumPy says, and passes gradient 0; so does a
covariance of too few observations, which is NaN or infinite.
"""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.derivatives.accumulations import plain
from autograd.derivatives.shaping import as_array, astype
from autograd.rules import composition

# ------------------------------------------------------------------------------------------------------ weighted means


@composition(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    a = as_array(a)
    axis = None if axis is None else normalize_axis_tuple(axis, a.ndim, "axis")
    if weights is None:
        mean = np.mean(a, axis=axis, keepdims=keepdims)
        total: Any = mean.dtype.type(a.size / mean.size) if returned else None
    else:
        weights = beside(a, as_array(weights), axis)
        dtype = np.result_type(a.dtype, weights.dtype, *([] if a.dtype.kind in "fc" else [np.float64]))
        total = np.sum(weights, axis=axis, dtype=dtype, keepdims=keepdims)
        if np.any(total == 0):
            np.average([0.0], weights=[0.0])  # raises NumPy's error
        mean = np.sum(np.multiply(a, weights, dtype=dtype), axis=axis, keepdims=keepdims) / total
    return (mean, np.positive(np.broadcast_to(total, mean.shape))) if returned else mean


def beside(a: Any, weights: Any, axis: Any) -> Any:
    """`weights`, which may be along `axis` only, in a shape that broadcasts against `a`."""
    if a.shape == weights.shape:
        return weights
    axes = () if axis is None else normalize_axis_tuple(axis, a.ndim)
    if not axes or weights.shape != tuple(a.shape[i] for i in axes):
        np.average(np.empty(a.shape), axis, np.empty(weights.shape))  # raises NumPy's error
    return np.reshape(np.transpose(weights, np.argsort(axes)), [n if i in axes else 1 for i, n in enumerate(a.shape)])


# ---------------------------------------------------------------------------------------- covariances and correlations

NUMPY_LEAVES_A_ROW = np.lib.NumpyVersion(np.__version__) < "2.2.0"  # with rowvar=False, as one variable all the same


@composition(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    x = variables(as_array(m), None if y is None else as_array(y), rowvar, dtype)
    ddof = (0 if bias else 1) if ddof is None else ddof
    check(x.shape[1], ddof, fweights, aweights)
    given = [astype(as_array(w), np.float64) for w in (fweights, aweights) if w is not None]
    if not given:
        weights, freedom = None, x.shape[1] - ddof
    else:
        weights = given[0] if len(given) == 1 else given[0] * given[1]
        total = np.sum(weights)
        freedom = total - ddof if aweights is None or not ddof else total - ddof * np.sum(weights * given[-1]) / total
    x = astype(x - average(x, axis=1, weights=weights, keepdims=True), x.dtype)
    c = np.dot(x, np.conjugate(np.transpose(x if weights is None else x * weights)))
    y = np.multiply(c, np.true_divide(1, np.maximum(freedom, 0)), dtype=c.dtype)
    return np.squeeze(y if freedom > 0 else c * 0 + plain(y))


def variables(m: Any, y: Any, rowvar: bool, dtype: Any) -> Any:
    """One row per variable, in the dtype of the result."""
    for x in (m, y):
        if x is not None and x.ndim > 2:
            np.cov(np.empty((0,) * x.ndim))  # raises NumPy's error
    given = [m] if y is None else [m, y]
    dtype = np.result_type(*[x.dtype for x in given], np.float64) if dtype is None else dtype
    rows = [astype(np.atleast_2d(x), dtype) for x in given]
    if not rowvar:
        keep = rows[0].shape[0] == 1 if NUMPY_LEAVES_A_ROW else m.ndim == 1
        rows = [
            rows[0] if keep else np.transpose(rows[0]),
            *[x if x.shape[0] == 1 else np.transpose(x) for x in rows[1:]],
        ]
    return np.concatenate(rows, axis=0)


def check(n: int, ddof: Any, fweights: Any, aweights: Any) -> None:
    """Have NumPy itself raise and warn about the weights and `ddof`, by the covariance of one variable."""
    with np.errstate(all="ignore"):
        np.cov(np.zeros((1, n)), ddof=ddof, fweights=plain(fweights), aweights=plain(aweights))


@composition(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """The value is NumPy's, clipped to [-1, 1]: rounding beyond them does not stop the gradient."""
    c = np.atleast_2d(cov(x, y, rowvar, dtype=dtype))
    variance = np.real(np.diagonal(c))
    spread = np.sqrt(np.where(variance > 0, variance, 1))
    r = c / spread[:, None] / spread[None, :]
    deviation = np.sqrt(plain(variance))
    value = clipped(plain(c) / deviation[:, None] / deviation[None, :])
    return np.squeeze(np.where(np.isnan(value), value, r + (value - plain(r))))


def clipped(r: Any) -> Any:
    """Real and imaginary part, each between -1 and 1."""
    real = np.clip(r.real, -1, 1)
    return real + 1j * np.clip(r.imag, -1, 1) if np.iscomplexobj(r) else real
