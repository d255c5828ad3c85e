"""Augmentations that move pixels as they are: `shift`, `crop`, `flip`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nn import checks, errors
from nn.data.augment.batches import on_images, share

__all__ = ["crop", "flip", "shift"]


@on_images
def shift(images: Any, rng: np.random.Generator, *, pixels: Any = 2, fill: float = 0) -> Any:
    """Each image moved by whole pixels, as many as `pixels` (or a pair of limits, down and across) either way.

    What comes in at the edges is `fill`.
    """
    return windows(images, rng, checks.several("shift", "pixels", pixels, 2), images.shape[2:], fill)


@on_images
def crop(images: Any, rng: np.random.Generator, *, size: Any, padding: Any = 0, fill: float = 0) -> Any:
    """A part of each image, of `size` (an integer or a pair), anywhere in it.

    `padding` widens the images by as many pixels of `fill` first, so that ``crop(x, rng, size=32, padding=4)`` is the
    usual augmentation of images of 32 x 32.
    """
    return windows(
        images, rng, checks.several("crop", "padding", padding, 2), checks.several("crop", "size", size, 2, 1), fill
    )


def windows(images: Any, rng: np.random.Generator, margin: Any, size: Any, fill: float) -> Any:
    """A window of each image, which is widened by a margin of `fill`; where is drawn evenly."""
    n, _, *there = images.shape
    room = [length + 2 * around - wanted for length, around, wanted in zip(there, margin, size, strict=True)]
    if min(room) < 0:
        raise errors.ShapeError(
            f"crop: size {tuple(size)} is more than the images of {tuple(there)} with padding {tuple(margin)} around."
        )
    top, left = (rng.integers(0, free + 1, n) for free in room)
    padded = np.pad(images, [(0, 0), (0, 0), *((around, around) for around in margin)], constant_values=fill)
    return sliding_window_view(padded, tuple(size), axis=(2, 3))[np.arange(n), :, top, left]


@on_images
def flip(images: Any, rng: np.random.Generator, *, horizontal: float = 0.5, vertical: float = 0.0) -> Any:
    """Left and right of each image exchanged with the chance `horizontal`, top and bottom with `vertical`."""
    share("flip", horizontal=horizontal)
    share("flip", vertical=vertical)
    flipped = images.copy()
    for axis, chance in ((3, horizontal), (2, vertical)):
        chosen = rng.random(len(images)) < chance
        flipped[chosen] = np.flip(flipped[chosen], axis)
    return flipped
