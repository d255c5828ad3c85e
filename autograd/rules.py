"""The registry: which function has which derivative.

Four kinds of entry, all keyed by the function itself:

- a **rule** (`vjp_rule`): one vector-Jacobian product per argument;
- a **constant** (`constant`): the derivative is zero wherever it exists, so the result is a plain NumPy value;
- a **composition** (`composition`): the function is rewritten in terms of others that have rules;
- a **refusal** (`refuse`): the function cannot take Tensors, and the error says why.

The tables in ``derivatives/`` fill the registry; ``engine.py`` reads it. A function that has no entry is an error,
never a gradient that is silently zero.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial, wraps
from inspect import signature
from itertools import count, repeat
from types import NoneType
from typing import Any, NoReturn, ParamSpec, TypeVar

import numpy as np

from autograd import errors
from autograd.containers import CONTAINERS

__all__ = [
    "CHECKS",
    "COMPOSITIONS",
    "CONSTANTS",
    "NOTHING",
    "PLAIN",
    "REFUSED",
    "RULES",
    "SPELLED",
    "Entries",
    "composition",
    "constant",
    "expect_several",
    "packed",
    "pick",
    "primitive",
    "refuse",
    "rule_keywords",
    "vjp_rule",
]

PLAIN = {np.ndarray, np.float64, np.float32, float, int, bool, str, type, NoneType}  # classes of what holds no Tensor
P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
Vjp = Callable[..., Any]


class Entries:
    """A gradient that is zero but for some entries: what a rule may return in place of an array of almost only zeros.

    ``add_to(total)`` adds these to an array of the argument's shape, in place; so many parts make one array.
    """

    __slots__ = ("add_to",)

    def __init__(self, add_to: Callable[[Any], None]) -> None:
        self.add_to = add_to


class EveryArgument:
    """The rules of a function of any number of operands: `skip` constants, then ``rule(i, g, y, *args)`` for each."""

    def __init__(self, rule: Vjp, skip: int) -> None:
        self.rule, self.skip = rule, skip

    def __len__(self) -> int:
        return sys.maxsize

    def __iter__(self) -> Iterator[Vjp | None]:
        yield from repeat(None, self.skip)
        for position in count(self.skip):
            yield partial(self.rule, position)


RULES: dict[Any, tuple[Vjp | None, ...] | EveryArgument] = {}
SEVERAL: set[Any] = set()  # those in RULES that have returned a tuple
CONSTANTS: set[Any] = set()
COMPOSITIONS: dict[Any, Callable[..., Any]] = {}
REFUSED: set[Any] = set()  # those in COMPOSITIONS that only raise
CHECKS: set[Any] = set()  # code that only looks whether arguments are good: `autograd.compile` leaves it out
SPELLED: dict[Any, Callable[..., Any]] = {}  # how `autograd.compile` writes a primitive in NumPy's functions


def vjp_rule(function: Callable[..., Any], *vjps: Vjp | None, each: Vjp | None = None) -> None:
    """Register the derivative of `function`: one vector-Jacobian product per positional argument.

    Each is called as ``vjp(g, y, *args, **kwargs)``: the upstream gradient `g` (shape and dtype of the output `y`), the
    output, the inputs and the keywords of the call. It returns the gradient of its argument; a broadcast is undone
    and the dtype restored by the engine. `None` says that no gradient flows to that argument. For an argument that is
    a list or a dict of arrays the rule returns a list or a dict of gradients. `each` is called as
    ``each(i, g, y, *args)`` for every argument after `vjps`. Where the function returns a tuple, `g` and `y` are tuples
    too. A gradient of almost only zeros may be `Entries`.

    Write it in NumPy: in a first-order pass it receives arrays, under ``create_graph=True`` Tensors, and the same
    lines then give the higher derivatives.

    >>> import numpy as np, autograd as ag
    >>> @ag.primitive
    ... def cube(x):
    ...     return x ** 3
    >>> ag.vjp_rule(cube, lambda g, y, x: g * 3 * x ** 2)
    >>> float(ag.grad(cube)(2.0))
    12.0
    """
    if not callable(function):
        raise TypeError(f"vjp_rule takes the function itself, not {function!r}: vjp_rule(np.tanh, lambda g, y, x: ...)")
    RULES[function] = vjps if each is None else EveryArgument(each, len(vjps))
    SEVERAL.discard(function)


@cache
def rule_keywords(vjp: Vjp | None) -> frozenset[str] | None:
    """The names that a rule takes by keyword; None where it takes any."""
    parameters = signature(vjp).parameters.values() if vjp is not None else ()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return None
    return frozenset(p.name for p in parameters)


def constant(*functions: Callable[..., Any]) -> None:
    """Declare functions whose derivative is zero wherever it exists; of Tensors they return plain NumPy values."""
    CONSTANTS.update(functions)


def composition(function: Callable[..., Any]) -> Callable[[F], F]:
    """Declare, as a decorator, how `function` is written in terms of functions that have rules."""

    def register(rewrite: F) -> F:
        COMPOSITIONS[function] = rewrite
        return rewrite

    return register


def refuse(
    function: Callable[..., Any], reason: str, instead: str, kind: type[errors.AutogradError] = errors.NoRuleError
) -> None:
    """Declare that `function` cannot take Tensors: calling it raises an error with the reason and the way out."""

    def rewrite(*_: Any, **__: Any) -> NoReturn:
        raise errors.refused(function, reason, instead, kind)

    COMPOSITIONS[function] = rewrite
    REFUSED.add(function)


def primitive(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` one node of the graph, with the derivative that `vjp_rule` gives it.

    Inside, it sees plain arrays and may do what it likes with them: loops, SciPy, compiled code.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        tensor = first_tensor((*args, *kwargs.values()) if kwargs else args)
        if tensor is None:
            return function(*args, **kwargs)
        result: R = tensor.__autograd_call__(call, args, kwargs)
        return result

    return call


# -------------------------------------------------------------------------------------------------- several results


NOTHING = 0  # stands for the gradient of a result that has none: what is added to it replaces it


def expect_several(function: Any) -> None:
    """From now on the rules of the function get tuples for `g` and `y`: it has returned one.

    The engine keeps its results as one node, whose value is an array of objects, and hands them out by `pick`.
    Gradients of such a node add up as those of any other.
    """
    if function not in SEVERAL:
        rules = RULES[function]
        RULES[function] = (
            EveryArgument(with_tuples(rules.rule, 1), rules.skip)
            if isinstance(rules, EveryArgument)
            else tuple(rule if rule is None else with_tuples(rule, 0) for rule in rules)
        )
        SEVERAL.add(function)


def with_tuples(rule: Vjp, place: int) -> Vjp:
    """The rule with tuples in place of packed results: in `g`, which is the argument at `place`, and in `y`."""

    @wraps(rule)
    def call(*args: Any, **kwargs: Any) -> Any:
        *before, g, y = args[: place + 2]
        if g.dtype == object:
            y = tuple([pick(y, i) for i in range(len(g))])
            g = tuple([no_gradient(part) if gi is NOTHING else gi for gi, part in zip(g, y, strict=True)])
        return rule(*before, g, y, *args[place + 2 :], **kwargs)

    return call


def no_gradient(part: Any) -> Any:
    """Zeros for a result that nothing depends on, as cheap as they come: it may be large, saved for the rule alone."""
    return np.zeros(part.shape, part.dtype) if part.__class__ is np.ndarray else np.zeros_like(part)


def packed(parts: Iterable[Any]) -> Any:
    """One array of objects with these entries."""
    parts = list(parts)
    array = np.empty(len(parts), dtype=object)
    for i, part in enumerate(parts):
        array[i] = part
    return array


@primitive
def pick(results: Any, i: int) -> Any:
    """The result number `i` of a call that gave several."""
    return results[i]


def first_tensor(values: Iterable[Any]) -> Any:
    """The first value that records calls, looking into lists, tuples and dicts; None if all are plain."""
    for value in values:
        kind = value.__class__
        if kind in PLAIN:  # the common case, made fast
            continue
        if hasattr(kind, "__autograd_call__"):
            return value
        if isinstance(value, CONTAINERS):
            inner = first_tensor(value.values() if isinstance(value, dict) else value)
            if inner is not None:
                return inner
    return None
