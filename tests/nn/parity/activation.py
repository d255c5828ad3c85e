"""Activations."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes


def elementwise(draw: Any) -> Case:
    shape = draw(st.lists(sizes, max_size=3))
    return Case(inputs=(draw(normal(*shape, scale=3)),))


ROWS = {name: drawn(elementwise) for name in ("ReLU", "Sigmoid", "Tanh")}
