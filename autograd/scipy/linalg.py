"""`scipy.linalg` with gradients; what has no rule is SciPy's own function."""

from typing import Any

from autograd.derivatives.scipy.building import block_diag, circulant, hankel, toeplitz
from autograd.derivatives.scipy.linalg import (
    cho_factor,
    cho_solve,
    cholesky,
    det,
    eigh,
    eigvalsh,
    inv,
    norm,
    pinv,
    scipy_linalg,
    solve,
    solve_banded,
    solve_triangular,
    solveh_banded,
    svd,
    svdvals,
)
from autograd.derivatives.scipy.matrix_functions import (
    coshm,
    cosm,
    expm,
    expm_frechet,
    logm,
    sinhm,
    sinm,
    solve_continuous_lyapunov,
    solve_discrete_lyapunov,
    solve_sylvester,
    sqrtm,
)

solve_lyapunov = solve_continuous_lyapunov

__all__ = [
    "block_diag", "cho_factor", "cho_solve", "cholesky", "circulant", "coshm", "cosm", "det", "eigh", "eigvalsh",
    "expm", "expm_frechet", "hankel", "inv", "logm", "norm", "pinv", "sinhm", "sinm", "solve", "solve_banded",
    "solve_continuous_lyapunov", "solve_discrete_lyapunov", "solve_lyapunov", "solve_sylvester", "solve_triangular",
    "solveh_banded", "sqrtm", "svd", "svdvals", "toeplitz",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """What has no rule is SciPy's."""
    return getattr(scipy_linalg, name)
