"""How values, names and calls are written in every view: short, on one line, the same each time."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import op_name
from autograd.rules import pick

__all__ = [
    "INFIX",
    "argument_texts",
    "atom",
    "call_name",
    "call_text",
    "factor",
    "index_text",
    "is_short",
    "number",
    "printable",
    "short",
    "summary",
    "value_range",
]

INFIX: dict[Any, str] = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.divide: "/",
    np.power: "**",
    np.matmul: "@",
    np.remainder: "%",
}
LONGEST_NAME = 60
LARGEST_INTEGER = 1e15  # beyond it a float64 has no digits left to show
JOINERS = "\u200c\u200d"  # invisible, and part of the spelling of names in Persian and others


def printable(name: str) -> str:
    """A name on one line: no control characters, which XML forbids, nor marks that turn the reading direction."""
    text = "".join(c if c.isprintable() or c in JOINERS else "\ufffd" for c in " ".join(str(name).split()))
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def number(value: Any) -> str:
    """A scalar in six significant digits; an integer, also a float that is one, in all up to 1e15."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, complex):
        imaginary = number(value.imag)
        return f"({number(value.real)}{'' if imaginary.startswith('-') else '+'}{imaginary}j)"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= LARGEST_INTEGER else f"{value:.6g}"
    return str(value)


def short(value: Any) -> str:
    """A scalar, the entries of a small array, or the summary of a larger one."""
    if is_short(value):
        return nested(value.tolist() if hasattr(value, "tolist") else value)
    return f"{summary(value)} {value_range(value)}"


def is_short(value: Any) -> bool:
    """Whether a value is small enough to be written out."""
    return np.ndim(value) == 0 or (value.size <= 6 and value.ndim <= 2 and value.dtype != object)


def nested(items: Any) -> str:
    """Nested lists of numbers; two levels at most."""
    return f"[{', '.join(map(nested, items))}]" if isinstance(items, list) else number(items)


def summary(value: Any) -> str:
    """The dtype and shape of an array: ``float64[3, 4]``; how many results of a call that gave several."""
    if value.dtype == object:
        return f"{len(value)} results"
    return f"{value.dtype}{list(value.shape)}"


def value_range(value: Any) -> str:
    """From the smallest to the largest entry, and how many are NaN; of several results, each."""
    if value.dtype == object:
        return "; ".join(map(short, value))
    if value.size == 0:
        return "empty"
    of = "of modulus " if value.dtype.kind == "c" else ""
    value = np.abs(value) if of else value
    missing = np.isnan(value) if value.dtype.kind == "f" else np.zeros(value.shape, bool)
    if missing.all():
        return "all nan"
    low, high = number(value[~missing].min()), number(value[~missing].max())
    if missing.any():
        return f"{of}in [{low}, {high}], {missing.sum()} nan"
    return f"{of}in [{low}, {high}]" if low != high else f"{of}all {low}"


def is_single(text: str) -> bool:
    """Whether `text` is one symbol, number, call or array, and no sign before it."""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth == 0 and character == " ":
            return False
    return not text.startswith("-")


def atom(text: str) -> str:
    """`text` as an operand of anything: in parentheses unless it is single."""
    return text if is_single(text) else f"({text})"


def factor(text: str) -> str:
    """A product or number as the right operand of ``*``: its sign may stand in front."""
    return f"-{atom(text[1:])}" if text.startswith("-") else atom(text)


def call_name(op: Any) -> str:
    """The function's name as in mathematics: ``tanh``, ``linalg.inv``."""
    return op_name(op).removeprefix("np.")


def call_text(op: Any, arguments: list[str], keywords: dict[str, Any]) -> str:
    """A call with its arguments written out: ``x + y``, ``-x``, ``x[1:3]``, ``sum(x, axis=0)``."""
    if op in INFIX and len(arguments) == 2 and not keywords:
        left, right = arguments
        if op is np.power:
            left, right = atom(left), atom(right)
        return f"{left} {INFIX[op]} {right}"
    if op is np.negative and not keywords:
        return f"-{atom(arguments[0])}"
    if op is operator.getitem or op is pick:
        return f"{arguments[0]}[{arguments[1]}]"
    return f"{call_name(op)}({', '.join([*arguments, *(f'{k}={index_text(v)}' for k, v in keywords.items())])})"


def argument_texts(op: Any, arguments: tuple[Any, ...], show: Callable[[Any], str | None]) -> list[str]:
    """Each argument as text: `show` writes the operands and passes by returning None."""

    def written(argument: Any) -> str:
        text = show(argument)
        if text is not None:
            return text
        if isinstance(argument, list):
            return f"[{', '.join(map(written, argument))}]"
        return index_text(argument, bare=op is operator.getitem)

    return [written(argument) for argument in arguments]


def index_text(value: Any, bare: bool = False) -> str:
    """A parameter of a call or an index, as Python writes it; a `bare` tuple has no parentheses."""
    if isinstance(value, slice):
        ends = [("" if end is None else str(end)) for end in (value.start, value.stop)]
        return ":".join(ends if value.step is None else [*ends, str(value.step)])
    if isinstance(value, tuple):
        inside = ", ".join(index_text(item, bare) for item in value)
        return inside if bare and value else f"({inside},)" if len(value) == 1 else f"({inside})"
    if value is Ellipsis:
        return "..."
    if isinstance(value, list):
        return f"[{', '.join(map(index_text, value))}]"
    if hasattr(value, "__name__"):  # a function, or a dtype given by its class
        return printable(value.__name__)
    if hasattr(value, "dtype"):
        return short(np.asarray(value))
    if value is None or isinstance(value, (str, int, float, complex)):
        return printable(repr(value))
    return printable(getattr(value, "name", None) or type(value).__name__)  # no repr: it may hold an address


def summed_text(text: str, whole: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """What is of shape `whole`, summed over the axes along which an operand of `shape` was broadcast to it."""
    if shape == whole:
        return text
    if not shape:
        return f"sum({text})"
    extra = len(whole) - len(shape)
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 != whole[i + extra])
    if extra:
        text = f"sum({text}, axis={index_text(0 if extra == 1 else tuple(range(extra)))})"
    if stretched:
        text = f"sum({text}, axis={index_text(stretched[0] if len(stretched) == 1 else stretched)}, keepdims=True)"
    return text
