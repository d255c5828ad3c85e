"""The Dirichlet distribution of `scipy.stats`, with gradients."""

from typing import Any

from autograd.derivatives.scipy.families import stats
from autograd.derivatives.scipy.multivariate import dirichlet_logpdf as logpdf
from autograd.derivatives.scipy.multivariate import dirichlet_pdf as pdf

__all__ = ["logpdf", "pdf"]


def __getattr__(name: str) -> Any:
    """What has no rule is SciPy's."""
    return getattr(stats.dirichlet, name)
