"""`scipy.integrate` with gradients: `odeint`, by the adjoint equation; the rest is SciPy's.

R. T. Q. Chen et al., Neural Ordinary Differential Equations, 2018, appendix B: what the loss makes of the solution
runs back through time, along an equation of its own. That equation is solved by `odeint` too, so there are derivatives
of every order, each as exact as the tolerances of the solver.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import errors
from autograd.containers import Structure, flatten
from autograd.formulas import formula, word
from autograd.functional import vjp
from autograd.graph import unwrap
from autograd.optional import optional
from autograd.rules import first_tensor, primitive, vjp_rule

__all__ = ["odeint"]

scipy_integrate = optional("scipy.integrate", "scipy", "autograd.scipy.integrate")
OPTIONS = {"rtol", "atol", "tcrit", "h0", "hmax", "hmin", "ixpr", "mxstep", "mxhnil", "mxordn", "mxords", "printmessg"}


def odeint(
    func: Callable[..., Any],
    y0: Any,
    t: Any,
    args: Any = (),
    Dfun: Any = None,
    *,
    full_output: bool = False,
    tfirst: bool = False,
    **options: Any,
) -> Any:
    """Solve ``dy/dt = func(y, t, *args)`` from `y0` at ``t[0]``; the result has a row for each of `t`.

    Gradients flow to `y0`, `t` and `args`, nested tuples, lists and dicts of arrays if need be; what `func` takes from
    elsewhere must be plain. They are as exact as the tolerances: a check against differences wants
    ``rtol=1e-10, atol=1e-10``. Plain arguments go to SciPy as they are.

    Raises `NoRuleError` for an option of SciPy's that is not about the solver's steps.
    """
    if not isinstance(args, (tuple, list)):
        args = (args,)
    leaves, rebuild = flatten(args)
    if first_tensor([y0, t, *leaves]) is None:
        return scipy_integrate.odeint(func, y0, t, tuple(args), Dfun, full_output=full_output, tfirst=tfirst, **options)
    given = {"Dfun": Dfun is not None, "full_output": full_output}
    if unknown := {*options, *[name for name in given if given[name]]} - OPTIONS:
        raise errors.refused(odeint, f"of Tensors has no rule with {min(unknown)}=", "it with plain values")
    slope = (lambda y, t, *rest: func(t, y, *rest)) if tfirst else func
    y0, t = [np.stack(x) if isinstance(x, (list, tuple)) else x for x in (y0, t)]
    places = [i for i, leaf in enumerate(leaves) if first_tensor([leaf]) is not None]
    variables = [leaves[i] for i in places]  # apart from constants, which may be large: data, say
    constants = [None if i in places else leaf for i, leaf in enumerate(leaves)]

    def complete(variables: list[Any]) -> Any:
        return rebuild(replaced(constants, places, variables))

    return solution([np.reshape(y0, (-1,)), *variables], t, slope, complete, options)


def replaced(values: Sequence[Any], places: list[int], new: list[Any]) -> list[Any]:
    """`values` with the new ones in their places."""
    values = list(values)
    for i, value in zip(places, new, strict=True):
        values[i] = value
    return values


@primitive
def solution(starts: list[Any], t: Any, func: Any, rebuild: Any, options: dict[str, Any]) -> Any:
    """The rows of the solution from ``starts[0]``; the rest of `starts` are the arguments of `func`, taken apart."""
    args = rebuild(starts[1:])
    return scipy_integrate.odeint(lambda y, t: as_vector(func(y, t, *args)), starts[0], t, **options)


def as_vector(value: Any) -> Any:
    """What a right side returned, an array or a list of numbers and arrays, end to end."""
    return np.concatenate([np.ravel(v) for v in value]) if isinstance(value, (list, tuple)) else np.ravel(value)


class Adjoint:
    """The right side of the equation back in time: of y, the gradient of y and that of the arguments, end to end."""

    def __init__(self, func: Any, rebuild: Any, starts: list[Any]) -> None:
        self.func, self.rebuild, self.n = func, rebuild, np.size(starts[0])
        self.places = [i for i, leaf in enumerate(starts[1:]) if np.asarray(unwrap(leaf)).dtype.kind == "f"]
        self.sizes = [np.size(unwrap(starts[1 + i])) for i in self.places]

    def __call__(self, state: Any, t: Any, *leaves: Any) -> Any:
        def right_side(y: Any, chosen: list[Any]) -> Any:
            return as_vector(self.func(y, t, *self.rebuild(replaced(leaves, self.places, chosen))))

        value, pullback = vjp(right_side, state[: self.n], [leaves[i] for i in self.places])
        gy, chosen = pullback(state[self.n : 2 * self.n])
        return np.concatenate([value, -gy, *[-np.ravel(g) for g in chosen]])

    def gradients(self, flat: Any, leaves: list[Any]) -> list[Any]:
        """The gradient of each argument, from all of them end to end; None for one that is no floating number."""
        found: list[Any] = [None] * len(leaves)
        start = 0
        for i, size in zip(self.places, self.sizes, strict=True):
            found[i] = np.reshape(flat[start : start + size], np.shape(leaves[i]))
            start += size
        return found


def backward_in_time(g: Any, y: Any, starts: list[Any], t: Any, func: Any, rebuild: Any, options: Any) -> list[Any]:
    """The gradient of the start, and of every argument of `func`, from a gradient `g` for each row of `y`."""
    adjoint = Adjoint(func, rebuild, starts)
    n, leaves = adjoint.n, starts[1:]
    options = {key: np.min(value) if key in ("rtol", "atol") else value for key, value in options.items()}
    options = {key: value for key, value in options.items() if key not in ("tcrit", "h0")}  # they are of its times
    of_y, of_args = g[-1], np.zeros(sum(adjoint.sizes))
    as_list = Structure([None] * len(leaves))
    for i in range(len(t) - 1, 0, -1):
        state = np.concatenate([y[i], of_y, of_args])
        end = solution([state, *leaves], np.stack([t[i], t[i - 1]]), adjoint, as_list, options)[1]
        of_y, of_args = end[n : 2 * n] + g[i - 1], end[2 * n :]
    return [of_y, *adjoint.gradients(of_args, leaves)]


def solution_vjp_t(g: Any, y: Any, starts: list[Any], t: Any, func: Any, rebuild: Any, options: Any) -> Any:
    """A later t moves its own row; a later start moves all the others back."""
    args = rebuild(starts[1:])
    slopes = [as_vector(func(y[i], t[i], *args)) for i in range(len(t))]
    of_start = backward_in_time(g, y, starts, t, func, rebuild, options)[0] - g[0]
    return np.stack([-np.sum(of_start * slopes[0]), *[np.sum(g[i] * slopes[i]) for i in range(1, len(t))]])


vjp_rule(solution, backward_in_time, solution_vjp_t)
formula(solution, arrays="adjoint(g)", t="sum(g * slopes, axis=1)")
word("adjoint", "adjoint(g) solves the adjoint equation, which takes g back through time")


def __getattr__(name: str) -> Any:
    """What has no rule is SciPy's."""
    return getattr(scipy_integrate, name)
