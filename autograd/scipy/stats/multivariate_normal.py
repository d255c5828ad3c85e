"""The multivariate normal distribution of `scipy.stats`, with gradients."""

from typing import Any

from autograd.derivatives.scipy.families import stats
from autograd.derivatives.scipy.multivariate import normal_entropy as entropy
from autograd.derivatives.scipy.multivariate import normal_logpdf as logpdf
from autograd.derivatives.scipy.multivariate import normal_pdf as pdf

__all__ = ["entropy", "logpdf", "pdf"]


def __getattr__(name: str) -> Any:
    """What has no rule is SciPy's."""
    return getattr(stats.multivariate_normal, name)
