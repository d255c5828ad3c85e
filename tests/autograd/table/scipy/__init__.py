"""The test table of the functions of SciPy: a file for each part of it, `scipy.special` in four."""

from typing import Any

from tests.autograd.table.cases import Case
from tests.autograd.table.scipy import bessel, elementary, gammas, integrals, linalg, signal, stats

CHAPTERS = (bessel, elementary, gammas, integrals, linalg, signal, stats)

ROWS: dict[Any, list[Case]] = {function: cases for chapter in CHAPTERS for function, cases in chapter.ROWS.items()}
