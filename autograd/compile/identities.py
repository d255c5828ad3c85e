"""What a call is equal to that is simpler: one of its arguments, a constant, or another call.

`simpler_than` tries the rules below, one for each function; `simplify.py` applies it.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.compile.operations import CONSTANT, cast, decreased, increased, updated
from autograd.compile.program import Step
from autograd.compile.views import TURNING

__all__ = ["frozen", "simpler_than"]

ELEMENTWISE = frozenset(f for f in vars(np).values() if isinstance(f, np.ufunc) and f.signature is None)
ALL = slice(None)
SMALL = 16  # entries of a constant that is computed at once


def frozen(tree: Any) -> Any:
    """Nested arguments as something that can be looked up."""
    if isinstance(tree, (list, tuple)):
        return (type(tree).__name__, *map(frozen, tree))
    if isinstance(tree, dict):
        return tuple((key, frozen(value)) for key, value in tree.items())
    if isinstance(tree, slice):
        return ("slice", frozen(tree.start), frozen(tree.stop), frozen(tree.step))
    if isinstance(tree, (np.ndarray, np.generic)):
        return (type(tree).__name__, tree.dtype.str, tree.shape, tree.tobytes())
    if isinstance(tree, (int, float, complex)):
        return (type(tree).__name__, repr(tree))
    return tree


def simpler_than(step: Step) -> Step | None:
    """A step with the same value that is simpler: one of the arguments, or another call; None if there is none."""
    if step.op is None or step.op is CONSTANT:
        return None
    if all(operand.is_constant for operand in step.operands()) and (value := folded(step)) is not None:
        return value
    if step.op in ELEMENTWISE or step.op is np.where:
        narrowed = without_broadcasts(step)
        if narrowed is not None:
            return narrowed
    rule = IDENTITIES.get(step.op)
    return rule(step) if rule is not None else None


def like(step: Step, op: Any, *args: Any, **kwargs: Any) -> Step:
    """Another call in its place."""
    return Step(op, args, kwargs, step.value, step.place, step.name)


def constant(step: Step, value: Any) -> Step:
    return Step(CONSTANT, (), {}, value, step.place, step.name)


def same_kind(x: Any, step: Step) -> bool:
    """Whether a step has the shape and dtype of another, so that it may stand for it."""
    return (
        isinstance(x, Step)
        and np.shape(x.value) == np.shape(step.value)
        and getattr(x.value, "dtype", None) == getattr(step.value, "dtype", None)
    )


def known_value(x: Any) -> Any:
    """The one number that a constant is or that all its entries are; None for anything else."""
    if isinstance(x, Step):
        x = x.value if x.is_constant else None
    if isinstance(x, (bool, int, float, complex)):
        return x
    if isinstance(x, (np.ndarray, np.generic)) and x.size and x.dtype.kind in "biufc":
        first = x.flat[0] if isinstance(x, np.ndarray) else x
        return first if np.ndim(x) == 0 or np.all(x == first) else None
    return None


def folded(step: Step) -> Step | None:
    """A call on constants, as its value: where that is short to write, or all one number."""
    value = step.value
    if not isinstance(value, (np.ndarray, np.generic)):
        return None
    if value.size <= SMALL or known_value(value) is not None:
        return constant(step, value)
    given = [x.value if isinstance(x, Step) else x for x in step.args] if step.op in ELEMENTWISE else []
    return constant(step, value) if any(np.size(x) >= value.size for x in given) else None


def without_broadcasts(step: Step) -> Step | None:
    """The call without what only spreads an operand, where another operand has the result's shape anyway."""
    args = list(step.args)
    if step.kwargs or not isinstance(step.value, (np.ndarray, np.generic)):
        return None
    for i, x in enumerate(args):
        if not isinstance(x, (Step, np.ndarray)):
            continue
        narrow: Any = None
        if isinstance(x, Step) and x.op is np.broadcast_to:
            narrow = x.args[0]
        elif np.ndim(x.value if isinstance(x, Step) else x) and (number := known_value(x)) is not None:
            narrow = number
        if narrow is None:
            continue
        others = [np.shape(a.value if isinstance(a, Step) else a) for a in (*args[:i], narrow, *args[i + 1 :])]
        if np.broadcast_shapes(*others) == np.shape(step.value):
            return like(step, step.op, *args[:i], narrow, *args[i + 1 :])
    return None


def number_is(x: Any, value: int) -> bool:
    number = known_value(x)
    return number is not None and bool(number == value)


def fitted(x: Any, step: Step) -> Step | None:
    """`x` in place of the step, spread if it has to be; None where the dtype is another."""
    if same_kind(x, step):
        return x  # type: ignore[no-any-return]
    if isinstance(x, Step) and getattr(x.value, "dtype", None) == step.value.dtype and not x.is_constant:
        return like(step, np.broadcast_to, x, np.shape(step.value))
    return None


def negated(x: Any) -> Any:
    """y if `x` is -y."""
    return x.args[0] if isinstance(x, Step) and x.op is np.negative else None


def product(step: Step) -> Step | None:
    x, y = step.args
    for one, other in ((x, y), (y, x)):
        if number_is(one, 1):
            return fitted(other, step)
        if number_is(one, -1) and same_kind(other, step):
            return like(step, np.negative, other)
    return None


def quotient(step: Step) -> Step | None:
    return fitted(step.args[0], step) if number_is(step.args[1], 1) else None


def total(step: Step) -> Step | None:
    x, y = step.args
    for zero, other in ((x, y), (y, x)):
        if number_is(zero, 0) and (found := fitted(other, step)) is not None:
            return found
    if (less := negated(y)) is not None:
        return like(step, np.subtract, x, less)
    if (less := negated(x)) is not None:
        return like(step, np.subtract, y, less)
    return None


def difference(step: Step) -> Step | None:
    x, y = step.args
    if number_is(y, 0):
        return fitted(x, step)
    if number_is(x, 0) and same_kind(y, step):
        return like(step, np.negative, y)
    return None if (more := negated(y)) is None else like(step, np.add, x, more)


def opposite(step: Step) -> Step | None:
    return negated(step.args[0])  # type: ignore[no-any-return]


def power(step: Step) -> Step | None:
    return step.args[0] if number_is(step.args[1], 1) and same_kind(step.args[0], step) else None


def itself(step: Step) -> Step | None:
    """A call that gives its first argument where that has this shape and dtype already."""
    x = step.args[0]
    return x if same_kind(x, step) else None


def reshaped(step: Step) -> Step | None:
    x = step.args[0]
    if step.kwargs == {"order": "C"}:
        return like(step, np.reshape, *step.args)
    if step.kwargs:
        return None
    if same_kind(x, step):
        return x  # type: ignore[no-any-return]
    if isinstance(x, Step) and x.op in (np.reshape, np.ravel) and not x.kwargs and len(x.args) <= 2:
        return like(step, np.reshape, x.args[0], step.args[1])
    return None


def transposed(step: Step) -> Step | None:
    x = step.args[0]
    if np.ndim(step.value) < 2:
        return x if same_kind(x, step) else None
    order = axes_of(step)
    if order == tuple(range(len(order))):
        return x  # type: ignore[no-any-return]
    if isinstance(x, Step) and x.op in TURNING and not x.kwargs:
        first = axes_of(x)
        both = tuple(first[i] for i in order)
        return like(step, np.transpose, x.args[0], both)
    if isinstance(x, Step) and x.op is np.matmul and np.ndim(step.value) == 2 and (other := turned_product(step, x)):
        return other
    if step.op is np.transpose and len(step.args) == 2 and order == tuple(range(len(order)))[::-1]:
        return like(step, np.transpose, x)
    if step.op is not np.transpose and len(order) == 2:
        return like(step, np.transpose, x)
    return None


def turned_product(step: Step, x: Step) -> Step | None:
    """B.T @ A for (A.T @ B).T."""
    left, right = x.args
    if not (isinstance(left, Step) and isinstance(right, Step) and left.op in TURNING and np.ndim(right.value) == 2):
        return None
    turned = Step(np.transpose, (right,), {}, np.transpose(right.value), step.place)
    return like(step, np.matmul, turned, left.args[0])


def axes_of(step: Step) -> tuple[int, ...]:
    """Which axis of its argument each axis of a transposed array is."""
    x = step.args[0].value if isinstance(step.args[0], Step) else step.args[0]
    return step.op(np.empty(tuple(range(np.ndim(x)))), *step.args[1:], **step.kwargs).shape  # type: ignore[no-any-return]


def real_already(step: Step) -> Step | None:
    x = step.args[0]
    return x if same_kind(x, step) and step.value.dtype.kind != "c" else None


def chosen(step: Step) -> Step | None:
    """A choice between two of the same, or by a condition that is known."""
    if len(step.args) != 3:
        return None
    truth = known_value(step.args[0])
    if truth is None:
        return None
    taken = step.args[1] if truth else step.args[2]
    return constant(step, step.value) if known_value(taken) is not None else fitted(taken, step)


def spread(step: Step) -> Step | None:
    x = step.args[0]
    if same_kind(x, step):
        return x  # type: ignore[no-any-return]
    if isinstance(x, Step) and x.op is np.broadcast_to:
        return like(step, np.broadcast_to, x.args[0], step.args[1])
    return None


def summed(step: Step) -> Step | None:
    """The sum over axes that have one entry."""
    x = step.args[0]
    return x if same_kind(x, step) and not set(step.kwargs) - {"axis", "keepdims"} else None


def unplanned(step: Step) -> Step | None:
    """`np.einsum` without a keyword that is its default."""
    return like(step, np.einsum, *step.args) if step.kwargs == {"optimize": False} else None


def written(step: Step) -> Step | None:
    """All of an array written anew, or entries of it added to."""
    base, index, value = step.args
    if isinstance(value, Step) and value.op in (np.add, np.subtract) and not value.kwargs:
        old, more = value.args
        read = isinstance(old, Step) and old.op is operator.getitem and old.args[0] is base
        if read and frozen(old.args[1]) == frozen(index):
            return like(step, increased if value.op is np.add else decreased, base, index, more)
    whole = index is Ellipsis or (isinstance(index, tuple) and not index) or (index.__class__ is slice and index == ALL)
    return value if whole and same_kind(value, step) else None


IDENTITIES: dict[Any, Any] = {
    np.multiply: product,
    np.divide: quotient,
    np.add: total,
    np.subtract: difference,
    np.negative: opposite,
    np.power: power,
    np.reshape: reshaped,
    np.ravel: itself,
    np.einsum: unplanned,
    np.where: chosen,
    np.broadcast_to: spread,
    np.sum: summed,
    np.real: real_already,
    np.conjugate: real_already,
    np.copy: itself,
    np.positive: itself,
    np.squeeze: itself,
    np.expand_dims: itself,
    cast: itself,
    updated: written,
    **dict.fromkeys(TURNING, transposed),
}
