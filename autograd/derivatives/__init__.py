"""The table of derivatives, a chapter per family. Importing it fills the registry in `autograd.rules`."""

from autograd.derivatives import (
    cleaning,
    constants,
    elementwise,
    fft,
    indexing,
    interpolation,
    polynomials,
    products,
    reductions,
    sequences,
    series,
    shaping,
    windows,
)

__all__ = [
    "cleaning",
    "constants",
    "elementwise",
    "fft",
    "indexing",
    "interpolation",
    "polynomials",
    "products",
    "reductions",
    "sequences",
    "series",
    "shaping",
    "windows",
]
