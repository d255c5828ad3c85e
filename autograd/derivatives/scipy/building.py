"""Matrices of SciPy's that are built from the entries of others: block_diag, toeplitz, circulant, hankel.

Stacks go through as SciPy takes them: a matrix for each row of a toeplitz or circulant one's argument.
"""

from typing import Any

import numpy as np

from autograd.derivatives.shaping import as_array
from autograd.optional import optional
from autograd.rules import composition, primitive

scipy_linalg = optional("scipy.linalg", "scipy", "autograd.scipy.linalg")
block_diag, toeplitz, circulant, hankel = [
    primitive(getattr(scipy_linalg, name)) for name in ("block_diag", "toeplitz", "circulant", "hankel")
]


@composition(block_diag)
def _(*arrs: Any) -> Any:
    arrs = tuple(np.atleast_2d(as_array(x)) for x in arrs)
    stack = np.broadcast_shapes(*[x.shape[:-2] for x in arrs])
    arrs = tuple(np.broadcast_to(x, (*stack, *x.shape[-2:])) for x in arrs)
    rows = []
    for i, x in enumerate(arrs):
        before = sum(other.shape[-1] for other in arrs[:i])
        after = sum(other.shape[-1] for other in arrs[i + 1 :])
        margin = [(0, 0)] * (np.ndim(x) - 1)
        rows.append(np.pad(x, [*margin, (before, after)]))
    return np.concatenate(rows, axis=-2)


@composition(toeplitz)
def _(c: Any, r: Any = None) -> Any:
    c = np.atleast_1d(as_array(c))
    r = np.conjugate(c) if r is None else np.atleast_1d(as_array(r))
    stack, (n, m) = np.broadcast_shapes(c.shape[:-1], r.shape[:-1]), (c.shape[-1], r.shape[-1])
    both = [np.broadcast_to(x, (*stack, x.shape[-1])) for x in (c[..., ::-1], r[..., 1:])]
    return np.concatenate(both, axis=-1)[..., n - 1 - np.arange(n)[:, None] + np.arange(m)]


@composition(circulant)
def _(c: Any) -> Any:
    n = c.shape[-1]
    return c[..., (np.arange(n)[:, None] - np.arange(n)) % n]


@composition(hankel)
def _(c: Any, r: Any = None) -> Any:
    c = np.ravel(as_array(c))
    r = np.zeros_like(c) if r is None else np.ravel(as_array(r))
    both = np.concatenate([c, r[1:]])
    return both[np.arange(np.size(c))[:, None] + np.arange(np.size(r))]
