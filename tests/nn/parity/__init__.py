"""The parity table: for every layer and loss, a strategy of configurations that PyTorch and we are both given.

A row is a name and a strategy of `Case`s; a file here for each chapter of ``nn/layers``, and one for the losses.
`test_parity.py` runs every row against PyTorch, and fails if a layer or loss has none; ``docs/nn_parity.py`` writes the
page.
"""

from hypothesis.strategies import SearchStrategy

from tests.nn.parity import (
    activation,
    attention,
    containers,
    convolution,
    distance,
    dropout,
    embedding,
    linear,
    losses,
    margin_losses,
    normalization,
    normalization_by_channels,
    padding,
    pooling,
    rectifiers,
    recurrent,
    shape,
    softmax,
    transformer,
    vision,
)
from tests.nn.parity.cases import Case

__all__ = ["CHAPTERS", "ROWS"]

CHAPTERS = (
    activation,
    attention,
    containers,
    convolution,
    distance,
    dropout,
    embedding,
    linear,
    losses,
    margin_losses,
    normalization,
    normalization_by_channels,
    padding,
    pooling,
    rectifiers,
    recurrent,
    shape,
    softmax,
    transformer,
    vision,
)
ROWS: dict[str, SearchStrategy[Case]] = {name: row for chapter in CHAPTERS for name, row in chapter.ROWS.items()}
