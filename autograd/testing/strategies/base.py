"""What all strategies share: Hypothesis, and how a strategy is made of a function that draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.optional import optional

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    Draw = Callable[[SearchStrategy[Any]], Any]

st = optional("hypothesis.strategies", "test", "autograd.testing.strategies")
nps = optional("hypothesis.extra.numpy", "test", "autograd.testing.strategies")

__all__ = ["composed", "nps", "st"]


def composed(name: str, function: Callable[..., Any], *args: Any) -> SearchStrategy[Any]:
    """The strategy that calls ``function(draw, *args)``; Hypothesis's reports show it by the public `name`."""

    def definition(draw: Draw) -> Any:
        return function(draw, *args)

    definition.__name__ = name
    return st.composite(definition)()
