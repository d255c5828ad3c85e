"""Images rearranged: channels into pixels and back, and channels among each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import primitive, vjp_rule
from nn import checks, errors

__all__ = ["channel_shuffle", "pixel_shuffle", "pixel_unshuffle"]


@primitive
def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """Blocks of r*r channels into blocks of r*r pixels: (..., C*r*r, H, W) to (..., C, H*r, W*r). Shi et al., 2016.

    Raises `ShapeError` unless r*r divides the channels.
    """
    check_image("pixel_shuffle", input, upscale_factor=upscale_factor)
    *batch, channels, height, width = input.shape
    r = upscale_factor
    if channels % r**2:
        raise errors.ShapeError(f"pixel_shuffle: got shape {input.shape}; the channels are no multiple of {r**2}.")
    shape = *batch, channels // r**2, r, r, height, width
    y = np.moveaxis(input.reshape(shape), (-4, -3), (-3, -1))
    return y.reshape(*batch, channels // r**2, height * r, width * r)


@primitive
def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """The inverse of `pixel_shuffle`: (..., C, H*r, W*r) to (..., C*r*r, H, W).

    Raises `ShapeError` unless r divides height and width.
    """
    check_image("pixel_unshuffle", input, downscale_factor=downscale_factor)
    *batch, channels, height, width = input.shape
    r = downscale_factor
    if height % r or width % r:
        raise errors.ShapeError(f"pixel_unshuffle: got shape {input.shape}; {height} x {width} is no multiple of {r}.")
    shape = *batch, channels, height // r, r, width // r, r
    y = np.moveaxis(input.reshape(shape), (-3, -1), (-4, -3))
    return y.reshape(*batch, channels * r**2, height // r, width // r)


@primitive
def channel_shuffle(input: Any, groups: int) -> Any:
    """The first channels of all groups first, then the second ones: (N, C, ...). Zhang et al., 2018.

    Raises `ShapeError` unless `groups` divides the channels.
    """
    checks.array("channel_shuffle", input)
    checks.at_least_one("channel_shuffle", groups=groups)
    if input.ndim < 3 or input.shape[1] % groups:
        raise errors.ShapeError(
            f"channel_shuffle: got shape {input.shape}; it must be (N, C, *spatial), C a multiple of {groups}."
        )
    n, channels, *sizes = input.shape
    return input.reshape(n, groups, channels // groups, *sizes).swapaxes(1, 2).reshape(input.shape)


vjp_rule(pixel_shuffle, lambda g, y, x, upscale_factor: pixel_unshuffle(g, upscale_factor))
vjp_rule(pixel_unshuffle, lambda g, y, x, downscale_factor: pixel_shuffle(g, downscale_factor))
vjp_rule(channel_shuffle, lambda g, y, x, groups: channel_shuffle(g, x.shape[1] // groups))


def check_image(what: str, x: Any, **factor: Any) -> None:
    """Raise unless it is (..., C, H, W), and the factor 1 or more."""
    checks.array(what, x)
    checks.at_least_one(what, **factor)
    if x.ndim < 3:
        raise errors.ShapeError(f"{what}: got shape {x.shape}; it must be (..., C, H, W).")
