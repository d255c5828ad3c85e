"""The arguments of the function that is written down: symbols in their places, and how the text takes them apart.

`Argument` is one parameter of the text: its name, and in its nested containers a step for each array.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.compile.program import Step
from autograd.compile.recording import Recording, leaf_of
from autograd.compile.symbol import Symbol
from autograd.containers import CONTAINERS, flatten
from autograd.errors import SourceError
from autograd.graph import Node
from autograd.tensor import Tensor
from autograd.trace import argument_places, variable

__all__ = ["Argument", "arguments_of", "is_number", "parameter_names"]


class Argument:
    """One parameter: `tree` holds steps in nested containers; what is no array stands there as it is."""

    def __init__(self, name: str, tree: Any, given: Any, differentiated: bool) -> None:
        self.name, self.tree, self.given, self.differentiated = name, tree, given, differentiated

    @property
    def leaves(self) -> list[Step]:
        return [leaf for leaf in flatten(self.tree)[0] if isinstance(leaf, Step)]

    @property
    def is_nested(self) -> bool:
        return isinstance(self.tree, CONTAINERS)

    def paths(self) -> Iterator[tuple[str, Step]]:
        """Each array, by the expression that takes it out of the parameter."""
        yield from paths(self.name, self.tree)


def paths(path: str, tree: Any) -> Iterator[tuple[str, Step]]:
    if isinstance(tree, Step):
        yield path, tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield from paths(f"{path}[{key_text(key)}]", value)
    elif isinstance(tree, (list, tuple)):
        for i, value in enumerate(tree):
            yield from paths(f"{path}[{i}]", value)


def key_text(key: Any) -> str:
    if not isinstance(key, (str, int, float, bool)):
        raise SourceError(f"source cannot write the key {key!r} of a dict. Use strings or numbers.")
    return ascii(key)


def is_number(x: Any) -> bool:
    """Whether it is an array, or a number with a dtype of its own."""
    return isinstance(x, (np.ndarray, np.generic, Tensor)) and np.dtype(x.dtype).kind in "biufc"


def is_differentiable(x: Any) -> bool:
    return isinstance(x, (float, complex)) or (is_number(x) and np.dtype(x.dtype).kind in "fc")


def parameter_names(f: Callable[..., Any], count: int) -> list[str]:
    """What the function calls its positional arguments: x0, x1, ... where that cannot be told."""
    try:
        parameters = list(inspect.signature(getattr(f, "forward", f)).parameters.values())
    except (TypeError, ValueError):  # a built-in function
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "x")
    return [*names, *(f"{rest}{i}" for i in range(count - len(names)))]


def places_of(args: tuple[Any, ...], argnums: Any) -> list[int]:
    """Which arguments are differentiated: those that `argnums` names, else all that hold floating numbers."""
    if argnums is not None:
        return argument_places(argnums, len(args))
    found = [i for i, arg in enumerate(args) if any(map(is_differentiable, flatten(arg)[0]))]
    return found or argument_places(0, len(args))


def arguments_of(
    recording: Recording, names: Sequence[str], args: tuple[Any, ...], argnums: Any
) -> tuple[list[Any], list[Tensor], list[Argument]]:
    """What the function is called with, the variables in it, and the parameters of the text."""
    places = places_of(args, argnums)
    call: list[Any] = []
    variables: list[Tensor] = []
    arguments: list[Argument] = []
    for i, (name, arg) in enumerate(zip(names, args, strict=True)):
        leaves, rebuild = flatten(arg)
        own_name = name if not isinstance(arg, CONTAINERS) else None
        steps: list[Any] = []
        given: list[Any] = []
        for leaf in leaves:
            if i in places:
                step = recording.argument(variable(leaf, False)._value, own_name)
                node = leaf_of(recording.program, step)
                variables.append(node)
                steps.append(step)
                given.append(node)
            elif is_number(leaf):
                step = recording.argument(leaf._value if isinstance(leaf, Node) else leaf, own_name)
                steps.append(step)
                given.append(Symbol(recording.program, step))
            else:
                steps.append(leaf)
                given.append(leaf)
        call.append(rebuild(given))
        arguments.append(Argument(name, rebuild(steps), arg, i in places))
    return call, variables, arguments
