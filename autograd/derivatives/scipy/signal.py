"""Derivatives of convolutions and correlations over any number of axes.

One primitive, `sliding`, is a correlation at the places where the filter fits; padding, flipping and moving axes around
it make the rest. Its derivatives are correlations again.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import errors
from autograd.derivatives.scipy.common import wide
from autograd.derivatives.shaping import as_array
from autograd.optional import optional
from autograd.rules import composition, primitive, vjp_rule

scipy_signal = optional("scipy.signal", "scipy", "autograd.scipy.signal")
MODES = ("full", "same", "valid")
METHODS = ("auto", "direct", "fft")


@primitive
def sliding(x: Any, w: Any) -> Any:
    """The sum over d and k of ``x[i, d, o + k] * w[j, d, k]``, for each i, j, o: `o` and `k` may be several axes."""
    if x.shape[:2] == w.shape[:2] == (1, 1) and np.float16 not in (x.dtype, w.dtype):
        # SciPy chooses between the sum and the Fourier transform
        return scipy_signal.convolve(x[0, 0], np.flip(w[0, 0]), mode="valid")[None, None]
    n = x.ndim - 2
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=tuple(range(2, x.ndim)))
    summed = [1, *range(2 + n, 2 + 2 * n)]
    return np.moveaxis(np.tensordot(windows, w, (summed, [1, *range(2, 2 + n)])), -1, 1)


def sliding_vjp_x(g: Any, y: Any, x: Any, w: Any) -> Any:
    margin = [(0, 0), (0, 0), *((k - 1, k - 1) for k in w.shape[2:])]
    return sliding(np.pad(g, margin), np.swapaxes(flipped(w, range(2, w.ndim)), 0, 1))


def sliding_vjp_w(g: Any, y: Any, x: Any, w: Any) -> Any:
    return np.swapaxes(sliding(np.swapaxes(x, 0, 1), np.swapaxes(g, 0, 1)), 0, 1)


def flipped(x: Any, axes: Any) -> Any:
    return np.flip(x, tuple(axes))


vjp_rule(sliding, sliding_vjp_x, sliding_vjp_w)

# ------------------------------------------------------------------------------------ the convolution of HIPS autograd


def convolve(
    A: Any, B: Any, axes: Any = None, dot_axes: Any = ((), ()), mode: str = "full", method: str = "auto"
) -> Any:
    """The convolution of A and B over ``axes = [axes of A, axes of B]``, all by default, by the definition of SciPy.

    Over ``dot_axes`` the product is summed; the other axes stay, those of A first, then those of B, then the convolved
    ones. In SciPy's signature, ``convolve(in1, in2, mode, method)``, the third argument is a string. With mode "same"
    the convolved axes are as long as those of A.
    """
    if isinstance(axes, str):
        mode, axes = axes, None
        method, dot_axes = (dot_axes, ((), ())) if isinstance(dot_axes, str) else (method, dot_axes)
    A, B = as_array(A), as_array(B)
    if method not in METHODS:
        raise ValueError(f"convolve: method={method!r}, and it is one of {', '.join(map(repr, METHODS))}.")
    if mode not in MODES:
        raise ValueError(f"convolve: mode={mode!r}, and it is one of {', '.join(map(repr, MODES))}.")
    if axes is None:
        if np.ndim(A) != np.ndim(B):
            raise ValueError(f"convolve: {np.ndim(A)} axes and {np.ndim(B)} cannot be convolved; name them by axes=.")
        axes = [range(np.ndim(A)), range(np.ndim(B))]
    a, kept_a = brought(A, axes[0], dot_axes[0])
    b, kept_b = brought(B, axes[1], dot_axes[1])
    z = over_last_axes(a, b, mode)
    return np.reshape(z, (*kept_a, *kept_b, *z.shape[2:]))


def brought(x: Any, axes: Sequence[int], summed: Sequence[int]) -> tuple[Any, list[int]]:
    """`x` with its axes as `sliding` has them, kept ones as one, summed ones as one; and the lengths of those kept."""
    axes, summed = [[axis % np.ndim(x) for axis in given] for given in (axes, summed)]
    kept = [axis for axis in range(np.ndim(x)) if axis not in axes and axis not in summed]
    lengths = [[np.shape(x)[axis] for axis in given] for given in (kept, summed, axes)]
    x = np.transpose(x, [*kept, *summed, *axes])
    return np.reshape(x, (math.prod(lengths[0]), math.prod(lengths[1]), *lengths[2])), lengths[0]


def over_last_axes(a: Any, b: Any, mode: str) -> Any:
    """The convolution over all axes but the first two: of (i, d, ...) and (j, d, ...) it is (i, j, ...)."""
    long, short = a.shape[2:], b.shape[2:]
    if mode == "valid":
        if all(m <= n for m, n in zip(long, short, strict=True)) and long != short:
            return np.swapaxes(over_last_axes(b, a, mode), 0, 1)
        if any(m < n for m, n in zip(long, short, strict=True)):
            raise ValueError(f"convolve: for mode='valid' one of {long} and {short} must be the longer on every axis.")
        margin = [(0, 0)] * len(long)
    elif mode == "full":
        margin = [(n - 1, n - 1) for n in short]
    else:  # the middle of the full one
        margin = [(n // 2, (n - 1) // 2) for n in short]
    return sliding(np.pad(a, [(0, 0), (0, 0), *margin]), flipped(b, range(2, b.ndim)))


# ---------------------------------------------------------------------------------------- the other functions of SciPy


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """`scipy.signal.correlate`."""
    in2 = as_array(in2)
    in2 = flipped(in2, range(in2.ndim))
    return convolve(in1, np.conjugate(in2) if np.iscomplexobj(in2) else in2, mode=mode, method=method)


fftconvolve, oaconvolve, convolve2d = [
    primitive(getattr(scipy_signal, name)) for name in ("fftconvolve", "oaconvolve", "convolve2d")
]
for function in (fftconvolve, oaconvolve):

    @composition(function)
    def _(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
        if axes is not None and len(np.atleast_1d(axes)) < np.ndim(in1):
            raise errors.refused(scipy_signal.fftconvolve, "over some of the axes has no rule", "convolve(..., axes=)")
        in1, in2 = wide(in1), wide(in2)
        return convolve(in1, in2, mode=mode) if in1.size and in2.size else np.array([])


@composition(convolve2d)
def _(in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0) -> Any:
    if not np.ndim(in1) == np.ndim(in2) == 2:
        raise ValueError("convolve2d takes two matrices")
    if boundary != "fill" or fillvalue != 0:
        raise errors.refused(scipy_signal.convolve2d, "with a boundary has no rule", "np.pad(...) and mode='valid'")
    return convolve(in1, in2, mode=mode)
