"""Pooling: ties and NaN, work in pieces, what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional
from nn.functional import pooling_windows

torch = pytest.importorskip("torch")


def gradient(f: Callable[[Any], Any], x: Any, g: Any = None) -> Any:
    t = Tensor(x)
    y = f(t)
    y.backward(np.ones_like(y.data) if g is None else g)
    return t.grad


# ------------------------------------------------------------------------------------------------- ties, NaN, infinity


def test_of_equal_entries_the_first_in_the_window_has_the_whole_gradient() -> None:
    x = np.array([[[0.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]]])
    assert gradient(lambda x: functional.max_pool2d(x, 2), x).tolist() == [[[0, 1, 1, 0], [0, 0, 0, 0]]]
    assert functional.max_pool2d(x, 2, return_indices=True)[1].tolist() == [[[1, 2]]]


def test_a_window_of_minus_infinity_has_its_gradient_inside_the_image() -> None:
    x = np.full((1, 1, 3, 3), -np.inf)
    ours = gradient(lambda x: functional.max_pool2d(x, 3, 2, 1), x)
    t = torch.tensor(x, requires_grad=True)
    torch.nn.functional.max_pool2d(t, 3, 2, 1).sum().backward()
    assert np.array_equal(ours, t.grad.numpy())


@pytest.mark.parametrize("options", [(2,), (3, 2, 1), (2, 1)])
def test_nan_counts_as_largest(options: Any, rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 3, 6, 6))
    x[rng.random(x.shape) < 0.2] = np.nan
    y, places = functional.max_pool2d(x, *options, return_indices=True)
    ty, torch_places = torch.nn.functional.max_pool2d(torch.tensor(x), *options, return_indices=True)
    np.testing.assert_array_equal(y, ty.numpy())
    np.testing.assert_array_equal(places, torch_places.numpy())


def test_an_infinite_gradient_makes_no_nan_beside_it() -> None:
    g = gradient(lambda x: functional.max_pool1d(x, 2), np.array([[1.0, 2.0]]), np.array([[np.inf]]))
    assert g.tolist() == [[0, np.inf]]


# ----------------------------------------------------------------------------------------- large images, in pieces


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("max_pool2d", (2,)),
        ("max_pool2d", (3,)),
        ("max_pool2d", (3, 2, 1)),
        ("avg_pool2d", (2,)),
        ("avg_pool2d", (12,)),
        ("avg_pool2d", (3, 2, 1)),
        ("adaptive_avg_pool2d", (1,)),
        ("adaptive_avg_pool2d", (7,)),
        ("adaptive_max_pool2d", (7,)),
    ],
)
def test_many_images_are_pooled_in_pieces(name: str, options: Any, dtype: Any, rng: np.random.Generator) -> None:
    x = rng.integers(-9, 9, (48, 17, 24, 24)).astype(dtype)  # small integers: sums are exact, and there are ties
    t = torch.tensor(x, requires_grad=True)
    expected = getattr(torch.nn.functional, name)(t, *options)
    g = rng.integers(-9, 9, expected.shape).astype(dtype)
    expected.backward(torch.tensor(g))
    y = getattr(functional, name)(x, *options)
    assert y.dtype == dtype
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=tolerance, atol=tolerance)
    gx = gradient(lambda x: getattr(functional, name)(x, *options), x, g)
    np.testing.assert_allclose(gx, t.grad.numpy(), rtol=tolerance, atol=tolerance)
    assert x.size > 3 * pooling_windows.PIECE


def test_an_image_in_another_memory_order_is_pooled_the_same(rng: np.random.Generator) -> None:
    x = rng.normal(size=(3, 6, 6, 2))
    turned = np.moveaxis(x, -1, 1)
    for f in (functional.max_pool2d, functional.avg_pool2d):
        y = f(turned, 2)
        assert np.array_equal(y, f(np.ascontiguousarray(turned), 2))
        g = gradient(lambda x: f(x, 2), turned)  # noqa: B023
        assert np.array_equal(g, gradient(lambda x: f(x, 2), np.ascontiguousarray(turned)))  # noqa: B023


def test_integers_have_a_maximum_and_no_mean() -> None:
    x = np.arange(8).reshape(1, 8)
    y = functional.max_pool1d(x, 2, padding=1)
    assert y.tolist() == [[0, 2, 4, 6, 7]]
    assert y.dtype == x.dtype
    with pytest.raises(nn.errors.ArgumentError, match=r"avg_pool1d: got int64; write x.astype\(np.float32\)"):
        functional.avg_pool1d(x, 2)


def test_unpooling_puts_maxima_back(rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 3, 5, 5))
    y, places = nn.MaxPool2d(2, return_indices=True)(x)
    back = nn.MaxUnpool2d(2)(y, places, output_size=x.shape)
    assert back.shape == x.shape
    assert np.array_equal(back[back != 0], x[back != 0])
    assert np.count_nonzero(back) == y.size


# ------------------------------------------------------------------------------------------------------ what is refused

REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.MaxPool2d(0), nn.errors.ArgumentError, "MaxPool2d: kernel_size=0; it must be an integer, 1 or more"),
    (lambda: nn.MaxPool2d(2, 0), nn.errors.ArgumentError, "MaxPool2d: stride=0"),
    (lambda: nn.MaxPool2d(2.0), nn.errors.ArgumentError, "MaxPool2d: kernel_size=2.0"),
    (lambda: nn.MaxPool2d((2, 2, 2)), nn.errors.ArgumentError, r"kernel_size=\(2, 2, 2\); .* or 2 of them"),
    (lambda: nn.MaxPool2d(2, padding=2), nn.errors.ArgumentError, "padding=2; it must be at most half of the window"),
    (lambda: nn.MaxPool2d(2, padding=-1), nn.errors.ArgumentError, "padding=-1"),
    (lambda: nn.AvgPool2d(2, divisor_override=0), nn.errors.ArgumentError, "divisor_override=0"),
    (lambda: nn.AvgPool2d(2, divisor_override=1.5), nn.errors.ArgumentError, "it must be an integer other than 0"),  # type: ignore[arg-type]
    (lambda: nn.AdaptiveAvgPool2d(0), nn.errors.ArgumentError, r"output_size=\(0, 0\)"),
    (lambda: nn.AdaptiveAvgPool2d((1, 2, 3)), nn.errors.ArgumentError, "output_size"),
    (
        lambda: nn.MaxPool2d(5)(np.ones((1, 1, 4, 9))),
        nn.errors.ShapeError,
        r"max_pool2d: got shape \(1, 1, 4, 9\); a window of 5 entries does not fit into 4",
    ),
    (lambda: nn.MaxPool2d(2)(np.ones((4, 9))), nn.errors.ShapeError, r"\(4, 9\); it must be \(N, C, H, W\) or \(C, H"),
    (lambda: nn.MaxPool1d(2)(np.ones((1, 1, 4, 9))), nn.errors.ShapeError, r"must be \(N, C, L\) or \(C, L\)"),
    (lambda: nn.AvgPool2d(2)(np.ones((1, 0, 4, 9))), nn.errors.ShapeError, "only the batch may be empty"),
    (lambda: nn.MaxPool2d(2)([[1.0]]), nn.errors.ArgumentError, "the input is a list"),
    (lambda: nn.MaxPool2d(2)(np.ones((1, 1, 2, 2), complex)), nn.errors.ArgumentError, "must be of real numbers"),
    (
        lambda: nn.MaxUnpool2d(2)(np.ones((1, 1, 2, 2)), np.full((1, 1, 2, 2), 16)),
        nn.errors.ArgumentError,
        r"indices must be integers in 0..15, the places in \(4, 4\); got int64 from 16 to 16",
    ),
    (lambda: nn.MaxUnpool2d(2)(np.ones((1, 1, 2, 2)), np.ones((1, 2), int)), nn.errors.ShapeError, "must be the same"),
    (lambda: nn.MaxUnpool2d(2)([1.0], [1]), nn.errors.ArgumentError, "max_unpool2d: the input is a list"),
    (
        lambda: nn.MaxUnpool1d(2)(np.ones((1, 2)), np.array([[0, 2]]), output_size="9"),
        nn.errors.ArgumentError,
        "output_size='9'; it must be an integer",
    ),
    (
        lambda: nn.MaxUnpool1d(2)(np.ones((1, 2)), np.array([[0, 2]]), output_size=[9]),
        nn.errors.ArgumentError,
        "output_size=.*; it must be 3 to 5",
    ),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED)
def test_what_does_not_fit_is_named(call: Callable[[], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
