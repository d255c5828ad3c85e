"""`scipy.signal` with gradients: convolutions, `convolve` also with the axes= of HIPS autograd; the rest is SciPy's."""

from typing import Any

from autograd.derivatives.scipy.signal import convolve, convolve2d, correlate, fftconvolve, oaconvolve, scipy_signal

__all__ = ["convolve", "convolve2d", "correlate", "fftconvolve", "oaconvolve"]


def __getattr__(name: str) -> Any:
    """What has no rule is SciPy's."""
    return getattr(scipy_signal, name)
