"""What the user calls the values of a graph, and which modules made them. Imported by `trace.py`.

A name that was given comes first, then the variable that held the value when it was made (inside `annotate`), then a
variable of the function that asks for the view, a parameter of a model among these included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from autograd.graph import Node, Scope
from autograd.sightings import variables
from autograd.viz.text import printable

__all__ = ["calls_of", "names_of"]

DEPTH = 3  # of lists and dicts in variables
MANY = 1_000  # items of a list that is data rather than parameters


def names_of(nodes: Iterable[Node]) -> dict[Node, str]:
    """The names of those that have one."""
    here: dict[Node, str] = {}
    for name, value in variables().items():
        for path, node in named(name, value, DEPTH):
            here.setdefault(node, path)
    found = {node: node.name or sighted(node) or here.get(node, "") for node in nodes}
    return {node: clean for node, name in found.items() if (clean := printable(name))}


def sighted(node: Node) -> str | None:
    sighting = None if node.notes is None else node.notes.sighting
    return None if sighting is None else sighting.name


def named(name: str, value: Any, depth: int) -> Iterator[tuple[str, Node]]:
    """The nodes in a variable: ``w``, ``weights['hidden']``, ``layers[0]``, ``model.0.weight``."""
    if isinstance(value, Node):
        yield name, value
    elif isinstance(value, (list, tuple)) and depth and len(value) <= MANY:
        for i, item in enumerate(value):
            yield from named(f"{name}[{i}]", item, depth - 1)
    elif isinstance(value, dict) and depth and len(value) <= MANY:
        for key, item in list(value.items()):
            yield from named(f"{name}[{key!r}]", item, depth - 1)
    elif is_model(value):
        for path, parameter in value.named_parameters():
            yield f"{name}.{path}", parameter


def is_model(value: Any) -> bool:
    """Whether it is a module with parameters; a class of them is not."""
    return hasattr(type(value), "named_parameters") and not isinstance(value, type)


# -------------------------------------------------------------------------------------------------------- the modules


def calls_of(order: list[Node]) -> dict[Node, tuple[tuple[str, int], ...]]:
    """The modules in whose calls the nodes were made, the outermost first; `order` is by age.

    Each is a name and a number, which tells two calls of one module apart. A parameter belongs to the innermost module
    in whose call it was used and that holds it, itself or in a part.
    """
    calls = sorted(scopes(order), key=lambda call: (call[0].begun, -call[1]))
    names = call_names([scope.module for scope, _ in calls])
    found: dict[Node, tuple[tuple[str, int], ...]] = {}
    running: list[tuple[Scope, int, str]] = []
    ahead = list(zip(calls, names, strict=True))[::-1]
    parameters = lru_cache(None)(lambda module: frozenset(module.parameters()))
    for node in order:
        while ahead and ahead[-1][0][0].begun < node.serial:
            (scope, end), name = ahead.pop()
            running = [call for call in running if call[1] >= scope.begun]
            running.append((scope, end, module_name(scope, running, name)))
        inside = [call for call in running if call[1] >= node.serial and node.op is not None]
        if inside:
            found[node] = tuple((printable(name), scope.begun) for scope, _, name in inside)
            for leaf in node.parents:
                if leaf.op is None and leaf not in found:
                    held = [i for i, call in enumerate(inside) if leaf in parameters(call[0].module)]
                    if held:
                        found[leaf] = found[node][: held[-1] + 1]
    return found


def scopes(order: list[Node]) -> Iterator[tuple[Scope, int]]:
    """The calls of modules, each with the serial number of what it returned."""
    for node in order:
        scope = None if node.notes is None else node.notes.scope
        while scope is not None:
            yield scope, node.serial
            scope = scope.inner


def call_names(modules: list[Any]) -> list[str]:
    """A name for each module on its own: the caller's variable, or else its class."""
    here = {id(value): name for name, value in reversed(variables().items()) if is_model(value)}
    return [here.get(id(module), type(module).__name__) for module in modules]


def module_name(scope: Scope, running: list[tuple[Scope, int, str]], alone: str) -> str:
    """The name of a call: its module's path in the one around it, if it is a part of that."""
    for outer, _, name in reversed(running):
        for path, part in outer.module.named_modules():
            if part is scope.module and path:
                return f"{name}.{path}"
    return alone
