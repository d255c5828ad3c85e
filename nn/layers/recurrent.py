"""Recurrent layers: several layers over a whole sequence, perhaps in both directions."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from nn import checks, errors, functional, init
from nn.functional.rnn import NONLINEARITIES
from nn.module import Module, Parameter
from nn.utils.rnn import PackedSequence

__all__ = ["GRU", "LSTM", "RNN"]


WEIGHTS = ("weight_ih_", "weight_hh_", "bias_ih_", "bias_hh_", "weight_hr_")  # of a run, the last three perhaps none


class RNNBase(Module):
    """What the recurrent layers share: weights for each layer and direction, and the way through them.

    `gates` is how many rows of the weights belong to one hidden unit, `states` how many arrays make up the state.
    """

    gates = 1
    states = 1
    weight_ih_l0: Parameter

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: Any,
        rng: np.random.Generator | None,
        proj_size: int = 0,
    ) -> None:
        name = type(self).__name__
        checks.at_least_one(name, input_size=input_size, hidden_size=hidden_size, num_layers=num_layers)
        if isinstance(dropout, bool) or not (checks.is_number(dropout) and 0 <= dropout <= 1):
            raise errors.out_of_range(name, "dropout", dropout, "a probability, 0 to 1")
        if dropout and num_layers == 1:
            warnings.warn(f"{name}: dropout={dropout} acts between layers, and num_layers is 1.", stacklevel=3)
        self.input_size, self.hidden_size, self.num_layers, self.bias = input_size, hidden_size, num_layers, bias
        self.batch_first, self.dropout, self.bidirectional = batch_first, float(dropout), bidirectional
        if not checks.is_whole(proj_size, 0) or proj_size >= hidden_size:
            raise errors.out_of_range(name, "proj_size", proj_size, f"an integer, 0 or more, below {hidden_size=}")
        self.proj_size, self.rng = proj_size, rng
        rows, out = self.gates * hidden_size, proj_size or hidden_size
        for layer, ending in self._runs():
            width = input_size if layer == 0 else out * self.directions
            self._set(f"weight_ih_{ending}", (rows, width), dtype)
            self._set(f"weight_hh_{ending}", (rows, out), dtype)
            if bias:
                self._set(f"bias_ih_{ending}", (rows,), dtype)
                self._set(f"bias_hh_{ending}", (rows,), dtype)
            if proj_size:
                self._set(f"weight_hr_{ending}", (proj_size, hidden_size), dtype)
        self.reset_parameters(rng)

    def flatten_parameters(self) -> None:
        """Nothing: PyTorch's name for arranging the weights in one piece of memory, which is of no use here."""

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The weights of each layer and direction."""
        found = ([getattr(self, name + ending, None) for name in WEIGHTS] for _, ending in self._runs())
        return [[p for p in weights if p is not None] for weights in found]

    @property
    def directions(self) -> int:
        """2 if bidirectional, else 1."""
        return 2 if self.bidirectional else 1

    def _set(self, name: str, shape: tuple[int, ...], dtype: Any) -> None:
        setattr(self, name, Parameter(np.zeros(shape), dtype=dtype))

    def _runs(self) -> list[tuple[int, str]]:
        """The layer, and the end of the names of the weights, of each run over the sequence."""
        endings = ("", "_reverse")[: self.directions]
        return [(layer, f"l{layer}{ending}") for layer in range(self.num_layers) for ending in endings]

    def reset_parameters(self, rng: np.random.Generator | None = None) -> None:
        """Draw all weights and biases uniformly from ±1/sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size)
        for p in self.parameters():
            init.uniform_(p, -bound, bound, rng=rng)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        if isinstance(input, PackedSequence):
            checks.array(self, input.data)
            sizes = tuple(map(int, input.batch_sizes))
            states = self._started(hx, sizes[:1] or (0,), input.data)
            if input.sorted_indices is not None:
                states = [state if hx is None else state[:, input.sorted_indices] for state in states]
            self._require_width(input.data, (2,))
            data, last = self._through(input.data, states, sizes)
            if input.unsorted_indices is not None:
                last = [state[:, input.unsorted_indices] for state in last]
            return input._replace(data=data), self._together(last)
        checks.array(self, input)
        self._require_width(input, (2, 3))
        unbatched = input.ndim == 2
        x = input[:, None] if unbatched else np.swapaxes(input, 0, 1) if self.batch_first else input
        time, batch = x.shape[:2]
        if not time:
            raise errors.ShapeError(f"{self}: got shape {input.shape}; the sequence must have at least one step.")
        states = self._started(hx, () if unbatched else (batch,), x)
        rows, last = self._through(np.reshape(x, (time * batch, x.shape[2])), states, (batch,) * time)
        y = np.reshape(rows, (time, batch, rows.shape[1]))
        if unbatched:
            return y[:, 0], self._together([state[:, 0] for state in last])
        return np.swapaxes(y, 0, 1) if self.batch_first else y, self._together(last)

    def _require_width(self, x: Any, ndims: tuple[int, ...]) -> None:
        if x.ndim not in ndims:
            first = "(batch, time, " if self.batch_first else "(time, batch, "
            allowed = f"{first}{self.input_size}) or (time, {self.input_size})"
            raise errors.ShapeError(f"{self}: got shape {x.shape}; it must be {allowed}.")
        if x.shape[-1] != self.input_size:
            raise errors.wrong_width(self, x.shape, self.input_size)

    def _started(self, hx: Any, batch: tuple[int, ...], x: Any) -> list[Any]:
        """The states at the start, each (layers * directions, batch, hidden): those given, or zeros."""
        runs = (self.num_layers * self.directions, *batch)
        shapes = [(*runs, self.proj_size or self.hidden_size), (*runs, self.hidden_size)][: self.states]
        if hx is None:
            dtype = x.dtype if x.dtype.kind == "f" else self.weight_ih_l0.dtype
            states = [np.zeros(shape, dtype) for shape in shapes]
        else:
            states = given_states(self, hx, shapes, self.weight_ih_l0.dtype)
        return states if batch else [state[:, None] for state in states]

    def _together(self, states: list[Any]) -> Any:
        """The state as it is given and returned: an array, or a pair of them."""
        return states[0] if self.states == 1 else tuple(states)

    def _through(self, x: Any, states: list[Any], sizes: tuple[int, ...]) -> tuple[Any, list[Any]]:
        """The output of the last layer and the last states, of packed rows."""
        x = checks.as_floating(self, x, self.weight_ih_l0.dtype)
        outputs: list[Any] = []
        last: list[Any] = []
        for i, (_, ending) in enumerate(self._runs()):
            if outputs and i % self.directions == 0:
                x = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=1)
                x = functional.dropout(x, self.dropout, self.training, rng=self.rng)
                outputs = []
            weights = [getattr(self, name + ending, None) for name in WEIGHTS]
            start = [state[i] for state in states]
            y, new = self._run(x, start, weights, {"batch_sizes": sizes, "reverse": ending.endswith("_reverse")})
            outputs.append(y)
            last.append(new)
        y = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=1)
        return y, [np.stack(parts) for parts in zip(*last, strict=True)]

    def _run(self, x: Any, start: list[Any], weights: list[Any], how: dict[str, Any]) -> tuple[Any, tuple[Any, ...]]:
        """The output and the last states of one layer in one direction."""
        raise NotImplementedError

    def extra_repr(self) -> str:
        shown = {
            "proj_size": 0,
            "num_layers": 1,
            "bias": True,
            "batch_first": False,
            "dropout": 0.0,
            "bidirectional": False,
        }
        options = [f", {name}={getattr(self, name)}" for name, usual in shown.items() if getattr(self, name) != usual]
        return f"{self.input_size}, {self.hidden_size}{''.join(options)}"


def given_states(layer: object, hx: Any, shapes: list[tuple[int, ...]], dtype: Any) -> list[Any]:
    """The arrays of a state that was given; an error if they are not as many, or not of these shapes."""
    if len(shapes) > 1 and not (isinstance(hx, (tuple, list)) and len(hx) == len(shapes)):
        raise errors.ArgumentError(f"{layer}: the state is a pair (h, c), not {type(hx).__name__}. Write (h, c).")
    states = list(hx) if len(shapes) > 1 else [hx]
    for state, shape in zip(states, shapes, strict=True):
        if getattr(state, "shape", None) != shape:
            got = f"a state of shape {state.shape}" if hasattr(state, "shape") else f"a {type(state).__name__} as state"
            raise errors.ShapeError(f"{layer}: got {got}; it must be {shape}.")
    return [s if s.dtype.kind == "f" else checks.as_floating(layer, s, dtype) for s in states]


class RNN(RNNBase):
    """``h' = f(x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh)``, f = tanh or relu (Elman, 1990).

    Takes (time, batch, input_size), (batch, time, input_size) if `batch_first`, (time, input_size), or a
    `PackedSequence` from `nn.utils.rnn`, and a first state, zeros if None. Returns the outputs of the last layer,
    (time, batch, directions * hidden_size) or as the input was, and the last state of every layer and direction,
    (num_layers * directions, batch, hidden_size). Between layers there is dropout in training, drawn from `rng`. The
    weights are drawn uniformly from ±1/sqrt(hidden_size), float32 unless `dtype` says otherwise.

    Raises `ArgumentError` for a size below 1, `ShapeError` for an input or a state that does not fit.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        if nonlinearity not in NONLINEARITIES:
            raise errors.unknown_name("nonlinearity", nonlinearity, NONLINEARITIES)
        self.nonlinearity = nonlinearity
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype=dtype, rng=rng
        )

    def _run(self, x: Any, start: list[Any], weights: list[Any], how: dict[str, Any]) -> tuple[Any, tuple[Any, ...]]:
        y, h = functional.rnn(x, start[0], *weights[:4], **{**how, "nonlinearity": self.nonlinearity})
        return y, (h,)


class LSTM(RNNBase):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997): a cell that gates keep, write and read.

    Takes and returns what `RNN` does, with a state of two arrays ``(h, c)``. With `proj_size` h, and so the output, is
    projected to that many entries (Sak et al., 2014), by `weight_hr_l0`, ... (proj_size, hidden_size).
    """

    gates = 4
    states = 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng, proj_size
        )

    def _run(self, x: Any, start: list[Any], weights: list[Any], how: dict[str, Any]) -> tuple[Any, tuple[Any, ...]]:
        return functional.lstm(x, (start[0], start[1]), *weights, **how)


class GRU(RNNBase):
    """Gated recurrent unit (Cho et al., 2014), its reset gate after the product as in PyTorch.

    Takes and returns what `RNN` does.
    """

    gates = 3

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype=dtype, rng=rng
        )

    def _run(self, x: Any, start: list[Any], weights: list[Any], how: dict[str, Any]) -> tuple[Any, tuple[Any, ...]]:
        y, h = functional.gru(x, *start, *weights[:4], **how)
        return y, (h,)
