"""Activations along an axis."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes


def along_an_axis(draw: Any) -> Case:
    shape = draw(st.lists(st.integers(0, 4), max_size=4))
    dim = draw(st.integers(-max(len(shape), 1), max(len(shape), 1) - 1))
    return Case((dim,), {}, (draw(normal(*shape, scale=5)),))


def over_channels(draw: Any) -> Case:
    shape = draw(st.lists(sizes, min_size=3, max_size=4))
    return Case((), {}, (draw(normal(*shape)),))


def glu(draw: Any) -> Case:
    shape = draw(st.lists(sizes, min_size=1, max_size=3))
    dim = draw(st.integers(-len(shape), len(shape) - 1))
    shape[dim] *= 2
    return Case((dim,), {}, (draw(normal(*shape)),))


ROWS = {
    **{name: drawn(along_an_axis) for name in ("LogSoftmax", "Softmax", "Softmin")},
    "GLU": drawn(glu),
    "Softmax2d": drawn(over_channels),
}
