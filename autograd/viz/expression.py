"""The small language of ``python -m autograd``: arithmetic over named values, read from its syntax tree.

Nothing is handed to Python to run: `evaluate` walks the tree that `ast.parse` gives and knows the few kinds of node in
this module; every other kind is refused with its name and column. A name is a value that was given, ``pi`` or ``e``; a
call is of a function in `FUNCTIONS`. Numbers are floats, so that no power takes long.
"""

from __future__ import annotations

import ast
import json
import keyword
import math
import operator
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import Any

import numpy as np

from autograd.errors import AutogradError, ExpressionError
from autograd.tensor import Tensor

__all__ = ["ALONG_AN_AXIS", "FUNCTIONS", "evaluate", "read_values"]

LONGEST, DEEPEST = 2_000, 100  # characters; levels of the tree, so that the walk needs little of Python's stack
LARGEST = 1_000_000  # entries of a value: outer(outer(x, x), outer(x, x)) would need terabytes

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Mod: operator.mod,
    ast.MatMult: operator.matmul,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
SIGNS: dict[type[ast.AST], str] = {ast.FloorDiv: "//", ast.LShift: "<<", ast.BitOr: "|"}
SIGNS |= {ast.RShift: ">>", ast.BitAnd: "&", ast.BitXor: "^ (a power is **)", ast.Invert: "~", ast.Not: "not"}
WORDS: dict[type[ast.AST], str] = {ast.Compare: "a comparison", ast.BoolOp: "and / or", ast.IfExp: "if ... else"}
WORDS |= {ast.Attribute: "an attribute", ast.Lambda: "a lambda", ast.Starred: "a starred argument"}
WORDS |= {ast.NamedExpr: "an assignment", ast.JoinedStr: "a string", ast.Subscript: "an index", ast.Call: "this call"}
CONSTANTS = {"pi": np.float64(np.pi), "e": np.float64(np.e)}
OF_ONE: list[Callable[..., Any]] = [
    *(
        np.abs,
        np.square,
        np.sqrt,
        np.cbrt,
        np.reciprocal,
        np.exp,
        np.exp2,
        np.expm1,
        np.log,
        np.log2,
        np.log10,
        np.log1p,
    ),
    *(np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan, np.sinh, np.cosh, np.tanh),
    *(np.arcsinh, np.arccosh, np.arctanh, np.sinc, np.deg2rad, np.rad2deg, np.negative, np.positive),
    *(
        np.sum,
        np.mean,
        np.prod,
        np.max,
        np.min,
        np.var,
        np.std,
        np.median,
        np.ptp,
    ),
    *(np.cumsum, np.cumprod, np.diff, np.sort, np.flip, np.ravel, np.transpose, np.diag, np.trace),
]
OF_TWO: list[Callable[..., Any]] = [
    *(np.add, np.subtract, np.multiply, np.divide, np.remainder, np.power, np.maximum, np.minimum, np.fmax, np.fmin),
    *(np.hypot, np.arctan2, np.logaddexp, np.logaddexp2, np.matmul, np.dot, np.inner, np.outer, np.kron),
]
OF_THREE: list[Callable[..., Any]] = [np.clip]
FUNCTIONS = {
    function.__name__: (function, arity) for arity, of in enumerate((OF_ONE, OF_TWO, OF_THREE), 1) for function in of
}
FUNCTIONS["abs"] = FUNCTIONS["absolute"]
#: Those that ``axis=`` may follow, a whole number.
ALONG_AN_AXIS = {*("sum", "mean", "prod", "max", "min", "var", "std", "median", "ptp")}
ALONG_AN_AXIS |= {*("cumsum", "cumprod", "diff", "sort", "flip")}


def evaluate(text: str, values: dict[str, Any]) -> Any:
    """The value of an expression of named values: a Tensor if it depends on one.

    Raises `ExpressionError`, which says what is refused and at which column.
    """
    tree = parse(text)
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):  # infinities and NaN are shown
        value = value_of(tree, values)
    unused = set(values) - {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if unused:
        raise ExpressionError(f"{min(unused)!r} is given a value and does not occur in the expression")
    return value


def parse(text: str) -> ast.expr:
    """The syntax tree, of bounded size and depth."""
    text = re.sub(r"\s", " ", text.strip())  # one line, so that a column says where
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST:,} characters, and this one {len(text):,}")
    try:
        with warnings.catch_warnings(action="ignore"):  # of Python's own on odd literals: what they hold is refused
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"{error.msg}, at column {error.offset or 1}") from error
    except (RecursionError, MemoryError, ValueError) as error:  # of a null character before Python 3.11.4
        raise ExpressionError(
            "the expression cannot be read: it is nested too deep, or holds a null character"
        ) from error
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            count_characters(tree, text)
            return tree
    raise ExpressionError(f"the expression is nested more than {DEEPEST} levels deep; name a part of it")


def count_characters(tree: ast.expr, text: str) -> None:
    """Let `col_offset` of every node count characters, not bytes of UTF-8."""
    line = text.encode()
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset = len(line[: node.col_offset].decode())


def value_of(node: ast.expr, values: dict[str, Any]) -> Any:
    """The value of a node: a Tensor, or a NumPy scalar where only numbers are involved."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return literal(node)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.BinOp(op=op) if type(op) in BINARY:
            return apply(node, BINARY[type(op)], [value_of(node.left, values), value_of(node.right, values)])
        case ast.UnaryOp(op=op) if type(op) in UNARY:
            return apply(node, UNARY[type(op)], [value_of(node.operand, values)])
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            keywords, function = axis_of(node, name), function_of(node, name)
            return apply(node, function, [value_of(argument, values) for argument in node.args], **keywords)
        case _:
            raise refused(node, what_it_is(node, values))


def literal(node: ast.Constant) -> np.float64:
    try:
        value = float(node.value)  # type: ignore[arg-type]  # the caller has seen that it is a number
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise refused(node, "a number too large for a float")
    return np.float64(value)


def function_of(node: ast.Call, name: str) -> Callable[..., Any]:
    """The function that a call names, its arguments counted."""
    function, arity = FUNCTIONS[name]
    if len(node.args) != arity:
        raise refused(node, f"{name} of {len(node.args)} arguments, which takes {arity},")
    return function


def axis_of(node: ast.Call, name: str) -> dict[str, int]:
    """The keyword of a call: none, or an axis."""
    found: dict[str, int] = {}
    for given in node.keywords:
        if given.arg != "axis" or found or name not in ALONG_AN_AXIS:
            raise refused(node, f"the keyword {given.arg or '**'!r} of {name}")
        if not re.fullmatch(r"-?\d{1,2}", ast.unparse(given.value)):
            raise refused(node, "an axis that is no whole number")
        found["axis"] = int(ast.unparse(given.value))
    return found


def apply(node: ast.expr, function: Callable[..., Any], operands: list[Any], **keywords: int) -> Any:
    """The function's value; what it raises is told with the column of the call."""
    size = entries(function, *map(np.shape, operands))
    if size > LARGEST:
        raise ExpressionError(
            f"the result would have {size:,} entries, and {LARGEST:,} is the most (at column {node.col_offset + 1})"
        )
    try:
        value = function(*operands, **keywords)
    except (AutogradError, ArithmeticError, TypeError, ValueError, MemoryError) as error:
        raise ExpressionError(f"{' '.join(str(error).split())} (at column {node.col_offset + 1})") from error
    if not isinstance(value, Tensor) and not np.all(np.isfinite(value)):
        raise refused(node, "a constant that is not a finite number")
    return value


def entries(function: Callable[..., Any], a: tuple[int, ...], b: tuple[int, ...] = (), *more: tuple[int, ...]) -> int:
    """At most so many entries the function's value has, of operands of these shapes."""
    if function is np.diag:
        return math.prod(a) ** (2 if len(a) == 1 else 1)
    if function in (np.outer, np.kron):
        return math.prod(a) * math.prod(b)
    if a and b and function in (operator.matmul, np.matmul, np.dot):
        return math.prod(a[:-1]) * math.prod([*b[:-2], *b[1:][-1:]])
    if a and b and function is np.inner:
        return math.prod(a[:-1]) * math.prod(b[:-1])
    return math.prod(max(pair) for pair in zip_longest(*map(reversed, (a, b, *more)), fillvalue=1))


def what_it_is(node: ast.expr, values: dict[str, Any]) -> str:
    """The words for a node that the language does not have."""
    match node:
        case ast.Name(id=name) if name in FUNCTIONS:
            return f"the function {name} without its arguments"
        case ast.Name(id=name):
            return f"the name {name!r}, which has no value (given: {', '.join(values) or 'none'}),"
        case ast.Call(func=ast.Name(id=name)):
            return f"the function {name!r} (--help lists those that are known)"
        case ast.Constant():
            return f"the constant {ast.unparse(node):.40}"
        case ast.BinOp(op=op) | ast.UnaryOp(op=op):
            return f"the operator {SIGNS[type(op)]}"
        case _:
            return WORDS.get(type(node), f"the syntax of {type(node).__name__}")


def refused(node: ast.expr, what: str) -> ExpressionError:
    return ExpressionError(f"{what} at column {node.col_offset + 1} is not in the language of expressions")


# ---------------------------------------------------------------------------------------------------- the given values


def read_values(assignments: Iterable[str]) -> dict[str, Tensor]:
    """The Tensors of ``name=value`` texts; a value is a number or a JSON array of numbers, all of them finite.

    Raises `ExpressionError`.
    """
    values: dict[str, Tensor] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # as Python reads the names in the expression
        if not equals:
            raise ExpressionError(f"{assignment.strip()!r} is not of the form name=value")
        if not name.isidentifier() or keyword.iskeyword(name) or name in FUNCTIONS:
            raise ExpressionError(
                f"{name!r} cannot be the name of a value: it is no identifier, or has a meaning already"
            )
        if name in values:
            raise ExpressionError(f"{name!r} is given twice")
        values[name] = Tensor(read_value(name, text), name=name)
    return values


def read_value(name: str, text: str) -> Any:
    """A float, or an array of floats."""
    try:
        try:
            value = np.array(float(text))
        except ValueError:
            value = np.array(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"{name}={text:.40}: the value is no number and no JSON array of numbers") from error
    if value.dtype.kind not in "iuf":
        raise ExpressionError(f"{name}={text:.40}: the value is no number and no JSON array of numbers")
    if not np.all(np.isfinite(value)):
        raise ExpressionError(f"{name}={text:.40}: the value must be finite")
    return value.astype(float)
