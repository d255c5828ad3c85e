"""The normal distribution of `scipy.stats`, with gradients."""

from typing import Any

from autograd.derivatives.scipy.families import norm as distribution

__all__ = ["cdf", "isf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]

pdf, logpdf, ppf, isf = distribution.pdf, distribution.logpdf, distribution.ppf, distribution.isf
cdf, logcdf, sf, logsf = distribution.cdf, distribution.logcdf, distribution.sf, distribution.logsf


def __getattr__(name: str) -> Any:
    """What has no rule is SciPy's."""
    return getattr(distribution.scipy, name)
