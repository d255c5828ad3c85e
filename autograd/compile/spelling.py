"""How a call is written: infix with as few parentheses as Python needs, by NumPy's name, keywords in place.

An `Expression` is text and how tightly its outermost operator binds. `Speller` writes the expression of a step from
those of its arguments; what stands for a step is up to `layout.py`.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from autograd.compile.literals import number_text, parameter_text, scalar_text, shape_text
from autograd.compile.operations import cast, draw, guard, method, part, shape_is
from autograd.compile.program import Step
from autograd.errors import SourceError, op_name

__all__ = ["ATOM", "Expression", "Speller", "function_text"]

ATOM, POWER, UNARY, PRODUCT, SUM, SHIFT, AND, XOR, OR, COMPARISON = range(10, 0, -1)
INFIX: dict[Any, tuple[str, int]] = {
    np.power: ("**", POWER),
    np.multiply: ("*", PRODUCT),
    np.divide: ("/", PRODUCT),
    np.matmul: ("@", PRODUCT),
    np.remainder: ("%", PRODUCT),
    np.floor_divide: ("//", PRODUCT),
    np.add: ("+", SUM),
    np.subtract: ("-", SUM),
    np.left_shift: ("<<", SHIFT),
    np.right_shift: (">>", SHIFT),
    np.bitwise_and: ("&", AND),
    np.bitwise_xor: ("^", XOR),
    np.bitwise_or: ("|", OR),
    np.equal: ("==", COMPARISON),
    np.not_equal: ("!=", COMPARISON),
    np.less: ("<", COMPARISON),
    np.less_equal: ("<=", COMPARISON),
    np.greater: (">", COMPARISON),
    np.greater_equal: (">=", COMPARISON),
}
PREFIX = {np.negative: "-", np.invert: "~"}
NAMESPACES = (np, np.linalg, np.fft, np.lib.stride_tricks, np.lib.scimath, np.polynomial.polynomial)


class Expression(NamedTuple):
    """Text, and how tightly it binds."""

    text: str
    binds: int = ATOM

    def within(self, binds: int) -> str:
        """The text as an operand of something that binds so tightly."""
        return self.text if self.binds >= binds else f"({self.text})"


@cache
def function_text(function: Any) -> str:
    """What a function is called where only NumPy (and SciPy, if it is SciPy's) is imported; `SourceError` else."""
    name = getattr(function, "__name__", "")
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):  # np.add.reduce
        return f"{function_text(owner)}.{name}"
    for namespace in NAMESPACES:
        if getattr(namespace, name, None) is function:
            return f"np{namespace.__name__.removeprefix('numpy')}.{name}"
    special = sys.modules.get("scipy.special")
    if special is not None and getattr(special, name, None) is function:
        return f"scipy.special.{name}"
    raise SourceError(
        f"source writes NumPy's functions, and {op_name(function)} is none of them. Write it with NumPy's, or say how: "
        f"@autograd.compile.spelled({op_name(function)}), a function of the same arguments."
    )


class Speller:
    """Writes steps.

    `name` says what stands for another step, `constant` for an array; `helpers` are called by their own names.
    """

    def __init__(self, name: Callable[[Step], Expression], constant: Callable[[Any], str], helpers: set[Any]) -> None:
        self.name, self.constant, self.helpers = name, constant, helpers

    def expression(self, step: Step) -> Expression:
        """The right-hand side of a step."""
        if step.is_constant:
            return self.value(step.value)
        op, args, kwargs = step.op, step.args, step.kwargs
        if op in INFIX and len(args) == 2 and not kwargs:
            return self.infix(step)
        if op in PREFIX and len(args) == 1 and not kwargs:
            return Expression(PREFIX[op] + self.argument(args[0]).within(UNARY), UNARY)
        if op is operator.getitem:
            return Expression(f"{self.argument(args[0]).within(ATOM)}[{self.index(args[1])}]")
        if op is part:
            return Expression(f"{self.argument(args[0]).within(ATOM)}[{args[1]}]")
        if op is cast:
            return Expression(f"{self.array(args[0])}.astype({parameter_text(args[1])})")
        if op is np.transpose and len(args) == 1 and not kwargs:
            return Expression(f"{self.array(args[0])}.T")
        if op is method:
            return Expression(f"{self.array(args[0])}.{args[1]}({', '.join(map(self.text, args[2:]))})")
        if op is shape_is:
            return Expression(f"np.shape({self.text(args[0])}) == {shape_text(args[1])}", COMPARISON)
        if op is draw:
            return Expression(f"{args[0].__name__}({self.arguments(args[1], {})}, {args[2]})")
        name = op.__name__ if isinstance(op, FunctionType) and op in self.helpers else function_text(op)
        return Expression(f"{name}({self.arguments(args, kwargs, step)})")

    def infix(self, step: Step) -> Expression:
        symbol, binds = INFIX[step.op]
        left, right = (self.operand(step, i) for i in (0, 1))
        if step.op is np.power:
            text = f"{left.within(ATOM)} ** {right.within(UNARY)}"
        elif binds == COMPARISON:
            text = f"{left.within(OR)} {symbol} {right.within(OR)}"
        else:
            text = f"{left.within(binds)} {symbol} {right.within(binds + 1)}"
        return Expression(text, binds)

    def operand(self, step: Step, i: int) -> Expression:
        """An operand; a number without its dtype, if the result is the same."""
        x, other = step.args[i], step.args[1 - i]
        x = x.value if isinstance(x, Step) and x.is_constant else x
        if isinstance(x, (np.generic, np.ndarray)) and x.ndim == 0 and is_weak_here(step, x, other, i):
            return signed(number_text(x))
        if type(x) is complex and not np.ndim(step.value):  # Python's, times a NumPy scalar, would be Python's
            return Expression(scalar_text(np.complex128(x)))
        return self.argument(step.args[i])

    def argument(self, x: Any) -> Expression:
        """An argument: a step, a constant array, or anything else that a call takes."""
        if isinstance(x, Step):
            return self.value(x.value) if x.is_constant and np.ndim(x.value) == 0 else self.name(x)
        if isinstance(x, (np.ndarray, np.generic)):
            return self.value(x)
        if isinstance(x, (list, tuple)):
            items = [self.text(item) for item in x]
            if isinstance(x, list):
                return Expression(f"[{', '.join(items)}]")
            return Expression(f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})")
        if isinstance(x, slice):
            return Expression(f"slice({self.text(x.start)}, {self.text(x.stop)}, {self.text(x.step)})")
        text = parameter_text(x)
        return Expression(function_text(x)) if text is None else signed(text)

    def text(self, x: Any) -> str:
        return self.argument(x).text

    def array(self, x: Any) -> str:
        """An argument before a dot."""
        return self.argument(x).within(ATOM)

    def value(self, value: Any) -> Expression:
        if isinstance(value, (np.ndarray, np.generic)) and value.ndim == 0:
            return signed(scalar_text(value))
        if isinstance(value, np.ndarray):
            return Expression(self.constant(value))
        return signed(number_text(value))

    def arguments(self, args: Any, kwargs: Any, step: Step | None = None) -> str:
        texts = [self.plain_number(step, x) if step is not None else self.text(x) for x in args]
        return ", ".join([*texts, *(f"{key}={self.text(x)}" for key, x in kwargs.items())])

    def plain_number(self, step: Step, x: Any) -> str:
        """An argument; a number without its dtype, where the others decide the dtype of the result."""
        value = x.value if isinstance(x, Step) and x.is_constant else x
        if isinstance(value, (np.ndarray, np.generic)) and np.ndim(value) == 0 and (step.op in CHOOSING):
            others = [dtype_of(a) for a in step.args[step.op is np.where :] if a is not x]
            if np.result_type(*filter(None, others), type(value.item())) == step.value.dtype:
                return number_text(value)
        return self.text(x)

    def index(self, index: Any) -> str:
        """An index, as it stands between the brackets."""
        if isinstance(index, tuple):
            parts = [self.text(i) if isinstance(i, tuple) else self.index(i) for i in index]
            if len(parts) == 1 and not isinstance(index[0], (slice, int, np.integer)) and index[0] is not None:
                return f"{parts[0]},"
            return ", ".join(parts) if parts else "()"
        if isinstance(index, slice):
            step = None if index.step == 1 else index.step
            start = None if index.start == 0 and (step is None or step > 0) else index.start
            ends = ["" if end is None else self.index(end) for end in (start, index.stop)]
            return ":".join(ends if step is None else [*ends, self.index(step)])
        return str(index) if isinstance(index, np.integer) else self.text(index)

    def condition(self, step: Step) -> str:
        """The statement that holds a program to the branch that was taken."""
        assert step.op is guard
        text, where = self.argument(step.args[0]), f" in {step.place.comment}" if step.place.comment else ""
        message = f"written for the branch that was taken{where}"
        return f"assert {text.text if step.args[1] else 'not ' + text.within(COMPARISON)}, {message!r}"


CHOOSING = {np.where, np.maximum, np.minimum, np.clip, np.hypot, np.arctan2, np.logaddexp}


def dtype_of(x: Any) -> Any:
    """The dtype that an argument brings; None for a Python number, which brings none."""
    return getattr(x.value if isinstance(x, Step) else x, "dtype", None)


def signed(text: str) -> Expression:
    return Expression(text, UNARY if text.startswith("-") else ATOM)


def is_weak_here(step: Step, x: Any, other: Any, place: int) -> bool:
    """Whether a Python number in place of the scalar `x` gives a result of the same dtype."""
    dtype, value = dtype_of(other), x.item()
    if dtype is None or isinstance(value, bool) or (isinstance(value, complex) and not np.ndim(step.value)):
        return False
    operands = [dtype, type(value)] if place else [type(value), dtype]
    try:
        found = step.op.resolve_dtypes((*operands, None))
    except TypeError:
        return False
    exact = np.result_type(dtype, type(value)).type(value) == x if dtype.kind in "fc" else True
    return bool(exact) and found[-1] == step.value.dtype
