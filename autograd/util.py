"""HIPS autograd's small helpers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from operator import attrgetter
from typing import Any

__all__ = ["func", "subval", "subvals", "toposort"]


def subvals(x: Iterable[Any], ivs: Iterable[tuple[int, Any]]) -> tuple[Any, ...]:
    """A tuple with other values in some places."""
    items = list(x)
    for i, v in ivs:
        items[i] = v
    return tuple(items)


def subval(x: Iterable[Any], i: int, v: Any) -> tuple[Any, ...]:
    """A tuple with another value in one place."""
    return subvals(x, [(i, v)])


def func(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` itself."""
    return f


def toposort(end_node: Any, parents: Callable[[Any], Iterable[Any]] = attrgetter("parents")) -> Iterator[Any]:
    """`end_node` and all that it was made from, each before its parents."""
    waiting: dict[Any, int] = {}
    stack = [end_node]
    while stack:
        node = stack.pop()
        if node not in waiting:
            stack.extend(parents(node))
        waiting[node] = waiting.get(node, 0) + 1
    ready = [end_node]
    waiting[end_node] = 0
    while ready:
        node = ready.pop()
        yield node
        for parent in parents(node):
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)


def __getattr__(name: str) -> Any:
    """`quick_grad_check`, which needs the checker, on first use."""
    if name == "quick_grad_check":
        return import_module("autograd.test_util").quick_grad_check
    raise AttributeError(f"module 'autograd.util' has no attribute {name!r}")
