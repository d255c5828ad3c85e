"""Fully connected layers."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes


def linear(draw: Any) -> Case:
    width, out, bias = draw(sizes), draw(sizes), draw(st.booleans())
    batch = draw(st.sampled_from([(), (3,), (2, 3), (0,)]))
    return Case((width, out), {"bias": bias}, (draw(normal(*batch, width)),))


def bilinear(draw: Any) -> Case:
    first, second, out, bias = draw(sizes), draw(sizes), draw(sizes), draw(st.booleans())
    batch = draw(st.sampled_from([(), (3,), (2, 3), (1,), (0,)]))
    inputs = draw(normal(*batch, first)), draw(normal(*batch, second))
    return Case((first, second, out), {"bias": bias}, inputs)


ROWS = {"Bilinear": drawn(bilinear), "Linear": drawn(linear)}
