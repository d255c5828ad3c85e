"""Rows of windows that slide over an array."""

from typing import Any

from numpy.lib.stride_tricks import sliding_window_view

from autograd.derivatives import windows
from tests.autograd.table.cases import Case, case, complex_

ROWS: dict[Any, list[Case]] = {
    sliding_window_view: [
        case(lambda x: sliding_window_view(x, 3), (5,)),
        case(lambda x: sliding_window_view(x, (2, 3)), (4, 4)),
        case(lambda x: sliding_window_view(x, 2, axis=1) ** 2, (2, 4)),
        case(lambda x: sliding_window_view(x, (2, 2), axis=(0, 0)), (5, 2)),
        case(lambda x: sliding_window_view(x, (2, 1), axis=(-1, 0)), (2, 3), domain=complex_),
    ],
    windows.windows: [case(lambda x: windows.windows(x, (2,), (0,)), (3, 2))],
    windows.overlap_add: [case(lambda g: windows.overlap_add(g, (4,), (2,), (0,)), (3, 2))],
}
