"""Formulas of the univariate distributions of `scipy.stats`, by the slopes of the logarithms of their densities.

In a text ``u`` stands for ``((x - loc) / scale)``.
"""

from __future__ import annotations

import re
from typing import Any

from autograd.derivatives.scipy import families
from autograd.formulas import formula

SLOPES: dict[str, tuple[str, dict[str, str]]] = {  # of the logarithm, by u and by each shape
    "norm": ("-u", {}),
    "t": (
        "-(df + 1) * u / (df + u ** 2)",
        {
            "df": "(psi((df + 1) / 2) - psi(df / 2) - 1 / df - log1p(u ** 2 / df) "
            "+ (df + 1) / df * u ** 2 / (df + u ** 2)) / 2"
        },
    ),
    "beta": (
        "((a - 1) / u - (b - 1) / (1 - u))",
        {"a": "(log(u) - psi(a) + psi(a + b))", "b": "(log1p(-u) - psi(b) + psi(a + b))"},
    ),
    "gamma": ("((a - 1) / u - 1)", {"a": "(log(u) - psi(a))"}),
    "chi2": ("((df / 2 - 1) / u - 1 / 2)", {"df": "(log(u / 2) - psi(df / 2)) / 2"}),
}


def spelled(text: str) -> str:
    return re.sub(r"\bu\b", "((x - loc) / scale)", text)


def densities(distribution: Any, slope: str, shapes: dict[str, str]) -> None:
    for method, weight in (("pdf", "z * "), ("logpdf", "")):
        texts: dict[str, Any] = {"x": spelled(f"{weight}{slope} / scale")}
        texts |= {name: spelled(f"{weight}{text}") for name, text in shapes.items()}
        texts["loc"] = spelled(
            f"-{weight}{slope} / scale" if not slope.startswith("-") else f"{weight}{slope[1:]} / scale"
        )
        texts["scale"] = spelled(f"-{weight}(u * {slope} + 1) / scale")
        formula(distribution.primitives[method], **texts)


def probabilities(distribution: Any, name: str, shapes: dict[str, str]) -> None:
    """The slope is the density, or for a logarithm the density over the probability."""
    arguments = ", ".join(["x", *shapes, "loc", "scale"])
    for method, sign in (("cdf", ""), ("sf", "-"), ("logcdf", ""), ("logsf", "-")):
        density = f"{name}_pdf({arguments})" + (" / exp(z)" if method.startswith("log") else "")
        other = "" if sign else "-"
        nothing: dict[str, Any] = dict.fromkeys(shapes)
        formula(
            distribution.primitives[method],
            x=f"{sign}{density}",
            **nothing,
            loc=f"{other}{density}",
            scale=f"{other}{density} * (x - loc) / scale",
        )


def quantiles(distribution: Any, name: str, shapes: dict[str, str]) -> None:
    arguments = ", ".join(["z", *shapes, "loc", "scale"])
    for method, sign in (("ppf", ""), ("isf", "-")):
        nothing: dict[str, Any] = dict.fromkeys(shapes)
        formula(
            distribution.primitives[method],
            q=f"{sign}1 / {name}_pdf({arguments})",
            **nothing,
            loc="1",
            scale="(z - loc) / scale",
        )


for name, (slope, shapes) in SLOPES.items():
    distribution = getattr(families, name)
    densities(distribution, slope, shapes)
    probabilities(distribution, name, shapes)
    quantiles(distribution, name, shapes)
