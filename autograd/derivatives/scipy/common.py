"""What the chapters about SciPy share: the package itself, arguments without a derivative, power series.

Everything here is imported only once SciPy is; `optional.load_chapters` says when.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from autograd import errors
from autograd.derivatives.shaping import as_array
from autograd.optional import optional

special = optional("scipy.special", "scipy", "autograd.scipy")


def without_derivative(function: Any, argument: str) -> Any:
    """The rule of an argument, such as the order of a Bessel function, in which no derivative is known: it raises."""

    def rule(g: Any, y: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise errors.refused(
            function,
            f"has no derivative with respect to {argument}, only with respect to its other arguments",
            f"t.data for {argument}, if no gradient should flow there,",
        )

    return rule


def wide(x: Any) -> Any:
    """`x` as LAPACK and the Fourier transform take it: half precision, integers, and lists, as SciPy converts them."""
    x = as_array(x)
    if x.dtype.kind in "biu":
        return x.astype(np.float64)
    return x.astype(np.float32) if x.dtype == np.float16 else x


def polynomial(u: Any, coefficients: Sequence[float]) -> Any:
    """The sum of ``coefficients[k] * u**k``, by Horner's scheme."""
    total = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        total = total * u + coefficient
    return total


def ratio(x: Any, y: Any) -> Any:
    """x / y, and 0 where both are 0."""
    both = (x == 0) & (y == 0)
    return np.where(both, 0, x / np.where(both, 1, y))


def log_of_ratio(x: Any, y: Any) -> Any:
    """log(x / y), and 0 where both are 0; also where the ratio is too large or too small for a number."""
    both = (x == 0) & (y == 0)
    x, y = np.where(both, 1, x), np.where(both, 1, y)
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        quotient = x / y
        extreme = (np.abs(quotient) < 1e-35) | np.isinf(quotient)
        return np.where(extreme, np.log(x) - np.log(y), np.log(np.where(extreme, 1, quotient)))
