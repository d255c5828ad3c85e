"""Recurrent layers and cells; packed sequences are in `tests/nn/test_recurrent.py`."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes

flags = st.booleans()


def layer(draw: Any, kind: str) -> Case:
    """Dropout is 1 or in evaluation, where nothing is random; it acts between layers, so not where there is one."""
    width, hidden, layers, batch, time = draw(sizes), draw(sizes), draw(st.integers(1, 3)), draw(sizes), draw(sizes)
    options = {"bias": draw(flags), "batch_first": draw(flags), "bidirectional": draw(flags), "num_layers": layers}
    if kind == "RNN":
        options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    training = draw(flags)
    if layers > 1 and draw(flags):
        options["dropout"] = 1.0 if training else 0.5
    batched = draw(flags)
    shape = ((batch, time) if options["batch_first"] else (time, batch)) if batched else (time,)
    runs = layers * (2 if options["bidirectional"] else 1)
    widths = [hidden, hidden][: 2 if kind == "LSTM" else 1]
    if kind == "LSTM" and hidden > 1 and draw(flags):
        options["proj_size"] = widths[0] = draw(st.integers(1, hidden - 1))
    states = [draw(normal(runs, *((batch,) if batched else ()), n)) for n in widths]
    x = draw(normal(*shape, width))
    inputs = (x,) if draw(flags) else (x, tuple(states) if kind == "LSTM" else states[0])
    return Case((width, hidden), options, inputs, training=training)


def cell(draw: Any, kind: str) -> Case:
    width, hidden, batch = draw(sizes), draw(sizes), draw(st.sampled_from([(), (1,), (3,)]))
    options = {"bias": draw(flags)}
    if kind == "RNNCell":
        options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    states = [draw(normal(*batch, hidden)) for _ in range(2 if kind == "LSTMCell" else 1)]
    x = draw(normal(*batch, width))
    inputs = (x,) if draw(flags) else (x, tuple(states) if kind == "LSTMCell" else states[0])
    return Case((width, hidden), options, inputs)


def row(function: Callable[[Any, str], Case], kind: str) -> st.SearchStrategy[Case]:
    return drawn(lambda draw: function(draw, kind))


ROWS = {name: row(layer, name) for name in ("RNN", "LSTM", "GRU")} | {
    name: row(cell, name) for name in ("RNNCell", "LSTMCell", "GRUCell")
}
