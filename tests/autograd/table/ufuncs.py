"""Rows of the methods of ufuncs: of every ufunc of two operands, on the domains of its own row."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd.derivatives.ufuncs import METHODS, UFUNCS
from autograd.rules import COMPOSITIONS, RULES
from tests.autograd.table import accumulations, reductions
from tests.autograd.table.cases import Case, above_one, case, complex_, positive, real

REFUSED = {getattr(ufunc, kind) for ufunc in (np.power, np.arctan2) for kind in METHODS if kind != "outer"}
DOMAINS = {np.power: above_one, np.float_power: above_one, np.divide: positive, np.remainder: above_one}
ELSEWHERE = {*accumulations.ROWS, *reductions.ROWS}


def cases_of(method: Callable[..., Any], kind: str, domain: Any) -> list[Case]:
    if kind == "outer":
        return [case(method, (2,), (3, 2), domain=domain)]
    if kind == "reduceat":
        return [case(lambda x: method(x, [0, 2, 1], axis=1), (2, 4), domain=domain)]
    shapes = [((2, 3), {}), ((2, 3), {"axis": -1}), ((3,), {})]
    if kind == "reduce":
        shapes.append(((2, 3), {"axis": 1, "keepdims": True}))
    return [case(partial(method, **keywords), shape, domain=domain) for shape, keywords in shapes]


ROWS: dict[Any, list[Case]] = {}
for ufunc in UFUNCS:
    for kind in METHODS:
        method = getattr(ufunc, kind)
        if (method in COMPOSITIONS or method in RULES) and method not in ELSEWHERE:
            ROWS[method] = cases_of(method, kind, DOMAINS.get(ufunc, real))
for method in REFUSED | {f.outer for f in (np.ldexp, np.copysign, np.nextafter, np.heaviside)}:
    del ROWS[method]

ROWS[np.divmod.outer] = [case(lambda x, y: np.divmod.outer(x, y)[1], (2,), (3,), domain=above_one)]
ROWS[np.multiply.outer].append(case(lambda x: np.multiply.outer(x, 2), (3,)))
ROWS[np.subtract.reduce].append(case(lambda x, y: np.subtract.reduce(x, initial=y), (2, 3), ()))
ROWS[np.logaddexp2.reduce].append(case(lambda x: np.logaddexp2.reduce(x, axis=(0, 2), keepdims=True), (2, 3, 2)))
ROWS[np.hypot.reduce] += [case(partial(np.hypot.reduce, axis=None), (2, 3)), case(np.hypot.reduce, ())]
ROWS[np.divide.reduceat].append(case(lambda x: np.divide.reduceat(x, [], axis=1), (2, 3)))
ROWS[np.fmax.reduce].append(case(lambda x: np.fmax.reduce(x, axis=(0, 1), initial=-9.0), (2, 3)))
ROWS[np.divide.accumulate].append(case(np.divide.accumulate, (3,), domain=complex_))
