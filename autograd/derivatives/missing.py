"""Derivatives of the functions that leave NaN out: ``nansum``, ``nanmax``, ``nancumprod`` and their like.

Each is the rule of the function of the same name with the NaNs masked out, as by ``where=``. Values and warnings are
NumPy's own, so that a slice without any number gives what NumPy gives, with its warning.

Conventions: a NaN gets gradient 0; so does a slice whose result is NaN because it has too few numbers.
"""

from typing import Any

import numpy as np

from autograd.derivatives.accumulations import cumprod_vjp, cumsum_vjp
from autograd.derivatives.reductions import (
    extremum_vjp,
    mean_vjp,
    prod_vjp,
    std_about,
    std_vjp,
    sum_vjp,
    var_about,
    var_vjp,
)
from autograd.rules import composition, vjp_rule


def leaving_out_nan(rule: Any) -> Any:
    """The rule of a reduction, told to mask out the NaNs of `x`."""

    def vjp(g: Any, y: Any, x: Any, *options: Any, where: Any = True, **keywords: Any) -> Any:
        numbers = ~np.isnan(x)
        return rule(g, y, x, *options, where=numbers if where is True else numbers & where, **keywords)

    return vjp


vjp_rule(np.nansum, leaving_out_nan(sum_vjp))
vjp_rule(np.nanprod, leaving_out_nan(prod_vjp))
vjp_rule(np.nanmean, leaving_out_nan(mean_vjp))
vjp_rule(np.nanvar, leaving_out_nan(var_vjp))
vjp_rule(np.nanstd, leaving_out_nan(std_vjp))


def about(function: Any) -> Any:
    """A reduction one of whose keywords is traced, with the NaNs masked out."""

    def rewrite(a: Any, *options: Any, where: Any = True, **keywords: Any) -> Any:
        numbers = ~np.isnan(a)
        a = np.where(numbers, a, 0)
        return function(a, *options, where=numbers if where is True else numbers & where, **keywords)

    return rewrite


composition(np.nanvar)(about(var_about))
composition(np.nanstd)(about(std_about))

vjp_rule(np.nanmax, extremum_vjp)  # no NaN is equal to the extremum
vjp_rule(np.nanmin, extremum_vjp)
vjp_rule(
    np.nancumsum,
    lambda g, y, x, axis=None, dtype=None: np.where(np.isnan(x), 0, cumsum_vjp(g, y, x, axis, dtype)),
)
vjp_rule(
    np.nancumprod,
    lambda g, y, x, axis=None, dtype=None: np.where(
        np.isnan(x), 0, cumprod_vjp(g, y, np.where(np.isnan(x), 1, x), axis, dtype)
    ),
)
