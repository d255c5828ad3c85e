"""Formulas of triangular and banded systems."""

from __future__ import annotations

import numpy as np

from autograd.derivatives.scipy.linalg import banded, triangular
from autograd.formulas import formula, word
from autograd.viz.formulas.lookup import Call


def solved_back(call: Call) -> str:
    return f"solve_triangular(a, g, {not call.values['trans']}, lower, unit_diagonal)"


def of_triangle(call: Call) -> str:
    """The product as for any matrix, and of that the triangle which was read."""
    first, second = ("z", solved_back(call)) if call.values["trans"] else (solved_back(call), "z")
    vector = np.ndim(call.b) == 1
    product = f"outer({first}, {second})" if vector else f"{first} @ matrix_transpose({second})"
    cut = int(call.values["unit_diagonal"])
    return f"-tril({product}, {-cut})" if call.values["lower"] else f"-triu({product}, {cut})"


formula(triangular, a=of_triangle, b=solved_back, trans=None, lower=None, unit_diagonal=None)
formula(banded, bands=None, ab="banded_back(g, ab, z)", b="linalg.solve(unbanded(ab).T, g)")
word("solve_triangular", "solve_triangular(a, g, trans) solves with the triangle of a, transposed where trans")
word("unbanded", "unbanded(ab) is the whole matrix whose diagonals are the rows of ab")
word("banded_back", "banded_back(g, ab, z) are the diagonals of -outer(linalg.solve(unbanded(ab).T, g), z), as rows")
