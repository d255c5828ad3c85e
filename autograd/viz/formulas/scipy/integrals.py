"""Formulas of functions that are integrals, of hypergeometric functions and of the orthogonal polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.derivatives.scipy.common import special
from autograd.derivatives.scipy.integrals import lambertw
from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call

# integrals: the integrand at their end
formula(special.expi, x="exp(x) / x")
formula(special.exp1, x="-exp(-x) / x")
formula(
    special.expn,
    n=None,
    x=lambda call: (
        "-expn(n - 1, x)"
        if np.all(call.n > 0)
        else "-where(n == 0, exp(-x) * (1 + 1 / x) / x, expn(maximum(n - 1, 0), x))"
    ),
)
formula(special.sici, x="g[0] * sin(x) / x + g[1] * cos(x) / x")
formula(special.shichi, x="g[0] * sinh(x) / x + g[1] * cosh(x) / x")
formula(special.fresnel, x="g[0] * sin(pi * x ** 2 / 2) + g[1] * cos(pi * x ** 2 / 2)")
formula(special.spence, x="log(x) / (1 - x)")

# elliptic
formula(special.ellipk, m="(ellipe(m) / (1 - m) - z) / (2 * m)")
formula(special.ellipkm1, p="-(ellipe(1 - p) / p - z) / (2 * (1 - p))")
formula(special.ellipe, m="(z - ellipk(m)) / (2 * m)")
formula(
    special.ellipj,
    u="g[0] * z[1] * z[2] - g[1] * z[0] * z[2] - g[2] * m * z[0] * z[1] + g[3] * z[2]",
    m=None,
)

# Lambert
formula(special.wrightomega, x="z / (1 + z)")
formula(lambertw, x="exp(-z) / (1 + z)", k=None, tol=None)

# hypergeometric
formula(special.hyp0f1, v=None, x="hyp0f1(v + 1, x) / v")
formula(special.hyp1f1, a=None, b=None, x="a / b * hyp1f1(a + 1, b + 1, x)")
formula(special.hyp2f1, a=None, b=None, c=None, x="a * b / c * hyp2f1(a + 1, b + 1, c + 1, x)")
formula(special.hyperu, a=None, b=None, x="-a * hyperu(a + 1, b + 1, x)")

# orthogonal polynomials; a constant has the slope 0


def of_degree(text: str) -> Any:
    """The text, in which ``n - 1`` is the degree below; where there is none, 0."""

    def write(call: Call) -> str:
        if np.all(call.n >= 1):
            return text
        return (
            f"where(n == 0, 0, {text.replace('(n - 1', '(maximum(n, 1) - 1')})"
            if np.all(call.n >= 0)
            else "slope_of(n, x)"
        )

    return write


word(
    "slope_of", "slope_of(n, x) is that of the polynomial: of degree n < 0 by symmetry that of degree -1 - n, or -2 - n"
)
formula(special.eval_legendre, n=None, x=of_degree("eval_gegenbauer(n - 1, 1.5, x)"))
formula(special.eval_chebyt, n=None, x="n * eval_chebyu(n - 1, x)")
formula(special.eval_chebyu, n=None, x=of_degree("2 * eval_gegenbauer(n - 1, 2, x)"))
formula(special.eval_gegenbauer, n=None, a=None, x=of_degree("2 * a * eval_gegenbauer(n - 1, a + 1, x)"))
formula(
    special.eval_jacobi,
    n=None,
    a=None,
    b=None,
    x=of_degree("(n + a + b + 1) / 2 * eval_jacobi(n - 1, a + 1, b + 1, x)"),
)
formula(special.eval_hermite, n=None, x=of_degree("2 * n * eval_hermite(n - 1, x)"))
formula(special.eval_hermitenorm, n=None, x=of_degree("n * eval_hermitenorm(n - 1, x)"))
formula(special.eval_laguerre, n=None, x=of_degree("-eval_genlaguerre(n - 1, 1, x)"))
formula(special.eval_genlaguerre, n=None, a=None, x=of_degree("-eval_genlaguerre(n - 1, a + 1, x)"))
