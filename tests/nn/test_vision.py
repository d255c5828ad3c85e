"""Resizing, rearranging and padding images: what PyTorch is no guide to, and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional

torch = pytest.importorskip("torch")
ONES = np.ones((1, 2, 3, 4))


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("size", [(3, 5), (9, 2), (20, 30)])
def test_antialias_is_that_of_pytorch(mode: str, align_corners: bool, size: Any, rng: np.random.Generator) -> None:
    x, options = rng.normal(size=(2, 3, 11, 13)), {"mode": mode, "align_corners": align_corners, "antialias": True}
    ours, theirs = Tensor(x), torch.tensor(x, requires_grad=True)
    y = functional.interpolate(ours, size, **options)  # type: ignore[arg-type]
    expected = torch.nn.functional.interpolate(theirs, size, **options)
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-12, atol=1e-12)
    g = rng.normal(size=y.shape)
    y.backward(g)
    expected.backward(torch.tensor(g))
    np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "bilinear", "bicubic", "area"])
@pytest.mark.parametrize("factor", [0.6, 1.3, (2.0, 1.4)])
def test_a_gradient_is_the_transpose_of_the_value(mode: str, factor: Any, rng: np.random.Generator) -> None:
    x, t = rng.normal(size=(1, 2, 5, 6)), Tensor(rng.normal(size=(1, 2, 5, 6)))
    y = functional.interpolate(t, scale_factor=factor, mode=mode)
    g = rng.normal(size=y.shape)
    y.backward(g)
    assert np.sum(t.grad * x) == pytest.approx(np.sum(g * functional.interpolate(x, scale_factor=factor, mode=mode)))


def test_nan_stays_where_it_is() -> None:
    x = np.zeros((1, 1, 4, 4))
    x[0, 0, 0, 0] = np.nan
    assert np.isnan(functional.interpolate(x, scale_factor=2, mode="bilinear")).sum() == 9
    assert np.isnan(functional.pad(x, (1, 1, 1, 1), "reflect")).sum() == 1


def test_shuffling_there_and_back_is_the_input(rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 12, 3, 5))
    assert np.array_equal(nn.PixelUnshuffle(2)(nn.PixelShuffle(2)(x)), x)
    assert np.array_equal(nn.ChannelShuffle(3)(nn.ChannelShuffle(4)(x)), x)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_a_dtype_is_kept(dtype: Any) -> None:
    x = np.arange(12, dtype=dtype).reshape(1, 1, 3, 4)
    for y in (
        functional.pad(x, (1, 1)),
        functional.pad(x, (1, 1), "circular"),
        functional.interpolate(x, scale_factor=2),
        functional.pixel_unshuffle(x[:, :, :2], 2),
    ):
        assert y.dtype == dtype


def test_padding_with_a_value_and_cutting_off() -> None:
    x = np.arange(6.0).reshape(1, 2, 3)
    assert functional.pad(x, (1, -1), value=9).tolist() == [[[9, 0, 1], [9, 3, 4]]]
    assert functional.pad(x, (0, 0, 1, 0)).tolist() == [[[0, 0, 0], [0, 1, 2], [3, 4, 5]]]
    assert functional.pad(x, (-1, 2), "circular").tolist() == [[[1, 2, 1, 2], [4, 5, 4, 5]]]


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.Upsample(), nn.errors.ArgumentError, "Upsample: size=None and scale_factor=None; give one of them"),
    (lambda: nn.Upsample(2, 2), nn.errors.ArgumentError, "give one of them"),
    (lambda: nn.Upsample(2, mode="cubic"), nn.errors.ArgumentError, "unknown mode 'cubic'. Known are 'nearest'"),
    (
        lambda: nn.Upsample(2, align_corners=True),
        nn.errors.ArgumentError,
        "align_corners is for linear and cubic",
    ),
    (lambda: nn.Upsample(2, mode="linear")(ONES), nn.errors.ShapeError, "mode 'linear' takes an input of 3 axes"),
    (lambda: nn.Upsample((2, 2, 2))(ONES), nn.errors.ArgumentError, "size=.*the input has 2 spatial axes"),
    (lambda: nn.Upsample(0)(ONES), nn.errors.ArgumentError, "size=0; it must be an integer, 1 or more"),
    (
        lambda: nn.Upsample(scale_factor=-1)(ONES),
        nn.errors.ArgumentError,
        "scale_factor=-1.0; it must be a number",
    ),
    (lambda: nn.Upsample(scale_factor=0.1)(ONES), nn.errors.ShapeError, "nothing would be left"),
    (lambda: nn.Upsample(2)(ONES[:, :, :0]), nn.errors.ShapeError, "only the batch may be empty"),
    (lambda: functional.interpolate(ONES, 2, antialias=True), nn.errors.ArgumentError, "antialias=True is for modes"),
    (lambda: functional.interpolate(ONES.astype(int), 2, mode="area"), nn.errors.ArgumentError, "got int64; write x"),
    (lambda: nn.PixelShuffle(0), nn.errors.ArgumentError, "PixelShuffle: upscale_factor=0"),
    (
        lambda: nn.PixelShuffle(2)(ONES),
        nn.errors.ShapeError,
        "the channels are no multiple of 4",
    ),
    (lambda: nn.PixelUnshuffle(2)(ONES), nn.errors.ShapeError, "3 x 4 is no multiple of 2"),
    (lambda: nn.ChannelShuffle(3)(ONES), nn.errors.ShapeError, "C a multiple of 3"),
    (lambda: nn.ZeroPad2d((1, 2)), nn.errors.ArgumentError, r"ZeroPad2d: padding=\(1, 2\); .* or 4 of them"),
    (lambda: nn.ZeroPad2d(1.5), nn.errors.ArgumentError, "padding=1.5"),
    (lambda: nn.ZeroPad2d(1)(ONES[0, 0]), nn.errors.ShapeError, r"it must be \(N, C, H, W\) or \(C, H, W\)"),
    (lambda: nn.ZeroPad2d(-2)(ONES), nn.errors.ShapeError, "cuts off more than there is"),
    (lambda: nn.ReflectionPad2d(3)(ONES), nn.errors.ShapeError, "mode='reflect' can add at most 2 to an axis of 3"),
    (lambda: nn.CircularPad2d(4)(ONES), nn.errors.ShapeError, "mode='circular' can add at most 3 to an axis of 3"),
    (lambda: functional.pad(ONES, (1,)), nn.errors.ArgumentError, "two integers for each axis"),
    (lambda: functional.pad(ONES, (1, 1), "mirror"), nn.errors.ArgumentError, "unknown mode 'mirror'"),
    (lambda: nn.Upsample(scale_factor=(2.0, "2")), nn.errors.ArgumentError, "Upsample: scale_factor='2'"),
    (lambda: functional.pad(ONES, (1, 1), value="0"), nn.errors.ArgumentError, "pad: value='0'; it must be a number"),
    (lambda: nn.ConstantPad2d(1, None), nn.errors.ArgumentError, "ConstantPad2d: value=None; it must be a number"),
    (lambda: functional.pad(ONES, (1, 1), "reflect", 2.0), nn.errors.ArgumentError, "is for mode='constant'"),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED)
def test_what_does_not_fit_is_named(call: Callable[[], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
