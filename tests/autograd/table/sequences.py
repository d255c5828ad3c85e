"""Rows of differences, integrals, slopes and convolution."""

from typing import Any

import numpy as np

from autograd.derivatives import sequences
from tests.autograd.table.cases import Case, ascending, case, complex_, even, positive

MODES = ("full", "same", "valid")
LENGTHS = ((5, 3), (3, 5), (4, 2), (2, 4), (4, 4), (1, 3), (3, 1), (1, 1), (6, 3), (3, 6))


def sliding(function: Any) -> list[Case]:
    """Both operands in every mode, either of them the longer."""
    cases = [case(lambda x, y, m=m: function(x, y, m), (n,), (k,)) for m in MODES for n, k in LENGTHS]
    cases += [
        case(lambda x, y, m=m: function(x, y, mode=m), *shapes, domain=complex_)
        for m in MODES
        for shapes in (((4,), (2,)), ((2,), (4,)))
    ]
    return [*cases, case(lambda x: function([1.0, 2.0, 0.5], x, "same"), (2,))]


def spaced(**options: Any) -> list[Case]:
    """`np.gradient` with each kind of spacing."""

    def slopes(*args: Any) -> Any:
        return np.gradient(*args, **options)

    return [
        case(slopes, (5,)),
        case(slopes, (3,)),
        case(lambda f, h: slopes(f, h), (4,), (), domain=positive),
        case(lambda f: slopes(f, [0.0, 0.5, 1.5, 1.75, 3.0]), (5,)),
        case(lambda f: slopes(f, [0, 1, 2, 3, 4]), (5,)),
        case(lambda f, steps: slopes(f, ascending(steps)), (5,), (5,), domain=positive),
        case(slopes, (4,), domain=complex_),
        case(lambda f: np.multiply(*slopes(f)), (3, 4)),
        case(lambda f, h: np.multiply(*slopes(f, h, [0.0, 1.0, 3.0])), (4, 3), (), domain=positive),
        case(lambda f, h: np.gradient(f, h, axis=-2, **options), (2, 4, 3), (), domain=positive),
        case(lambda f: np.multiply(*np.gradient(f, 0.5, 2.0, axis=(2, 0), **options)), (3, 2, 3)),
    ]


in_a_list = case(lambda x, y: np.convolve([x[0], x[1] * x[0], 2.0], y), (2,), (2,))

ROWS: dict[Any, list[Case]] = {
    sequences.diff: [case(lambda x: np.diff(x, 2, 0), (4, 3))],
    np.diff: [
        case(np.diff, (4,)),
        case(np.diff, (2, 3)),
        case(lambda x: np.diff(x, 3), (5,)),
        case(lambda x: np.diff(x, n=2, axis=0), (4, 2)),
        case(lambda x: np.diff(x, n=0), (4, 2)),
        case(lambda x: np.diff(x, n=3), (2,)),
        case(lambda x, y: np.diff(x, prepend=y, append=2.0), (2, 3), ()),
        case(lambda x, y: np.diff(x, 2, append=y, axis=-2), (2, 3), (1, 3)),
        case(np.diff, (3,), domain=complex_),
    ],
    np.ediff1d: [
        case(np.ediff1d, (2, 3)),
        case(np.ediff1d, ()),
        case(lambda x, y: np.ediff1d(x, to_begin=y, to_end=[1, 2]), (3,), (2, 2)),
        case(lambda x, y: np.ediff1d(x, y), (3,), ()),
    ],
    np.trapezoid: [
        case(np.trapezoid, (4,)),
        case(np.trapezoid, (2, 3)),
        case(lambda y, dx: np.trapezoid(y, dx=dx, axis=0), (3, 2), ()),
        case(np.trapezoid, (4,), (4,)),
        case(lambda y, x: np.trapezoid(y, x, axis=1), (2, 3, 2), (3,)),
        case(lambda y, x: np.trapezoid(y, x, axis=0), (3, 2), (3, 2)),
        case(np.trapezoid, (4,), (2, 4)),
        case(lambda x: np.trapezoid([1.0, 2.0, 5.0], x), (3,)),
        case(np.trapezoid, (4,), (4,), domain=complex_),
    ],
    np.gradient: spaced() + spaced(edge_order=2) + [case(np.gradient, (2,)), case(lambda f: np.gradient(f, 3), (2,))],
    np.convolve: [*sliding(np.convolve), case(np.convolve, (3,), ()), case(np.convolve, (), ()), in_a_list],
    np.correlate: sliding(np.correlate),
    np.unwrap: [
        case(lambda x: np.unwrap(5 * x), (6,), domain=even),  # whole numbers, never half a period apart
        case(lambda x: np.unwrap(5 * x, axis=0), (4, 2), domain=even),
        case(lambda x: np.unwrap(5 * x, 3.1, -1, period=4.3), (2, 5), domain=even),
    ],
}
