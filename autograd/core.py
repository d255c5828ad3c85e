"""What users of HIPS autograd import from its `core`: `make_vjp` and `make_jvp` of functions of one argument.

Its `primitive` is that of `extend` with the methods by which older programs define derivatives.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

from autograd import errors, extend, functional
from autograd.engine import leading_to, order_graph
from autograd.extend import (
    Box,
    JVPNode,
    SparseObject,
    VJPNode,
    VSpace,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    vspace,
)
from autograd.graph import by_age, traced
from autograd.trace import gradients
from autograd.tracer import BOXES, Node, getval, isbox, trace
from autograd.util import func, subval, toposort

__all__ = [
    "Box",
    "JVPNode",
    "Node",
    "SparseObject",
    "VJPNode",
    "VSpace",
    "backward_pass",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "func",
    "getval",
    "isbox",
    "make_jvp",
    "make_vjp",
    "primitive",
    "subval",
    "toposort",
    "trace",
    "vspace",
]

Function = Callable[..., Any]


def make_vjp(fun: Function, x: Any) -> tuple[Function, Any]:
    """``(vjp, fun(x))``: `vjp` takes a gradient of the output to that of the argument."""
    value, pullback = functional.vjp(fun, x)
    return pullback, value


def make_jvp(fun: Function, x: Any) -> Function:
    """A function from a direction to ``(fun(x), derivative along it)``."""
    return lambda g: functional.jvp(fun, (x,), (g,))


def backward_pass(g: Any, end_node: Box) -> Any:
    """The gradient of the box, of `tracer.new_box`, that `end_node` was made from; `g` is that of `end_node`.

    It is traced where `g` is. Raises `BackwardError` where no box is behind `end_node`.
    """
    order, begin = order_graph([end_node])
    start = max([node for node in order + begin if node.serial in BOXES], key=by_age, default=None)
    if start is None:
        raise errors.BackwardError("backward_pass: no value made by new_box is behind this node.")
    live = leading_to({start}, order)
    return gradients([node for node in order if node is not start], {end_node: g}, [start], live, traced(g))[0]


def primitive(f_raw: Function) -> Function:
    """`extend.primitive` with the methods `defgrad`, `defvjp` and `defvjp_is_zero`, older ways to write `defvjp`."""
    f = extend.primitive(f_raw)
    makers: dict[int, Function | None] = {}

    def define(name: str, new: dict[int, Function | None]) -> None:
        text = f"{f.__name__}.{name}(...) is an older form of autograd.extend.defvjp({f.__name__}, ...)"
        warnings.warn(text, DeprecationWarning, stacklevel=3)
        makers.update(new)
        defvjp(f, *makers.values(), argnums=list(makers))

    def defgrad(maker: Function, argnum: int = 0) -> None:
        define("defgrad", {argnum: maker})

    def defvjp_of_all(vjp: Function, argnum: int = 0) -> None:
        def maker(ans: Any, *args: Any, **kwargs: Any) -> Function:
            return lambda g: vjp(g, ans, vspace(args[argnum]), vspace(g), *args, **kwargs)

        define("defvjp", {argnum: maker})

    def defvjp_is_zero(argnums: Iterable[int] = (0,)) -> None:
        define("defvjp_is_zero", dict.fromkeys(argnums))

    f.defgrad, f.defvjp, f.defvjp_is_zero = defgrad, defvjp_of_all, defvjp_is_zero  # type: ignore[attr-defined]
    return f
