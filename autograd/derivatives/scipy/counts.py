"""Derivatives of the Poisson distribution of `scipy.stats`, with respect to its mean: counts and places have none."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd.derivatives.scipy.common import ratio, without_derivative
from autograd.derivatives.scipy.families import stats
from autograd.derivatives.shaping import as_array
from autograd.rules import composition, primitive, vjp_rule


def of_mean(method: str, slope: Any) -> Any:
    """A function ``f(k, mu, loc=0)`` of the distribution; ``slope(y, k, mu, loc)`` is its derivative by `mu`."""
    compute = getattr(stats.poisson, method)

    @primitive
    def inner(k: Any, mu: Any, loc: Any) -> Any:
        return compute(k, mu, loc)

    inner.__name__ = inner.__qualname__ = f"poisson_{method}"
    vjp_rule(
        inner,
        without_derivative(inner, "its count k"),
        lambda g, y, k, mu, loc: g * slope(y, k, mu, loc),
        without_derivative(inner, "its place loc"),
    )
    call = primitive(compute)
    composition(call)(lambda k, mu, loc=0: inner(as_array(k), as_array(mu), as_array(loc)))
    return SimpleNamespace(call=call, inner=inner)


def last(k: Any, mu: Any, loc: Any) -> Any:
    """The probability of exactly the last count that ``cdf(k)`` includes."""
    return pmf.inner(np.floor(k - loc), mu, 0)


def share(y: Any, k: Any, mu: Any, loc: Any) -> Any:
    impossible = np.isneginf(y)
    log = logpmf.inner(np.floor(k - loc), mu, 0)
    return np.where(impossible, 0, np.exp(log - np.where(impossible, 0, y)))


pmf: Any = of_mean("pmf", lambda y, k, mu, loc: pmf.inner(k - 1, mu, loc) - y)  # no division by mu
logpmf = of_mean("logpmf", lambda y, k, mu, loc: np.where(np.isneginf(y), 0, ratio(k - loc, mu) - 1))
cdf = of_mean("cdf", lambda y, *args: -last(*args))
sf = of_mean("sf", lambda y, *args: last(*args))
logcdf = of_mean("logcdf", lambda *args: -share(*args))
logsf = of_mean("logsf", share)
FUNCTIONS = {"pmf": pmf, "logpmf": logpmf, "cdf": cdf, "sf": sf, "logcdf": logcdf, "logsf": logsf}

# a graph that is pickled finds its functions by their names
globals().update({pair.inner.__name__: pair.inner for pair in FUNCTIONS.values()})
