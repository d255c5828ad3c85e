"""What the recurrences over a sequence share: the order of the steps, and the derivative of a derivative.

The rows of a packed sequence are those of step 0, then those of step 1, and so on. Sequences are sorted by length, the
longest first, so that the running ones are always the first rows of the state, forward and backward in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import vjp
from autograd.rules import first_tensor
from nn.functional.linear import row_sums

__all__ = ["Plan", "WeightGradients", "before", "is_recorded", "pulled_back", "row_sums", "unrolled", "with_bias"]


ROWS = 1024  # in a block


class Plan:
    """The steps of a recurrence in the order in which they run, and whether its input needs a gradient.

    `sizes` says how many rows each step has; they do not increase.
    """

    __slots__ = ("batch", "reverse", "rows", "sizes", "steps", "wants_input")

    def __init__(self, sizes: tuple[int, ...], reverse: bool = False, wants_input: bool = True) -> None:
        self.sizes, self.reverse, self.wants_input = sizes, reverse, wants_input
        self.batch = sizes[0]  # the largest
        self.steps = []  # the first row of each step, and the row after its last
        self.rows = 0
        for n in sizes:
            self.steps.append((self.rows, self.rows + n))
            self.rows += n
        if reverse:
            self.steps.reverse()

    @property
    def name(self) -> str:
        """What the views of a graph show."""
        return f"{len(self.sizes)} steps" + (" backwards" if self.reverse else "")

    @property
    def block_rows(self) -> int:
        """No block has more rows."""
        return min(self.rows, max(ROWS, self.batch))

    def blocks(self) -> Iterator[tuple[int, int, slice]]:
        """Consecutive steps with about a thousand rows: the first and the last row, and which steps they are.

        What is computed for all steps of a block at once then stays in the cache. For 100 steps of 64 rows that halves
        the memory, and to touch fresh memory costs about as much time as the products.
        """
        size = max(1, ROWS // max(1, self.batch))
        for i in range(0, len(self.steps), size):
            steps = self.steps[i : i + size]
            yield min(steps[0][0], steps[-1][0]), max(steps[0][1], steps[-1][1]), slice(i, i + len(steps))

    def __repr__(self) -> str:
        return f"Plan({len(self.sizes)} steps, batch={self.batch}, reverse={self.reverse})"


def before(plan: Plan, states: Any, initial: Any) -> list[Any]:
    """The state before each step, in the order of the steps: that after the last step, the initial one for new rows."""
    found, start, running = [], 0, 0
    for first, last in plan.steps:
        n = last - first
        old = states[start : start + min(n, running)]
        if n > running:
            old = np.concatenate([old, initial[running:n]]) if running else initial[:n]
        found.append(old)
        start, running = first, n
    return found


def in_rows(plan: Plan, parts: list[Any]) -> Any:
    """Arrays that belong to the steps, in the order of the steps, as the rows of one packed array."""
    return np.concatenate(parts[::-1] if plan.reverse else parts)


def with_bias(x: Any, weight: Any, bias: Any, out: Any) -> Any:
    """``x @ weight.T`` plus the bias if there is one, in the first rows of `out`."""
    out = np.matmul(x, weight.T, out=out[: len(x)])
    if bias is not None:
        out += bias
    return out


class WeightGradients:
    """The gradients of the input and of the weights, added up over the blocks of a backward pass.

    `add` takes the gradients of the gates of a block as they reach the input's weights and the state's.
    """

    def __init__(self, plan: Plan, x: Any, w_ih: Any, w_hh: Any, dtype: Any) -> None:
        self.plan, self.x, self.w_ih = plan, x, w_ih
        self.gx = np.empty(x.shape, dtype) if plan.wants_input else None
        self.by_input, self.by_state = np.zeros(w_ih.shape, dtype), np.zeros(w_hh.shape, dtype)
        self.input_bias, self.state_bias = np.zeros(len(w_ih), dtype), np.zeros(len(w_hh), dtype)

    def add(self, first: int, last: int, to_input: Any, to_state: Any, old_states: list[Any]) -> None:
        """One product for each weight; `old_states` are those before the steps, in the order of the steps."""
        self.by_input += to_input.T @ self.x[first:last]
        self.by_state += to_state.T @ in_rows(self.plan, old_states)
        self.input_bias += row_sums(to_input)
        self.state_bias += row_sums(to_state) if to_state is not to_input else 0
        if self.gx is not None:
            np.matmul(to_input, self.w_ih, out=self.gx[first:last])


# ---------------------------------------------------------------------------------------------------- higher order


def is_recorded(g: Any, arrays: list[Any]) -> bool:
    """Whether a rule runs under ``create_graph=True``, which gives it Tensors."""
    return first_tensor([g, arrays]) is not None


def pulled_back(function: Callable[..., Any], g: Any, arrays: list[Any]) -> list[Any]:
    """The gradients of the arrays that are not None, by the rules of what `function` is composed of.

    They can be differentiated as often as one likes, at the price of some nodes per step.
    """
    places = [i for i, x in enumerate(arrays) if x is not None]

    def composed(*given: Any) -> Any:
        every = [None] * len(arrays)
        for i, x in zip(places, given, strict=True):
            every[i] = x
        return function(*every)

    _, pullback = vjp(composed, *(arrays[i] for i in places))
    gradients: list[Any] = [None] * len(arrays)
    for i, gx in zip(places, pullback(g), strict=True):
        gradients[i] = gx
    return gradients


def unrolled(plan: Plan, step: Callable[..., tuple[Any, ...]], x: Any, *states: Any) -> tuple[Any, ...]:
    """The recurrence in NumPy's functions: its outputs, packed, and the last states.

    ``step(x, *states)`` gives the new states of the rows that run, the output first.
    """
    outputs = []
    for start, stop in plan.steps:
        n = stop - start
        new = step(x[start:stop], *(state[:n] for state in states))
        outputs.append(new[0])
        states = tuple(np.concatenate([a, b[n:]]) for a, b in zip(new, states, strict=True)) if n < plan.batch else new
    return (in_rows(plan, outputs), *states)
