"""The chapters about SciPy. Importing the package fills the registry with the functions of `scipy.special`.

`optional.load_chapters` does so when a function of SciPy's first meets a Tensor; `autograd.scipy` does it too, and
imports `linalg`, `matrix_functions` and `signal` when they are asked for.
"""

import numpy as np

from autograd.derivatives.scipy import (
    bessel,
    distributions,
    elementary,
    error_functions,
    gammas,
    integrals,
    polynomials,
    sums,
)
from autograd.derivatives.scipy.common import special
from autograd.derivatives.ufuncs import outer_of
from autograd.rules import RULES, composition

__all__ = [
    "bessel", "distributions", "elementary", "error_functions", "gammas", "integrals", "polynomials", "sums",
]  # fmt: skip

for ufunc in vars(special).values():
    if isinstance(ufunc, np.ufunc) and ufunc.nin == 2 and ufunc in RULES:
        composition(ufunc.outer)(outer_of(ufunc))
