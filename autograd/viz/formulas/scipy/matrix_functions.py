"""Formulas of functions of matrices, and of the linear matrix equations behind them."""

from __future__ import annotations

from autograd.derivatives.scipy.matrix_functions import expm, frechet, logm, solve_sylvester, sqrtm, stein
from autograd.formulas import formula, word

T = "matrix_transpose"

formula(expm, a=f"frechet({T}(a), g)")
formula(frechet, a="frechet_back(g, a, e)", e=f"frechet({T}(a), g)")
formula(logm, a="logm_back(g, a)")
formula(sqrtm, a=f"solve_sylvester({T}(z), {T}(z), g)")
formula(
    solve_sylvester,
    a=f"-solve_sylvester({T}(a), {T}(b), g) @ {T}(z)",
    b=f"-{T}(z) @ solve_sylvester({T}(a), {T}(b), g)",
    q=f"solve_sylvester({T}(a), {T}(b), g)",
)
formula(
    stein,
    a=f"stein({T}(a), {T}(b), g) @ b @ {T}(z)",
    b=f"{T}(stein({T}(a), {T}(b), g)) @ a @ z",
    q=f"stein({T}(a), {T}(b), g)",
)
word("frechet", "frechet(a, e) is the derivative of expm at a in the direction e: how expm(a + t * e) changes at t = 0")
word("frechet_back", "frechet_back(g, a, e) is what g upstream of frechet(a, e) gives to a")
word("logm_back", "logm_back(g, a) is the derivative of logm at a.T in the direction g")
word("solve_sylvester", "solve_sylvester(a, b, q) is the x with a @ x + x @ b = q")
word("stein", "stein(a, b, q) is the x with x = a @ x @ b.T + q")
