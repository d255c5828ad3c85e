"""`check_rule`: the derivative of one function, to second order, at two precisions and two layouts in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from autograd import errors
from autograd.containers import flatten
from autograd.optional import load_chapters
from autograd.rules import COMPOSITIONS, RULES
from autograd.testing.check import gradcheck, settled
from autograd.testing.report import GradcheckReport, Verdict

__all__ = ["check_rule"]

SHAPES = ((2, 3), (3,), (2, 1))  # arguments that were not given broadcast together
DOMAINS = ((-1.7, 1.7), (0.2, 0.9), (1.2, 2.5))  # tried in turn, until the function is finite there


def check_rule(
    function: Callable[..., Any],
    *args: Any,
    order: int = 2,
    rtol: float | None = None,
    atol: float | None = None,
    rng: np.random.Generator | int | None = None,
    raise_on_failure: bool = True,
    **kwargs: Any,
) -> GradcheckReport:
    """Check the derivative of one function: `gradcheck` to second order, in float64, float32 and Fortran's order.

    Without `args`, arrays that broadcast together are drawn where the function is finite. `kwargs` go to the function.

    Raises `NoRuleError` for a function that has no derivative here, `GradientCheckError` as `gradcheck` does.

    >>> print(check_rule(np.arctan2))  # doctest: +ELLIPSIS
    PASS: gradient of order 2, ...
    """
    load_chapters()
    if function not in RULES and function not in COMPOSITIONS:
        raise errors.no_rule(function)
    rng = np.random.default_rng(0 if rng is None else rng)
    args = args or drawn(function, kwargs, rng)
    for name, variant in variants(args):
        report = gradcheck(
            partial(function, **kwargs), *variant, order=order, rtol=rtol, atol=atol, rng=rng, raise_on_failure=False
        )
        if report.verdict is not Verdict.PASS:
            report.notes.append(f"with {name}")
            break
    return settled(report, raise_on_failure)


def drawn(function: Callable[..., Any], kwargs: dict[str, Any], rng: np.random.Generator) -> tuple[Any, ...]:
    """Arrays for each argument that has no default."""
    count = operands(function)
    for low, high in DOMAINS:
        args = tuple(rng.uniform(low, high, shape) for shape in SHAPES[:count])
        with np.errstate(all="ignore"):
            if np.all(np.isfinite(function(*args, **kwargs))):
                return args
    raise errors.DataError(
        f"check_rule: no arguments were found where {errors.op_name(function)} is finite; give some."
    )


def operands(function: Any) -> int:
    if isinstance(function, np.ufunc):
        return function.nin
    try:
        parameters = list(signature(function).parameters.values())
    except ValueError:
        parameters = []
    count = sum(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
    if not 0 < count <= len(SHAPES):
        raise errors.DataError(f"check_rule: the arguments of {errors.op_name(function)} cannot be guessed; give some.")
    return count


def variants(args: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The arguments as they are, narrower, and with the first axis the fastest in memory."""
    leaves, rebuild = flatten(args)
    yield "the arguments as given", args
    narrow = {"f": np.float32, "c": np.complex64}
    yield "narrow arguments", rebuild([np.asarray(x).astype(narrow.get(np.asarray(x).dtype.kind)) for x in leaves])
    yield "arrays in Fortran's order", rebuild([np.asfortranarray(x) if np.ndim(x) else x for x in leaves])
