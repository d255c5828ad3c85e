"""Unpooling: maxima back to where pooling found them."""

from __future__ import annotations

from typing import Any, ClassVar

from nn import checks, functional
from nn.module import Module

__all__ = ["MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"]


class MaxUnpool(Module):
    axes: ClassVar[int]

    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] | None = None,
        padding: int | tuple[int, ...] = 0,
    ) -> None:
        what, n = type(self).__name__, self.axes
        self.kernel_size = checks.several(what, "kernel_size", kernel_size, n, 1)
        self.stride = self.kernel_size if stride is None else checks.several(what, "stride", stride, n, 1)
        self.padding = checks.several(what, "padding", padding, n)

    def forward(self, input: Any, indices: Any, output_size: Any = None) -> Any:
        function = (functional.max_unpool1d, functional.max_unpool2d, functional.max_unpool3d)[self.axes - 1]
        return function(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(MaxUnpool):
    """Put maxima back to where `MaxPool1d` with ``return_indices=True`` found them; zeros elsewhere.

    A call takes the maxima, the indices, and, where several sizes are possible, the `output_size`.
    """

    axes = 1


class MaxUnpool2d(MaxUnpool):
    """As `MaxUnpool1d`, for `MaxPool2d`."""

    axes = 2


class MaxUnpool3d(MaxUnpool):
    """As `MaxUnpool1d`, for `MaxPool3d`."""

    axes = 3
