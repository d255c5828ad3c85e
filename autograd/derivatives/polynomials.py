"""Derivatives of functions of polynomials, given by their coefficients from the highest power down.

Zeros in front that NumPy cuts off, in `polymul` and in the remainder of `polydiv`, get no gradient. The derivative of a
root r of p is -r^k / p'(r) with respect to the coefficient of x^k: infinite at a double root, where roots part like a
square root.
"""

import warnings
from typing import Any

import numpy as np

from autograd import errors
from autograd.derivatives.shaping import as_array, astype
from autograd.rules import composition, primitive, vjp_rule


def coefficients(p: Any) -> Any:
    return np.atleast_1d(p.coeffs if isinstance(p, np.poly1d) else as_array(p))


# -------------------------------------------------------------------------------------------------------------- values


@primitive
def polyval(p: Any, x: Any) -> Any:
    """`numpy.polyval` of one polynomial."""
    return np.polyval(p, x)


def polyval_vjp(g: Any, y: Any, p: Any, x: Any) -> Any:
    """Of each coefficient the sum of g times a power of x, one power after the other: a matrix of all is never made."""
    sums = []
    for power in range(len(p)):
        g = g * x if power else g
        sums.append(np.sum(g))
    return np.stack(sums[::-1]) if sums else np.zeros_like(p)


vjp_rule(polyval, polyval_vjp, lambda g, y, p, x: g * polyval(np.polyder(p), x))


@composition(np.polyval)
def _(p: Any, x: Any) -> Any:
    p, x = as_array(p), as_array(x)
    if p.ndim == 1:
        return polyval(p, x)
    y = np.zeros_like(x)
    for coefficient in p:  # arrays of them, which broadcast against x
        y = y * x + coefficient
    return y


# ---------------------------------------------------------------------------------------------------------- arithmetic


def same_length(p: Any, q: Any) -> tuple[Any, Any]:
    """The coefficients of both, the shorter with zeros in front."""
    p, q = coefficients(p), coefficients(q)
    n = max(len(p), len(q))
    p, q = (x if len(x) == n else np.concatenate([np.zeros(n - len(x), x.dtype), x]) for x in (p, q))
    return p, q


composition(np.polyadd)(lambda a1, a2: np.add(*same_length(a1, a2)))
composition(np.polysub)(lambda a1, a2: np.subtract(*same_length(a1, a2)))


def stripped(p: Any) -> Any:
    """The coefficients without zeros in front; of 0 the last."""
    p = coefficients(p)
    places = np.flatnonzero(p)
    return p[places[0] if len(places) else -1 :] if len(p) else np.zeros_like(p, shape=1)


composition(np.polymul)(lambda a1, a2: np.convolve(stripped(a1), stripped(a2)))


@primitive
def polydiv(u: Any, v: Any) -> Any:
    """`numpy.polydiv`."""
    return np.polydiv(u, v)


def numerator_vjp(g: Any, y: Any, u: Any, v: Any) -> Any:
    """Of u = q * v + r the leading entries of u fix q, a triangular system, and the whole of u - q * v is r.

    The transposed system, turned round, is again a division by v.
    """
    gq, gr = g
    gr = np.pad(gr, (len(u) - len(gr), 0))  # NumPy cuts zeros off the front of r
    if len(u) < len(v):
        return gr
    gq = gq - np.convolve(gr, np.flip(v), "valid")
    return gr + np.flip(np.pad(polydiv(np.pad(np.flip(gq), (0, len(v) - 1)), v)[0], (len(v) - 1, 0)))


def denominator_vjp(g: Any, y: Any, u: Any, v: Any) -> Any:
    return -np.convolve(numerator_vjp(g, y, u, v), np.flip(y[0]), "valid") if len(u) >= len(v) else np.zeros_like(v)


vjp_rule(polydiv, numerator_vjp, denominator_vjp)
composition(np.polydiv)(lambda u, v: polydiv(coefficients(u), coefficients(v)))

# ------------------------------------------------------------------------------------------- derivatives and integrals


@composition(np.polyder)
def _(p: Any, m: int = 1) -> Any:
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    p = as_array(p)
    if p.ndim != 1:
        raise ValueError(f"np.polyder takes the coefficients of one polynomial, not an array of {p.ndim} axes")
    for _ in range(int(m)):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


@composition(np.polyint)
def _(p: Any, m: int = 1, k: Any = None) -> Any:
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    m = int(m)
    k = np.zeros(m) if k is None else np.atleast_1d(as_array(k))
    if len(k) == 1 < m:
        k = np.broadcast_to(k, (m,))
    if len(k) < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    p = as_array(p)
    for i in range(m):
        p = np.concatenate([p / np.arange(len(p), 0, -1), k[i : i + 1]])
    return p


# --------------------------------------------------------------------------------------------------------------- roots


@composition(np.poly)
def _(seq_of_zeros: Any) -> Any:
    """The product of the factors x - r, real where the roots are pairs of conjugates."""
    roots = np.atleast_1d(as_array(seq_of_zeros))
    if roots.ndim == 2:
        raise errors.refused(np.poly, "of a matrix needs its eigenvalues", "np.poly(np.linalg.eigvals(matrix))")
    if roots.ndim != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    if not len(roots):
        return 1.0
    roots = astype(roots, np.dtype(np.mintypecode(roots.dtype.char)))
    product, zero = np.ones(1, roots.dtype), np.zeros(1, roots.dtype)
    for i in range(len(roots)):
        product = np.concatenate([product, zero]) - roots[i] * np.concatenate([zero, product])
    return product if np.iscomplexobj(np.poly(roots.data)) else np.real(product)


def roots_vjp(g: Any, y: Any, p: Any) -> Any:
    p = coefficients(p)  # NumPy here lets a list of Tensors through
    powers = np.expand_dims(y, -1) ** np.arange(len(p) - 1, -1, -1)
    return -np.matmul(g / np.polyval(np.polyder(p), y), powers)


vjp_rule(np.roots, roots_vjp)


@composition(np.polyfit)
def _(x: Any, y: Any, deg: Any, rcond: Any = None, full: bool = False, w: Any = None, cov: Any = False) -> Any:
    """Least squares with the powers of x, each brought to length 1, as NumPy solves it."""
    x, y, order = as_array(x) + 0.0, as_array(y) + 0.0, int(deg) + 1
    if order < 1:
        raise ValueError("expected deg >= 0")
    if x.ndim != 1 or y.ndim not in (1, 2) or len(x) != len(y) or not len(x):
        raise TypeError(f"np.polyfit: x of shape {x.shape} must be a vector, and y of shape {y.shape} one value each")
    powers, rcond = np.vander(x, order), len(x) * np.finfo(x.dtype).eps if rcond is None else rcond
    if w is not None:
        weights = as_array(w) + 0.0
        if weights.shape != x.shape:
            raise TypeError(f"np.polyfit: w of shape {weights.shape} must be a vector of {len(x)} weights")
        weights = weights[:, None]
        powers, y = powers * weights, y * (weights if y.ndim == 2 else weights[:, 0])
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    powers = powers / scale
    solution, residuals, rank, singular = np.linalg.lstsq(powers, y, rcond)
    solution = np.transpose(np.transpose(solution) / scale)
    if rank != order and not full:
        warnings.warn("Polyfit may be poorly conditioned", np.exceptions.RankWarning, stacklevel=2)
    if full:
        return solution, residuals, rank, singular, rcond
    if not cov:
        return solution
    if cov != "unscaled" and len(x) <= order:
        raise ValueError("the number of data points must exceed order to scale the covariance matrix")
    spread = np.linalg.inv(np.transpose(powers) @ powers) / np.outer(scale, scale)
    factor = 1 if cov == "unscaled" else residuals / (len(x) - order)
    return solution, (spread if y.ndim == 1 else spread[:, :, None]) * factor
