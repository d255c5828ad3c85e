"""`scipy.special` with gradients: the functions that convert their input. The rest, ufuncs included, is SciPy's."""

from typing import Any

from autograd.derivatives.scipy.bessel import spherical_in, spherical_jn, spherical_kn, spherical_yn
from autograd.derivatives.scipy.common import special
from autograd.derivatives.scipy.gammas import comb, factorial, multigammaln, polygamma
from autograd.derivatives.scipy.sums import log_softmax, logsumexp, softmax

__all__ = [
    "comb",
    "factorial",
    "log_softmax",
    "logsumexp",
    "multigammaln",
    "polygamma",
    "softmax",
    "spherical_in",
    "spherical_jn",
    "spherical_kn",
    "spherical_yn",
]


def __getattr__(name: str) -> Any:
    """What has no other name here is SciPy's: ufuncs take Tensors themselves."""
    return getattr(special, name)
