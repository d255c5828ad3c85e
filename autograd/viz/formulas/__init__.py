"""Derivatives as formulas, for `explain`: what stands beside the upstream gradient, in symbols.

The chapters here are those of ``autograd/derivatives``; `lookup.py` fills their texts with the symbols of a graph.
SciPy's are loaded with its rules.
"""

from autograd.formulas import chapter
from autograd.viz.formulas import (
    accumulations,
    decompositions,
    elementwise,
    fft,
    indexing,
    linalg,
    norms,
    ordering,
    products,
    reductions,
    sequences,
    shaping,
)
from autograd.viz.formulas.lookup import call_of, local_formula, pullback_formula

__all__ = [
    "accumulations",
    "call_of",
    "decompositions",
    "elementwise",
    "fft",
    "indexing",
    "linalg",
    "local_formula",
    "norms",
    "ordering",
    "products",
    "pullback_formula",
    "reductions",
    "sequences",
    "shaping",
]

SCIPY = (
    *("bessel", "counts", "distributions", "elementary", "error_functions", "families", "gammas", "integrals"),
    *("linalg", "matrix_functions", "multivariate", "signal"),
)
for name in SCIPY:
    chapter(f"autograd.viz.formulas.scipy.{name}", after=f"autograd.derivatives.scipy.{name}")
