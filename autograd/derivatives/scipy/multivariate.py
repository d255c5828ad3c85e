"""Derivatives of `scipy.stats`' multivariate normal and Dirichlet distributions, with respect to all their arguments.

The gradient with respect to a covariance is that of a function of symmetric matrices, itself symmetric. Where the
covariance is singular and that is allowed, its pseudoinverse stands for its inverse.
"""

from typing import Any

import numpy as np

from autograd import errors
from autograd.derivatives.products import transposed
from autograd.derivatives.scipy.common import ratio, special
from autograd.derivatives.scipy.families import stats
from autograd.derivatives.shaping import as_array
from autograd.optional import optional
from autograd.rules import composition, primitive, vjp_rule

scipy_linalg = optional("scipy.linalg", "scipy", "autograd.scipy.stats")

# -------------------------------------------------------------------------------------------------- multivariate normal


@primitive
def precision(cov: Any, singular: bool) -> Any:
    """The inverse of a covariance, or its pseudoinverse where it may be singular; of its lower triangle, as SciPy's."""
    cov = np.tril(cov) + np.tril(cov, -1).T
    if not singular:
        return np.linalg.inv(cov)
    return scipy_linalg.pinvh(cov, rtol={"f": 1e3, "d": 1e6}[cov.dtype.char] * np.finfo(cov.dtype).eps)


def times(p: Any, deviation: Any) -> Any:
    return np.matmul(deviation, p)


@primitive
def normal_log_density(x: Any, mean: Any, cov: Any, singular: bool) -> Any:
    """The logarithm of the density for x of shape (..., n), a mean (n,) and a covariance (n, n)."""
    return np.reshape(stats.multivariate_normal.logpdf(x, mean, cov, allow_singular=singular), x.shape[:-1])


def covariance_vjp(g: Any, y: Any, x: Any, mean: Any, cov: Any, singular: bool) -> Any:
    p = precision(cov, singular)
    v = times(p, x - mean)
    n = v.shape[-1]
    rows, weights = np.reshape(v, (-1, n)), np.reshape(g, (-1, 1))
    return (np.matmul(transposed(rows), rows * weights) - np.sum(g) * p) / 2


vjp_rule(precision, lambda g, p, cov, singular: -np.matmul(p, np.matmul(g, p)), None)
vjp_rule(
    normal_log_density,
    lambda g, y, x, mean, cov, singular: -np.expand_dims(g, -1) * times(precision(cov, singular), x - mean),
    lambda g, y, x, mean, cov, singular: np.expand_dims(g, -1) * times(precision(cov, singular), x - mean),
    covariance_vjp,
)


@primitive
def log_determinant(cov: Any) -> Any:
    """Twice the entropy of a normal distribution, up to a constant."""
    return np.linalg.slogdet(cov)[1]


vjp_rule(log_determinant, lambda g, y, cov: g * precision(cov, False))
normal_logpdf, normal_pdf, normal_entropy = [
    primitive(getattr(stats.multivariate_normal, name)) for name in ("logpdf", "pdf", "entropy")
]


def parameters(mean: Any, cov: Any) -> tuple[Any, Any]:
    """Mean and covariance in full, as SciPy understands a number, a vector or None."""
    mean, cov = mean if mean is None else as_array(mean), as_array(1 if cov is None else cov)
    if cov.dtype.kind not in "biufc":
        raise errors.refused(normal_logpdf, "of a Covariance object has no rule", "cov=covariance.covariance")
    dimension = np.size(mean) if mean is not None else 1 if np.ndim(cov) < 2 else np.shape(cov)[0]
    mean = np.zeros(dimension) if mean is None else np.reshape(mean, (dimension,))
    if np.ndim(cov) == 2:
        return mean, cov
    return mean, np.eye(dimension) * np.reshape(cov, (-1, 1))


@composition(normal_logpdf)
def logpdf_of_normal(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    mean, cov = parameters(mean, cov)
    x = as_array(x)
    n = mean.shape[0]
    x = np.reshape(x, (-1, 1) if n == 1 else (1, n)) if np.ndim(x) < 2 else x
    y = normal_log_density(x, mean, cov, allow_singular)
    return np.reshape(y, tuple(length for length in y.shape if length != 1))


@composition(normal_pdf)
def _(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    return np.exp(logpdf_of_normal(x, mean, cov, allow_singular))


@composition(normal_entropy)
def _(mean: Any = None, cov: Any = 1) -> Any:
    mean, cov = parameters(mean, cov)
    return (mean.shape[0] * (np.log(2 * np.pi) + 1) + log_determinant(cov)) / 2


# ------------------------------------------------------------------------------------------------------------ Dirichlet


@primitive
def dirichlet_log_density(x: Any, alpha: Any) -> Any:
    """The logarithm of the density for x of shape (n,) or (n, points)."""
    return stats.dirichlet.logpdf(x, alpha)


def upright(alpha: Any, x: Any) -> Any:
    """`alpha` with an axis for the points of `x`."""
    return np.reshape(alpha, (-1,) + (1,) * (np.ndim(x) - 1))


def dirichlet_vjp_alpha(g: Any, y: Any, x: Any, alpha: Any) -> Any:
    slope = np.log(x) - upright(special.psi(alpha) - special.psi(np.sum(alpha)), x)
    return np.sum(g * slope, axis=tuple(range(1, np.ndim(x))))


vjp_rule(dirichlet_log_density, lambda g, y, x, alpha: g * ratio(upright(alpha, x) - 1, x), dirichlet_vjp_alpha)
dirichlet_logpdf, dirichlet_pdf = primitive(stats.dirichlet.logpdf), primitive(stats.dirichlet.pdf)


@composition(dirichlet_logpdf)
def logpdf_of_dirichlet(x: Any, alpha: Any) -> Any:
    x, alpha = as_array(x), as_array(alpha)
    if x.shape[0] == alpha.shape[0] - 1:  # SciPy's other form: the last part is what is left
        x = np.concatenate([x, np.expand_dims(1 - np.sum(x, axis=0), 0)])
    return dirichlet_log_density(x, alpha)


@composition(dirichlet_pdf)
def _(x: Any, alpha: Any) -> Any:
    return np.exp(logpdf_of_dirichlet(x, alpha))
