"""Dropout in evaluation; what it draws in training is tested by its distribution."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes


def dropout(draw: Any) -> Case:
    shape = draw(st.lists(sizes, max_size=3))
    return Case((draw(st.floats(0, 1)),), {}, (draw(normal(*shape)),), training=False)


ROWS = {"Dropout": drawn(dropout)}
