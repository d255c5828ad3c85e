"""Smooth activations."""

from typing import Any

from hypothesis import strategies as st

from tests.nn.parity.cases import Case, drawn, normal

#: also without elements, and as a single number
shapes = st.lists(st.integers(0, 4), max_size=3)


def elementwise(draw: Any) -> Case:
    return Case(inputs=(draw(normal(*draw(shapes), scale=3)),))


def gelu(draw: Any) -> Case:
    form = draw(st.sampled_from(["none", "tanh"]))
    return Case((), {"approximate": form}, (draw(normal(*draw(shapes), scale=3)),))


def softplus(draw: Any) -> Case:
    beta = draw(st.sampled_from([1.0, 0.5, 3.0, -1.0]))
    threshold = draw(st.sampled_from([20.0, 5.0, -1.0]))
    return Case((beta, threshold), {}, (draw(normal(*draw(shapes), scale=5)),))


def with_alpha(draw: Any) -> Case:
    alpha = draw(st.sampled_from([1.0, 0.3, 2.0]))
    return Case((alpha,), {"inplace": False}, (draw(normal(*draw(shapes), scale=3)),))


def celu(draw: Any) -> Case:
    return with_alpha(draw)._replace(tolerance=1e-7)  # PyTorch has 1 / alpha in float32


def not_in_place(draw: Any) -> Case:
    return Case((), {"inplace": False}, (draw(normal(*draw(shapes), scale=3)),))


ROWS = {
    **{name: drawn(elementwise) for name in ("LogSigmoid", "Sigmoid", "Softsign", "Tanh", "Tanhshrink")},
    **{name: drawn(not_in_place) for name in ("Mish", "SELU", "SiLU")},
    "CELU": drawn(celu),
    "ELU": drawn(with_alpha),
    "GELU": drawn(gelu),
    "Softplus": drawn(softplus),
}
