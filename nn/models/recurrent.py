"""Recurrent networks: one that reads a text letter by letter, one that reads an image row by row."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import init
from nn.layers import GRU, LSTM, RNN, Embedding, Linear
from nn.module import Module
from nn.sharing import register

__all__ = ["CharacterRNN", "LastPlace", "RowReader"]

#: Elman, 1990; Hochreiter and Schmidhuber, 1997; Cho and others, 2014.
CELLS: dict[str, type[RNN | LSTM | GRU]] = {"rnn": RNN, "lstm": LSTM, "gru": GRU}


def recurrent(cell: str, width: int, hidden: int, rng: np.random.Generator | None) -> RNN | LSTM | GRU:
    """A layer over (N, T, width) whose hidden weights are orthogonal at first, so that a state keeps its length.

    With the smaller ones that a layer has by itself the first places of a sequence are forgotten, and learning starts
    slowly (Saxe and others, 2014).
    """
    layer = CELLS[cell](width, hidden, batch_first=True, rng=rng)
    of_input, of_state = layer.all_weights[0][:2]
    init.orthogonal_(of_state, rng=rng)
    init.xavier_uniform_(of_input, rng=rng)
    return layer


@register(name="nn.models.CharacterRNN")
class CharacterRNN(Module):
    """What comes next, at every place of a sequence: a vector for each letter, a recurrent layer, a linear one.

    Takes integers (N, T), below `letters`, returns logits (N, T, letters). `cell` is "rnn", "lstm" or "gru". What the
    network says at a place depends on the letters up to there, by way of the hidden state alone.
    """

    def __init__(
        self, cell: str, letters: int, hidden: int, *, width: int = 32, rng: np.random.Generator | None = None
    ) -> None:
        self.vectors = Embedding(letters, width, rng=rng)
        self.recurrent = recurrent(cell, width, hidden, rng)
        self.letters = Linear(hidden, letters, rng=rng)

    def forward(self, x: Any) -> Any:
        hidden, _ = self.recurrent(self.vectors(x))
        return self.letters(hidden)


@register(name="nn.models.RowReader")
class RowReader(Module):
    """An image read as a sequence, a row at a time; the hidden state after the last row says the class.

    Takes (N, 1, H, `row`), returns logits (N, `classes`). `cell` is "rnn", "lstm" or "gru".
    """

    def __init__(
        self, cell: str, row: int, hidden: int, classes: int, *, rng: np.random.Generator | None = None
    ) -> None:
        self.recurrent = recurrent(cell, row, hidden, rng)
        self.classes = Linear(hidden, classes, rng=rng)

    def forward(self, x: Any) -> Any:
        hidden, _ = self.recurrent(np.reshape(x, (-1, *x.shape[-2:])))
        return self.classes(hidden[:, -1])


@register(name="nn.models.LastPlace")
class LastPlace(Module):
    """The logits (N, letters) of what follows a text, from a model that gives them at each of its places."""

    def __init__(self, model: Module) -> None:
        self.model = model

    def forward(self, x: Any) -> Any:
        return self.model(x)[:, -1]
