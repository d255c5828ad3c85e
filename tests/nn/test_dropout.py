"""The dropout family, by the distribution of what it draws; and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional
from nn.functional.dropout import kept

FUNCTIONS = {
    "dropout": (1000, 1000),
    "dropout1d": (1000, 100, 3),
    "dropout2d": (1000, 100, 2, 2),
    "dropout3d": (1000, 100, 2, 1, 2),
}


@pytest.mark.parametrize("p", [0.5, 0.25, 0.2, 1 / 3, 0.999, 1e-3, 1 / 256])
def test_entries_are_kept_with_the_probability_that_is_asked_for(p: float, rng: np.random.Generator) -> None:
    n = 4_000_000
    dropped = n - np.count_nonzero(kept((n,), p, rng))
    assert abs(dropped - n * p) < 5 * np.sqrt(n * p * (1 - p))


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "SFC64", "Philox", "MT19937"])
def test_each_kind_of_generator_draws_the_bytes_that_integers_would_give(kind: str) -> None:
    ours, theirs = (np.random.Generator(getattr(np.random, kind)(1)) for _ in range(2))
    expected = theirs.integers(0, 1 << 64, 125, dtype=np.uint64).view(np.uint8) >= 64
    np.testing.assert_array_equal(kept((10, 100), 0.25, ours), expected.reshape(10, 100))
    assert ours.random() == theirs.random()


def test_entries_are_drawn_independently(rng: np.random.Generator) -> None:
    keep = kept((1000, 1003), 0.3, rng).astype(float)
    for a, b in ((keep[:, 1:], keep[:, :-1]), (keep[1:], keep[:-1]), (keep[:, 8:], keep[:, :-8])):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 5e-3


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_share_p_is_zeroed_and_the_mean_kept(name: str, rng: np.random.Generator) -> None:
    y = getattr(functional, name)(np.ones(FUNCTIONS[name], np.float32), 0.3, rng=rng)
    assert y.dtype == np.float32
    np.testing.assert_allclose(np.unique(y), [0, 1 / 0.7], rtol=1e-6)
    assert abs(np.mean(y) - 1) < 0.02
    channels = y.reshape(*y.shape[:2], -1)
    assert np.array_equal(channels.min(axis=2), channels.max(axis=2))


@pytest.mark.parametrize("layer", [nn.Dropout1d, nn.Dropout3d])
def test_without_a_batch_channels_are_dropped_too(layer: Any, rng: np.random.Generator) -> None:
    n = int(layer.__name__[-2])
    y = layer(0.5, rng=rng)(np.ones((200, *(3,) * n)))
    assert {tuple(np.unique(channel)) for channel in y} == {(0.0,), (2.0,)}


def test_dropout2d_reads_three_axes_as_examples_and_channels_as_pytorch_does(rng: np.random.Generator) -> None:
    y = nn.Dropout2d(0.5, rng=rng)(np.ones((200, 4, 3)))
    assert np.array_equal(y.min(axis=2), y.max(axis=2))
    assert {tuple(np.unique(example)) for example in y} == {(0.0,), (2.0,), (0.0, 2.0)}


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
@pytest.mark.parametrize(("layer", "shape"), [(nn.AlphaDropout, (1000, 1000)), (nn.FeatureAlphaDropout, (999, 999, 1))])
def test_alpha_dropout_keeps_mean_and_variance(layer: Any, shape: Any, p: float, rng: np.random.Generator) -> None:
    y = layer(p, rng=rng)(rng.normal(size=shape).astype(np.float32))
    assert y.dtype == np.float32
    assert abs(y.mean()) < 0.01
    assert abs(y.std() - 1) < 0.01


def test_alpha_dropout_is_a_scale_and_a_shift_of_what_is_kept(rng: np.random.Generator) -> None:
    p, lowest = 0.4, -1.0507009873554805 * 1.6732632423543772
    a = ((1 - p) * (1 + p * lowest**2)) ** -0.5
    x = rng.normal(size=5000)
    y = functional.alpha_dropout(Tensor(x), p, True, rng=rng)
    b = -a * p * lowest
    dropped = np.isclose(y.data, a * lowest + b)
    np.testing.assert_allclose(y.data[~dropped], a * x[~dropped] + b, rtol=1e-12)
    assert abs(dropped.mean() - p) < 0.04


@pytest.mark.parametrize("layer", [nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_p_1_gives_zeros_p_0_and_evaluation_the_input(layer: Any) -> None:
    x = Tensor(np.ones((2, 3, 4)))
    assert np.all(layer(1.0)(x).data == 0)
    assert layer(0.0)(x) is x
    assert layer(0.5).eval()(x) is x


@pytest.mark.parametrize("layer", [nn.Dropout2d, nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_gradients_go_where_values_went(layer: Any, rng: np.random.Generator) -> None:
    x = Tensor(np.full((5, 7, 4), 10.0))
    y = layer(0.5, rng=rng)(x)
    y.sum().backward()
    went = y.data > 0
    assert np.array_equal(x.grad != 0, went)
    assert np.unique(x.grad).size == 2


@pytest.mark.parametrize("layer", [nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_what_does_not_fit_is_named(layer: Any) -> None:
    for p in (-0.1, 1.5, "half"):
        with pytest.raises(nn.errors.ArgumentError, match=f"{layer.__name__}: p={p!r}; it must be a probability"):
            layer(p)
    with pytest.raises(nn.errors.ArgumentError, match="inplace=True"):
        layer(0.5, inplace=True)


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: functional.dropout1d(np.ones(3)), r"dropout1d: got shape \(3,\); it must be \(N, C, L\) or \(C, L\)"),
    (lambda: functional.dropout2d(np.ones((3, 4))), r"dropout2d: got shape \(3, 4\); it must be \(N, C, H, W\)"),
    (lambda: functional.feature_alpha_dropout(np.ones(3)), r"it must be \(N, C, ...\)"),
]


@pytest.mark.parametrize(("call", "text"), WRONG)
def test_an_input_without_channels_is_refused(call: Callable[[], Any], text: str) -> None:
    with pytest.raises(nn.errors.ShapeError, match=text):
        call()


@pytest.mark.parametrize("function", [functional.dropout, functional.alpha_dropout])
def test_integers_pass_but_are_not_dropped(function: Any) -> None:
    x = np.arange(4)
    assert function(x, 0.5, training=False) is x
    with pytest.raises(nn.errors.ArgumentError, match=r"dropout: got int64; write x.astype\(np.float32\)"):
        function(x, 0.5, training=True)
