"""Normalization where PyTorch is no guide: pieces, extremes, dtypes, what is refused."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.graph import unwrap
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


@pytest.mark.parametrize("offset", [0, 1000])
def test_the_gradients_are_as_exact_as_a_far_mean_lets_them_be(rng: np.random.Generator, offset: float) -> None:
    """In float32, with sums in float64 as the reference."""
    x = (rng.normal(size=(512, 64)) + offset).astype(np.float32)
    g, w = rng.normal(size=x.shape).astype(np.float32), rng.normal(size=64).astype(np.float32)

    def gradients(dtype: Any) -> list[Any]:
        tensors = [Tensor(a.astype(dtype)) for a in (x, w)]
        functional.layer_norm(tensors[0], 64, tensors[1]).backward(g.astype(dtype))
        return [t.grad for t in tensors]

    for exact, found in zip(gradients(np.float64), gradients(np.float32), strict=True):
        assert np.max(np.abs(found - exact)) < (1e-6 + 1e-7 * offset) * np.max(np.abs(exact))


@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize("kind", [nn.LayerNorm, nn.RMSNorm])
def test_both_modes_of_the_backward_pass_round_alike(kind: Any, affine: bool, rng: np.random.Generator) -> None:
    layer, x = kind(2, elementwise_affine=affine, dtype=np.float64), rng.normal(size=(5, 2))
    found = []
    for create_graph in (False, True):
        tensor = Tensor(x)
        layer(tensor).sum().backward(create_graph=create_graph)
        found.append([np.array(unwrap(t.grad)) for t in (tensor, *layer.parameters())])
        layer.zero_grad()
    for a, b in zip(*found, strict=True):
        assert np.array_equal(a, b)


def test_what_is_not_finite_gives_nan_and_no_warning() -> None:
    x = Tensor(np.array([[1.0, np.inf], [1.0, 2.0]]))
    y = functional.layer_norm(x, 2)
    y.sum().backward()
    assert np.isnan(y.data).tolist() == np.isnan(x.grad).tolist() == [[True, True], [False, False]]


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
    (lambda: nn.LayerNorm(2, eps=None), errors.ArgumentError, "eps=None"),  # type: ignore[arg-type]
    (lambda: functional.layer_norm(np.ones((2, 3)), 3, eps=-1), errors.ArgumentError, "layer_norm: eps=-1"),
    (lambda: functional.rms_norm(np.ones((2, 3)), 3, eps="0"), errors.ArgumentError, "rms_norm: eps='0'"),
    (lambda: functional.layer_norm(np.ones((2, 3)), 3, [1.0] * 3), errors.ArgumentError, "the weight is a list"),
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
