"""A formula of the registry for one edge of a graph: its names replaced by the symbols there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from inspect import Parameter, Signature, signature
from itertools import islice
from typing import Any

import numpy as np

from autograd.formulas import CHAPTERS, FORMULAS
from autograd.optional import import_due
from autograd.rules import RULES
from autograd.viz.text import atom, index_text
from autograd.viz.trace import Edge

__all__ = ["Call", "call_of", "local_formula", "places", "pullback_formula"]

NAME = re.compile(r"(?<![\w.'])([A-Za-z_]\w*)(?![\w(']|=[^=])")  # no function, no attribute, no keyword


class Call:
    """The call that an edge leads to: the values of its arguments by name, of `z` too, and which one the edge is.

    `symbols` has the texts for them.
    """

    def __init__(self, edge: Edge, position: int, path: tuple[int, ...], names: list[str]) -> None:
        self.edge, self.position, self.path = edge, position, path
        self.place = path[0] if path else 0
        vertex = edge.target
        self.values: dict[str, Any] = {}
        self.symbols: dict[str, str] = {}
        for name, argument in settings(vertex.op, position, vertex):
            self.add(name, argument)
        for name, argument in zip(names, vertex.arguments, strict=False):
            self.add(name, argument)
        self.add("item", edge)
        self.values["z"], self.symbols["z"] = vertex.value, atom(vertex.symbol)

    def add(self, name: str, argument: Any) -> None:
        self.values[name], self.symbols[name] = value_of(argument), text_of(argument)

    def by(self, g: str, symbol: str) -> str:
        """The gradient by `symbol`, where `g` is that by the result: ``dL/dx``."""
        return f"{g[: len(g) - len(self.edge.target.symbol) - 1]}d{symbol}"

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


def value_of(argument: Any) -> Any:
    if isinstance(argument, Edge):
        return argument.source.value
    return [value_of(item) for item in argument] if isinstance(argument, list) else argument


def text_of(argument: Any) -> str:
    if isinstance(argument, Edge):
        return atom(argument.source.symbol)
    if isinstance(argument, list):
        return f"[{', '.join(map(text_of, argument))}]"
    return atom(index_text(argument))


def settings(op: Any, position: int, vertex: Any) -> Iterator[tuple[str, Any]]:
    """The arguments of the call by the names that the rule gives them, defaults included."""
    yield from bound(op, vertex.arguments, vertex.keywords)
    rule = next(islice(RULES.get(op, ()), position, None), None)
    if rule is not None:
        yield from bound(rule, (None, None, *vertex.arguments), vertex.keywords)


@cache
def parameters_of(function: Any) -> Signature | None:
    """The signature; None of a ufunc or a compiled function, which may have none."""
    if isinstance(function, np.ufunc):
        return None
    try:
        return signature(function)
    except (TypeError, ValueError):
        return None


def bound(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The arguments of a call by the names of the function's parameters; nothing where these are not known."""
    parameters = parameters_of(function)
    if parameters is None:
        return
    try:
        found = parameters.bind(*arguments, **keywords)
    except TypeError:  # a call that the rule takes otherwise
        return
    found.apply_defaults()
    for name, value in found.arguments.items():
        if parameters.parameters[name].kind is Parameter.VAR_KEYWORD:
            yield from value.items()
        elif value is not np._NoValue:
            yield name, value


def places(arguments: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[Edge, int, tuple[int, ...]]]:
    """Each edge, with the number of its argument and its place in that, if it is a list."""
    for i, argument in enumerate(arguments):
        if isinstance(argument, Edge):
            yield argument, (*path, i)[0], (*path, i)[1:]
        elif isinstance(argument, list):
            yield from places(argument, (*path, i))


def call_of(edge: Edge) -> Call:
    """The call that an edge leads to, as formulas see it."""
    import_due(CHAPTERS)
    known = FORMULAS.get(edge.target.op)
    found = next((i, path) for other, i, path in places(edge.target.arguments) if other is edge)
    return Call(edge, *found, list(known.texts) if known else [])


def text_for(edge: Edge) -> tuple[str, Call] | None:
    """The text of an edge, its names not yet replaced."""
    import_due(CHAPTERS)
    known = FORMULAS.get(edge.target.op)
    if known is None:
        return None
    call = call_of(edge)
    text = next(islice(known.texts.values(), call.position, None), known.each)
    text = text(call) if callable(text) else text
    if text is not None and call.path and name_at(known.texts, call.position) != "arrays":
        if np.shape(call.z) != np.shape(value_of(edge.target.arguments[call.position])):
            return None  # an entry of a list that is broadcast
        text = f"({text if has_upstream(text) else f'g * ({text})'})[{', '.join(map(str, call.path))}]"
    return None if text is None else (text, call)


def name_at(texts: Mapping[str, Any], position: int) -> str:
    return next(islice(texts, position, None), "")


def local_formula(edge: Edge) -> str | None:
    """The local derivative along an edge in symbols, or None where there is none that is a factor."""
    found = text_for(edge)
    return None if found is None or has_upstream(found[0]) else filled(*found)


def pullback_formula(edge: Edge, g: str) -> str | None:
    """What arrives at the source when `g` is upstream, in symbols, for what is no factor; None if unknown."""
    found = text_for(edge)
    return filled(*found, g) if found is not None and has_upstream(found[0]) else None


def has_upstream(text: str) -> bool:
    return any(match[1] == "g" for match in NAME.finditer(text))


def filled(text: str, call: Call, g: str = "g") -> str:
    """The text with symbols for its names."""
    symbols = {**call.symbols, "g": g}
    return NAME.sub(lambda match: symbols.get(match[1], match[1]), text)
