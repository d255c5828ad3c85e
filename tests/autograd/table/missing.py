"""Rows of the functions that leave NaN out: of arrays with a NaN here and there."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.autograd.table.cases import Case, case, complex_, mask, real

PRESENT = np.array([[True, True, False, True], [True, True, True, True], [False, True, False, True]])


def with_nan(function: Callable[..., Any], domain: Any = real, **keywords: Any) -> Case:
    return case(lambda x: function(np.where(PRESENT, x, np.nan), **keywords), (3, 4), domain=domain)


ROWS: dict[Any, list[Case]] = {
    function: [
        with_nan(function),
        with_nan(function, axis=0, keepdims=True),
        with_nan(function, axis=(0, -1)),
        case(lambda x, f=function: f(np.where(PRESENT, x, np.nan), 1), (3, 4)),
        case(function, (5,)),
    ]
    for function in (np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin)
}
UPPER = np.array([[True, True, True, False], [True, True, False, True], [True, True, True, True]])
for function in (np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd):
    ROWS[function] += [with_nan(function, axis=1, where=UPPER), with_nan(function, complex_, axis=1)]
for function in (np.nanvar, np.nanstd):
    ROWS[function] += [
        with_nan(function, axis=1, ddof=1),
        with_nan(function, axis=1, correction=0.5),
        case(lambda x, f=function: f(np.where(mask, x, np.nan), axis=1, mean=np.ones((2, 1), x.dtype)), (2, 3)),
    ]
ROWS[np.nanstd].append(case(lambda x: np.nanstd(np.where(mask, x, np.nan), 1, None, None, 0.5), (2, 3)))
ROWS[np.nanmean].append(case(lambda x: np.nanmean(np.where(PRESENT, x, np.nan), 0, np.complex128), (3, 4)))
ROWS[np.nansum].append(with_nan(np.nansum, axis=0, initial=2.0))
ROWS[np.nanprod].append(with_nan(np.nanprod, axis=0, initial=2.0, where=UPPER))
ROWS[np.nanmax].append(with_nan(np.nanmax, axis=0, initial=0.2, where=UPPER))
ROWS[np.nanmin].append(with_nan(np.nanmin, axis=0, initial=0.2, where=UPPER))
for function in (np.nancumsum, np.nancumprod):
    ROWS[function] = [with_nan(function), with_nan(function, axis=0), with_nan(function, complex_, axis=-1)]
