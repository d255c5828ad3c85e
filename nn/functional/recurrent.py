"""Recurrences as functions: one layer in one direction over a whole sequence, and single steps, the cells.

``nn.RNN``, ``nn.LSTM`` and ``nn.GRU`` put them together. `input` is (time, batch, in), or with `batch_sizes` the rows
of a packed sequence (`nn.utils.rnn`): those of time 0, then those of time 1, and so on. The weights are PyTorch's:
`w_ih` (gates * hidden, in), `w_hh` (gates * hidden, hidden), the biases (gates * hidden,) or both None.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.graph import traced
from nn import errors
from nn.functional.cells import gru_products, gru_update, preactivation
from nn.functional.gru import gru_steps
from nn.functional.lstm import lstm_steps
from nn.functional.plans import Plan
from nn.functional.rnn import NONLINEARITIES, rnn_steps

__all__ = ["gru", "gru_cell", "lstm", "lstm_cell", "rnn", "rnn_cell"]


def rnn(
    input: Any,
    hx: Any,
    w_ih: Any,
    w_hh: Any,
    b_ih: Any = None,
    b_hh: Any = None,
    nonlinearity: str = "tanh",
    *,
    batch_sizes: Sequence[int] | None = None,
    reverse: bool = False,
) -> tuple[Any, Any]:
    """The outputs of ``h' = f(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh)`` and the last h, from `hx` (batch, hidden).

    The whole sequence is one node. `reverse` runs from the last time to the first.

    Raises `ArgumentError` for a nonlinearity that is neither "tanh" nor "relu".
    """
    if nonlinearity not in NONLINEARITIES:
        raise errors.unknown_name("nonlinearity", nonlinearity, NONLINEARITIES)
    rows, plan = planned(input, batch_sizes, reverse)
    y, h = rnn_steps([rows, hx, w_ih, w_hh, b_ih, b_hh], plan, nonlinearity)
    return shaped(y, input, batch_sizes), h


def lstm(
    input: Any,
    hx: tuple[Any, Any],
    w_ih: Any,
    w_hh: Any,
    b_ih: Any = None,
    b_hh: Any = None,
    *,
    batch_sizes: Sequence[int] | None = None,
    reverse: bool = False,
) -> tuple[Any, tuple[Any, Any]]:
    """The outputs of a long short-term memory and its last ``(h, c)``, from `hx`, two arrays (batch, hidden).

    The whole sequence is one node. `reverse` runs from the last time to the first. Hochreiter and Schmidhuber, 1997.
    """
    rows, plan = planned(input, batch_sizes, reverse)
    y, h, c, *_ = lstm_steps([rows, *hx, w_ih, w_hh, b_ih, b_hh], plan)
    return shaped(y, input, batch_sizes), (h, c)


def gru(
    input: Any,
    hx: Any,
    w_ih: Any,
    w_hh: Any,
    b_ih: Any = None,
    b_hh: Any = None,
    *,
    batch_sizes: Sequence[int] | None = None,
    reverse: bool = False,
) -> tuple[Any, Any]:
    """The outputs of a gated recurrent unit and its last h, from `hx` (batch, hidden).

    The whole sequence is one node. `reverse` runs from the last time to the first. Cho et al., 2014.
    """
    rows, plan = planned(input, batch_sizes, reverse)
    y, h, *_ = gru_steps([rows, hx, w_ih, w_hh, b_ih, b_hh], plan)
    return shaped(y, input, batch_sizes), h


def planned(input: Any, batch_sizes: Sequence[int] | None, reverse: bool) -> tuple[Any, Plan]:
    """The rows of the sequence, and the steps over them."""
    wants_input = traced(input)
    if batch_sizes is not None:
        sizes = tuple(map(int, batch_sizes))
        if not sizes or sum(sizes) != len(input) or sizes[-1] < 0 or any(a < b for a, b in pairwise(sizes)):
            raise errors.ShapeError(
                f"batch_sizes={list(sizes)} for {len(input)} rows; they must add up to the rows and never increase."
            )
        return input, Plan(sizes, reverse, wants_input)
    time, batch, width = input.shape
    return np.reshape(input, (time * batch, width)), Plan((batch,) * time, reverse, wants_input)


def shaped(rows: Any, input: Any, batch_sizes: Sequence[int] | None) -> Any:
    """The rows of the output, as the input was."""
    return rows if batch_sizes is not None else np.reshape(rows, (*input.shape[:2], rows.shape[-1]))


def rnn_cell(
    input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None, nonlinearity: str = "tanh"
) -> Any:
    """``f(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh)``: one step from `hx` (batch, hidden) with input (batch, in).

    Raises `ArgumentError` for a nonlinearity that is neither "tanh" nor "relu".
    """
    if nonlinearity not in NONLINEARITIES:
        raise errors.unknown_name("nonlinearity", nonlinearity, NONLINEARITIES)
    biases = () if b_ih is None else (b_ih, b_hh)
    return NONLINEARITIES[nonlinearity](preactivation(input, hx, w_ih, w_hh, *biases))


def lstm_cell(
    input: Any, hx: tuple[Any, Any], w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> tuple[Any, Any]:
    """The new ``(h, c)`` of a long short-term memory from `hx`, two arrays (batch, hidden), and input (batch, in)."""
    y, _, c, *_ = lstm_steps([input, *hx, w_ih, w_hh, b_ih, b_hh], Plan((len(input),), False, traced(input)))
    return y, c


def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """The new h of a gated recurrent unit from `hx` (batch, hidden) and input (batch, in)."""
    biases = () if b_ih is None else (b_ih, b_hh)
    return gru_update(gru_products(input, hx, w_ih, w_hh, *biases), hx)
