"""Formulas of Bessel, Airy and Struve functions, by the recurrences between neighbouring orders."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.derivatives.scipy import bessel
from autograd.derivatives.scipy.common import special
from autograd.formulas import formula
from autograd.viz.formulas.lookup import Call

# any order; with respect to the order itself no derivative is known
for name in ("jv", "yv", "yn", "hankel1", "hankel2", "jve", "yve"):
    formula(getattr(special, name), v=None, x=f"({name}(v - 1, x) - {name}(v + 1, x)) / 2")
for name in ("kv", "kn"):
    formula(getattr(special, name), v=None, x="-(kv(v - 1, x) + kv(v + 1, x)) / 2")
formula(special.iv, v=None, x="(iv(v - 1, x) + iv(v + 1, x)) / 2")
formula(special.ive, v=None, x="(ive(v - 1, x) + ive(v + 1, x)) / 2 - sign(x) * z")
formula(special.kve, v=None, x="z - (kve(v - 1, x) + kve(v + 1, x)) / 2")
formula(special.hankel1e, v=None, x="(hankel1e(v - 1, x) - hankel1e(v + 1, x)) / 2 - 1j * z")
formula(special.hankel2e, v=None, x="(hankel2e(v - 1, x) - hankel2e(v + 1, x)) / 2 + 1j * z")

# orders zero and one
formula(special.j0, x="-j1(x)")
formula(special.j1, x="(j0(x) - jv(2, x)) / 2")
formula(special.y0, x="-y1(x)")
formula(special.y1, x="(y0(x) - yn(2, x)) / 2")
formula(special.i0, x="i1(x)")
formula(special.i1, x="(i0(x) + iv(2, x)) / 2")
formula(special.k0, x="-k1(x)")
formula(special.k1, x="-(k0(x) + kn(2, x)) / 2")
formula(special.i0e, x="i1e(x) - sign(x) * z")
formula(special.i1e, x="(i0e(x) + ive(2, x)) / 2 - sign(x) * z")
formula(special.k0e, x="z - k1e(x)")
formula(special.k1e, x="z - (k0e(x) + kve(2, x)) / 2")

# Struve and Airy
for name, sign in (("struve", "-"), ("modstruve", "+")):
    term = "(x / 2) ** v / (2 * sqrt(pi) * gamma(v + 3 / 2))"
    formula(getattr(special, name), v=None, x=f"({name}(v - 1, x) {sign} {name}(v + 1, x)) / 2 + {term}")
formula(special.airy, x="g[0] * z[1] + g[1] * x * z[0] + g[2] * z[3] + g[3] * x * z[2]")

# spherical


def spherical(text: str) -> Any:
    """At order 0, where the factor is 0, any function will do for that of the order below."""

    def write(call: Call) -> str:
        found = text.replace("LOWER", "n - 1" if np.all(call.n > 0) else "maximum(n - 1, 0)")
        return found.replace(", x)", ", x, derivative)") if call.values["derivative"] else found

    return write


for name, before, between in (
    ("spherical_jn", "", "-"),
    ("spherical_yn", "", "-"),
    ("spherical_in", "", "+"),
    ("spherical_kn", "-", "+"),
):
    text = f"{before}(n * {name}(LOWER, x) {between} (n + 1) * {name}(n + 1, x)) / (2 * n + 1)"
    formula(getattr(bessel, name), n=None, x=spherical(text), derivative=None)
