"""What users of HIPS autograd import from its `core`: `make_vjp` and `make_jvp` of functions of one argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import functional
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
    primitive,
    vspace,
)
from autograd.tracer import Node, getval, isbox, trace
from autograd.util import func, subval, toposort

__all__ = [
    "Box",
    "JVPNode",
    "Node",
    "SparseObject",
    "VJPNode",
    "VSpace",
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
