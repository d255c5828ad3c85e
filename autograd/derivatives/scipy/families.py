"""Derivatives of the univariate distributions of `scipy.stats`: norm, t, beta, gamma, chi2, poisson.

A family of densities is given by the slopes of its logarithm; all the rules of the eight functions of a distribution
follow. Values are SciPy's own. Outside the support, and at an end of it where the density is 0, the derivative is 0.
Distribution functions have no derivative in a shape parameter (degrees of freedom, ...): asking raises.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd import errors
from autograd.derivatives.scipy.common import ratio, special, without_derivative
from autograd.derivatives.scipy.error_functions import hazard
from autograd.derivatives.shaping import as_array
from autograd.optional import optional
from autograd.rules import composition, primitive, vjp_rule

stats = optional("scipy.stats", "scipy", "autograd.scipy.stats")


class Family(NamedTuple):
    """The logarithm of a density at z = (x - loc) / scale, by its slopes: by z, and by each shape."""

    by_z: Callable[..., Any]
    by_shapes: tuple[Callable[..., Any], ...] = ()
    low: float = -np.inf
    high: float = np.inf


class Distribution:
    """The functions of one distribution of SciPy's, differentiable: ``d.pdf(x, *shapes, loc, scale)`` and so on."""

    def __init__(self, name: str, family: Family) -> None:
        self.name, self.family = name, family
        self.scipy = getattr(stats, name)
        self.shapes = [shape.strip() for shape in (self.scipy.shapes or "").split(",") if shape]
        self.names = [*self.shapes, "loc", "scale"]
        self.primitives: dict[str, Any] = {}
        add = self.add
        self.pdf = add("pdf", lambda y, parts: y * parts, self.by_density)
        self.logpdf = add("logpdf", lambda y, parts: parts, self.by_density)
        self.cdf = add("cdf", lambda y, x, *args: self.density(x, *args), self.by_distribution)
        self.sf = add("sf", lambda y, x, *args: -self.density(x, *args), self.by_distribution)
        self.logcdf = add("logcdf", self.slope_of_logcdf, self.by_distribution)
        self.logsf = add("logsf", self.slope_of_logsf, self.by_distribution)
        self.ppf = add("ppf", lambda x, *args: 1 / self.density(x, *args), self.by_quantile)
        self.isf = add("isf", lambda x, *args: -1 / self.density(x, *args), self.by_quantile)

    def add(self, method: str, slope: Callable[..., Any], rules: Callable[..., list[Any]]) -> Any:
        """Register one function: a primitive with all arguments in their places, and SciPy's signature around it."""
        compute = getattr(self.scipy, method)

        @primitive
        def inner(*args: Any) -> Any:
            return compute(*args)

        inner.__name__ = inner.__qualname__ = f"{self.name}_{method}"
        vjp_rule(inner, *rules(inner, slope))
        self.primitives[method] = inner
        call = primitive(compute)
        composition(call)(lambda *args, **kwargs: inner(*self.placed(method, args, kwargs)))
        return call

    def placed(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """Every argument in its place, as SciPy's signature says."""
        names = ["q" if method in ("ppf", "isf") else "x", *self.names]
        given = {"loc": 0, "scale": 1, **dict(zip(names, args, strict=False)), **kwargs}
        if unknown := set(given) - set(names):
            raise errors.unknown_keyword(f"{self.name}.{method}", unknown, names)
        if missing := [name for name in names if name not in given]:
            raise TypeError(f"{self.name}.{method} misses {', '.join(missing)}")
        given = {name: as_array(x) if isinstance(x, (list, tuple)) else x for name, x in given.items()}
        return [given[name] for name in names]

    def density(self, x: Any, *args: Any) -> Any:
        """The density; 0 at infinity, where an interval may end and some of SciPy's are NaN."""
        endless = np.isinf(x)
        return np.where(endless, 0, self.primitives["pdf"](np.where(endless, args[-2] + args[-1] / 2, x), *args))

    # --------------------------------------------------------------------------------------------------------- rules

    def standard(self, x: Any, *args: Any, where: Any = True) -> tuple[Any, Any, tuple[Any, ...]]:
        """Whether x is in the support, and `where` is true; z, moved there; the shapes."""
        *shapes, loc, scale = args
        endless = np.isinf(x)
        z = (np.where(endless, loc, x) - loc) / scale
        inside = where & ~endless & (z >= self.family.low) & (z <= self.family.high)
        return inside, np.where(inside, z, 0.5), tuple(shapes)

    def by_density(self, inner: Any, weigh: Callable[..., Any]) -> list[Any]:
        """The rules of the density and of its logarithm."""

        def in_support(slope: Callable[..., Any], y: Any, x: Any, *args: Any) -> Any:
            inside, z, shapes = self.standard(x, *args, where=y != 0 if inner is self.primitives["pdf"] else True)
            return weigh(y, np.where(inside, slope(z, *shapes), 0))

        by_z = self.family.by_z
        return [
            lambda g, y, x, *args: g * in_support(by_z, y, x, *args) / args[-1],
            *[
                lambda g, y, x, *args, slope=slope: g * in_support(slope, y, x, *args)
                for slope in self.family.by_shapes
            ],
            lambda g, y, x, *args: -g * in_support(by_z, y, x, *args) / args[-1],
            lambda g, y, x, *args: -g * in_support(lambda z, *shapes: z * by_z(z, *shapes) + 1, y, x, *args) / args[-1],
        ]

    def by_distribution(self, inner: Any, slope: Callable[..., Any]) -> list[Any]:
        """The rules of the distribution function and its kin, from their slope in x."""
        return [
            lambda g, y, x, *args: g * slope(y, x, *args),
            *[without_derivative(inner, f"its shape {shape}") for shape in self.shapes],
            lambda g, y, x, *args: -g * slope(y, x, *args),
            lambda g, y, x, *args: -g * slope(y, x, *args) * self.standard(x, *args)[1],
        ]

    def by_quantile(self, inner: Any, slope: Callable[..., Any]) -> list[Any]:
        """The rules of the quantile function, whose value is x."""
        return [
            lambda g, x, q, *args: g * slope(x, *args),
            *[without_derivative(inner, f"its shape {shape}") for shape in self.shapes],
            lambda g, x, q, *args: g,
            lambda g, x, q, *args: g * (x - args[-2]) / args[-1],
        ]

    def slope_of_logcdf(self, y: Any, x: Any, *args: Any) -> Any:
        if self.name == "norm":
            inside, z, _ = self.standard(x, *args)
            return np.where(inside, hazard(z) / args[-1], 0)
        return self.share(y, x, *args)

    def slope_of_logsf(self, y: Any, x: Any, *args: Any) -> Any:
        if self.name == "norm":
            inside, z, _ = self.standard(x, *args)
            return np.where(inside, -hazard(-z) / args[-1], 0)
        return -self.share(y, x, *args)

    def share(self, y: Any, x: Any, *args: Any) -> Any:
        """The density over the probability exp(y); 0 where there is no probability."""
        impossible = np.isneginf(y)
        return np.where(impossible, 0, np.exp(self.primitives["logpdf"](x, *args) - np.where(impossible, 0, y)))


norm = Distribution("norm", Family(lambda z: -z))
t = Distribution(
    "t",
    Family(
        lambda z, df: -(df + 1) * z / (df + z * z),
        (
            lambda z, df: (
                (
                    special.psi((df + 1) / 2)
                    - special.psi(df / 2)
                    - 1 / df
                    - np.log1p(z * z / df)
                    + (df + 1) / df * z * z / (df + z * z)
                )
                / 2
            ),
        ),
    ),
)
beta = Distribution(
    "beta",
    Family(
        lambda z, a, b: ratio(a - 1, z) - ratio(b - 1, 1 - z),
        (
            lambda z, a, b: np.log(z) - special.psi(a) + special.psi(a + b),
            lambda z, a, b: np.log1p(-z) - special.psi(b) + special.psi(a + b),
        ),
        low=0,
        high=1,
    ),
)
gamma = Distribution(
    "gamma", Family(lambda z, a: ratio(a - 1, z) - 1, (lambda z, a: np.log(z) - special.psi(a),), low=0)
)
chi2 = Distribution(
    "chi2",
    Family(
        lambda z, df: ratio(df / 2 - 1, z) - 0.5,
        (lambda z, df: (np.log(z / 2) - special.psi(df / 2)) / 2,),
        low=0,
    ),
)

# a graph that is pickled finds its functions by their names
globals().update({f.__name__: f for d in (norm, t, beta, gamma, chi2) for f in d.primitives.values()})
