"""Rows of the interpolation, tried away from its knots."""

from typing import Any

import numpy as np

from autograd.derivatives import interpolation
from tests.autograd.table.cases import Case, ascending, complex_, even, odd, real

KNOTS = np.array([-1.1, -0.5, 0.1, 0.7, 1.3])
HEIGHTS = np.array([0.3, -0.4, 1.5, 0.2, 0.7])


def middles(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Between the knots and outside; of six or more, one everywhere."""
    return rng.permutation(np.resize(np.append(KNOTS - 0.3, KNOTS[-1] + 0.3), shape).ravel()).reshape(shape)


def steps(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.integers(1, 6, shape) * 0.2


def periodic(x: Any, shifts: Any, fp: Any) -> Any:
    return np.interp(5 * x, np.array([1.25, 0.35, 1.55, 0.75]) + 0.01 * shifts, fp, period=1.9)


def of_period(x: Any, change: Any) -> Any:
    return np.interp(2 * x, [0.25, 3.25, 0.65], [1.0, 2.0, 5.0], period=-1.9 - 0.005 * change)


ROWS: dict[Any, list[Case]] = {
    interpolation.interp: [Case(lambda x: np.interp(x, KNOTS, HEIGHTS), ((2, 3),), (middles,))],
    np.interp: [
        Case(lambda x, fp: np.interp(x, KNOTS, fp), ((7,), (5,)), (middles, real)),
        Case(lambda x, fp: np.interp(x, KNOTS, fp), ((7,), (5,)), (middles, complex_)),
        Case(lambda x, dx, fp: np.interp(x, ascending(dx), fp), ((), (5,), (5,)), (odd, steps, real)),
        Case(lambda dx, fp: np.interp([-3, -1.5, 0.1, 9], ascending(dx), fp), ((5,), (5,)), (steps, real)),
        Case(lambda x, *ends: np.interp(x, KNOTS, HEIGHTS, *ends), ((9,), (), ()), (middles, real, real)),
        Case(lambda x, fp: np.interp(x, KNOTS, fp, left=1.0), ((9,), (5,)), (middles, real)),
        Case(periodic, ((7,), (4,), (4,)), (even, real, real)),
        Case(periodic, ((2, 3), (4,), (4,)), (even, real, complex_)),
        Case(of_period, ((7,), ()), (even, real)),
        Case(lambda x, fp: np.interp(x, [0.0], fp), ((6,), (1,)), (even, real)),
    ],
}
