"""Functions of your own with HIPS autograd's signatures: `primitive`, `defvjp`, `defjvp` and their kin.

A rule of theirs, ``lambda ans, *args: lambda g: ...``, becomes one of ours, ``lambda g, y, *args: ...``. A function
that has only forward rules gets the transposes of these. New code may as well use `autograd.primitive` and
`autograd.vjp_rule`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import numpy as np

from autograd import errors, functional
from autograd.containers import flatten
from autograd.graph import unwrap
from autograd.numpy.numpy_vspaces import VSpace, vspace
from autograd.numpy.numpy_wrapper import ORIGINALS
from autograd.rules import RULES, vjp_rule
from autograd.tracer import Box, JVPNode, Results, VJPNode, notrace_primitive, primitive, register_notrace
from autograd.util import subval

__all__ = [
    "Box",
    "JVPNode",
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
    "notrace_primitive",
    "primitive",
    "register_notrace",
    "vspace",
]

Function = Callable[..., Any]
TRANSPOSED: set[Function] = set()  # functions whose rules were made from forward ones: a rule of `defvjp` replaces them


def registered(fun: Function, rules: Any) -> None:
    """Register rules, for NumPy's own function where `autograd.numpy` wraps it."""
    fun = ORIGINALS.get(fun, fun)
    TRANSPOSED.discard(fun)
    if isinstance(rules, tuple):
        vjp_rule(fun, *rules)
    else:
        vjp_rule(fun, each=rules)


def without_results(g: Any, y: Any, args: tuple[Any, ...]) -> tuple[Any, Any, tuple[Any, ...]]:
    """Gradient, output and arguments as the user's rule knows them."""
    if args and args[-1].__class__ is Results:
        return args[-1].nested(g), args[-1].nested(y), args[:-1]
    return g, y, args


# ------------------------------------------------------------------------------------------------------ reverse mode


class SparseObject:
    """A gradient that is mostly zero: `mut_add` adds it to an array in place."""

    __slots__ = ("mut_add", "vs")

    def __init__(self, vs: VSpace, mut_add: Callable[[Any], Any]) -> None:
        self.vs, self.mut_add = vs, mut_add

    def dense(self) -> Any:
        return self.mut_add(self.vs.zeros())


def dense(g: Any) -> Any:
    return g.dense() if isinstance(g, SparseObject) else g


def defvjp(fun: Function, *vjpmakers: Function | None, argnums: Any = None) -> None:
    """Give a primitive its derivative: ``lambda ans, *args: lambda g: ...`` for each argument.

    `argnums` says which arguments the rules are for, the first ones by default. `None` says that the derivative with
    respect to an argument is zero; an argument without an entry must not be traced.
    """
    makers = dict(zip(count() if argnums is None else argnums, vjpmakers, strict=False))
    for place, maker in makers.items():
        if not (maker is None or callable(maker)):
            raise TypeError(f"defvjp: the rule for argument {place} of {errors.op_name(fun)} is {maker!r}, no function")
    missing = {
        place: partial(no_rule_for, fun, place) for place in range(max(makers, default=-1)) if place not in makers
    }
    rules = {place: None if maker is None else partial(by_maker, maker) for place, maker in makers.items()}
    registered(fun, tuple(rule for _, rule in sorted((rules | missing).items())))


def by_maker(maker: Function, g: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
    g, y, args = without_results(g, y, args)
    return dense(maker(y, *args, **kwargs)(g))


def no_rule_for(fun: Function, place: int, *_: Any, **__: Any) -> Any:
    raise errors.no_rule(fun, place)


def defvjp_argnum(fun: Function, vjpmaker: Function) -> None:
    """The same by one function for all arguments: ``vjpmaker(argnum, ans, args, kwargs)`` returns ``lambda g: ...``."""

    def each(argnum: int, g: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        g, y, args = without_results(g, y, args)
        return dense(vjpmaker(argnum, y, args, kwargs)(g))

    registered(fun, each)


def defvjp_argnums(fun: Function, vjpmaker: Function) -> None:
    """The same for several arguments at a time: `vjpmaker` gets a tuple of their numbers, its pullback returns one."""

    def each(argnum: int, g: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        g, y, args = without_results(g, y, args)
        return dense(next(iter(vjpmaker((argnum,), y, args, kwargs)(g))))

    registered(fun, each)


# ------------------------------------------------------------------------------------------------------ forward mode


def defjvp(fun: Function, *jvpfuns: Function | str | None, argnums: Any = None) -> None:
    """Give a primitive its derivative along a direction: ``lambda g, ans, *args: ...`` for each argument.

    `"same"` says that the function is linear in the argument. Forward mode here is made of reverse mode, so that such a
    rule is used, transposed, where `defvjp` has given none. For that it must be written in functions that have rules.
    """
    rules = dict(zip(count() if argnums is None else argnums, jvpfuns, strict=False))

    def jvp(argnum: int, g: Any, ans: Any, args: Any, kwargs: Any) -> Any:
        if argnum not in rules:
            raise errors.no_rule(fun, argnum)
        rule = rules[argnum]
        if rule is None:
            return vspace(ans).zeros()
        return along_itself(fun, argnum, g, args, kwargs) if isinstance(rule, str) else rule(g, ans, *args, **kwargs)

    defjvp_argnum(fun, jvp)


def defjvp_argnum(fun: Function, jvpmaker: Function) -> None:
    """The same by one function for all arguments: ``jvpmaker(argnum, g, ans, args, kwargs)`` returns the derivative."""
    fun = ORIGINALS.get(fun, fun)
    if fun in RULES and fun not in TRANSPOSED:
        return

    def each(argnum: int, g: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        g, y, args = without_results(g, y, args)
        leaves, structure = flatten(args[argnum])
        start = structure([np.zeros_like(unwrap(leaf)) for leaf in leaves])
        _, transpose = functional.vjp(lambda v: jvpmaker(argnum, v, y, args, kwargs), start)
        return transpose(g)

    registered(fun, each)
    TRANSPOSED.add(fun)


def defjvp_argnums(fun: Function, jvpmaker: Function) -> None:
    """The same for several arguments at a time: `jvpmaker` gets tuples of argument numbers and directions."""
    defjvp_argnum(fun, lambda argnum, g, ans, args, kwargs: jvpmaker((argnum,), (g,), ans, args, kwargs))


def def_linear(fun: Function) -> None:
    """Declare that a function is linear in each of its arguments."""
    defjvp(fun, *["same"] * 16)


def along_itself(fun: Function, argnum: int, g: Any, args: Any, kwargs: Any) -> Any:
    """The derivative of a function that is linear in an argument; its own code, not its node, so that it is traced."""
    return getattr(fun, "fun", fun)(*subval(args, argnum, g), **kwargs)
