"""Normalization where PyTorch is no guide: pieces, extremes, dtypes, what is refused."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import errors, functional
from nn.functional import normalization


@pytest.mark.parametrize("few", [0, 2**18])
@pytest.mark.parametrize("centred", [False, True])
def test_pieces_give_what_the_whole_gives(rng: np.random.Generator, monkeypatch: Any, centred: bool, few: int) -> None:
    x, w, b, g = (rng.normal(size=shape) for shape in ((5, 7, 6), (6,), (6,), (5, 7, 6)))

    def run() -> list[Any]:
        tensors = [Tensor(a) for a in ((x, w, b) if centred else (x, w))]
        y = functional.layer_norm(tensors[0], 6, *tensors[1:]) if centred else functional.rms_norm(tensors[0], 6, w)
        y.backward(g)
        return [y.data, *(t.grad for t in tensors if t.grad is not None)]

    expected = run()
    monkeypatch.setattr(normalization, "PIECE", 13)
    monkeypatch.setattr(normalization, "FEW", few)
    for a, other in zip(run(), expected, strict=True):
        np.testing.assert_allclose(a, other, rtol=1e-12, atol=1e-14)


def test_a_constant_row_becomes_the_bias_and_a_far_mean_does_no_harm(rng: np.random.Generator) -> None:
    assert np.all(functional.layer_norm(np.full((2, 8), 3.0), 8, None, np.ones(8)) == 1)
    x = rng.normal(size=(4, 50))
    np.testing.assert_allclose(functional.layer_norm(x + 1e6, 50), functional.layer_norm(x, 50), atol=1e-8)


def test_all_stays_float32(rng: np.random.Generator) -> None:
    for layer in (nn.LayerNorm(4), nn.RMSNorm(4)):
        x = Tensor(rng.normal(size=(3, 4)), dtype=np.float32)
        y = layer(x)
        y.sum().backward()
        assert {y.dtype, x.grad.dtype, layer.weight.grad.dtype} == {np.dtype(np.float32)}


def test_weights_are_set_back() -> None:
    layer = nn.LayerNorm((2, 3))
    layer.weight.data, layer.bias.data = np.zeros((2, 3)), np.ones((2, 3))
    layer.reset_parameters()
    assert np.all(layer.weight.data == 1)
    assert np.all(layer.bias.data == 0)


REFUSED: list[tuple[Any, type[Exception], str]] = [
    (lambda: nn.LayerNorm(0), errors.ArgumentError, "normalized_shape=0"),
    (lambda: nn.LayerNorm(()), errors.ArgumentError, "one size or more"),
    (lambda: nn.LayerNorm(2, eps=-1), errors.ArgumentError, "eps=-1"),
    (lambda: nn.LayerNorm(3)(np.ones((2, 4))), errors.ShapeError, "got shape (2, 4); it must end in (3,)"),
    (lambda: nn.RMSNorm((2, 3))(np.ones(3)), errors.ShapeError, "it must end in (2, 3)"),
    (lambda: nn.RMSNorm(2)([1.0, 2.0]), errors.ArgumentError, "is a list"),
    (lambda: functional.layer_norm(np.ones((2, 3), int), 3), errors.ArgumentError, "is of int64"),
    (lambda: functional.layer_norm(np.ones((2, 3)), 3, np.ones(2)), errors.ShapeError, "weight of shape (2,)"),
    (lambda: functional.rms_norm(np.ones((2, 3)), ()), errors.ShapeError, "the normalized shape"),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED, ids=[text for _, _, text in REFUSED])
def test_what_does_not_fit_is_refused(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as found:
        call()
    assert text in str(found.value)
