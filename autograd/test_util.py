"""HIPS autograd's gradient checks, on those of `autograd.testing`, which say more about a failure."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np

from autograd.containers import flatten
from autograd.core import make_jvp, make_vjp, vspace
from autograd.errors import DataError
from autograd.testing import gradcheck
from autograd.wrap_util import unary_to_nary

__all__ = [
    "check_equivalent",
    "check_grads",
    "check_jvp",
    "check_vjp",
    "combo_check",
    "make_numerical_jvp",
    "numerical_jvp",
    "quick_grad_check",
    "scalar_close",
]

Function = Callable[..., Any]

TOL = RTOL = EPS = 1e-6


def scalar_close(a: Any, b: Any) -> bool:
    return bool(abs(a - b) < TOL or abs(a - b) < RTOL * abs(a + b))


def numerical_jvp(f: Function, x: Any, v: Any) -> Any:
    """The derivative of `f` at `x` along `v`, by a central difference."""
    space = vspace(x)
    after, before = f(space.add(x, space.scalar_mul(v, EPS / 2))), f(space.add(x, space.scalar_mul(v, -EPS / 2)))
    return vspace(after).combine(lambda a, b: (a - b) / EPS, after, before)


def make_numerical_jvp(f: Function, x: Any) -> Function:
    """The same as a function of the direction."""
    return lambda v: numerical_jvp(f, x, v)


def check_equivalent(x: Any, y: Any) -> None:
    """Raise `AssertionError` unless two values have one structure, the same shapes and dtypes, and close numbers."""
    assert vspace(x) == vspace(y), f"they differ in kind: {vspace(x)} and {vspace(y)}"
    for a, b in zip(flatten(x)[0], flatten(y)[0], strict=True):
        np.testing.assert_allclose(a, b, rtol=2 * RTOL, atol=TOL)


def check_vjp(f: Function, x: Any) -> None:
    """Compare the reverse mode of `f` at `x` with a finite difference, along random directions."""
    pullback, y = make_vjp(f, x)
    x_space, y_space = vspace(x), vspace(y)
    v, weights = x_space.randn(), y_space.randn()
    pulled = x_space.covector(pullback(y_space.covector(weights)))
    assert vspace(pulled) == x_space, f"the gradient is in {vspace(pulled)}, the argument in {x_space}"
    exact, numeric = x_space.inner_prod(v, pulled), y_space.inner_prod(weights, numerical_jvp(f, x, v))
    assert scalar_close(exact, numeric), f"reverse mode at {x}: {exact}, by differences: {numeric}"


def check_jvp(f: Function, x: Any) -> None:
    """Compare the forward mode of `f` at `x` with a finite difference, along a random direction."""
    v = vspace(x).randn()
    check_equivalent(make_jvp(f, x)(v)[1], numerical_jvp(f, x, v))


@unary_to_nary
def check_grads(f: Function, x: Any, modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> None:
    """Check the derivatives of `f` up to an order: ``check_grads(f, argnum, modes, order)(*args)``.

    Both modes are checked whatever `modes` says: forward mode here is made of reverse mode.

    Raises `GradientCheckError`, an `AssertionError`.
    """
    if not set(modes) <= {"fwd", "rev"}:
        raise DataError(f"check_grads(modes={modes!r}): the modes are 'fwd' and 'rev'.")
    gradcheck(f, x, order=order, rtol=2 * RTOL, atol=TOL)  # as `scalar_close`


def combo_check(fun: Function, *args: Any, **kwargs: Any) -> Function:
    """`check_grads` for every combination: of a list of values for each argument and each keyword of `fun`."""

    def check(*choices: Any, **keyword_choices: Any) -> None:
        for given in product(*choices):
            for values in product(*keyword_choices.values()):
                check_grads(fun, *args, **kwargs)(*given, **dict(zip(keyword_choices, values, strict=True)))

    return check


def quick_grad_check(
    fun: Function, arg0: Any, extra_args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None, *_: Any, **__: Any
) -> None:
    """The older name of `check_grads` for the first argument and order; found in `autograd.util`. No other option."""
    warnings.warn("quick_grad_check is an older form of test_util.check_grads", DeprecationWarning, stacklevel=2)
    check_grads(lambda x: fun(x, *extra_args, **(kwargs or {})), order=1)(arg0)
