"""The program: every call that a run made, in order, with what it was given and what came out.

`Step` is one call and `Program` the list of them, as `Symbol` (`symbol.py`) writes it while a function runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.compile.operations import CONSTANT, draw
from autograd.containers import like
from autograd.errors import SourceError

__all__ = ["Place", "Program", "Step", "rebuilt", "steps_in"]


class Place(NamedTuple):
    """Which block of the text a step belongs to: `key` tells blocks apart, `comment` stands above."""

    phase: str
    key: Any
    comment: str
    owner: Any = None  # what the step was made for: the vertex of a trace, or the step whose gradient flows


class Step:
    """One call: the function, its arguments with steps among them, and the value that it had. Inputs have no function.

    `name` is the user's, if there is one.
    """

    __slots__ = ("args", "kwargs", "name", "op", "place", "value")

    def __init__(self, op: Any, args: Any, kwargs: Any, value: Any, place: Place, name: str | None = None) -> None:
        self.op, self.args, self.kwargs, self.value, self.place, self.name = op, args, kwargs, value, place, name

    @property
    def is_constant(self) -> bool:
        return self.op is CONSTANT

    def operands(self) -> Iterator[Step]:
        """The steps among the arguments, as often as they occur."""
        yield from steps_in((self.args, self.kwargs))

    def __repr__(self) -> str:
        return f"Step({getattr(self.op, '__name__', self.op)}, {self.name})"


def rebuilt(tree: Any, leaf: Callable[[Any], Any]) -> Any:
    """Nested lists, tuples, dicts and slices with every other thing in them replaced."""
    if isinstance(tree, (list, tuple, range)):
        items = [rebuilt(item, leaf) for item in tree]
        return tuple(items) if isinstance(tree, range) else like(tree, items)
    if isinstance(tree, dict):
        return {key: rebuilt(value, leaf) for key, value in tree.items()}
    if isinstance(tree, slice):
        return slice(*(rebuilt(end, leaf) for end in (tree.start, tree.stop, tree.step)))
    return leaf(tree)


def steps_in(tree: Any) -> Iterator[Step]:
    """The steps in nested lists, tuples, dicts and slices."""
    if isinstance(tree, Step):
        yield tree
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from steps_in(item)
    elif isinstance(tree, dict):
        yield from steps_in(list(tree.values()))
    elif isinstance(tree, slice):
        yield from steps_in((tree.start, tree.stop, tree.step))


def valued(tree: Any) -> Any:
    """The same with values in place of steps."""
    return rebuilt(tree, lambda x: x.value if isinstance(x, Step) else x)


class Program:
    """The steps in the order in which they ran. `here` says where the next one belongs; it may look at the stack."""

    whole = False  # whether calls of primitives are one step each, whose code is not followed

    def __init__(self, here: Callable[[], Place], limit: int, noticed: Callable[[Step], None] | None = None) -> None:
        self.here, self.limit, self.noticed = here, limit, noticed
        self.steps: list[Step] = []
        self.gradients: dict[Step, Step] = {}  # of which step this is the gradient

    def input(self, value: Any, name: str | None = None) -> Step:
        """An argument of the function."""
        return self.append(Step(None, (), {}, value, Place("input", None, ""), name))

    def constant(self, value: Any) -> Step:
        """A value that depends on no argument, though it may be written into."""
        return self.append(Step(CONSTANT, (), {}, value, self.here()))

    def call(self, op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Step:
        """Run `op` on the values of its arguments, and note it."""
        value = op(*valued(args), **valued(kwargs))
        if isinstance(value, (bool, int, float, complex)):  # of a primitive
            value = np.asarray(value)[()]
        step = self.append(Step(op, args, kwargs, value, self.here()))
        if self.noticed is not None:
            self.noticed(step)
        return step

    def drawn(self, function: Any, args: tuple[Any, ...], rng: str, value: Any) -> Step:
        """Note what a function drew from a generator."""
        return self.append(Step(draw, (function, args, rng), {}, value, self.here()))

    def append(self, step: Step) -> Step:
        if len(self.steps) >= self.limit:
            raise SourceError(
                f"source(f, ...) writes at most {self.limit:,} calls of NumPy's, and this program makes more. Pass a "
                f"smaller case (a shorter loop, fewer layers), or limit= a larger number."
            )
        if isinstance(step.value, np.ndarray) and step.value.dtype == object and not self.whole:
            raise SourceError(f"source cannot write arrays of Python objects, which {step.op} returned.")
        self.steps.append(step)
        return step
