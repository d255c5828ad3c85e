"""Python functions from a program, to be run: forward, and backward from what forward kept.

The text of `text.py` is to be read, this is not: a line is one call, by names that mean nothing. `replay.py` uses it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.compile.operations import CONSTANT, draw, guard
from autograd.compile.program import Program, Step
from autograd.compile.simplify import living
from autograd.containers import flatten

__all__ = ["OtherBranch", "as_functions", "at_random"]


class OtherBranch(Exception):  # noqa: N818  # no error: the values decide otherwise than they did
    """A condition in the program has another truth than when it was written down."""


def hold(condition: Any, truth: bool) -> None:
    """A branch of the program, which must be the same again."""
    if bool(condition) is not truth:
        raise OtherBranch


def as_functions(
    program: Program, inputs: list[Step], seed: Step, outputs: list[Any], gradients: list[Step | None]
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The program as two Python functions: forward, which also returns what backward needs, and backward."""
    steps = living(program.steps, [step for step in flatten([outputs, gradients])[0] if isinstance(step, Step)])
    forward = conditions_first([step for step in steps if step.place.phase == "forward"])
    backward = [step for step in steps if step.place.phase == "backward" and step is not seed]
    code = Code()
    made = {*inputs, *forward}
    needed = {x: None for step in backward for x in step.operands() if x in made}
    needed |= {g: None for g in gradients if g in made}
    kept = list(needed)
    return (
        code.function("forward", inputs, forward, [*outputs, kept]),
        code.function("backward", [seed, *kept], backward, gradients),
    )


def at_random(steps: list[Step]) -> set[Step]:
    """Those of the steps that depend on numbers that are drawn."""
    found: set[Step] = set()
    for step in steps:
        if step.op is draw or not found.isdisjoint(step.operands()):
            found.add(step)
    return found


def conditions_first(steps: list[Step]) -> list[Step]:
    """The same in an order in which no number is drawn before a condition that does not depend on it."""
    drawn = at_random(steps)
    early: set[Step] = set()
    for step in reversed(steps):
        if (step.op is guard and step not in drawn) or step in early:
            early.update([step, *step.operands()])
    return [*(step for step in steps if step in early), *(step for step in steps if step not in early)]


class Code:
    """Python functions from steps, each a line; what is no step in a call is a constant with a name of its own."""

    def __init__(self) -> None:
        self.names: dict[Step, str] = {}
        self.constants: dict[str, Any] = {}

    def function(self, name: str, arguments: list[Step], steps: list[Step], results: Any) -> Callable[..., Any]:
        """The function that takes and returns these steps; a value goes as soon as nothing needs it any more."""
        heads = [self.name(step) for step in arguments]
        lines: list[str] = []
        held: set[str] = set()
        last = dict.fromkeys(arguments, -1)
        ends = {x for x in flatten(results)[0] if isinstance(x, Step)}
        for i, step in enumerate(steps):
            last.update(dict.fromkeys([step, *step.operands()], i))
        gone: dict[int, list[str]] = {}
        for step, i in last.items():
            if step not in ends and not step.is_constant and step.op is not guard:
                gone.setdefault(i, []).append(self.name(step))
        for i, step in enumerate(steps):
            if not step.is_constant:
                line = self.line(step)
                if step.op is not guard or line not in held:
                    lines.append(line)
                held.update([line] if step.op is guard else [])
            if i in gone:
                lines.append(f"del {', '.join(gone[i])}")
        body = "\n    ".join([*lines, f"return {self.text(results)}"])
        exec(f"def {name}({', '.join(heads)}):\n    {body}\n", self.constants)
        return self.constants[name]  # type: ignore[no-any-return]

    def line(self, step: Step) -> str:
        if step.op is guard:
            return f"{self.constant(hold)}({self.text(step.args[0])}, {step.args[1]})"
        op, args = (step.args[0], (*step.args[1], step.args[2])) if step.op is draw else (step.op, step.args)
        given = [*map(self.text, args), *(f"{key}={self.text(x)}" for key, x in step.kwargs.items())]
        return f"{self.name(step)} = {self.constant(op)}({', '.join(given)})"

    def name(self, step: Step) -> str:
        return self.names.setdefault(step, f"v{len(self.names)}")

    def constant(self, value: Any) -> str:
        name = f"c{id(value)}"
        self.constants[name] = value
        return name

    def text(self, x: Any) -> str:
        """An argument as an expression."""
        if isinstance(x, Step):
            return self.constant(x.value) if x.op is CONSTANT else self.name(x)
        if not any(isinstance(leaf, Step) for leaf in leaves(x)):
            return self.constant(x)
        if isinstance(x, slice):
            return f"slice({self.text(x.start)}, {self.text(x.stop)}, {self.text(x.step)})"
        if isinstance(x, dict):
            return "{" + ", ".join(f"{self.constant(key)}: {self.text(value)}" for key, value in x.items()) + "}"
        items = "".join(f"{self.text(item)}, " for item in x)
        kind = "" if type(x) in (list, tuple) else self.constant(type(x))  # a namedtuple
        return f"[{items}]" if isinstance(x, list) else f"{kind}({items})"


def leaves(x: Any) -> list[Any]:
    """What is in nested containers and slices."""
    if isinstance(x, slice):
        return [x.start, x.stop, x.step]
    return [leaf for item in flatten(x)[0] for leaf in (leaves(item) if isinstance(item, slice) else [item])]
