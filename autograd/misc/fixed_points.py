"""Fixed points ``x = f(a)(x)``, differentiated with respect to `a` by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import functional
from autograd.extend import defvjp, primitive, vspace
from autograd.formulas import formula

__all__ = ["fixed_point"]

Function = Callable[..., Any]


@primitive
def fixed_point(f: Function, a: Any, x0: Any, distance: Function, tol: float) -> Any:
    """Iterate ``x = f(a)(x)`` from `x0` until two in a row are within `tol`.

    The gradient with respect to `a` solves ``u = g + u ∂f/∂x`` by iterating as well, so that no iterate is kept; that
    with respect to `x0` is zero. What `f` takes from its surroundings is a constant.

    >>> root = lambda a: fixed_point(lambda a: lambda x: (x + a / x) / 2, a, 1.0, lambda x, y: abs(x - y), 1e-12)
    >>> round(float(functional.grad(root)(4.0)), 12)
    0.25
    """
    step, x, previous = f(a), f(a)(x0), x0
    while distance(x, previous) > tol:
        x, previous = step(x), x
    return x


def adjoint(x: Any, f: Function, a: Any, _x0: Any, distance: Function, tol: float) -> Function:
    def pull(g: Any) -> Any:
        u = fixed_point(adjoint_step(f), (a, x, g), vspace(x).zeros(), distance, tol)
        return functional.vjp(lambda a: f(a)(x), a)[1](u)

    return pull


def adjoint_step(f: Function) -> Function:
    """From ``(a, x, g)`` the map from `u` to ``g + u ∂f/∂x``."""

    def at(parameters: Any) -> Function:
        a, x, g = parameters
        _, pull = functional.vjp(f(a), x)
        return lambda u: vspace(x).add(pull(u), g)

    return at


defvjp(fixed_point, None, adjoint, None)
formula(fixed_point, f=None, a="pullback(g)", x0=None, distance=None, tol=None)
