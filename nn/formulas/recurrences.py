"""Formulas of recurrences: one step, and whole sequences."""

from __future__ import annotations

from typing import Any

from autograd.viz import formula, word
from nn.functional.cells import gru_products, gru_update, preactivation
from nn.functional.gru import gru_steps
from nn.functional.lstm import lstm_steps
from nn.functional.rnn import rnn_steps

formula(preactivation, x="g @ w_ih", h="g @ w_hh", w_ih="g.T @ x", w_hh="g.T @ h", b_ih="1", b_hh="1")


def half(text: str, second: bool) -> Any:
    """The first half of the rows is of the input, the second of the state."""

    def write(call: Any) -> str:
        n = len(call.w_ih)
        return text.format(f"g[{n}:{2 * n}]" if second else f"g[0:{n}]")

    return write


formula(
    gru_products,
    x=half("{}.T @ w_ih", False),
    h=half("{}.T @ w_hh", True),
    w_ih=half("{} @ x", False),
    w_hh=half("{} @ h", True),
    b_ih=half("sum({}, axis=1)", False),
    b_hh=half("sum({}, axis=1)", True),
)
formula(gru_update, products="gates_back(g, products, h)", h="g * update_gate(products).T")
word("update_gate", "update_gate(products) says how much of the old state stays")
word("gates_back", "gates_back(g, products, h) takes g back through z * h + (1 - z) * n and the gates in it")

for function in (rnn_steps, lstm_steps, gru_steps):
    formula(function, arrays="through_time(g, item)")
word(
    "through_time", "through_time(g, w) adds up, from the last step to the first, what g and the later steps give to w"
)
