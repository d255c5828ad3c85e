"""Make a program shorter without changing what it computes: identities, shared calls, dead code.

Each step is rewritten once, in order, by the rules below until none applies. Values stay the same to the bit, but for
the sign of a zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.compile.identities import frozen, simpler_than
from autograd.compile.operations import CONSTANT, EFFECTS, guard
from autograd.compile.program import Step, rebuilt

__all__ = ["Simplifier", "living"]


class Simplifier:
    """Rewrites steps one after the other; `new` says what has become of each."""

    def __init__(self) -> None:
        self.new: dict[Step, Step] = {}
        self.known: dict[Any, Step] = {}
        self.steps: dict[Step, None] = {}

    def take(self, old: Step) -> None:
        """Find the step that stands for an old one: one that is there, or the same with new arguments, or a simpler."""
        step = old
        if old.op is not None:
            step = Step(old.op, self.renewed(old.args), self.renewed(old.kwargs), old.value, old.place, old.name)
        if old.op is guard and all(operand.is_constant for operand in step.operands()):
            return
        while old.op not in EFFECTS and (simpler := simpler_than(step)) is not None:
            step = simpler
            if step in self.steps:
                break
        for operand in step.operands():
            self.steps.setdefault(operand)  # one that a rule has made
        step = self.shared(step)
        if old.name and not step.name and step.op is not None and step.place.phase == "forward":
            step.name = old.name
        self.steps[step] = None
        self.new[old] = step

    def shared(self, step: Step) -> Step:
        """The first step with this call, or else this one."""
        key = None if step.op in EFFECTS or step in self.steps else key_of(step)
        return step if key is None else self.known.setdefault(key, step)

    def renewed(self, tree: Any) -> Any:
        return rebuilt(tree, lambda x: self.new[x] if isinstance(x, Step) else x)


def living(steps: Iterable[Step], roots: Iterable[Step]) -> list[Step]:
    """The steps, in order, that the roots depend on, and what must happen in any case."""
    steps = list(steps)
    needed = set(roots)
    for step in reversed(steps):
        if step in needed or step.op in EFFECTS:
            needed.add(step)
            needed.update(step.operands())
    return [step for step in steps if step in needed]


def key_of(step: Step) -> Any:
    """Equal for two calls of the same function on the same arguments; None where that cannot be told."""
    if step.op is None:
        return None
    try:
        key = (step.op, frozen(step.args), frozen(step.kwargs), frozen(step.value) if step.op is CONSTANT else None)
        hash(key)
    except TypeError:
        return None
    return key
