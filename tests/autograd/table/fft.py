"""Rows of the Fourier transforms."""

from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_


def one_axis(transform: Any) -> list[Case]:
    """Of real and complex input, even and odd lengths, cropped and padded, along either axis, in every scale."""
    cases = [
        case(transform, (4,)),
        case(transform, (5,)),
        case(lambda x: transform(x, 3), (5,)),
        case(lambda x: transform(x, n=8, norm="backward"), (2, 3)),
        case(lambda x: transform(x, axis=0, norm="ortho"), (4, 2)),
        case(lambda x: transform(x, 7, -2, "forward"), (3, 2)),
        case(lambda x: transform(x, 1), (3,)),
        case(transform, (2, 3, 4)),
    ]
    if transform in (np.fft.rfft, np.fft.ihfft):
        return cases
    return cases + [case(c.function, *c.shapes, domain=complex_) for c in cases]


def several_axes(transform: Any) -> list[Case]:
    cases = [
        case(transform, (2, 3)),
        case(transform, (2, 3, 4)),
        case(lambda x: transform(x, s=(4, 3), axes=(0, -1), norm="ortho"), (3, 2, 5)),
        case(lambda x: transform(x, (5, -1), (1, 0), "forward"), (2, 3)),
        case(lambda x: transform(x, axes=(0, 0)), (4, 2)),
        case(lambda x: transform(x, axes=(-1,)), (2, 4)),
    ]
    if transform in (np.fft.rfft2, np.fft.rfftn):
        return cases
    cases.append(case(lambda x: transform(x, (3, 5, 2), (0, 0, 1), norm="backward"), (4, 2)))
    return cases + [case(c.function, *c.shapes, domain=complex_) for c in cases]


ONE_AXIS = (np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft, np.fft.hfft, np.fft.ihfft)
TWO_AXES = (np.fft.fft2, np.fft.ifft2, np.fft.rfft2, np.fft.irfft2)
ALL_AXES = (np.fft.fftn, np.fft.ifftn, np.fft.rfftn, np.fft.irfftn)

ROWS: dict[Any, list[Case]] = {
    **{transform: one_axis(transform) for transform in ONE_AXIS},
    **{transform: several_axes(transform) for transform in TWO_AXES},
    **{transform: [*several_axes(transform), case(transform, (4,))] for transform in ALL_AXES},
    np.fft.fftshift: [
        case(np.fft.fftshift, (5,)),
        case(np.fft.fftshift, (2, 3)),
        case(lambda x: np.fft.fftshift(x, axes=-1), (2, 3)),
        case(lambda x: np.fft.fftshift(x, (2, 0)), (2, 3, 5), domain=complex_),
    ],
    np.fft.ifftshift: [
        case(np.fft.ifftshift, (5,)),
        case(np.fft.ifftshift, (2, 3)),
        case(lambda x: np.fft.ifftshift(x, axes=1), (2, 3)),
    ],
}
