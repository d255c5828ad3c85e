"""Formulas of the distribution functions among SciPy's ufuncs: the slope of a probability is its density."""

from __future__ import annotations

from autograd.derivatives.scipy.common import special
from autograd.formulas import formula

STUDENT = "poch(df / 2, 1 / 2) / sqrt(df * pi) * (1 + {t} ** 2 / df) ** (-(df + 1) / 2)"
CHI_SQUARE = "({x} / 2) ** (v / 2 - 1) * exp(-{x} / 2) / (2 * gamma(v / 2))"

formula(special.stdtr, df=None, t=STUDENT.format(t="t"))
formula(special.stdtrit, df=None, p=f"1 / ({STUDENT.format(t='z')})")
formula(special.chdtr, v=None, x=CHI_SQUARE.format(x="x"))
formula(special.chdtrc, v=None, x=f"-{CHI_SQUARE.format(x='x')}")
formula(special.chdtri, v=None, p=f"-1 / ({CHI_SQUARE.format(x='z')})")
formula(special.pdtr, k=None, m="-m ** floor(k) * exp(-m) / gamma(floor(k) + 1)")
formula(special.pdtrc, k=None, m="m ** floor(k) * exp(-m) / gamma(floor(k) + 1)")
for sign, name in (("-", "bdtr"), ("", "bdtrc")):
    density = f"{sign}p ** floor(k) * (1 - p) ** (n - floor(k) - 1) / beta(floor(k) + 1, n - floor(k))"
    formula(getattr(special, name), k=None, n=None, p=density)
for sign, name in (("", "gdtr"), ("-", "gdtrc")):
    density = "(a * x) ** (b - 1) * exp(-a * x) / gamma(b)"
    formula(getattr(special, name), a=f"{sign}x * {density}", b=None, x=f"{sign}a * {density}")
for sign, name in (("", "fdtr"), ("-", "fdtrc")):
    share = "(n * x / (d + n * x))"
    density = f"{share} ** (n / 2 - 1) * (1 - {share}) ** (d / 2 - 1) / beta(n / 2, d / 2)"
    formula(getattr(special, name), n=None, d=None, x=f"{sign}{density} * n * d / (d + n * x) ** 2")
