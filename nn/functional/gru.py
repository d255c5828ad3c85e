"""The gated recurrent unit over a whole sequence as one node (Cho et al., 2014), in PyTorch's form.

``h' = (1 - z) * n + z * h`` with r, z = sigmoid of their ``x @ w_ih.T + b_ih + h @ w_hh.T + b_hh`` and
``n = tanh(x @ w_in.T + b_in + r * (h @ w_hn.T + b_hn))``, in the order r, z, n: the reset gate comes after the product.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn.functional.activation import sigmoid
from nn.functional.plans import Plan, WeightGradients, before, is_recorded, pulled_back, unrolled, with_bias

__all__ = ["gru_steps"]


@primitive
def gru_steps(arrays: list[Any], plan: Plan) -> tuple[Any, ...]:
    """Outputs (rows, hidden), the last h (batch, hidden), and what the backward pass needs.

    `arrays` are the packed input (rows, in), h (batch, hidden), w_ih, w_hh, b_ih, b_hh, the last two perhaps None.
    """
    x, h, w_ih, w_hh, b_ih, b_hh = arrays
    dtype, width = np.result_type(x, h, w_ih, w_hh), h.shape[1]
    weight = np.ascontiguousarray(w_hh.T)  # a product with it takes three quarters of the time
    h = h.astype(dtype)  # a copy: the states of the running rows
    y = np.empty((plan.rows, width), dtype)
    saved = np.empty(4 * plan.rows * width, dtype)
    room, work = np.empty((plan.block_rows, 3 * width), dtype), np.empty((plan.batch, 3 * width), dtype)
    for first, last, steps in plan.blocks():
        projected = with_bias(x[first:last], w_ih, b_ih, room)
        for start, stop in plan.steps[steps]:
            n = stop - start
            a, b, hn, new = work[:n], projected[start - first : stop - first], h[:n], y[start:stop]
            np.matmul(hn, weight, out=a)
            if b_hh is not None:
                a += b_hh
            every, two = saved_of(saved, start, stop, width), (n, 2, width)
            rz, (r, z, t, m) = every[:2], every
            np.add(a[:, : 2 * width].reshape(two), b[:, : 2 * width].reshape(two), out=rz.transpose(1, 0, 2))
            rz *= 0.5  # the sigmoid as (tanh(a / 2) + 1) / 2
            np.tanh(rz, out=rz)
            rz *= 0.5
            rz += 0.5
            m[...] = a[:, 2 * width :]
            np.multiply(r, m, out=t)
            t += b[:, 2 * width :]
            np.tanh(t, out=t)
            np.subtract(hn, t, out=new)
            new *= z
            new += t
            hn[...] = new
    return y, h, saved


def saved_of(saved: Any, start: int, stop: int, width: int) -> Any:
    """What one step saved, (4, rows, hidden): r, z, n, and what r is multiplied with; each lies in one piece."""
    return saved[4 * width * start : 4 * width * stop].reshape(4, stop - start, width)


def gru_vjp(grads: Any, results: Any, arrays: list[Any], plan: Plan) -> list[Any]:
    """Backward over the steps for the gradients of the gates; those of the weights are one product each.

    In `ga` they stand as n, r, z, r * n: the first three belong to the input's weights, the last three to the state's.
    """
    if is_recorded(grads, arrays):
        return pulled_back(lambda *a: composed(plan, *a), grads[:2], arrays)
    x, h0, w_ih, w_hh, b_ih, _ = arrays
    gy, gh = grads[:2]
    y, _, saved = results
    width = y.shape[1]
    gh = gh.astype(y.dtype)
    old_states = before(plan, y, h0)
    weights = WeightGradients(plan, x, rotated(w_ih, -1), w_hh, y.dtype)
    room = np.empty((plan.block_rows, 4 * width), y.dtype)
    slopes, part = np.empty(4 * plan.batch * width, y.dtype), np.empty((plan.batch, width), y.dtype)
    for first, last, steps in reversed(list(plan.blocks())):
        ga = room[: last - first]
        for (start, stop), old in zip(reversed(plan.steps[steps]), reversed(old_states[steps]), strict=True):
            n = stop - start
            ghn, p = gh[:n], part[:n]
            every = saved_of(saved, start, stop, width)
            r, z, t, m = every
            d = slopes[: 4 * n * width].reshape(4, n, width)
            gn, gr, gz, gm = d
            ghn += gy[start:stop]
            np.multiply(ghn, z, out=p)  # what reaches the state before directly
            np.subtract(ghn, p, out=gm)
            np.multiply(t, t, out=gn)
            np.subtract(1, gn, out=gn)
            gn *= gm
            np.subtract(1, every[:2], out=d[1:3])
            d[1:3] *= every[:2]
            gr *= m
            gr *= gn
            np.subtract(old, t, out=gm)
            gz *= gm
            gz *= ghn
            np.multiply(gn, r, out=gm)
            step = ga[start - first : stop - first]
            step.reshape(n, 4, width)[...] = d.transpose(1, 0, 2)
            np.matmul(step[:, width:], w_hh, out=ghn)
            ghn += p
        weights.add(first, last, ga[:, : 3 * width], ga[:, width:], old_states[steps])
    gb = (None, None) if b_ih is None else (rotated(weights.input_bias), weights.state_bias)
    return [weights.gx, gh, rotated(weights.by_input), weights.by_state, *gb]


def rotated(gates: Any, turn: int = 1) -> Any:
    """Rows of the gates n, r, z in PyTorch's order, r, z, n; with ``turn=-1`` the reverse."""
    return np.roll(gates, -turn * (len(gates) // 3), axis=0)


def composed(plan: Plan, x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> tuple[Any, ...]:
    """The same in NumPy's functions."""

    def step(x: Any, h: Any) -> tuple[Any]:
        a, b, width = x @ w_ih.T, h @ w_hh.T, w_hh.shape[1]
        if b_ih is not None:
            a, b = a + b_ih, b + b_hh
        r = sigmoid(a[:, :width] + b[:, :width])
        z = sigmoid(a[:, width : 2 * width] + b[:, width : 2 * width])
        n = np.tanh(a[:, 2 * width :] + r * b[:, 2 * width :])
        return (n + z * (h - n),)

    return unrolled(plan, step, x, h)


vjp_rule(gru_steps, gru_vjp, None)
