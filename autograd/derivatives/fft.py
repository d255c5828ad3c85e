"""Derivatives of the discrete Fourier transforms, `numpy.fft`.

A transform is linear, so the gradient goes through its transpose. The matrix exp(-2πi jk/n) is symmetric: fft and ifft
are their own transposes, whatever the `norm`. The transforms of real input know half of the spectrum; their transposes
are each other, at half the cost of a complex transform, with the entries counted once or twice that stand for two.
Cropping to `n` is undone by zeros, padding to `n` by cropping.

`hfft` and `irfft` ignore the imaginary part of the first entry, and of the last one of an even length: their gradient
there is real.
"""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.rules import composition, vjp_rule


def resized(x: Any, n: int, axis: int) -> Any:
    """`x` cut off, or filled up with zeros, to length `n` along an axis."""
    given, axis = x.shape[axis], axis % x.ndim
    if given > n:
        return x[(*(slice(None),) * axis, slice(n))]
    return x if given == n else np.pad(x, [(0, n - given if i == axis else 0) for i in range(x.ndim)])


def counted(x: Any, n: int, axis: int, times: float) -> Any:
    """Half a spectrum of length `n` along an axis, with the entries multiplied that stand for two of the whole."""
    axis %= x.ndim
    factor = np.full(n // 2 + 1, times, dtype=np.float32)  # powers of two, exact in any dtype, and widening none
    factor[0] = 1
    if n % 2 == 0:
        factor[-1] = 1
    return x * np.reshape(factor, (-1, *(1,) * (x.ndim - axis - 1)))


# ----------------------------------------------------------------------------------------------------------- one axis


def complex_vjp(transform: Any) -> Any:
    return lambda g, y, a, n=None, axis=-1, norm=None: resized(transform(g, None, axis, norm), a.shape[axis], axis)


def from_real_vjp(transpose: Any) -> Any:
    """From n real entries to n // 2 + 1 complex ones: an entry that stands for two counts half in the transpose."""

    def vjp(g: Any, y: Any, a: Any, n: int | None = None, axis: int = -1, norm: Any = None) -> Any:
        n = a.shape[axis] if n is None else n
        return resized(transpose(counted(g, n, axis, 0.5), n, axis, norm), a.shape[axis], axis)

    return vjp


def to_real_vjp(transpose: Any) -> Any:
    """From n // 2 + 1 complex entries to n real ones: an entry that stands for two counts twice."""

    def vjp(g: Any, y: Any, a: Any, n: int | None = None, axis: int = -1, norm: Any = None) -> Any:
        gx = transpose(g, None, axis, norm)
        return resized(counted(gx, y.shape[axis], axis, 2), a.shape[axis], axis)

    return vjp


vjp_rule(np.fft.fft, complex_vjp(np.fft.fft))
vjp_rule(np.fft.ifft, complex_vjp(np.fft.ifft))
vjp_rule(np.fft.rfft, from_real_vjp(np.fft.hfft))
vjp_rule(np.fft.ihfft, from_real_vjp(np.fft.irfft))
vjp_rule(np.fft.hfft, to_real_vjp(np.fft.rfft))
vjp_rule(np.fft.irfft, to_real_vjp(np.fft.ihfft))

# ------------------------------------------------------------------------------------------------------- several axes


def spelled_out(a: Any, s: Any, axes: Any) -> tuple[list[Any], list[int]]:
    """The length and the axis of each transform, as NumPy understands `s` and `axes`."""
    if axes is None:
        axes = range(-np.ndim(a) if s is None else -len(s), 0)
    axes = [normalize_axis_index(axis, np.ndim(a)) for axis in axes]
    s = [-1] * len(axes) if s is None else s
    if len(s) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    return [np.shape(a)[axis] if n == -1 else n for n, axis in zip(s, axes, strict=True)], axes


def several_axes_vjp(transform: Any) -> Any:
    """The transposes of NumPy's steps, from the last one back; an axis that is named twice is transformed twice."""

    def vjp(g: Any, y: Any, a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
        lengths, axes = spelled_out(a, s, axes)
        shape, steps = list(np.shape(a)), []
        for n, axis in list(zip(lengths, axes, strict=True))[::-1]:
            steps.append((axis, shape[axis]))
            shape[axis] = shape[axis] if n is None else n
        for axis, n in reversed(steps):
            g = resized(transform(g, None, axis, norm), n, axis)
        return g

    return vjp


vjp_rule(np.fft.fftn, several_axes_vjp(np.fft.fft))
vjp_rule(np.fft.ifftn, several_axes_vjp(np.fft.ifft))


@composition(np.fft.rfftn)
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: None = None) -> Any:
    lengths, axes = spelled_out(a, s, axes)  # NumPy 2.0 goes another way where an axis is named twice, in two lengths
    half = np.fft.rfft(a, lengths[-1], axes[-1], norm)
    return np.fft.fftn(half, lengths[:-1], axes[:-1], norm) if len(axes) > 1 else half


@composition(np.fft.irfftn)
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: None = None) -> Any:
    lengths, axes = spelled_out(a, s, axes)
    if len(axes) > 1:  # reversed, as NumPy here begins with the first axis and in ifftn with the last
        a = np.fft.ifftn(a, lengths[-2::-1], axes[-2::-1], norm)
    return np.fft.irfft(a, None if s is None else lengths[-1], axes[-1], norm)


def over_two_axes(transform: Any) -> Any:
    return lambda a, s=None, axes=(-2, -1), norm=None, out=None: transform(a, s, axes, norm)


composition(np.fft.fft2)(over_two_axes(np.fft.fftn))
composition(np.fft.ifft2)(over_two_axes(np.fft.ifftn))
composition(np.fft.rfft2)(over_two_axes(rfftn))
composition(np.fft.irfft2)(over_two_axes(irfftn))

# -------------------------------------------------------------------------------------------------------------- order


def shifted(sign: int) -> Any:
    """Rotate each axis by half its length, rounded down for fftshift and up for ifftshift."""

    def rewrite(x: Any, axes: Any = None) -> Any:
        axes = tuple(range(np.ndim(x))) if axes is None else (axes,) if np.ndim(axes) == 0 else tuple(axes)
        return np.roll(x, tuple(sign * (np.shape(x)[axis] // 2) for axis in axes), axes)

    return rewrite


composition(np.fft.fftshift)(shifted(1))
composition(np.fft.ifftshift)(shifted(-1))
