"""`scipy.stats` with gradients: a module for each distribution, with its functions; the rest is SciPy's."""

from typing import Any

from autograd.derivatives.scipy.families import stats
from autograd.scipy.stats import beta, chi2, dirichlet, gamma, multivariate_normal, norm, poisson, t

__all__ = ["beta", "chi2", "dirichlet", "gamma", "multivariate_normal", "norm", "poisson", "t"]


def __getattr__(name: str) -> Any:
    """What has no rule is SciPy's."""
    return getattr(stats, name)
