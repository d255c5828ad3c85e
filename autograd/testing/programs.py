"""What a random program is: inputs and steps, that run on anything that speaks NumPy and print as code.

The code is the only description: what `repr` prints is what runs, so a program that fails can be pasted and fails
again. `strategies/expressions.py` draws programs; nothing here needs Hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

__all__ = ["Program", "Step"]


@dataclass(frozen=True)
class Step:
    """One line of a program: an expression such as ``np.tanh({0})``, and the places of its operands.

    Places count the inputs first, then the steps.
    """

    template: str
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """A straight-line function of NumPy, with values to call it with: ``program(*program.inputs)``.

    It runs on arrays, on Tensors, and on any object that answers NumPy's protocols. Its value is that of the last step,
    or the first input where there is none.

    >>> program = Program((2.0,), (Step("np.sin({0})", (0,)), Step("{0} * {1}", (1, 1))))
    >>> print(program)
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def f(x0):
        v0 = np.sin(x0)
        v1 = v0 * v0
        return v1
    <BLANKLINE>
    <BLANKLINE>
    x0 = 2.0
    y = f(x0)
    >>> float(program(0.0))
    0.0
    """

    inputs: tuple[Any, ...]
    steps: tuple[Step, ...] = ()

    def __call__(self, *inputs: Any) -> Any:
        return self.function(*inputs)

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The function `f` of the code."""
        names: dict[str, Any] = {"np": np}
        exec(compile(self.definition, "<program>", "exec"), names)
        return names["f"]  # type: ignore[no-any-return]

    @property
    def definition(self) -> str:
        """The code of the function alone."""
        n = len(self.inputs)
        lines = [f"    {self.name(n + i)} = {self.expression(step)}" for i, step in enumerate(self.steps)]
        result = self.name(n + len(self.steps) - 1 if self.steps else 0)
        return "\n".join([f"def f({', '.join(map(self.name, range(n)))}):", *lines, f"    return {result}"])

    def __repr__(self) -> str:
        names = [self.name(i) for i in range(len(self.inputs))]
        values = [f"{name} = {literal(value)}" for name, value in zip(names, self.inputs, strict=True)]
        call = f"y = f({', '.join(names)})"
        return "\n".join(["import numpy as np\n\n", self.definition, "\n", *values, call])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002  # IPython's protocol
        """Print on lines of its own, not indented: the report of a failing example can be pasted."""
        printer.text(f"\n{self!r}\n")

    def name(self, place: int) -> str:
        """What the code calls the value at this place."""
        n = len(self.inputs)
        return f"x{place}" if place < n else f"v{place - n}"

    def expression(self, step: Step) -> str:
        """The right-hand side of a step's line."""
        return step.template.format(*map(self.name, step.operands))

    def without_dead_steps(self) -> Program:
        """The same value with only the steps and inputs that it depends on."""
        n = len(self.inputs)
        used = {n + len(self.steps) - 1 if self.steps else 0}
        for i in reversed(range(len(self.steps))):
            if n + i in used:
                used.update(self.steps[i].operands)
        new = {place: i for i, place in enumerate(sorted(used))}
        steps = [
            Step(step.template, tuple(new[place] for place in step.operands))
            for i, step in enumerate(self.steps)
            if n + i in used
        ]
        return Program(tuple(x for i, x in enumerate(self.inputs) if i in used), tuple(steps))


def literal(value: Any) -> str:
    """Code for a number, an array or nested lists that gives the same value bit for bit."""
    if isinstance(value, np.ndarray):
        dtype = "" if value.dtype in (np.float64, np.int64, np.bool_, np.complex128) else f", dtype=np.{value.dtype}"
        if not value.size:
            return f"np.zeros({value.shape}, dtype=np.{value.dtype})"
        return f"np.array({literal(value.tolist())}{dtype})"
    if isinstance(value, np.generic):
        number = literal(value.item())
        return number if value.dtype == np.float64 else f"np.{value.dtype}({number})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, complex):
        return f"complex({value.real}, {value.imag})"  # 0-0j is 0: a subtraction
    return repr(value)


def index_literal(index: Any) -> str:
    """Code for an index, as it stands between the brackets."""
    if isinstance(index, tuple):
        parts = [index_literal(part) for part in index]
        return f"{parts[0]}," if len(parts) == 1 else ", ".join(parts) or "()"
    if index is Ellipsis or index is None:
        return "..." if index is Ellipsis else "None"
    if isinstance(index, slice):
        ends = ["" if end is None else str(end) for end in (index.start, index.stop)]
        return ":".join([*ends, *([] if index.step is None else [str(index.step)])])
    return literal(index)
