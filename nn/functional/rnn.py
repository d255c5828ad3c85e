"""The simple recurrence ``h' = f(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh)``, f = tanh or relu (Elman, 1990).

The whole sequence is one node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn.functional.cells import preactivation
from nn.functional.plans import Plan, WeightGradients, before, is_recorded, pulled_back, unrolled, with_bias
from nn.functional.rectifiers import relu

__all__ = ["NONLINEARITIES", "rnn_steps"]

NONLINEARITIES: dict[str, Callable[[Any], Any]] = {"tanh": np.tanh, "relu": relu}


@primitive
def rnn_steps(arrays: list[Any], plan: Plan, nonlinearity: str) -> tuple[Any, ...]:
    """Outputs (rows, hidden) and the last h (batch, hidden).

    `arrays` are the packed input (rows, in), h (batch, hidden), w_ih, w_hh, b_ih, b_hh, the last two perhaps None.
    """
    x, h, w_ih, w_hh, b_ih, b_hh = arrays
    dtype = np.result_type(x, h, w_ih, w_hh)
    y = with_bias(x, w_ih, None if b_ih is None else b_ih + b_hh, np.empty((plan.rows, h.shape[1]), dtype))
    h = h.astype(dtype)  # a copy: the states of the running rows
    work = np.empty_like(h)
    weight = np.ascontiguousarray(w_hh.T)  # a product with it takes three quarters of the time
    for start, stop in plan.steps:
        hn, new = h[: stop - start], y[start:stop]
        new += np.matmul(hn, weight, out=work[: stop - start])
        if nonlinearity == "tanh":
            np.tanh(new, out=new)
        else:
            np.maximum(new, 0, out=new)
        hn[...] = new
    return y, h


def rnn_vjp(grads: Any, results: Any, arrays: list[Any], plan: Plan, nonlinearity: str) -> list[Any]:
    """Backward over the steps for the gradients before f; those of the weights are one product each."""
    if is_recorded(grads, arrays):
        return pulled_back(lambda *a: composed(plan, nonlinearity, *a), grads, arrays)
    x, h0, w_ih, w_hh, b_ih, _ = arrays
    y = results[0]
    gy, gh = grads[0], grads[1].astype(y.dtype)
    old_states = before(plan, y, h0)
    weights = WeightGradients(plan, x, w_ih, w_hh, y.dtype)
    room = np.empty((plan.block_rows, y.shape[1]), y.dtype)
    for first, last, steps in reversed(list(plan.blocks())):
        ga, part = room[: last - first], y[first:last]
        if nonlinearity == "tanh":
            np.multiply(part, part, out=ga)
            np.subtract(1, ga, out=ga)
        else:
            np.greater(part, 0, out=ga)
        for start, stop in reversed(plan.steps[steps]):
            ghn, step = gh[: stop - start], ga[start - first : stop - first]
            ghn += gy[start:stop]
            step *= ghn
            np.matmul(step, w_hh, out=ghn)
        weights.add(first, last, ga, ga, old_states[steps])
    gb = None if b_ih is None else weights.input_bias
    return [weights.gx, gh, weights.by_input, weights.by_state, gb, gb]


def composed(
    plan: Plan, nonlinearity: str, x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any
) -> tuple[Any, ...]:
    """The same in NumPy's functions."""
    f = NONLINEARITIES[nonlinearity]

    def step(x: Any, h: Any) -> tuple[Any]:
        return (f(preactivation(x, h, w_ih, w_hh, b_ih, b_hh)),)

    return unrolled(plan, step, x, h)


vjp_rule(rnn_steps, rnn_vjp, None, None)
