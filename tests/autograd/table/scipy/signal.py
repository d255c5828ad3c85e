"""Rows of convolutions."""

from typing import Any

from autograd.derivatives.scipy import signal
from tests.autograd.table.cases import Case, case, complex_


def over(mode: str, **options: Any) -> Any:
    return lambda a, b: signal.convolve(a, b, mode=mode, **options)


CHANNELS = {"axes": ([2, 3], [2, 3]), "dot_axes": ([1], [0])}

ROWS: dict[Any, list[Case]] = {
    signal.sliding: [
        case(signal.sliding, (1, 1, 5), (1, 1, 2)),
        case(signal.sliding, (2, 3, 4, 5), (2, 3, 2, 3)),
        case(over("full"), (4,), (3,)),
        case(over("same"), (5, 4), (2, 3)),
        case(over("valid"), (2, 2), (4, 3)),
        case(over("valid", **CHANNELS), (2, 3, 4, 4), (3, 2, 2, 3)),
        case(over("full", **CHANNELS), (2, 3, 2, 4), (3, 2, 2, 3)),
        case(over("same", axes=([-1], [0])), (2, 5), (3, 2)),
        case(over("full"), (3, 2), (2, 2), domain=complex_),
        case(lambda a, b: signal.correlate(a, b, "same"), (5,), (3,), domain=complex_),
        case(lambda a, b: signal.convolve(a, b, "valid", "direct"), (5,), (3,)),
    ],
    signal.fftconvolve: [case(signal.fftconvolve, (4, 3), (2, 2))],
    signal.oaconvolve: [case(lambda a, b: signal.oaconvolve(a, b, "same"), (4,), (3,))],
    signal.convolve2d: [case(lambda a, b: signal.convolve2d(a, b, "same"), (4, 3), (2, 2))],
}
