"""The lines of the text: what gets a name, what is written where it is used, and the comment above each block.

A step that has no name of the user's, is used once, and in its own block, is written where it is used, unless the line
becomes too long.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compile.helpers import is_opaque
from autograd.compile.identifiers import Names
from autograd.compile.literals import array_text, is_count, number_text
from autograd.compile.operations import EFFECTS, added_at, decreased, guard, increased, part, put_along, updated
from autograd.compile.program import Place, Step, steps_in
from autograd.compile.spelling import Expression, Speller
from autograd.compile.views import FOLDING, READ_ONLY, TURNING

__all__ = ["Layout", "Line"]

WIDEST = 92  # of a line, less its indentation
LONGEST_INLINE = 60
ASSIGNMENTS = {updated: "=", increased: "+=", decreased: "-="}
WRITES = {*ASSIGNMENTS, added_at, put_along}
LONGEST_LITERAL = 60
MOST_ENTRIES = 1_000


class Line:
    """One line of the text, and the steps that it computes."""

    __slots__ = ("place", "steps", "text")

    def __init__(self, text: str, place: Place | None = None, steps: Sequence[Step] = ()) -> None:
        self.text, self.place, self.steps = text, place, list(steps)


class Layout:
    """Writes the lines of a list of steps. `constants` are the arrays that have a line of their own above the function.

    Those that are too large for a text are in `given`, by name: arguments.
    """

    def __init__(self, names: Names, steps: Sequence[Step], outputs: Sequence[Any], known: dict[int, str]) -> None:
        self.names, self.known = names, known
        self.lines: list[Line] = []
        self.constants: dict[str, str] = {}
        self.given: dict[str, Any] = {}
        self.named: dict[Step, str] = {}
        self.inline: dict[Step, Expression] = {}
        self.parts: dict[Step, list[Step]] = {}  # what an inline expression computes
        self.uses = Counter(operand for step in steps for operand in step.operands())
        self.uses.update(steps_in(outputs))
        self.consumer = {operand: step for step in steps for operand in step.operands()}
        self.outputs = set(steps_in(outputs))
        self.gradients: dict[Step, str] = {}
        self.speller = Speller(self.reference, self.constant, {step.op for step in steps if is_opaque(step.op)})
        self.texts: dict[str, str] = {}

    @staticmethod
    def roots(outputs: Any) -> list[Step]:
        """The steps that are returned."""
        return list(steps_in(outputs))

    # ------------------------------------------------------------------------------------------------- references

    def reference(self, step: Step) -> Expression:
        """What stands for a step in the expression of another."""
        if step in self.inline:
            return self.inline[step]
        if step in self.named:
            return Expression(self.named[step])
        if step.is_constant and step.op is not None:
            return self.speller.value(step.value)
        raise AssertionError(f"{step} is used before it is written")

    def constant(self, value: Any) -> str:
        """A constant array: its text, or a name where that is long."""
        text = array_text(value) if value.size <= MOST_ENTRIES or is_regular(value) else ""
        if text and len(text) <= LONGEST_LITERAL and id(value) not in self.known:
            return text
        key = text or f"{id(value)}"
        if key not in self.texts:
            wanted = self.known.get(id(value))
            name = self.names.take(wanted) if wanted else self.names.fresh("C")
            self.texts[key] = name
            if text:
                self.constants[name] = text
            else:
                self.given[name] = value
        return self.texts[key]

    # ------------------------------------------------------------------------------------------------------ lines

    def write(self, step: Step) -> None:
        """Write a step: into a line, or to where it is used."""
        if step.op is None or step in self.named:
            return
        if step.is_constant and not (self.uses[step] and step.name):
            return
        if step.op is guard:
            self.lines.append(Line(self.speller.condition(step), step.place, self.gathered(step)))
            return
        if step.op in WRITES:
            self.write_in_place(step)
            return
        expression = self.fitting(step)
        if self.is_inline(step, expression):
            self.inline[step] = expression
            self.parts[step] = self.gathered(step)
            return
        self.assign(step, expression)

    def is_inline(self, step: Step, expression: Expression) -> bool:
        consumer = self.consumer.get(step)
        return (
            self.uses[step] == 1
            and not step.name
            and step not in self.gradients
            and step not in self.outputs
            and step.op not in EFFECTS
            and consumer is not None
            and consumer.op not in WRITES
            and consumer.place[:2] == step.place[:2]
            and len(expression.text) <= LONGEST_INLINE
        )

    def fitting(self, step: Step) -> Expression:
        """The expression of a step; its longest operands get lines of their own until it fits."""
        expression = self.speller.expression(step)
        while len(expression.text) > WIDEST:
            inside = [operand for operand in step.operands() if operand in self.inline]
            if not inside:
                break
            longest = max(inside, key=lambda operand: len(self.inline[operand].text))
            self.assign(longest, self.inline.pop(longest), self.parts.pop(longest))
            expression = self.speller.expression(step)
        return expression

    def assign(self, step: Step, expression: Expression, parts: Sequence[Step] = ()) -> None:
        steps = parts or self.gathered(step)
        self.named[step] = self.name_for(step)
        self.lines.append(Line(f"{self.named[step]} = {expression.text}", step.place, steps))

    def gathered(self, step: Step) -> list[Step]:
        """The step, and those that are written inside its expression."""
        inside = [part for operand in step.operands() for part in self.parts.get(operand, ())]
        return [*inside, step]

    def name_for(self, step: Step) -> str:
        if step.name:
            return self.names.take(step.name)
        return self.names.take(self.gradients[step]) if step in self.gradients else self.names.fresh()

    def write_in_place(self, step: Step) -> None:
        """An array with some entries changed: in place where nobody else holds it, else in a copy."""
        base, index, value, *axis = step.args
        steps = self.gathered(step)
        if isinstance(base, Step) and base in self.named and self.uses[base] == 1 and owns_memory(base):
            name = self.named[base]
        else:
            text = self.speller.argument(base)
            fresh = isinstance(base, Step) and base.is_constant and text.text.startswith("np.")
            name = self.name_for(step)
            origin = text.text if fresh else f"{text.within(10)}.copy()"
            self.lines.append(Line(f"{name} = {origin}", step.place, steps))
        plain = value.value if isinstance(value, Step) and value.is_constant else value
        number = isinstance(plain, (np.ndarray, np.generic)) and plain.ndim == 0
        where, what = self.speller.index(index), number_text(plain) if number else self.speller.text(value)
        if step.op is added_at:
            where = f"np.s_[{where}]" if isinstance(index, (tuple, slice)) or index is Ellipsis else where
            line = f"np.add.at({name}, {where}, {what})"
        elif step.op is put_along:
            line = f"np.put_along_axis({name}, {where}, {what}, axis={axis[0]})"
        else:
            line = f"{name}[{where}] {ASSIGNMENTS[step.op]} {what}"
        self.named[step] = name
        self.lines.append(Line(line, step.place, steps))


def owns_memory(step: Step) -> bool:
    """Whether writing into the value of a step changes nothing else."""
    return step.op is not None and step.op not in FOLDING | TURNING | READ_ONLY | {operator.getitem, part}


def is_regular(value: Any) -> bool:
    """Whether the text of an array is short, however large it is."""
    return value.size > 0 and (is_count(value) or bool(np.all(value == value.flat[0])))
