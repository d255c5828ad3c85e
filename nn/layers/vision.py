"""Images resized and rearranged."""

from __future__ import annotations

from typing import Any

from nn import checks, errors, functional
from nn.functional.interpolation import check_mode
from nn.module import Module

__all__ = [
    "ChannelShuffle",
    "PixelShuffle",
    "PixelUnshuffle",
    "Upsample",
    "UpsamplingBilinear2d",
    "UpsamplingNearest2d",
]


class Upsample(Module):
    """`functional.interpolate` as a layer: (N, C, *spatial) resized to `size`, or by `scale_factor`.

    `mode` is "nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear" or "area"; with `align_corners`
    the outermost entries keep their places.

    Raises `ArgumentError` for options that do not go together, `ShapeError` for an input that does not fit.
    """

    def __init__(
        self,
        size: int | tuple[int, ...] | None = None,
        scale_factor: float | tuple[float, ...] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        what = type(self).__name__
        check_mode(what, mode, align_corners)
        if (size is None) == (scale_factor is None):
            raise errors.ArgumentError(f"{what}: {size=} and {scale_factor=}; give one of them.")
        factor: Any = scale_factor
        for one in factor if isinstance(factor, (tuple, list)) else (factor,):
            checks.number(what, scale_factor=1 if one is None else one)
        if factor is not None:
            factor = tuple(map(float, factor)) if isinstance(factor, (tuple, list)) else float(factor)
        self.size, self.mode, self.align_corners = size, mode, align_corners
        self.scale_factor = factor
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Any) -> Any:
        return functional.interpolate(
            input, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor
        )

    def extra_repr(self) -> str:
        given = f"size={self.size!r}" if self.scale_factor is None else f"scale_factor={self.scale_factor!r}"
        return f"{given}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """`Upsample` of (N, C, H, W) with mode "nearest"."""

    def __init__(
        self,
        size: int | tuple[int, int] | None = None,
        scale_factor: float | tuple[float, float] | None = None,
    ) -> None:
        super().__init__(size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    """`Upsample` of (N, C, H, W) with mode "bilinear" and `align_corners`."""

    def __init__(
        self,
        size: int | tuple[int, int] | None = None,
        scale_factor: float | tuple[float, float] | None = None,
    ) -> None:
        super().__init__(size, scale_factor, "bilinear", True)


class PixelShuffle(Module):
    """Blocks of r*r channels into blocks of r*r pixels: (..., C*r*r, H, W) to (..., C, H*r, W*r). Shi et al., 2016.

    Raises `ArgumentError` for a factor below 1, `ShapeError` unless r*r divides the channels.
    """

    def __init__(self, upscale_factor: int) -> None:
        checks.at_least_one("PixelShuffle", upscale_factor=upscale_factor)
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Any:
        return functional.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """The inverse of `PixelShuffle`: (..., C, H*r, W*r) to (..., C*r*r, H, W).

    Raises `ArgumentError` for a factor below 1, `ShapeError` unless r divides height and width.
    """

    def __init__(self, downscale_factor: int) -> None:
        checks.at_least_one("PixelUnshuffle", downscale_factor=downscale_factor)
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Any:
        return functional.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """The first channels of all groups first, then the second ones: (N, C, *spatial). Zhang et al., 2018.

    Raises `ArgumentError` for less than one group, `ShapeError` unless `groups` divides the channels.
    """

    def __init__(self, groups: int) -> None:
        checks.at_least_one("ChannelShuffle", groups=groups)
        self.groups = groups

    def forward(self, input: Any) -> Any:
        return functional.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"
