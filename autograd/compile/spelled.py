"""What other packages say to `source`: `spelled`, how a primitive is written; `checking`, what need not be; `drawn`."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from inspect import unwrap
from typing import Any, TypeVar

import numpy as np

from autograd.rules import CHECKS, SPELLED

__all__ = ["WATCHED", "checking", "drawing", "drawn", "spelled", "watched"]

#: While a program is written down: notes that a function drew from a generator, and gives what it drew.
drawing: ContextVar[Callable[..., Any] | None] = ContextVar("drawing", default=None)
WATCHED: list[np.random.Generator] = []
F = TypeVar("F", bound=Callable[..., Any])


def spelled(primitive: Callable[..., Any]) -> Callable[[F], F]:
    """Say, as a decorator, how `ag.source` writes a primitive: a function of the same arguments in NumPy's functions.

    It takes Tensors and returns what the primitive returns. Where a primitive has none, the code of the primitive and
    of its rule is followed; that fails where they leave NumPy: for a buffer that they fill, a loop over floats, or
    SciPy.
    """

    def register(function: F) -> F:
        SPELLED[primitive] = function
        return function

    return register


def checking(function: F) -> F:
    """Say that a function decides only whether its arguments are good: its branches are not held in the text."""
    CHECKS.add(unwrap(function).__code__)
    return function


def drawn(function: Callable[..., Any], *args: Any, rng: np.random.Generator) -> Any:
    """``function(*args, rng)``, which draws from `rng`; in the text of `ag.source` it draws anew at every call.

    The function is copied into the text, and so needs nothing but NumPy.
    """
    note = drawing.get()
    return function(*args, rng) if note is None else note(function, args, rng)


def watched(rng: np.random.Generator) -> np.random.Generator:
    """Have `ag.source` see whether a function draws from this generator without saying so."""
    WATCHED.append(rng)
    return rng
