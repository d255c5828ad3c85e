"""The test table: for every function in the registry of rules, calls to try it on, away from kinks.

A row is a function and its cases; a file here for each chapter of ``autograd/derivatives/``. `test_derivatives.py` runs
every property over every case, and fails if a function of the registry has no row.
"""

from typing import Any

from autograd.recompute import checkpointed
from autograd.rules import pick
from autograd.scipy.integrate import solution
from tests.autograd.table import (
    accumulations,
    building,
    cleaning,
    decompositions,
    elementwise,
    fft,
    histograms,
    indexing,
    interpolation,
    linalg,
    missing,
    norms,
    ordering,
    padding,
    polynomials,
    products,
    quantiles,
    reductions,
    scipy,
    selecting,
    sequences,
    series,
    shaping,
    statistics,
    ufuncs,
    windows,
)
from tests.autograd.table.cases import Case

__all__ = ["CHAPTERS", "ELSEWHERE", "ROWS"]

CHAPTERS = (
    accumulations,
    building,
    cleaning,
    decompositions,
    elementwise,
    fft,
    histograms,
    indexing,
    interpolation,
    linalg,
    missing,
    norms,
    ordering,
    padding,
    polynomials,
    products,
    quantiles,
    reductions,
    selecting,
    sequences,
    series,
    shaping,
    statistics,
    ufuncs,
    windows,
)

ROWS: dict[Any, list[Case]] = {function: cases for chapter in CHAPTERS for function, cases in chapter.ROWS.items()}
ROWS.update(scipy.ROWS)

# Rows whose property test is elsewhere, and where.
ELSEWHERE: dict[Any, str] = {
    checkpointed: "test_functional.py",
    pick: "test_several_results.py",
    solution: "scipy/test_integrate.py",
}
