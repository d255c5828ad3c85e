"""Where older code finds `logsumexp`."""

from autograd.derivatives.scipy.sums import logsumexp

__all__ = ["logsumexp"]
