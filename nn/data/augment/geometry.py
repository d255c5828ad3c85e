"""Augmentations that resample: `rotate` and `scale`, about the middle of the image, bilinear."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors
from nn.data.augment.batches import on_images, working, written

__all__ = ["resample", "rotate", "scale"]

PIECE = 1 << 15  # pixels at a time: the coordinates and corners of so many stay in the cache


@on_images
def rotate(images: Any, rng: np.random.Generator, *, degrees: float = 10, fill: float = 0) -> Any:
    """Each image turned by an angle drawn evenly from ``-degrees..degrees``; counterclockwise is positive.

    What comes in at the corners is `fill`.
    """
    checks.not_negative("rotate", degrees=degrees)
    checks.finite("rotate", degrees=degrees)
    angles = np.deg2rad(rng.uniform(-degrees, degrees, len(images)))
    cos, sin = np.cos(angles), np.sin(angles)
    return resample(images, np.stack([cos, sin, -sin, cos], axis=-1).reshape(-1, 2, 2), fill)


@on_images
def scale(images: Any, rng: np.random.Generator, *, low: float = 0.9, high: float = 1.1, fill: float = 0) -> Any:
    """Each image made larger by a factor from ``low..high``, whose logarithm is drawn evenly; its size in pixels stays.

    What comes in at the edges of a smaller one is `fill`.
    """
    if not (checks.is_number(low) and checks.is_number(high) and 0 < low <= high < np.inf):
        raise errors.out_of_range("scale", "low, high", (low, high), "two factors with 0 < low <= high")
    factors = np.exp(rng.uniform(np.log(low), np.log(high), len(images)))
    return resample(images, np.eye(2) / factors[:, None, None], fill)


def resample(images: Any, matrices: Any, fill: float) -> Any:
    """The images at ``matrices @ (row, column)`` of each pixel, from the middle; bilinear, `fill` outside."""
    n, channels, height, width = images.shape
    result = np.empty_like(images)
    if not images.size:
        return result
    dtype = working(images)
    offsets = np.indices((height, width), dtype).reshape(2, -1) - np.array([[height - 1], [width - 1]], dtype) / 2
    step = max(1, PIECE // (height * width))
    for start in range(0, n, step):
        piece = images[start : start + step].astype(dtype)
        # one ring of `fill` around, where all that lies outside is read: no other guard is needed at the edges
        padded = np.pad(piece, [(0, 0), (0, 0), (1, 1), (1, 1)], constant_values=fill).reshape(*piece.shape[:2], -1)
        places = matrices[start : start + step].astype(dtype) @ offsets  # (n, 2, H * W)
        rows = np.clip(places[:, 0] + (height + 1) / 2, 0, height + 1)
        columns = np.clip(places[:, 1] + (width + 1) / 2, 0, width + 1)
        top = np.minimum(rows.astype(np.intp), height)
        left = np.minimum(columns.astype(np.intp), width)
        down, across = (rows - top)[:, None], (columns - left)[:, None]
        corner = (top * (width + 2) + left)[:, None]

        def at(shift: int, padded: Any = padded, corner: Any = corner) -> Any:
            return np.take_along_axis(padded, corner + shift, axis=2)

        with np.errstate(invalid="ignore"):  # next to an infinite pixel
            upper = blend(at(0), at(1), across)
            lower = blend(at(width + 2), at(width + 3), across)
            values = blend(upper, lower, down).reshape(-1, channels, height, width)
        result[start : start + step] = written(values, images.dtype)
    return result


def blend(a: Any, b: Any, weight: Any) -> Any:
    """``a`` where the weight is 0, exactly, and in between a mixture."""
    return a + weight * (b - a)
