"""Functions that turn functions into their derivatives: grad, vjp, jvp, jacobian, hessian, hvp.

All of them run the function once on fresh variables (`Trace`) and pull gradients back through that graph. They nest: in
an outer trace the inner result is itself traced. Results are NumPy, unless they depend on something traced outside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import errors
from autograd.containers import flatten
from autograd.engine import leading_to, order_graph, require_fresh
from autograd.graph import get_mode, new_leaf, traced, unwrap
from autograd.tensor import Tensor
from autograd.trace import Argnums, Trace, as_seeds, gradients, gradients_by_node, traced_among

__all__ = [
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]

Function = Callable[..., Any]


def pick_argnums(call: str, argnums: Argnums | None, keywords: dict[str, Any]) -> Argnums:
    """The arguments that a call picks, the first unless it says so: by `argnums`, or `argnum` as in HIPS autograd."""
    if not keywords:
        return 0 if argnums is None else argnums
    if unknown := keywords.keys() - {"argnum"}:
        raise errors.unknown_keyword(call, sorted(unknown), ["argnums"])
    argnum: Argnums | None = keywords.get("argnum")
    if argnums is not None and argnum is not None:
        raise errors.BackwardError(f"{call}(argnums={argnums!r}, argnum={argnum!r}): these are one keyword, give one.")
    return next((given for given in (argnums, argnum) if given is not None), 0)


def of(f: Function) -> Callable[[Function], Function]:
    """Give a derivative the docstring of its function, at a fifth of the cost of `functools.wraps`."""

    def mark(derivative: Function) -> Function:
        derivative.__doc__, derivative.__wrapped__ = f.__doc__, f  # type: ignore[attr-defined]
        return derivative

    return mark


def one_for(outputs: list[Any]) -> Any:
    """The gradient 1 for the output of a function that returns one real number; an error for anything else."""
    value = unwrap(outputs[0]) if len(outputs) == 1 else None
    if isinstance(value, np.floating):  # the common case, made fast
        return value.dtype.type(1)
    value = value if value is None or hasattr(value, "dtype") else np.asarray(value)
    if value is None or value.size != 1 or value.dtype.kind in "cb":
        raise errors.OutputError(
            f"grad needs a function that returns one real number, and this one returned "
            f"{errors.describe_all(outputs)}. Use jacobian, elementwise_grad or vjp, or reduce it: "
            f"np.sum(...), np.real(...), np.abs(...)."
        )
    return np.ones_like(value) if value.ndim else value.dtype.type(1)


def ones_for(outputs: list[Any]) -> list[Any]:
    return [np.ones_like(unwrap(out))[()] for out in outputs]


# ------------------------------------------------------------------------------------------------------- first order


def value_and_grad(f: Function, argnums: Argnums | None = None, **keywords: Any) -> Function:
    """A function that returns ``(f(...), gradient)``, computed in one pass.

    `f` returns a real scalar. `argnums` picks the argument, or a tuple of them; each may be nested tuples, lists and
    dicts of arrays, and the gradient has the same structure.

    Raises `OutputError` if `f` does not return one real number, `DataError` for an integer argument.
    """
    argnums = pick_argnums("value_and_grad", argnums, keywords)

    @of(f)
    def derivative(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        trace = Trace(f, argnums, args, kwargs)
        return trace.value(), trace.rebuild(trace.pull_once([one_for(trace.outputs)]))

    return derivative


def grad(f: Function, argnums: Argnums | None = None, **keywords: Any) -> Function:
    """A function that returns the gradient of `f`; see `value_and_grad`.

    >>> float(grad(grad(lambda x: x**3))(2.0))
    12.0
    """
    argnums = pick_argnums("grad", argnums, keywords)

    @of(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(f, argnums, args, kwargs)
        return trace.rebuild(trace.pull_once([one_for(trace.outputs)]))

    return derivative


def elementwise_grad(f: Function, argnums: Argnums | None = None, **keywords: Any) -> Function:
    """A function that returns the derivative of each output with respect to its own input, for elementwise `f`.

    It is the gradient of the sum of all outputs.
    """
    argnums = pick_argnums("elementwise_grad", argnums, keywords)

    @of(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(f, argnums, args, kwargs)
        trace.require_analytic()
        return trace.rebuild(trace.pull_once(ones_for(trace.outputs)))

    return derivative


def vjp(f: Function, *args: Any) -> tuple[Any, Function]:
    """``(f(*args), pullback)``: the pullback takes a gradient of the output to the gradients of the arguments.

    The gradient has the output's structure and shapes. With one argument the pullback returns its gradient, with
    several a tuple.
    """
    leaves, rebuild = flatten(args)
    copies = rebuild([leaf if isinstance(leaf, Tensor) else np.array(leaf) for leaf in leaves])
    trace = Trace(f, 0 if len(args) == 1 else tuple(range(len(args))), copies, {})

    def pullback(gradient: Any) -> Any:
        require_fresh(trace.order)  # time has passed: arguments were copied, but other leaves may have changed
        seeds = as_seeds(trace.outputs, gradient)
        create_graph = get_mode().recording and traced(seeds)
        return trace.rebuild(trace.pull(seeds if create_graph else unwrap(seeds), create_graph))

    return trace.value(), pullback


def jvp(f: Function, primals: Any, tangents: Any) -> tuple[Any, Any]:
    """``(f(*primals), tangent)``: the derivative of the output along `tangents`, a tuple as `primals` is.

    The pullback is linear in its argument, and its own pullback is the derivative forward (J. Townsend, 2017).
    """
    if not isinstance(primals, (tuple, list)):
        primals, tangents = (primals,), (tangents,)
    trace = Trace(f, tuple(range(len(primals))), tuple(primals), {})
    weights = [new_leaf(Tensor, np.zeros_like(unwrap(out))[()], requires_grad=True) for out in trace.outputs]
    pulled = trace.pull(weights, create_graph=True)
    directions = as_seeds(list(trace.variables), list(tangents))
    order, _ = order_graph(traced_among(pulled), floor=min((node.serial for node in weights), default=0))
    create_graph = trace.outer or traced(directions)
    start = gradients_by_node(pulled, directions)
    return trace.value(), trace.rebuild_output(
        gradients(order, start, weights, leading_to(set(weights), order), create_graph)
    )


# ------------------------------------------------------------------------------------------------------ higher order


def jacobian(f: Function, argnums: Argnums | None = None, **keywords: Any) -> Function:
    """A function that returns the Jacobian of `f`, of shape ``output.shape + argument.shape``.

    Where output or arguments are nested, the result has the output's structure, and in it the arguments'.
    """
    argnums = pick_argnums("jacobian", argnums, keywords)

    @of(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        trace = Trace(f, argnums, args, kwargs)
        trace.require_analytic()
        zeros = [np.zeros_like(unwrap(out)) for out in trace.outputs]
        blocks = []
        for place, zero in enumerate(zeros):
            rows = []
            for i in np.ndindex(zero.shape):
                seed = zero.copy()
                seed[i] = 1
                rows.append(trace.pull([*zeros[:place], seed[()], *zeros[place + 1 :]]))
            columns = [[row[k] for row in rows] for k in range(len(trace.variables))]
            parts = [as_block(column, zero.shape, x) for column, x in zip(columns, trace.variables, strict=True)]
            blocks.append(trace.rebuild(parts))
        return trace.rebuild_output(blocks)

    return derivative


def as_block(gradients: list[Any], shape: tuple[int, ...], x: Tensor) -> Any:
    """The gradients with respect to `x` of the entries of an output of this shape, as one array."""
    if not shape:
        return gradients[0]
    if not gradients:
        return np.zeros(shape + x.shape, x.dtype)
    return np.reshape(np.stack(gradients), shape + x.shape)


def hessian(f: Function, argnums: Argnums | None = None, **keywords: Any) -> Function:
    """A function that returns the second derivatives of `f`: of a scalar `f` the matrix of shape ``x.shape + x.shape``.

    In general it is the Jacobian of the Jacobian, of shape ``output.shape + x.shape + x.shape``.
    """
    argnums = pick_argnums("hessian", argnums, keywords)
    return jacobian(jacobian(f, argnums), argnums)


def hvp(f: Function, *args: Any) -> Any:
    """The Hessian of a scalar `f` times a vector, without the Hessian: ``hvp(f, x, v)``, or ``hvp(f)(x, v)``.

    `v` has the structure of `x`. With several arguments, ``hvp(f, x, y, v)``, it is with respect to the first.
    """
    if not args:
        return lambda *given: hvp(f, *given)
    *inputs, vector = args
    return vjp(lambda x: grad(f)(x, *inputs[1:]), inputs[0])[1](vector)


# ------------------------------------------------------------------------------------------------------------ cutting


def stop_gradient(x: Any) -> Any:
    """The same value (or nested values), to which no gradient flows."""
    leaves, rebuild = flatten(x)
    return rebuild([leaf.detach() if isinstance(leaf, Tensor) else leaf for leaf in leaves])
