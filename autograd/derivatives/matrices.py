"""What the chapters on matrices share: transposes, triangles, and gradients along singular vectors."""

from typing import Any

import numpy as np

from autograd.derivatives.products import transposed
from autograd.rules import constant, first_tensor, primitive

__all__ = [
    "adjoint",
    "along",
    "coinciding",
    "diagonal",
    "fold",
    "is_given",
    "lower",
    "mirrored",
    "nan_where",
    "transposed",
]


def adjoint(x: Any) -> Any:
    return np.conjugate(transposed(x)) if np.iscomplexobj(x) else transposed(x)


def lower(x: Any, k: int = 0) -> Any:
    """The lower triangle, up to diagonal `k`."""
    return np.where(np.tri(x.shape[-2], x.shape[-1], k, dtype=bool), x, 0)


def diagonal(x: Any) -> Any:
    """The entries of a vector on the diagonal of a matrix."""
    return np.where(np.eye(x.shape[-1], dtype=bool), x[..., None], 0)


def along(u: Any, weights: Any, vh: Any) -> Any:
    """The gradient of ``sum(weights * s)``, s the singular values; of eigenvalues with ``vh = adjoint(u)``."""
    return (np.conjugate(u) * weights[..., None, :]) @ np.conjugate(vh)


def fold(g: Any, triangle: str) -> Any:
    """The gradient of a Hermitian matrix as that of the triangle which NumPy reads; of the diagonal the real part."""
    n = g.shape[-1]
    read = np.tri(n, k=-1, dtype=bool) if triangle.upper() == "L" else ~np.tri(n, dtype=bool)
    return np.where(np.eye(n, dtype=bool), np.real(g), np.where(read, g + adjoint(g), 0))


def mirrored(x: Any) -> Any:
    """The Hermitian matrix of which NumPy reads the lower triangle."""
    n = x.shape[-1]
    return np.where(np.eye(n, dtype=bool), np.real(x), np.where(np.tri(n, dtype=bool), x, adjoint(x)))


def is_given(g: Any) -> bool:
    """Whether a gradient came for this one of several results; zeros that may be differentiated count."""
    return first_tensor((g,)) is not None or bool(np.any(g))


def nan_where(singular: Any, g: Any) -> Any:
    """`g`, and NaN where there is no derivative but one is asked for."""
    return np.where(singular, np.where(g == 0, 0, np.nan), g)


@primitive
def coinciding(x: Any, y: Any) -> Any:
    """Which of the values x_j and y_i, in matrices of rows i and columns j, are the same but for rounding."""
    size = np.maximum(np.max(np.abs(x), axis=-1, initial=0), np.max(np.abs(y), axis=-1, initial=0))
    rounding = 10 * max(x.shape[-1], 1) * np.finfo(x.dtype).eps * size
    return np.abs(x[..., None, :] - y[..., :, None]) <= rounding[..., None, None]


constant(coinciding)
