"""Pooling: images (N, C, *spatial) or (C, *spatial) to smaller ones of as many channels."""

from __future__ import annotations

from typing import Any, ClassVar

from nn import checks, errors, functional
from nn.functional.pooling import check_divisor
from nn.module import Module

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
]


class Pool(Module):
    """What pooling layers share: the window, whose stride is its size unless given."""

    axes: ClassVar[int]

    def _set_window(self, kernel_size: Any, stride: Any, padding: Any, dilation: Any = 1) -> None:
        what, n = type(self).__name__, self.axes
        kernels = checks.several(what, "kernel_size", kernel_size, n, 1)
        self.stride = kernel_size if stride is None else stride
        checks.several(what, "stride", self.stride, n, 1)
        paddings = checks.several(what, "padding", padding, n)
        dilations = checks.several(what, "dilation", dilation, n, 1)
        for kernel, pad, step in zip(kernels, paddings, dilations, strict=True):
            if pad > ((kernel - 1) * step + 1) // 2:
                raise errors.out_of_range(what, "padding", padding, f"at most half of the window, {kernel_size!r}")
        self.kernel_size, self.padding, self.dilation = kernel_size, padding, dilation


class MaxPool(Pool):
    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] | None = None,
        padding: int | tuple[int, ...] = 0,
        dilation: int | tuple[int, ...] = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self._set_window(kernel_size, stride, padding, dilation)
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, input: Any) -> Any:
        function = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)[self.axes - 1]
        return function(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(MaxPool):
    """The largest entries of windows: (N, C, L) or (C, L).

    `stride` is `kernel_size` if None; `padding` holds minus infinity; `dilation` is the step between the entries of a
    window. With `ceil_mode` a last window may reach beyond the padding. With `return_indices` a call returns also where
    each was found. Of equal entries the first has the whole gradient.

    Raises `ArgumentError` for numbers that make no windows, `ShapeError` for an input that is too small.
    """

    axes = 1


class MaxPool2d(MaxPool):
    """As `MaxPool1d`, of (N, C, H, W) or (C, H, W); each number may be a pair."""

    axes = 2


class MaxPool3d(MaxPool):
    """As `MaxPool1d`, of (N, C, D, H, W) or (C, D, H, W); each number may be three."""

    axes = 3


class AvgPool1d(Pool):
    """The means of windows: (N, C, L) or (C, L).

    `stride` is `kernel_size` if None; `padding` holds zeros, which count as entries if `count_include_pad`. With
    `ceil_mode` a last window may reach beyond the padding, whose rest does not count.

    Raises `ArgumentError` for numbers that make no windows, `ShapeError` for an input that is too small.
    """

    axes = 1

    def __init__(
        self,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] | None = None,
        padding: int | tuple[int] = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self._set_window(kernel_size, stride, padding)
        self.kernel_size, self.stride, self.padding = (
            checks.several("AvgPool1d", name, getattr(self, name), 1) for name in ("kernel_size", "stride", "padding")
        )
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input: Any) -> Any:
        return functional.avg_pool1d(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool(Pool):
    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] | None = None,
        padding: int | tuple[int, ...] = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self._set_window(kernel_size, stride, padding)
        check_divisor(type(self).__name__, divisor_override)
        self.ceil_mode, self.count_include_pad, self.divisor_override = ceil_mode, count_include_pad, divisor_override

    def forward(self, input: Any) -> Any:
        function = functional.avg_pool2d if self.axes == 2 else functional.avg_pool3d
        window = self.kernel_size, self.stride, self.padding
        return function(input, *window, self.ceil_mode, self.count_include_pad, self.divisor_override)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(AvgPool):
    """As `AvgPool1d`, of (N, C, H, W) or (C, H, W); each number may be a pair.

    With `divisor_override` the sums are divided by this number.
    """

    axes = 2


class AvgPool3d(AvgPool):
    """As `AvgPool2d`, of (N, C, D, H, W) or (C, D, H, W); each number may be three."""

    axes = 3


class AdaptiveMaxPool(Pool):
    def __init__(self, output_size: int | tuple[int | None, ...] | None, return_indices: bool = False) -> None:
        check_output_size(self, output_size)
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, input: Any) -> Any:
        functions = functional.adaptive_max_pool1d, functional.adaptive_max_pool2d, functional.adaptive_max_pool3d
        return functions[self.axes - 1](input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(AdaptiveMaxPool):
    """The largest entries of `output_size` windows, whatever the input's size: (N, C, L) or (C, L).

    They begin at ``floor(i * L / output_size)`` and end before ``ceil((i + 1) * L / output_size)``. None keeps the
    input's size. With `return_indices` a call returns also where each was found.
    """

    axes = 1


class AdaptiveMaxPool2d(AdaptiveMaxPool):
    """As `AdaptiveMaxPool1d`, of (N, C, H, W) or (C, H, W); `output_size` may be a pair."""

    axes = 2


class AdaptiveMaxPool3d(AdaptiveMaxPool):
    """As `AdaptiveMaxPool1d`, of (N, C, D, H, W) or (C, D, H, W); `output_size` may be three."""

    axes = 3


class AdaptiveAvgPool(Pool):
    def __init__(self, output_size: int | tuple[int | None, ...] | None) -> None:
        check_output_size(self, output_size)
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        functions = functional.adaptive_avg_pool1d, functional.adaptive_avg_pool2d, functional.adaptive_avg_pool3d
        return functions[self.axes - 1](input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(AdaptiveAvgPool):
    """The means of `output_size` windows, whatever the input's size; windows as those of `AdaptiveMaxPool1d`."""

    axes = 1


class AdaptiveAvgPool2d(AdaptiveAvgPool):
    """As `AdaptiveAvgPool1d`, of (N, C, H, W) or (C, H, W); `output_size` may be a pair."""

    axes = 2


class AdaptiveAvgPool3d(AdaptiveAvgPool):
    """As `AdaptiveAvgPool1d`, of (N, C, D, H, W) or (C, D, H, W); `output_size` may be three."""

    axes = 3


def check_output_size(layer: Pool, output_size: Any) -> None:
    """Raise `ArgumentError` unless it is a size for each axis, None standing for the input's."""
    wanted = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * layer.axes
    sizes = tuple(1 if size is None else size for size in wanted)
    checks.several(type(layer).__name__, "output_size", sizes, layer.axes, 1)
