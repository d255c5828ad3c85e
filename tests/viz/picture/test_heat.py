"""Heat maps: which squares an array gives."""

from typing import Any

import numpy as np
import pytest

from autograd.viz.picture.heat import COLUMNS, HEIGHT, ROWS, WIDTH, Heat, heat_of


def squares(heat: Heat) -> int:
    return sum(map(len, heat.shades.values()))


def shades(value: Any) -> dict[tuple[str, float], int]:
    heat = heat_of(np.array(value))
    assert heat is not None
    return {shade: len(found) for shade, found in heat.shades.items()}


def test_colour_is_sign_and_strength_is_size() -> None:
    assert shades([[1.0, -4.0], [0.0, 2.0]]) == {("negative", 1.0): 1, ("positive", 0.25): 1, ("positive", 0.5): 1}


def test_nan_has_its_own_colour_and_infinity_is_strongest() -> None:
    found = shades([np.nan, np.inf, -np.inf, 1.0, 0.0])
    assert found == {("missing", 1.0): 1, ("negative", 1.0): 1, ("positive", 1.0): 2}
    assert shades([np.nan, np.nan]) == {("missing", 1.0): 2}


def test_zeros_show_the_ground() -> None:
    heat = heat_of(np.zeros((2, 3)))
    assert heat is not None
    assert (heat.shades, len(heat.panels)) == ({}, 1)


@pytest.mark.parametrize(
    "value", [np.float64(2), np.zeros((0, 3)), np.ones(1), np.array([None, 1]), np.array(["a"] * 2)]
)
def test_what_is_no_picture_has_none(value: Any) -> None:
    assert heat_of(value) is None


@pytest.mark.parametrize("dtype", [bool, np.int8, np.float16, np.float32, complex])
def test_every_kind_of_number(dtype: Any) -> None:
    assert shades(np.array([0, 1, 1], dtype)) == {("positive", 1.0): 2}


@pytest.mark.parametrize("shape", [(3,), (1_000,), (5, 2), (1, 7), (7, 1), (200, 300), (4, 1, 3, 3), (2, 3, 50, 60)])
def test_it_fits_its_room(shape: tuple[int, ...]) -> None:
    heat = heat_of(np.random.default_rng(0).normal(size=shape))
    assert heat is not None
    assert heat.width <= WIDTH + 0.1
    assert heat.height <= HEIGHT + 0.1
    assert 0 < squares(heat) <= 3 * ROWS * COLUMNS
    for found in heat.shades.values():
        for x, y, width, height in found:
            assert -0.02 <= x <= x + width <= heat.width + 0.05
            assert -0.02 <= y <= y + height <= heat.height + 0.05


def test_a_large_array_is_shown_by_means_of_blocks() -> None:
    value = np.ones((ROWS * 7, COLUMNS * 3))
    value[:7, :3] = -1.0
    assert shades(value) == {("negative", 1.0): 1, ("positive", 1.0): ROWS * COLUMNS - 1}
    value[0, 0] = np.nan
    assert shades(value)["missing", 1.0] == 1
