"""Formulas of the Poisson distribution of `scipy.stats`, by its mean."""

from __future__ import annotations

from autograd.derivatives.scipy.counts import FUNCTIONS
from autograd.formulas import formula

for method, text in {
    "pmf": "poisson_pmf(k - 1, mu, loc) - z",
    "logpmf": "(k - loc) / mu - 1",
    "cdf": "-poisson_pmf(floor(k), mu, loc)",
    "sf": "poisson_pmf(floor(k), mu, loc)",
    "logcdf": "-poisson_pmf(floor(k), mu, loc) / exp(z)",
    "logsf": "poisson_pmf(floor(k), mu, loc) / exp(z)",
}.items():
    formula(FUNCTIONS[method].inner, k=None, mu=text, loc=None)
