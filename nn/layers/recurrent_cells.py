"""Recurrent cells: one step, for loops of one's own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import checks, errors, init
from nn.functional.recurrent import gru_step, lstm_step, rnn_step
from nn.functional.rnn import NONLINEARITIES
from nn.layers.recurrent import given_states
from nn.module import Module, Parameter

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


class RNNCellBase(Module):
    """What the cells share: the weights, `gates` rows of them for each hidden unit, and `states` arrays of state."""

    gates = 1
    states = 1

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, dtype: Any, rng: np.random.Generator | None
    ) -> None:
        checks.at_least_one(type(self).__name__, input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = self.gates * hidden_size
        self.weight_ih = Parameter(np.zeros((rows, input_size)), dtype=dtype)
        self.weight_hh = Parameter(np.zeros((rows, hidden_size)), dtype=dtype)
        self.bias_ih = Parameter(np.zeros(rows), dtype=dtype) if bias else None
        self.bias_hh = Parameter(np.zeros(rows), dtype=dtype) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: np.random.Generator | None = None) -> None:
        """Draw all weights and biases uniformly from ±1/sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size)
        for p in self.parameters():
            init.uniform_(p, -bound, bound, rng=rng)

    def _checked(self, x: Any, hx: Any) -> list[Any]:
        """The states to start from, once the input and they fit."""
        checks.array(self, x)
        *batch, width = x.shape or (0,)
        if width != self.input_size:
            raise errors.wrong_width(self, x.shape, self.input_size)
        if not 1 <= x.ndim <= 2:
            raise errors.ShapeError(f"{self}: got shape {x.shape}; it must be (batch, {width}) or ({width},).")
        shape = (*batch, self.hidden_size)
        if hx is None:
            dtype = x.dtype if x.dtype.kind == "f" else self.weight_ih.dtype
            return [np.zeros(shape, dtype)] * self.states
        return given_states(self, hx, [shape] * self.states, self.weight_ih.dtype)

    def _step(self, x: Any, states: list[Any]) -> tuple[Any, ...]:
        """The new states from (batch, in) and states (batch, hidden)."""
        raise NotImplementedError

    def forward(self, input: Any, hx: Any = None) -> Any:
        states = self._checked(input, hx)
        x = input if input.dtype.kind == "f" else checks.as_floating(self, input, self.weight_ih.dtype)
        if x.ndim == 1:
            new = tuple([state[0] for state in self._step(x[None], [state[None] for state in states])])
        else:
            new = self._step(x, states)
        return new[0] if len(new) == 1 else new

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}{'' if self.bias else ', bias=False'}"


class RNNCell(RNNCellBase):
    """``h' = f(x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh)``, f = tanh or relu (Elman, 1990).

    Takes (batch, input_size) or (input_size,), and h (batch, hidden_size) or (hidden_size,), zeros if None; returns the
    new h. The weights are drawn uniformly from ±1/sqrt(hidden_size), float32 unless `dtype` says otherwise.

    Raises `ArgumentError` for a size below 1, `ShapeError` for an input or a state that does not fit.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        if nonlinearity not in NONLINEARITIES:
            raise errors.unknown_name("nonlinearity", nonlinearity, NONLINEARITIES)
        super().__init__(input_size, hidden_size, bias, dtype, rng)
        self.nonlinearity = nonlinearity

    def _step(self, x: Any, states: list[Any]) -> tuple[Any, ...]:
        weights = self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh
        return (rnn_step(x, states[0], *weights, self.nonlinearity),)

    def extra_repr(self) -> str:
        other = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + other


class LSTMCell(RNNCellBase):
    """One step of a long short-term memory (Hochreiter and Schmidhuber, 1997).

    Takes (batch, input_size) or (input_size,), and a state ``(h, c)``, zeros if None; returns the new ``(h, c)``.
    """

    gates = 4
    states = 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype, rng)

    def _step(self, x: Any, states: list[Any]) -> tuple[Any, ...]:
        weights = self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh
        return lstm_step(x, states[0], states[1], *weights)


class GRUCell(RNNCellBase):
    """One step of a gated recurrent unit (Cho et al., 2014).

    Takes (batch, input_size) or (input_size,), and h (batch, hidden_size) or (hidden_size,), zeros if None; returns the
    new h.
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype, rng)

    def _step(self, x: Any, states: list[Any]) -> tuple[Any, ...]:
        return (gru_step(x, states[0], self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh),)
