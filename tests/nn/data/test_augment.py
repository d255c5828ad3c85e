"""Augmentation: against SciPy and NumPy, by distribution, and what is the same for all of them."""

import re
from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn.data import augment
from nn.data.augment import Compose, crop, cutout, flip, mixup, noise, rotate, scale, shift
from nn.data.augment.geometry import resample
from tests.conftest import few

ALL = {
    "shift": shift,
    "crop": partial(crop, size=5, padding=1),
    "flip": flip,
    "rotate": partial(rotate, degrees=40),
    "scale": scale,
    "noise": noise,
    "cutout": partial(cutout, size=3),
    "Compose": Compose(shift, flip, rotate),
}


def images(n: int = 6, channels: int = 2, height: int = 7, width: int = 6, dtype: Any = np.float32) -> Any:
    values = np.random.default_rng(3).random((n, channels, height, width))
    return values.astype(dtype) if np.dtype(dtype).kind == "f" else (values * 100 > 50) * np.array(100).astype(dtype)


class Fixed(np.random.Generator):
    """Draws always the same between two limits: their upper one, or so far from the lower one."""

    share = 1.0

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return np.full(size, low + self.share * (high - low))


def fixed(share: float = 1.0) -> Fixed:
    rng = Fixed(np.random.PCG64(0))
    rng.share = share
    return rng


@pytest.mark.parametrize("name", ALL)
def test_the_same_for_all(name: str) -> None:
    function: Any = ALL[name]
    for dtype in (np.float16, np.float32, np.float64, np.uint8, np.int16, np.int64, bool):
        x = images(dtype=dtype)
        before = x.copy()
        y = function(x, np.random.default_rng(0))
        assert y.dtype == x.dtype
        assert np.array_equal(x, before)
        assert not np.shares_memory(x, y)
        assert y.shape == (6, 2, 5, 5) if name == "crop" else y.shape == x.shape
        assert np.array_equal(y, function(x, np.random.default_rng(0)))
        if name not in ("noise", "scale") or np.dtype(dtype).kind == "f":
            assert not np.array_equal(y, function(x, np.random.default_rng(1)))
    assert function(images(0), np.random.default_rng(0)).shape[:2] == (0, 2)
    strided = images(height=14)[:, :, ::2]
    assert np.array_equal(
        function(strided, np.random.default_rng(0)), function(strided.copy(), np.random.default_rng(0))
    )


def test_images_and_rng_may_be_named() -> None:
    x = images()
    named = shift(images=x, rng=np.random.default_rng(0), pixels=1)
    assert np.array_equal(named, shift(x, np.random.default_rng(0), pixels=1))
    assert shift.__name__ == "shift"


@pytest.mark.parametrize("name", ALL)
def test_a_batch_may_be_a_tuple_whose_rest_stays(name: str) -> None:
    function: Any = ALL[name]
    x, y = images(), np.arange(6)
    changed, labels = function((x, y), np.random.default_rng(0))
    assert np.array_equal(changed, function(x, np.random.default_rng(0)))
    assert labels is y


@pytest.mark.parametrize("name", sorted(set(ALL) - {"Compose"}))
def test_what_is_no_batch_of_images_is_named(name: str) -> None:
    function: Any = ALL[name]
    with pytest.raises(
        nn.errors.ShapeError, match=rf"^{name}: got images of shape \(3, 4\); it must be \(N, C, H, W\)"
    ):
        function(np.zeros((3, 4)), np.random.default_rng(0))
    with pytest.raises(nn.errors.ArgumentError, match=f"^{name}: the images are of complex128"):
        function(np.zeros((1, 1, 9, 9), complex), np.random.default_rng(0))
    with pytest.raises(nn.errors.ArgumentError, match="rng is a int"):
        function(images(), 0)
    with pytest.raises(nn.errors.ShapeError, match=f"^{name}: the batch is an empty tuple"):
        function((), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (partial(shift, pixels=-1), "shift: pixels=-1"),
        (partial(shift, fill="x"), "shift: fill='x'"),
        (partial(crop, size=0), "crop: size=0"),
        (
            partial(crop, size=(9, 3), padding=(0, 1)),
            "crop: size (9, 3) is more than the images of (7, 6) with padding",
        ),
        (partial(flip, horizontal=1.5), "flip: horizontal=1.5; it must be a number from 0 to 1."),
        (partial(flip, vertical=-0.1), "flip: vertical=-0.1"),
        (partial(rotate, degrees=-1), "rotate: degrees=-1"),
        (partial(rotate, degrees=np.inf), "rotate: degrees=inf; it must be a finite number."),
        (partial(noise, std=np.inf), "noise: std=inf; it must be a finite number."),
        (partial(scale, low=0), "scale: low, high=(0, 1.1)"),
        (partial(scale, low=2, high=1), "scale: low, high=(2, 1)"),
        (partial(noise, std=-1), "noise: std=-1"),
        (partial(cutout, size=-1), "cutout: size=-1"),
    ],
)
def test_options_out_of_range_are_named(call: Any, text: str) -> None:
    with pytest.raises((nn.errors.ArgumentError, nn.errors.ShapeError), match=re.escape(text)):
        call(images(), np.random.default_rng(0))


# -------------------------------------------------------------------------------------------------------------- places


def test_shift_moves_each_image_by_itself_and_fills() -> None:
    x = images(200, 1, 5, 4)
    y = shift(x, np.random.default_rng(0), pixels=(2, 1), fill=9)
    padded = np.pad(x, [(0, 0), (0, 0), (2, 2), (1, 1)], constant_values=9)
    found = set()
    for i in range(200):
        places = [
            (a, b) for a in range(5) for b in range(3) if np.array_equal(y[i], padded[i, :, a : a + 5, b : b + 4])
        ]
        assert len(places) == 1
        found |= {*places}
    assert len(found) == 15  # every move occurs
    assert np.array_equal(shift(x, np.random.default_rng(0), pixels=0), x)


def test_crop_takes_windows_everywhere() -> None:
    x = images(300, 2, 6, 5)
    y = crop(x, np.random.default_rng(0), size=(4, 3))
    found = set()
    for i in range(300):
        found |= {(a, b) for a in range(3) for b in range(3) if np.array_equal(y[i], x[i, :, a : a + 4, b : b + 3])}
    assert len(found) == 9
    assert np.array_equal(crop(x, np.random.default_rng(0), size=(6, 5)), x)


def test_flip_by_its_chances() -> None:
    x = images(2000, 1, 2, 3)
    rng = np.random.default_rng(0)
    assert np.array_equal(flip(x, rng, horizontal=1), x[..., ::-1])
    assert np.array_equal(flip(x, rng, horizontal=0, vertical=1), x[:, :, ::-1])
    y = flip(x, rng, horizontal=0.25)
    flipped = (y == x[..., ::-1]).all(axis=(1, 2, 3))
    assert ((y == x).all(axis=(1, 2, 3)) ^ flipped).all()
    assert 0.2 < flipped.mean() < 0.3


# ------------------------------------------------------------------------------------------------------------ geometry


@pytest.mark.parametrize("shape", [(6, 6), (7, 7), (1, 1)])
def test_a_quarter_turn_is_numpys(shape: tuple[int, int]) -> None:
    x = images(3, 2, *shape, dtype=np.float64)
    assert np.allclose(rotate(x, fixed(), degrees=90), np.rot90(x, axes=(2, 3)), atol=1e-12)
    assert np.allclose(rotate(x, fixed(0), degrees=90), np.rot90(x, -1, axes=(2, 3)), atol=1e-12)
    assert np.allclose(rotate(x, fixed(), degrees=180), np.rot90(x, 2, axes=(2, 3)), atol=1e-12)
    assert np.array_equal(rotate(x, fixed(), degrees=0), x)


@few
@given(
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    entries=st.lists(st.floats(-2, 2), min_size=4, max_size=4),
    fill=st.floats(-1, 1),
)
def test_resampling_is_scipys(height: int, width: int, entries: list[float], fill: float) -> None:
    x = images(2, 2, height, width, dtype=np.float64)
    matrix = np.reshape(entries, (2, 2))
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    wanted = [
        [
            scipy.ndimage.affine_transform(
                channel, matrix, middle - matrix @ middle, order=1, mode="grid-constant", cval=fill
            )
            for channel in image
        ]
        for image in x
    ]
    assert np.allclose(resample(x, np.stack([matrix] * 2), fill), wanted, atol=1e-9)


def test_scale_makes_larger_and_smaller() -> None:
    x = np.zeros((1, 1, 9, 9))
    x[0, 0, 3:6, 3:6] = 1
    larger, smaller = scale(x, fixed(), high=2.0), scale(x, fixed(0), low=0.5)
    assert 30 < larger.sum() < 42  # four times nine
    assert smaller.sum() == 1  # every second pixel of three
    assert np.array_equal(larger[0, 0], larger[0, 0].T)
    assert np.allclose(scale(x, np.random.default_rng(0), low=1, high=1), x)
    assert scale(x, fixed(0), low=0.5, fill=7)[0, 0, 0, 0] == 7


def test_large_images_are_done_piece_by_piece_alike() -> None:
    x = np.random.default_rng(0).random((3, 1, 200, 200))
    matrices = np.random.default_rng(1).normal(size=(3, 2, 2))
    one_by_one = [resample(x[i : i + 1], matrices[i : i + 1], 0)[0] for i in range(3)]
    assert np.array_equal(resample(x, matrices, 0), one_by_one)


def test_an_infinite_pixel_spoils_its_neighbours_alone() -> None:
    x = np.zeros((1, 1, 9, 9))
    x[0, 0, 0, 0] = np.inf
    assert np.isfinite(rotate(x, fixed(), degrees=10)[0, 0, 4:, 4:]).all()


# -------------------------------------------------------------------------------------------------------------- values


def test_noise_has_its_deviation() -> None:
    x = np.full((4, 3, 40, 40), 0.5)
    drawn = noise(x, np.random.default_rng(0), std=0.2) - x
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.std() - 0.2) < 0.01
    assert np.array_equal(noise(x, np.random.default_rng(0), std=0), x)


def test_integers_are_rounded_and_stay_within_their_range() -> None:
    x = np.array([0, 3, 128, 252, 255], np.uint8).reshape(1, 1, 1, 5).repeat(40_000, axis=0)
    y = noise(x, np.random.default_rng(0), std=10.0)
    assert (y.min(), y.max()) == (0, 255)
    assert abs(y[..., 2].mean() - 128) < 0.2  # truncated it would be 127.5
    assert y[..., 0].max() < 60  # nothing wrapped round
    largest = np.full((1, 1, 3, 3), np.iinfo(np.int64).max)
    assert (rotate(largest, fixed(), degrees=30, fill=0) >= 0).all()


@pytest.mark.parametrize("name", ["shift", "crop", "rotate", "scale", "cutout"])
def test_what_fills_integers_is_kept_within_their_range_too(name: str) -> None:
    function: Any = ALL[name]
    outside = (
        partial(function, pixels=9) if name == "shift" else partial(function, low=0.1) if name == "scale" else function
    )
    x = np.full((20, 1, 7, 6), 9, np.uint8)
    assert np.array_equal(*(outside(x, np.random.default_rng(0), fill=fill) for fill in (300, 255)))
    assert np.array_equal(*(outside(x, np.random.default_rng(0), fill=fill) for fill in (-3, 0)))
    with pytest.raises(
        nn.errors.ArgumentError, match=f"{name}: fill=nan; it must be a number that images of uint8 can"
    ):
        function(x, np.random.default_rng(0), fill=np.nan)
    assert np.isnan(outside(x.astype(np.float32), np.random.default_rng(0), fill=np.nan)).any()


def test_cutout_is_a_rectangle_with_its_middle_inside() -> None:
    x = np.ones((500, 2, 8, 8), np.float32)
    y = cutout(x, np.random.default_rng(0), size=(4, 2), fill=-1)
    gone = y == -1
    assert ((y == 1) | gone).all()
    assert np.array_equal(gone[:, 0], gone[:, 1])
    rows, columns = gone[:, 0].any(axis=2), gone[:, 0].any(axis=1)
    assert np.array_equal(gone[:, 0], rows[:, :, None] & columns[:, None, :])
    assert set(rows.sum(axis=1)) == {2, 3, 4}
    assert set(columns.sum(axis=1)) == {1, 2}
    assert rows.any(axis=0).all()
    assert columns.any(axis=0).all()
    assert np.array_equal(cutout(x, np.random.default_rng(0), size=0), x)


def test_mixup_mixes_examples_and_targets_alike() -> None:
    x = np.eye(6, dtype=np.float32).reshape(6, 1, 2, 3)
    mixed, target = mixup((x, np.arange(6)), np.random.default_rng(0), alpha=1.0, classes=6)
    assert (mixed.dtype, target.dtype) == (np.float32, np.float32)
    assert np.allclose(mixed.reshape(6, 6), target, atol=1e-6)
    assert np.allclose(target.sum(axis=1), 1)
    assert ((target > 0.01).sum(axis=1) == 2).any()
    again, values = mixup((x, np.arange(6.0)), np.random.default_rng(0), alpha=1.0)
    assert np.array_equal(again, mixed)
    assert np.allclose(values, target @ np.arange(6.0), atol=1e-5)
    loss = nn.CrossEntropyLoss()(np.zeros((6, 6), np.float32), target)
    assert np.isclose(float(loss), np.log(6), atol=1e-5)


@pytest.mark.parametrize(
    ("batch", "options", "error", "text"),
    [
        (images(), {}, nn.errors.ArgumentError, "mixup: batch is a ndarray; write a pair (x, y)"),
        ((images(), np.arange(5)), {}, nn.errors.ShapeError, "mixup: x has shape (6, 2, 7, 6) and y (5,)"),
        ((images(), np.arange(6)), {}, nn.errors.ArgumentError, "Write classes=10 for labels of 10 classes"),
        (
            (images(), np.arange(6)),
            {"classes": 5},
            nn.errors.LabelError,
            "mixup: label 5 is none of the 5 classes",
        ),
        ((images(), np.ones(6)), {"classes": 5}, nn.errors.LabelError, "mixup: the labels are float64(6,)"),
        ((np.array(["a"]), np.ones(1)), {}, nn.errors.ArgumentError, "mixup: x is of <U1; it must be of numbers."),
        (
            (images(), np.ones(6)),
            {"alpha": np.inf},
            nn.errors.ArgumentError,
            "mixup: alpha=inf; it must be a number ab",
        ),
        ((images(), np.ones(6)), {"alpha": 0}, nn.errors.ArgumentError, "mixup: alpha=0; it must be a number above 0."),
    ],
)
def test_mixup_of_what_cannot_be_mixed_is_named(batch: Any, options: Any, error: Any, text: str) -> None:
    with pytest.raises(error, match=re.escape(text)):
        mixup(batch, np.random.default_rng(0), **options)


def test_mixup_of_many_classes_takes_rows_for_the_examples_alone() -> None:
    _, y = mixup((np.zeros((2, 1)), np.array([0, 99_999])), np.random.default_rng(0), classes=100_000)
    assert y.shape == (2, 100_000)
    assert np.allclose(y[:, [0, -1]].sum(axis=1), 1)


def test_compose_does_them_in_turn_with_one_generator() -> None:
    x, rng = images(), np.random.default_rng(0)
    wanted = rotate(shift(x, rng), rng, degrees=5)
    steps = Compose(shift, partial(rotate, degrees=5))
    assert np.array_equal(steps(x, np.random.default_rng(0)), wanted)
    assert repr(steps) == "Compose(shift, partial(rotate, degrees=5))"
    assert np.array_equal(Compose()(x, rng), x)
    with pytest.raises(nn.errors.ArgumentError, match="Compose: a step is a str; write functions of"):
        Compose("shift")  # type: ignore[arg-type]


def test_every_augmentation_is_tried_here() -> None:
    assert set(augment.__all__) == {*ALL, "mixup"}
