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
from nn import checks, errors
from nn.functional.cells import gru_products, gru_update, preactivation
from nn.functional.gru import gru_steps
from nn.functional.lstm import lstm_steps
from nn.functional.plans import Plan
from nn.functional.rnn import NONLINEARITIES, rnn_steps

__all__ = ["gru", "gru_cell", "gru_step", "lstm", "lstm_cell", "lstm_step", "rnn", "rnn_cell", "rnn_step"]


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

    Raises `ArgumentError` for a nonlinearity that is neither "tanh" nor "relu", `ShapeError` for arrays that do not fit
    each other.
    """
    if nonlinearity not in NONLINEARITIES:
        raise errors.unknown_name("nonlinearity", nonlinearity, NONLINEARITIES)
    batch_sizes = integers(batch_sizes)
    require_fit("rnn", 1, input, batch_sizes, hx, [w_ih, w_hh, b_ih, b_hh])
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
    w_hr: Any = None,
    *,
    batch_sizes: Sequence[int] | None = None,
    reverse: bool = False,
) -> tuple[Any, tuple[Any, Any]]:
    """The outputs of a long short-term memory and its last ``(h, c)``, from `hx`, two arrays (batch, hidden).

    With `w_hr` (out, hidden) h is projected to (batch, out), in each step. The whole sequence is one node. `reverse`
    runs from the last time to the first. Hochreiter and Schmidhuber, 1997; the projection: Sak et al., 2014.

    Raises `ShapeError` for arrays that do not fit each other.
    """
    h, c = pair("lstm", hx)
    batch_sizes = integers(batch_sizes)
    require_fit("lstm", 4, input, batch_sizes, h, [w_ih, w_hh, b_ih, b_hh], c, w_hr)
    rows, plan = planned(input, batch_sizes, reverse)
    y, h, c, *_ = lstm_steps([rows, h, c, w_ih, w_hh, b_ih, b_hh, w_hr], plan)
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

    Raises `ShapeError` for arrays that do not fit each other.
    """
    batch_sizes = integers(batch_sizes)
    require_fit("gru", 3, input, batch_sizes, hx, [w_ih, w_hh, b_ih, b_hh])
    rows, plan = planned(input, batch_sizes, reverse)
    y, h, *_ = gru_steps([rows, hx, w_ih, w_hh, b_ih, b_hh], plan)
    return shaped(y, input, batch_sizes), h


def planned(input: Any, batch_sizes: Sequence[int] | None, reverse: bool) -> tuple[Any, Plan]:
    """The rows of the sequence, and the steps over them."""
    wants_input = traced(input)
    if batch_sizes is not None:
        sizes = tuple(batch_sizes)
        if not sizes or sum(sizes) != len(input) or sizes[-1] < 0 or any(a < b for a, b in pairwise(sizes)):
            raise errors.ShapeError(
                f"batch_sizes={list(sizes)} for {len(input)} rows; they must add up to the rows and never increase."
            )
        return input, Plan(sizes, reverse, wants_input)
    time, batch, width = input.shape
    return np.reshape(input, (time * batch, width)), Plan((batch,) * time, reverse, wants_input)


def integers(batch_sizes: Any) -> tuple[int, ...] | None:
    """The sizes, which may be an array."""
    return None if batch_sizes is None else tuple(map(int, batch_sizes))


def shaped(rows: Any, input: Any, batch_sizes: Sequence[int] | None) -> Any:
    """The rows of the output, as the input was."""
    return rows if batch_sizes is not None else np.reshape(rows, (*input.shape[:2], rows.shape[-1]))


def rnn_cell(
    input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None, nonlinearity: str = "tanh"
) -> Any:
    """``f(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh)``: one step from `hx` (batch, hidden) with input (batch, in).

    Raises `ArgumentError` for a nonlinearity that is neither "tanh" nor "relu", `ShapeError` for arrays that do not fit
    each other.
    """
    if nonlinearity not in NONLINEARITIES:
        raise errors.unknown_name("nonlinearity", nonlinearity, NONLINEARITIES)
    require_fit("rnn_cell", 1, input, (), hx, [w_ih, w_hh, b_ih, b_hh])
    return rnn_step(input, hx, w_ih, w_hh, b_ih, b_hh, nonlinearity)


def lstm_cell(
    input: Any, hx: tuple[Any, Any], w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> tuple[Any, Any]:
    """The new ``(h, c)`` of a long short-term memory from `hx`, two arrays (batch, hidden), and input (batch, in).

    Raises `ShapeError` for arrays that do not fit each other.
    """
    h, c = pair("lstm_cell", hx)
    require_fit("lstm_cell", 4, input, (), h, [w_ih, w_hh, b_ih, b_hh], c)
    return lstm_step(input, h, c, w_ih, w_hh, b_ih, b_hh)


def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """The new h of a gated recurrent unit from `hx` (batch, hidden) and input (batch, in).

    Raises `ShapeError` for arrays that do not fit each other.
    """
    require_fit("gru_cell", 3, input, (), hx, [w_ih, w_hh, b_ih, b_hh])
    return gru_step(input, hx, w_ih, w_hh, b_ih, b_hh)


# --------------------------------------------------------------- the cells, of what fits: `nn.RNNCell`, ... know that


def rnn_step(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, nonlinearity: str) -> Any:
    biases = () if b_ih is None else (b_ih, b_hh)
    return NONLINEARITIES[nonlinearity](preactivation(x, h, w_ih, w_hh, *biases))


def lstm_step(x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> tuple[Any, Any]:
    y, _, c, *_ = lstm_steps([x, h, c, w_ih, w_hh, b_ih, b_hh, None], Plan((len(x),), False, traced(x)))
    return y, c


def gru_step(x: Any, h: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    biases = () if b_ih is None else (b_ih, b_hh)
    return gru_update(gru_products(x, h, w_ih, w_hh, *biases), h)


# ------------------------------------------------------------------------------------------------------------- checks


def pair(what: str, hx: Any) -> tuple[Any, Any]:
    """The two arrays of a state."""
    if not (isinstance(hx, (tuple, list)) and len(hx) == 2):
        raise errors.ArgumentError(f"{what}: the state is a pair (h, c), not a {type(hx).__name__}. Write (h, c).")
    return hx[0], hx[1]


def require_fit(
    what: str, gates: int, x: Any, sizes: Any, h: Any, weights: list[Any], c: Any = None, w_hr: Any = None
) -> None:
    """Raise unless input, state and weights fit each other.

    The input is (time, batch, in) if `sizes` is None, (batch, in) if they are empty, and packed rows else.
    """
    w_ih, w_hh, b_ih, b_hh = weights
    try:
        (*leading, width), (rows, out) = x.shape, w_hh.shape
        batch, hidden = int(sizes[0]) if sizes else leading[-1], rows // gates
        fits = (
            len(leading) == (2 if sizes is None else 1)
            and w_ih.shape == (gates * hidden, width)
            and rows == gates * hidden
            and (b_hh is None if b_ih is None else b_ih.shape == b_hh.shape == (rows,))
            and h.shape == (batch, out)
            and (c is None or c.shape == (batch, hidden))
            and (out == hidden if w_hr is None else w_hr.shape == (out, hidden))
        )
    except (AttributeError, IndexError, ValueError):
        fits = False
    if not fits:
        given = {"input": x, "h": h, "c": c, "w_ih": w_ih, "w_hh": w_hh, "b_ih": b_ih, "b_hh": b_hh, "w_hr": w_hr}
        raise misfit(what, gates, "rows" if sizes else "time, batch" if sizes is None else "batch", given)
    checks.floating(what, *((x, h) if c is None else (x, h, c)), kinds="fc")


def misfit(what: str, gates: int, leading: str, given: dict[str, Any]) -> errors.ShapeError:
    """What was given, and what fits."""
    got = ", ".join(
        f"{name} {x.shape if hasattr(x, 'shape') else f'a {type(x).__name__}'}"
        for name, x in given.items()
        if x is not None or name in ("input", "h", "w_ih", "w_hh")
    )
    rows = "hidden" if gates == 1 else f"{gates} * hidden"
    out = "hidden" if given["w_hr"] is None else "out"
    return errors.ShapeError(
        f"{what}: got {got}; they must be input ({leading}, in), h (batch, {out}), w_ih ({rows}, in), "
        f"w_hh ({rows}, {out}) and biases ({rows},), both or none"
        + (f", with c (batch, hidden) and w_hr ({out}, hidden)." if out == "out" else ".")
    )
