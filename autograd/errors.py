"""Every error this package raises, with its text.

Each class states one kind of misuse and says what to write instead. They inherit from the built-in exception that
NumPy or Python would have raised, so ``except ValueError`` keeps working. Imported by everything, imports nothing of
the package.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from inspect import signature
from typing import Any

__all__ = [
    "AnomalyError",
    "AutogradError",
    "BackwardError",
    "DataError",
    "ExpressionError",
    "FreedGraphError",
    "GradientCheckError",
    "MissingDependencyError",
    "MutationError",
    "NoRuleError",
    "OutputError",
    "RuleError",
    "ShapeError",
    "SourceError",
    "StaleValueError",
    "TracedConversionError",
    "UnknownKeywordError",
    "ViewError",
]


class AutogradError(Exception):
    """The base of every error raised by this package."""


class AnomalyError(AutogradError, ArithmeticError):
    """A NaN, an infinity or a changed constant, found inside ``ag.detect_anomaly()``."""


class BackwardError(AutogradError, RuntimeError):
    """A backward pass that cannot start: no graph, no scalar, or a gradient that does not fit."""


class DataError(AutogradError, TypeError, ValueError):
    """Data that a Tensor cannot hold or cannot trace: integers, objects, ragged lists."""


class ExpressionError(AutogradError, ValueError):
    """A command-line expression outside the small language that ``python -m autograd`` reads."""


class FreedGraphError(BackwardError):
    """A graph whose values an earlier ``backward(retain_graph=False)`` has freed."""


class GradientCheckError(AutogradError, AssertionError):
    """A gradient that does not agree with finite differences."""


class MissingDependencyError(AutogradError, ImportError):
    """An optional package that this feature needs is not installed."""


class MutationError(AutogradError, TypeError):
    """An attempt to change a graph node in place."""


class NoRuleError(AutogradError, NotImplementedError):
    """A function, or one argument of it, that has no derivative rule."""


class OutputError(BackwardError, TypeError):
    """What a function returned cannot be differentiated: no number, not one, or not a real one."""


class RuleError(AutogradError, ValueError):
    """A derivative rule that returned something that is no gradient of its argument."""


class ShapeError(AutogradError, ValueError):
    """Operands whose shapes do not fit the operation."""


class SourceError(AutogradError, TypeError):
    """A function that `ag.source` cannot write as straight-line NumPy code."""


class StaleValueError(BackwardError):
    """A leaf was changed after a node had used it, so the gradient would be that of other values."""


class TracedConversionError(AutogradError, TypeError):
    """A conversion that would take a traced value out of the graph without saying so."""


class UnknownKeywordError(AutogradError, TypeError):
    """A keyword that the call does not have."""


class ViewError(AutogradError, ValueError):
    """A graph that is too large for a view, a renderer that fails, or a format that no view has."""


def op_name(op: Any) -> str:
    """The name people write for a function: ``np.tanh``, ``np.linalg.inv``, ``np.add.reduce``, ``my_function``."""
    owner = getattr(op, "__self__", None)  # a ufunc method such as np.add.reduce
    if owner is not None and hasattr(owner, "nin"):
        return f"np.{owner.__name__}.{op.__name__}"
    name: str = getattr(op, "__name__", None) or type(op).__name__
    module = getattr(op, "__module__", None) or ("numpy" if hasattr(op, "nin") else "")
    if hasattr(op, "nin") and getattr(sys.modules.get("numpy"), name, None) is not op:
        return name  # a ufunc of SciPy's or a user's
    if module.split(".")[0] == "numpy":
        return f"np{module.removeprefix('numpy')}.{name}"
    return name


def describe(value: Any) -> str:
    """One operand in an error message: its name if it has one, its shape and dtype."""
    name = getattr(value, "name", None)
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is None:
        text = repr(value)
        return text if len(text) <= 40 else type(value).__name__
    return f"{repr(name) + ' ' if isinstance(name, str) else ''}{dtype} {tuple(shape) if shape else 'scalar'}"


def describe_all(values: Iterable[Any]) -> str:
    """The operands of a call, flattened one level, in order."""
    flat: list[Any] = []
    for value in values:
        flat.extend(value if isinstance(value, (list, tuple)) else [value])
    return ", ".join(describe(value) for value in flat)


def no_rule(op: Any, position: int | None = None) -> NoRuleError:
    """Name the function and show the two lines that would add its rule."""
    name = op_name(op)
    if name.endswith("(vectorized)"):
        return python_objects(f"np.frompyfunc, in {name.removesuffix(' (vectorized)')},")
    if position is not None:
        return NoRuleError(
            f"{name} has no derivative rule for argument {position}, which is traced. "
            f"Pass a constant there (`t.data`), or register a rule with one entry per argument."
        )
    return NoRuleError(
        f"{name} has no derivative rule, and its input is traced. Add one:\n\n"
        f"    import autograd as ag\n"
        f"    ag.vjp_rule({name}, lambda g, y, x: ...)  # one function per argument; g: gradient of the output y\n\n"
        f"or pass plain values (`t.data`) if no gradient should flow through this call."
    )


def python_objects(call: str, value: Any = None) -> NoRuleError:
    """A Python function over entries, each of them a Python object of which nothing is traced."""
    of = "" if value is None else f" of {describe(value)}"
    return NoRuleError(
        f"{call} makes Python objects of the entries{of}, which cannot be traced. Write the function with NumPy's, for "
        f"the whole array (np.where for if), or call it on each entry: np.stack([f(v) for v in t])."
    )


def refused(op: Any, reason: str, instead: str, kind: type[AutogradError] = NoRuleError) -> AutogradError:
    """A call that is known and refused, with the reason and the way out."""
    return kind(f"{op_name(op)} {reason}. Write {instead} instead.")


def shape_mismatch(op: Any, args: Iterable[Any], detail: object) -> ShapeError:
    """Name the operation, the operands with their shapes and names, and repeat what NumPy said."""
    return ShapeError(f"{op_name(op)} cannot take {describe_all(args)}: {detail}")


def no_numbers(op: Any, args: Iterable[Any], dtype: Any) -> DataError:
    """A result that no derivative passes through, such as an array of Python objects."""
    return DataError(
        f"{op_name(op)} of {describe_all(args)} gave {dtype}, which cannot be traced. "
        f"Convert the operand first: float(value), np.array(values, dtype=float)."
    )


def no_array(op: Any, result: Any) -> OutputError:
    """A primitive that returned neither numbers, nor an array, nor a tuple of them."""
    return OutputError(
        f"{op_name(op)} returned {describe(result)}: a primitive returns a number, an array or a tuple of them. "
        f"One that returns nested lists or dicts is made with autograd.extend.primitive. A missing return?"
    )


def bad_gradient(op: Any, got: Any, want: tuple[int, ...]) -> RuleError:
    """A rule or hook whose result cannot be summed to the shape of the value that it is for."""
    return RuleError(
        f"{op_name(op)} returned the gradient {describe(got)} for a value of shape {want}: a rule or hook must return "
        f"that shape, or one that it broadcasts to."
    )


def freed_graph(node: Any) -> FreedGraphError:
    """A node whose values are gone."""
    return FreedGraphError(
        f"the graph behind {op_name(node.op)} was freed by an earlier backward(retain_graph=False). "
        f"Run the forward pass again, or leave retain_graph at True."
    )


def stale_leaf(leaf: Any, node: Any) -> StaleValueError:
    """A leaf that has another value than when `node` used it."""
    return StaleValueError(
        f"the leaf {describe(leaf)} was changed after {op_name(node.op)} had used it (an optimizer step between "
        f"forward and backward?), so the gradients would be those of other values. Run the forward pass again."
    )


def unknown_keyword(call: str, given: Iterable[str], known: Iterable[str]) -> UnknownKeywordError:
    """Name the keyword, the nearest known one, and all that are known."""
    known = list(known)
    word = next(iter(given))
    near = difflib.get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return UnknownKeywordError(f"{call} has no keyword {word!r}: {hint}It takes {', '.join(known)}.")


def check_keywords(op: Any, given: Iterable[str]) -> None:
    """Raise `UnknownKeywordError` for a keyword that the function does not have."""
    try:
        known = [name for name in signature(op).parameters if name != "kwargs"]
    except (TypeError, ValueError):  # a built-in without a signature
        return
    if unknown := [keyword for keyword in given if keyword not in known]:
        raise unknown_keyword(op_name(op), unknown, known)


def missing_dependency(package: str, extra: str, purpose: str) -> MissingDependencyError:
    """Say which extra brings an optional package."""
    return MissingDependencyError(
        f"{purpose} needs the package {package!r}, which is not installed: pip install 'chainrule[{extra}]'"
    )
