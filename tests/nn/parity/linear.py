"""Fully connected layers."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes


def linear(draw: Any) -> Case:
    width, out, bias = draw(sizes), draw(sizes), draw(st.booleans())
    batch = draw(st.sampled_from([(), (3,), (2, 3), (0,)]))
    return Case((width, out), {"bias": bias}, (draw(normal(*batch, width)),))


ROWS = {"Linear": drawn(linear)}
