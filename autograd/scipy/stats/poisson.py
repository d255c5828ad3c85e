"""The Poisson distribution of `scipy.stats`, with gradients with respect to its mean."""

from typing import Any

from autograd.derivatives.scipy import counts
from autograd.derivatives.scipy.families import stats

__all__ = ["cdf", "logcdf", "logpmf", "logsf", "pmf", "sf"]

pmf, logpmf = counts.pmf.call, counts.logpmf.call
cdf, logcdf, sf, logsf = counts.cdf.call, counts.logcdf.call, counts.sf.call, counts.logsf.call


def __getattr__(name: str) -> Any:
    """What has no rule is SciPy's."""
    return getattr(stats.poisson, name)
