"""The registry of formulas: what a rule says, written as a book writes it. `explain` reads it, nothing else does.

A formula stands beside a rule as a caption beside a picture: the engine never needs it. The chapters for NumPy are in
``viz/formulas``; whoever has rules of his own may write formulas for them, in a module that `chapter` announces.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd import errors

__all__ = [
    "CHAPTERS",
    "FORMULAS",
    "INDEXED",
    "WORDS",
    "Equation",
    "Formula",
    "chapter",
    "formula",
    "index_equation",
    "word",
]

Text = str | Callable[[Any], str | None] | None


class Formula(NamedTuple):
    """The texts of one function, by the names of its arguments in order; `each` is for all further arguments."""

    texts: dict[str, Text]
    each: Text = None


class Equation(NamedTuple):
    """Why a gradient has its shape: the call entry by entry, the gradient entry by entry, and the reason."""

    forward: str
    backward: str
    reason: str


FORMULAS: dict[Any, Formula] = {}
INDEXED: dict[Any, Callable[[Any, str], Equation | None]] = {}
WORDS: dict[str, str] = {}  # functions that occur in formulas and have no name in NumPy or SciPy, and what they are
CHAPTERS: list[tuple[str, str]] = []  # a module to import as soon as another one has been


def formula(function: Any, each: Text = None, /, **texts: Text) -> None:
    """Say what stands beside the upstream gradient in `function`'s derivative by each argument, named in order.

    A text is an expression of the arguments' names and of ``z``, the result: a factor of the upstream gradient. One
    that has the name ``g`` says the whole, upstream gradient and all. None is for an argument without a gradient. Where
    the text depends on the call, a function of the call gives it: the arguments and ``z`` are its attributes. An
    argument that is a list of arrays is called ``arrays``; ``item`` is the one in question and `place` its number.

    >>> import autograd as ag
    >>> @ag.primitive
    ... def cube(x):
    ...     return x ** 3
    >>> ag.vjp_rule(cube, lambda g, y, x: g * 3 * x ** 2)
    >>> ag.viz.formula(cube, x="3 * x ** 2")
    >>> ag.explain(cube(ag.Tensor(2.0, name="x")).named("y")).backward[-1]
    ('dy/dx = 3 * x ** 2 = 12', 'y = cube(x), so dy/dx = 3 * x ** 2')
    """
    if taken := {"g", "z"} & set(texts):
        raise errors.ViewError(
            f"formula({errors.op_name(function)}, ...): an argument is called {min(taken)!r}, and g stands for the "
            f"upstream gradient, z for the result. Arguments are known by their order: write x, or another name."
        )
    for text in (*texts.values(), each):
        if isinstance(text, str):
            require_expression(function, text)
    FORMULAS[function] = Formula(texts, each)


def require_expression(function: Any, text: str) -> None:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise errors.ViewError(
            f"formula({errors.op_name(function)}, ...): {text!r} is no expression. Write it as in Python: '2 * x'."
        ) from error


def index_equation(function: Any, write: Callable[[Any, str], Equation | None]) -> None:
    """Let ``write(call, g)`` say, for an argument of a call of `function`, why its gradient has the shape that it has.

    The call is that of `formula`; `g` is the text of the upstream gradient.
    """
    INDEXED[function] = write


def word(name: str, meaning: str) -> None:
    """Explain a function that occurs in formulas and that NumPy does not have."""
    WORDS[name] = meaning


def chapter(module: str, after: str) -> None:
    """Announce a module of formulas, to be imported when one is looked up and the module `after` has been."""
    CHAPTERS.append((after, module))
