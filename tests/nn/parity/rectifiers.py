"""Activations with kinks."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.activation import not_in_place, shapes
from tests.nn.parity.cases import Case, drawn, normal, sizes


def leaky_relu(draw: Any) -> Case:
    slope = draw(st.sampled_from([0.01, 0.0, 1.5, -0.5]))
    return Case((slope,), {"inplace": False}, (draw(normal(*draw(shapes))),))


def prelu(draw: Any) -> Case:
    channels, rest = draw(sizes), draw(st.lists(sizes, max_size=2))
    shape = draw(st.sampled_from([(3, channels, *rest), (1, channels, *rest), (0, channels, *rest)]))
    number = draw(st.sampled_from([1, channels]))
    if number == 1:
        shape = draw(st.sampled_from([shape, (4,)]))
    return Case((number,), {"init": draw(st.sampled_from([0.25, 0.0]))}, (draw(normal(*shape)),))


def hardtanh(draw: Any) -> Case:
    bounds = draw(st.sampled_from([(-1.0, 1.0), (-2.5, 0.5), (0.0, 6.0)]))
    return Case((*bounds, False), {}, (draw(normal(*draw(shapes), scale=3)),))


def shrink(draw: Any) -> Case:
    return Case((draw(st.sampled_from([0.5, 0.0, 1.25])),), {}, (draw(normal(*draw(shapes))),))


def threshold(draw: Any) -> Case:
    at, value = draw(st.sampled_from([(0.1, 20.0), (-1.0, 0.0)]))
    return Case((at, value, False), {}, (draw(normal(*draw(shapes))),))


def hardsigmoid(draw: Any) -> Case:
    """PyTorch has no second derivative, and in the first 1/6 of float32."""
    return not_in_place(draw)._replace(orders=1, tolerance=1e-7)


ROWS = {
    **{name: drawn(not_in_place) for name in ("Hardswish", "ReLU", "ReLU6")},
    "Hardsigmoid": drawn(hardsigmoid),
    "Hardshrink": drawn(shrink),
    "Hardtanh": drawn(hardtanh),
    "LeakyReLU": drawn(leaky_relu),
    "PReLU": drawn(prelu),
    "Softshrink": drawn(shrink),
    "Step": drawn(lambda draw: Case(inputs=(draw(normal(*draw(shapes))),))),
    "Threshold": drawn(threshold),
}
