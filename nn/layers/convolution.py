"""Convolutions, with PyTorch's options."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nn import checks, errors, functional, init
from nn.functional.convolution_geometry import AXES, both_sides
from nn.module import Module, Parameter

__all__ = ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]

MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class Convolution(Module):
    """What convolutions and transposed ones share: options, parameters, text.

    The weight is drawn uniformly from ±1/sqrt(n), n being its size for one entry of its first axis, and so is the bias,
    as PyTorch does.
    """

    dimensions: int
    bias: Parameter | None

    def set_options(self, in_channels: int, out_channels: int, groups: int, padding_mode: str, **options: Any) -> None:
        """Check and keep the options."""
        name = type(self).__name__
        checks.at_least_one(name, in_channels=in_channels, out_channels=out_channels, groups=groups)
        for which, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise errors.out_of_range(name, which, channels, f"divisible by groups={groups}")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.padding_mode = padding_mode
        least = {"padding": 0, "output_padding": 0}
        for which, value in options.items():
            kept = value
            if isinstance(value, (tuple, list)) and len(value) != self.dimensions:
                raise errors.out_of_range(name, which, value, f"an integer, or {self.dimensions} of them")
            if which != "padding" or not isinstance(value, str):
                kept = checks.several(name, which, value, self.dimensions, least.get(which, 1))
            setattr(self, which, kept)

    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...] | str
    dilation: tuple[int, ...]
    output_padding: tuple[int, ...]

    def make_parameters(self, shape: tuple[int, ...], bias: bool, dtype: Any, rng: np.random.Generator | None) -> None:
        self.weight = Parameter(np.zeros(shape), dtype=dtype)
        self.bias = Parameter(np.zeros(self.out_channels), dtype=dtype) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: np.random.Generator | None = None) -> None:
        """Draw new weights and biases."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5), rng=rng)
        if self.bias is not None:
            bound = 1 / math.sqrt(math.prod(self.weight.shape[1:]))
            init.uniform_(self.bias, -bound, bound, rng=rng)

    def check(self, x: Any) -> None:
        """Raise unless an input has the right number of axes and channels."""
        checks.array(self, x)
        n = self.dimensions
        if x.ndim not in (n + 1, n + 2) or x.shape[-n - 1] != self.in_channels:
            image = ", ".join((str(self.in_channels), *AXES[n]))
            raise errors.ShapeError(f"{self}: got shape {x.shape}; it must be (N, {image}) or ({image}).")

    def extra_repr(self) -> str:
        n = self.dimensions
        parts = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        for name, default in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
            if getattr(self, name) != (default,) * n:
                parts.append(f"{name}={getattr(self, name)}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class Forward(Convolution):
    """A convolution of any number of dimensions."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] | str = 0,
        dilation: int | tuple[int, ...] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        if padding_mode not in MODES:
            raise errors.unknown_name("padding_mode", padding_mode, MODES)
        self.set_options(
            in_channels,
            out_channels,
            groups,
            padding_mode,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            output_padding=0,
        )
        name = type(self).__name__
        self.sides = both_sides(name, self.padding, self.kernel_size, self.stride, self.dilation)
        self.make_parameters((out_channels, in_channels // groups, *self.kernel_size), bias, dtype, rng)

    def forward(self, input: Any) -> Any:
        self.check(input)
        x, padding = (input, self.padding) if self.padding_mode == "zeros" else (self.padded(input), 0)
        function = getattr(functional, f"conv{self.dimensions}d")
        return function(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def padded(self, x: Any) -> Any:
        """The input with copies of its own entries around it."""
        most = {"reflect": -1, "circular": 0, "replicate": math.inf}[self.padding_mode]
        size = x.shape[-self.dimensions :]
        if not all(n and max(side) <= n + most for n, side in zip(size, self.sides, strict=True)):
            raise errors.ShapeError(
                f"{self}: an input of size {size} has too few entries for this padding in mode {self.padding_mode!r}."
            )
        mode: Any = MODES[self.padding_mode]
        return np.pad(x, [(0, 0)] * (x.ndim - self.dimensions) + list(self.sides), mode)


class Transposed(Convolution):
    """A transposed convolution of any number of dimensions."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        output_padding: int | tuple[int, ...] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, ...] = 1,
        padding_mode: str = "zeros",
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
    ) -> None:
        name = type(self).__name__
        if padding_mode != "zeros":
            raise errors.out_of_range(name, "padding_mode", padding_mode, "'zeros', the only one for this layer")
        if isinstance(padding, str):
            raise errors.out_of_range(name, "padding", padding, "numbers")
        self.set_options(
            in_channels,
            out_channels,
            groups,
            padding_mode,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            output_padding=output_padding,
        )
        self.make_parameters((in_channels, out_channels // groups, *self.kernel_size), bias, dtype, rng)

    def forward(self, input: Any, output_size: Any = None) -> Any:
        self.check(input)
        extra = self.output_padding if output_size is None else self.extra_for(input, output_size)
        function = getattr(functional, f"conv_transpose{self.dimensions}d")
        options = self.stride, self.padding, extra, self.groups, self.dilation
        return function(input, self.weight, self.bias, *options)

    def extra_for(self, x: Any, output_size: Any) -> tuple[int, ...]:
        """The output padding that gives this size: of several that the same convolution would make `x` from."""
        n = self.dimensions
        assert not isinstance(self.padding, str)
        wanted = tuple(output_size)[-n:] if isinstance(output_size, (tuple, list)) else ()
        least = [
            (length - 1) * s - 2 * p + d * (k - 1) + 1
            for length, s, p, d, k in zip(
                x.shape[-n:], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
            )
        ]
        most = [size + s - 1 for size, s in zip(least, self.stride, strict=True)]
        if len(wanted) != n or not all(
            checks.is_integer(w) and a <= w <= b for a, w, b in zip(least, wanted, most, strict=True)
        ):
            raise errors.out_of_range(str(self), "output_size", output_size, f"from {tuple(least)} to {tuple(most)}")
        return tuple(w - a for w, a in zip(wanted, least, strict=True))


class Conv1d(Forward):
    """A convolution along one axis: (N, in_channels, L) or (in_channels, L) to (N, out_channels, L').

    `weight` is (out_channels, in_channels / groups, kernel_size), `bias` (out_channels,). `padding` is a number of
    entries at both ends, "valid" for none or "same" for L' = L; `padding_mode` says what they are: "zeros", or copies
    of entries, "reflect", "replicate" or "circular".

    Raises `ArgumentError` for options outside their range, `ShapeError` for an input that they do not fit.
    """

    dimensions = 1


class Conv2d(Forward):
    """A convolution of images: (N, in_channels, H, W) or (in_channels, H, W) to (N, out_channels, H', W').

    `weight` is (out_channels, in_channels / groups, *kernel_size). Options are numbers, or one for each axis. As
    `Conv1d` otherwise.
    """

    dimensions = 2


class Conv3d(Forward):
    """A convolution of volumes: (N, in_channels, D, H, W) to (N, out_channels, D', H', W'); as `Conv2d` otherwise."""

    dimensions = 3


class ConvTranspose1d(Transposed):
    """A transposed convolution: (N, in_channels, L) or (in_channels, L) to (N, out_channels, L').

    It spreads each entry as the gradient of `Conv1d` with the same options does, so that L and L' change places; the
    one L' of several that make the same L is chosen by `output_padding`, or by `output_size` in the call. `weight` is
    (in_channels, out_channels / groups, kernel_size), `bias` (out_channels,).

    Raises `ArgumentError` for options outside their range, `ShapeError` for an input that they do not fit.
    """

    dimensions = 1


class ConvTranspose2d(Transposed):
    """A transposed convolution of images: (N, in_channels, H, W) to (N, out_channels, H', W'); as `ConvTranspose1d`."""

    dimensions = 2


class ConvTranspose3d(Transposed):
    """A transposed convolution of volumes: (N, in_channels, D, H, W) to (N, out_channels, D', H', W')."""

    dimensions = 3
