"""The LSTM over a whole sequence as one node (Hochreiter and Schmidhuber, 1997; the forget gate: Gers et al., 2000).

``c' = f * c + i * g`` and ``h' = o * tanh(c')`` with the gates i, f, o = sigmoid(a) and g = tanh(a) of
``a = x @ w_ih.T + b_ih + h @ w_hh.T + b_hh``, in the order i, f, g, o. With a projection h' is multiplied by w_hr.T
(Sak et al., 2014).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn.functional.activation import sigmoid
from nn.functional.plans import Plan, WeightGradients, before, is_recorded, pulled_back, unrolled, with_bias

__all__ = ["lstm_steps"]


@primitive
def lstm_steps(arrays: list[Any], plan: Plan) -> tuple[Any, ...]:
    """Outputs (rows, out), the last h (batch, out) and c (batch, hidden), and what the backward pass needs.

    `arrays` are the packed input (rows, in), h and c, w_ih, w_hh, b_ih, b_hh, w_hr (out, hidden), the last three
    perhaps None: without w_hr `out` is `hidden`.
    The sigmoid is ``(tanh(a / 2) + 1) / 2``, so that one call of tanh does for all gates.
    """
    x, h, c, w_ih, w_hh, b_ih, b_hh, w_hr = arrays
    dtype, width = np.result_type(x, h, c, w_ih, w_hh), c.shape[1]
    half = np.repeat(np.array([0.5, 0.5, 1, 0.5], dtype), width)
    w_ih, bias = w_ih * half[:, None], None if b_ih is None else (b_ih + b_hh) * half
    weight = np.ascontiguousarray((w_hh * half[:, None]).T)  # a product with it takes three quarters of the time
    h, c = h.astype(dtype), c.astype(dtype)  # copies: the states of the running rows
    y, cells = np.empty((plan.rows, h.shape[1]), dtype), np.empty((plan.rows, width), dtype)
    gates = np.empty(4 * plan.rows * width, dtype)
    room = np.empty((plan.block_rows, 4 * width), dtype)
    work, part = np.empty((plan.batch, 4 * width), dtype), np.empty((plan.batch, width), dtype)
    for first, last, steps in plan.blocks():
        projected = with_bias(x[first:last], w_ih, bias, room)
        for start, stop in plan.steps[steps]:
            n = stop - start
            a, hn, cn, s = work[:n], h[:n], c[:n], part[:n]
            np.matmul(hn, weight, out=a)
            a += projected[start - first : stop - first]
            ifgo = gates_of(gates, start, stop, width)
            np.tanh(a.reshape(n, 4, width), out=ifgo.transpose(1, 0, 2))
            for sigmoids in (ifgo[:2], ifgo[3]):
                sigmoids *= 0.5
                sigmoids += 0.5
            i, f, g, o = ifgo
            cn *= f
            cn += np.multiply(i, g, out=s)
            cells[start:stop] = cn
            np.tanh(cn, out=s)
            if w_hr is None:
                hn[...] = np.multiply(o, s, out=y[start:stop])
            else:
                hn[...] = np.matmul(np.multiply(o, s, out=s), w_hr.T, out=y[start:stop])
    return y, h, c, gates, cells


def gates_of(gates: Any, start: int, stop: int, width: int) -> Any:
    """The gates of one step, (4, rows, hidden): each lies in one piece."""
    return gates[4 * width * start : 4 * width * stop].reshape(4, stop - start, width)


def lstm_vjp(grads: Any, results: Any, arrays: list[Any], plan: Plan) -> list[Any]:
    """Backward over the steps for the gradients of the gates; those of the weights are one product each."""
    if is_recorded(grads, arrays):
        return pulled_back(lambda *a: composed(plan, *a), grads[:3], arrays)
    x, h0, c0, w_ih, w_hh, b_ih, _, w_hr = arrays
    gy, gh, gc = grads[:3]
    y, _, _, gates, cells = results
    width = cells.shape[1]
    gh, gc = gh.astype(y.dtype), gc.astype(y.dtype)
    old_states, old_cells = before(plan, y, h0), before(plan, cells, c0)
    weights = WeightGradients(plan, x, w_ih, w_hh, y.dtype)
    gw_hr = None if w_hr is None else np.zeros(w_hr.shape, y.dtype)
    room = np.empty((plan.block_rows, 4 * width), y.dtype)
    slopes = np.empty(4 * plan.batch * width, y.dtype)
    part, squashed = (np.empty((plan.batch, width), y.dtype) for _ in range(2))
    for first, last, steps in reversed(list(plan.blocks())):
        ga = room[: last - first]
        for (start, stop), old in zip(reversed(plan.steps[steps]), reversed(old_cells[steps]), strict=True):
            n = stop - start
            ghn, gcn, p = gh[:n], gc[:n], part[:n]
            s = np.tanh(cells[start:stop], out=squashed[:n])  # again: to keep it would cost more
            ifgo = gates_of(gates, start, stop, width)
            i, f, g, o = ifgo
            d = slopes[: 4 * n * width].reshape(4, n, width)
            ghn += gy[start:stop]
            gout = ghn  # of o * tanh(c')
            if w_hr is not None:
                gw_hr += ghn.T @ np.multiply(o, s, out=p)
                gout = ghn @ w_hr
            np.multiply(s, s, out=p)
            np.subtract(1, p, out=p)
            p *= o
            p *= gout
            gcn += p
            np.multiply(ifgo, ifgo, out=d)  # the slopes: of a sigmoid s - s**2, of tanh 1 - t**2
            np.subtract(ifgo[:2], d[:2], out=d[:2])
            np.subtract(1, d[2], out=d[2])
            np.subtract(o, d[3], out=d[3])
            d[0] *= g
            d[1] *= old
            d[2] *= i
            d[3] *= s
            step = ga[start - first : stop - first]
            out = step.reshape(n, 4, width).transpose(1, 0, 2)
            np.multiply(d[:3], gcn, out=out[:3])
            np.multiply(d[3], gout, out=out[3])
            gcn *= f
            np.matmul(step, w_hh, out=ghn)
        weights.add(first, last, ga, ga, old_states[steps])
    gb = None if b_ih is None else weights.input_bias
    return [weights.gx, gh, gc, weights.by_input, weights.by_state, gb, gb, gw_hr]


def composed(
    plan: Plan, x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, w_hr: Any
) -> tuple[Any, ...]:
    """The same in NumPy's functions."""

    def step(x: Any, h: Any, c: Any) -> tuple[Any, Any]:
        a = x @ w_ih.T
        a = (a if b_ih is None else a + (b_ih + b_hh)) + h @ w_hh.T
        i, f, g, o = (a[:, k * c.shape[1] : (k + 1) * c.shape[1]] for k in range(4))
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        return h if w_hr is None else h @ w_hr.T, c

    return unrolled(plan, step, x, h, c)


vjp_rule(lstm_steps, lstm_vjp, None)
