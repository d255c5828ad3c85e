"""Normalization."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal, sizes

batches = st.sampled_from([(), (1,), (3,), (2, 3), (0,)])


def over_last_axes(draw: Any) -> tuple[Any, Any]:
    """A shape, perhaps as an int, and an input that ends in it."""
    shape = tuple(draw(st.lists(sizes, min_size=1, max_size=2)))
    x = draw(normal(*draw(batches), *shape))
    return (shape[0] if len(shape) == 1 and draw(st.booleans()) else draw(st.sampled_from([shape, list(shape)]))), x


def layer_norm(draw: Any) -> Case:
    shape, x = over_last_axes(draw)
    options = {"elementwise_affine": draw(st.booleans()), "bias": draw(st.booleans())}
    return Case((shape, draw(st.sampled_from([1e-5, 0.1]))), options, (x,))


def rms_norm(draw: Any) -> Case:
    shape, x = over_last_axes(draw)
    return Case((shape, draw(st.sampled_from([None, 1e-5, 0.1]))), {"elementwise_affine": draw(st.booleans())}, (x,))


ROWS = {"LayerNorm": drawn(layer_norm), "RMSNorm": drawn(rms_norm)}
