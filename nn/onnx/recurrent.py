"""Translations of recurrences over a sequence: ONNX has the same ones, with the gates in another order."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.functional.cells import gru_products as gru_products_op
from nn.functional.cells import gru_update as gru_update_op
from nn.functional.cells import preactivation as preactivation_op
from nn.functional.gru import gru_steps
from nn.functional.lstm import lstm_steps
from nn.functional.rnn import rnn_steps
from nn.onnx.arrays import constant_zero
from nn.onnx.graph import Graph, translates
from nn.onnx.trace import Batch, Opaque, Step

__all__: list[str] = []


def recurrence(
    graph: Graph, step: Step, kind: str, x: Any, states: Any, weights: Any, plan: Any, gates: list[int], **options: Any
) -> Any:
    """The outputs as rows, and the last states; `gates` is the order in which ONNX has our gates."""
    plan = plan.value if isinstance(plan, Opaque) else plan
    if len(set(plan.sizes)) != 1:
        raise graph.refuse(step, "for sequences of different lengths")
    if any(not isinstance(w, np.ndarray) for w in weights if w is not None):
        raise graph.refuse(step, "with weights that are computed from the inputs")
    time, hidden = len(plan.sizes), weights[1].shape[1]
    rows, width = graph.shape(x)
    batch = Batch(rows.each // time) if isinstance(rows, Batch) else rows // time

    def ordered(w: Any) -> Any:
        blocks = w.reshape(len(gates), hidden, *w.shape[1:])
        return np.concatenate([blocks[i] for i in gates])

    w, r, *biases = weights
    b = None if biases[0] is None else np.concatenate([ordered(biases[0]), ordered(biases[1])])[None]
    starts = [None if constant_zero(s) else graph.reshape(s, (1, batch, hidden)) for s in states]
    y, *last = graph.add(
        *(kind, graph.reshape(x, (time, batch, width)), ordered(w)[None], ordered(r)[None], b, None, *starts),
        count=1 + len(states),
        hidden_size=hidden,
        direction="reverse" if plan.reverse else "forward",
        **options,
    )
    return (graph.reshape(y, (rows, hidden)), *(graph.reshape(s, (batch, hidden)) for s in last))


@translates(lstm_steps)
def lstm(graph: Graph, step: Step, arrays: Any, plan: Any) -> Any:
    x, h, c, *weights, projection = arrays
    if projection is not None:
        raise graph.refuse(step, "with proj_size")
    return recurrence(graph, step, "LSTM", x, (h, c), weights, plan, [0, 3, 1, 2])


@translates(gru_steps)
def gru(graph: Graph, step: Step, arrays: Any, plan: Any) -> Any:
    x, h, *weights = arrays
    return recurrence(graph, step, "GRU", x, (h,), weights, plan, [1, 0, 2], linear_before_reset=1)


@translates(rnn_steps)
def rnn(graph: Graph, step: Step, arrays: Any, plan: Any, nonlinearity: str) -> Any:
    x, h, *weights = arrays
    name = {"tanh": "Tanh", "relu": "Relu"}[nonlinearity]
    return recurrence(graph, step, "RNN", x, (h,), weights, plan, [0], activations=[name])


@translates(preactivation_op)
def preactivation(
    graph: Graph, step: Step, x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> Any:
    y = graph.add("MatMul", x, np.ascontiguousarray(w_ih.T))
    if b_ih is not None:
        y = graph.add("Add", y, b_ih + b_hh)
    return y if constant_zero(h) else graph.add("Add", y, graph.add("MatMul", h, np.ascontiguousarray(w_hh.T)))


@translates(gru_products_op)
def gru_products(
    graph: Graph, step: Step, x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> Any:
    parts = []
    for w, values, b in ((w_ih, x, b_ih), (w_hh, h, b_hh)):
        y = graph.add("MatMul", w, graph.add("Transpose", values, perm=(1, 0)))
        parts.append(y if b is None else graph.add("Add", y, b[:, None]))
    return graph.add("Concat", *parts, axis=0)


@translates(gru_update_op)
def gru_update(graph: Graph, step: Step, products: Any, h: Any) -> Any:
    """``n + z * (h - n)`` with ``n = tanh(a + r * b)``."""
    r, z, n, r_h, z_h, n_h = graph.add("Split", products, count=6, axis=0, num_outputs=6)
    r, z = (graph.add("Sigmoid", graph.add("Add", a, b)) for a, b in ((r, r_h), (z, z_h)))
    new = graph.add("Tanh", graph.add("Add", n, graph.add("Mul", r, n_h)))
    apart = graph.add("Sub", graph.add("Transpose", h, perm=(1, 0)), new)
    return graph.add("Transpose", graph.add("Add", new, graph.add("Mul", z, apart)), perm=(1, 0))
