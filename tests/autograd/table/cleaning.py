"""Rows of the functions that put values right."""

from typing import Any

import numpy as np

from autograd.derivatives import cleaning
from tests.autograd.table.cases import Case, case, complex_


def holed(x: Any) -> Any:
    """`x`, its second entry divided by 0."""
    with np.errstate(all="ignore"):
        return np.where([False, True, False], np.inf, x)


ROWS: dict[Any, list[Case]] = {
    cleaning.nan_to_num: [case(lambda x, y: np.nan_to_num(holed(x), posinf=y) * x, (3,), ())],
    np.nan_to_num: [
        case(np.nan_to_num, (2, 3)),
        case(np.nan_to_num, ()),
        case(lambda x: np.nan_to_num(holed(x), True, 1.0, 2.0), (3,)),
        case(lambda x, y: np.nan_to_num(np.where([True, False, False], np.nan, x), nan=y), (3,), ()),
        case(lambda x, y: np.nan_to_num(np.where([True, False, False], -np.inf, x), neginf=y), (3,), ()),
        case(lambda x: np.nan_to_num(np.where([True, False, False], complex(np.nan, 1), x)), (3,), domain=complex_),
    ],
    np.real_if_close: [
        case(lambda x: np.real_if_close(x + 0j), (3,)),
        case(np.real_if_close, (3,), domain=complex_),
        case(np.real_if_close, (3,)),
    ],
}
