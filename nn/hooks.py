"""Functions that a module calls before and after its forward and backward passes, PyTorch's hooks.

A module has no `Hooks` until the first one is registered, so that a call without any costs nothing. The backward hooks
stand on one node around the inputs and one around the outputs of the call, whose rule sees all gradients at once.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from autograd import Tensor, primitive, vjp_rule
from autograd.graph import traced, unwrap
from nn import errors

__all__ = ["Hooks", "RemovableHandle"]

numbers = count()
Hook = Callable[..., Any]


class RemovableHandle:
    """What registering a hook returns; `remove` takes the hook away, and so does leaving a ``with`` block."""

    def __init__(self, hooks: dict[int, Any], number: int) -> None:
        self.hooks, self.id = hooks, number

    def remove(self) -> None:
        """Take the hook away; a second time does nothing."""
        self.hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


class Hooks:
    """The hooks of one module, each kind in the order in which it is called."""

    def __init__(self) -> None:
        self.before: dict[int, tuple[Hook, bool]] = {}  # and whether it takes the keywords of the call
        self.after: dict[int, tuple[Hook, bool]] = {}
        self.before_backward: dict[int, tuple[Hook, bool]] = {}
        self.after_backward: dict[int, tuple[Hook, bool]] = {}

    def add(self, kind: str, hook: Hook, prepend: bool, with_kwargs: bool = False) -> RemovableHandle:
        """Register a hook of one of the kinds above, at the end or at the start."""
        if not callable(hook):
            raise errors.ArgumentError(f"a hook is a function, not a {type(hook).__name__}.")
        hooks, number = getattr(self, kind), next(numbers)
        others = dict(hooks) if prepend else {}
        if prepend:
            hooks.clear()
        hooks[number] = hook, with_kwargs
        hooks.update(others)
        return RemovableHandle(hooks, number)

    def call(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The module's forward with all that is registered around it."""
        for hook, with_kwargs in list(self.before.values()):
            result = hook(module, args, kwargs) if with_kwargs else hook(module, args)
            if result is not None and with_kwargs:
                args, kwargs = result
            elif result is not None:
                args = result if isinstance(result, tuple) else (result,)
        around = Around(self, module, args) if self.before_backward or self.after_backward else None
        y = module.forward(*(around.inputs() if around else args), **kwargs)
        for hook, with_kwargs in list(self.after.values()):
            result = hook(module, args, kwargs, y) if with_kwargs else hook(module, args, y)
            y = y if result is None else result
        return around.outputs(y) if around else y


class Around:
    """One call of a module with backward hooks: the gradients that come to its outputs and leave its inputs."""

    def __init__(self, hooks: Hooks, module: Any, args: tuple[Any, ...]) -> None:
        self.hooks, self.module, self.args = hooks, module, args
        self.gradients: tuple[Any, ...] = ()

    def inputs(self) -> tuple[Any, ...]:
        """The arguments, through a node whose rule is `leaving`."""
        return gated(self.args, self.leaving)

    def outputs(self, y: Any) -> Any:
        """The result, through a node whose rule is `arriving`."""
        if isinstance(y, (tuple, list)):
            return type(y)(gated(tuple(y), self.arriving))
        return gated((y,), self.arriving)[0]

    def arriving(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook, _ in list(self.hooks.before_backward.values()):
            result = hook(self.module, gradients)
            gradients = gradients if result is None else replaced(gradients, result)
        self.gradients = gradients
        if not any(map(traced, self.args)):  # no gradient leaves: the hooks are told of what has come
            self.leaving((None,) * len(self.args))
        return gradients

    def leaving(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook, _ in list(self.hooks.after_backward.values()):
            result = hook(self.module, gradients, self.gradients)
            gradients = gradients if result is None else replaced(gradients, result)
        return gradients


def replaced(gradients: tuple[Any, ...], result: Any) -> tuple[Any, ...]:
    """What a hook returned, one gradient for each."""
    given: tuple[Any, ...] = tuple(result) if isinstance(result, (tuple, list)) else (result,)
    if len(given) != len(gradients):
        raise errors.ArgumentError(f"a backward hook returned {len(given)} gradients in place of {len(gradients)}.")
    return given


def gated(values: tuple[Any, ...], see: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> tuple[Any, ...]:
    """The values, those that are traced through one node; `see` gets the gradients of all, None of the others."""
    places = [i for i, value in enumerate(values) if isinstance(value, Tensor) and value.requires_grad]
    if not places:
        return values

    def seen(gradients: tuple[Any, ...]) -> list[Any]:
        everything: list[Any] = [None] * len(values)
        for i, g in zip(places, gradients, strict=True):
            everything[i] = read_only(g)
        shown = see(tuple(everything))
        return [zeros_if_none(shown[i], values[i]) for i in places]

    passed = list(values)
    for i, value in zip(places, gate([values[i] for i in places], seen), strict=True):
        passed[i] = value
    return tuple(passed)


def read_only(g: Any) -> Any:
    """What hooks see: a gradient may be that of another node, too."""
    if isinstance(g, np.ndarray):
        g = g.view()
        g.flags.writeable = False
    return g


def zeros_if_none(g: Any, value: Any) -> Any:
    return np.zeros_like(unwrap(value)) if g is None else g


@primitive
def gate(values: list[Any], _see: Callable[[tuple[Any, ...]], list[Any]]) -> tuple[Any, ...]:
    """The values as they are; the backward pass calls `see` with all their gradients, and goes on with the result."""
    return tuple(values)


vjp_rule(gate, lambda g, _y, _values, see: see(g))
