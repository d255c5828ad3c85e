"""Dropout in evaluation; what it draws in training is tested by its distribution."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes


def dropout(least: int, most: int) -> Callable[[Any], Case]:
    def case(draw: Any) -> Case:
        shape = draw(st.lists(sizes, min_size=least, max_size=most))
        return Case((draw(st.floats(0, 1)),), {}, (draw(normal(*shape)),), training=False)

    return case


ROWS = {
    "Dropout": drawn(dropout(0, 3)),
    "Dropout1d": drawn(dropout(2, 3)),
    "Dropout2d": drawn(dropout(4, 4)),
    "Dropout3d": drawn(dropout(4, 5)),
    "AlphaDropout": drawn(dropout(0, 3)),
    "FeatureAlphaDropout": drawn(dropout(2, 4)),
}
