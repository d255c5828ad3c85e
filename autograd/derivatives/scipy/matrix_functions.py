"""Derivatives of functions of matrices, expm, logm and sqrtm, and of the linear matrix equations behind them.

The gradient of f at A is the Fréchet derivative of f at the transpose of A, applied to the upstream gradient (N. J.
Higham, Functions of Matrices, 2008, chapter 3); and that derivative is a block of f of a matrix twice as large. So
every order is had from f itself. Stacks of matrices go through as SciPy takes them.
"""

from typing import Any

import numpy as np

from autograd.derivatives.products import transposed
from autograd.optional import optional
from autograd.rules import composition, primitive, vjp_rule

scipy_linalg = optional("scipy.linalg", "scipy", "autograd.scipy.linalg")


def paired(a: Any, e: Any) -> Any:
    """The block matrix [[a, e], [0, a]]."""
    return np.concatenate([np.concatenate([a, e], axis=-1), np.concatenate([np.zeros_like(a), a], axis=-1)], axis=-2)


def corner(block: Any) -> Any:
    """The upper right of four blocks."""
    n = block.shape[-1] // 2
    return block[..., :n, n:]


# --------------------------------------------------------------------------------------------------------- exponential


@primitive
def frechet(a: Any, e: Any) -> Any:
    """The derivative of expm at `a` in the direction `e`."""
    return corner(scipy_linalg.expm(paired(a, e)))


def frechet_vjp_a(g: Any, y: Any, a: Any, e: Any) -> Any:
    """The derivative of a block of expm([[a, e], [0, a]]), collected from both places that a has there."""
    n = a.shape[-1]
    zeros = np.zeros_like(g)
    outer = np.concatenate([np.concatenate([zeros, g], axis=-1), np.concatenate([zeros, zeros], axis=-1)], axis=-2)
    whole = frechet(transposed(paired(a, e)), outer)
    return whole[..., :n, :n] + whole[..., n:, n:]


@primitive
def expm(A: Any) -> Any:
    """`scipy.linalg.expm`."""
    return scipy_linalg.expm(A)


vjp_rule(expm, lambda g, y, a: frechet(transposed(a), g))
vjp_rule(frechet, frechet_vjp_a, lambda g, y, a, e: frechet(transposed(a), g))
expm_frechet = primitive(scipy_linalg.expm_frechet)


@composition(expm_frechet)
def _(A: Any, E: Any, method: Any = None, compute_expm: bool = True, check_finite: bool = True) -> Any:
    derivative = frechet(A, E)
    return (expm(A), derivative) if compute_expm else derivative


def trigonometric(function: Any, even: bool, turn: complex) -> Any:
    """A function that is half the sum (or difference) of expm at plus and at minus the matrix, `turn` times."""
    call = primitive(function)

    @composition(call)
    def _(A: Any) -> Any:
        plus, minus = expm(turn * A), expm(-turn * A)
        half = (plus + minus) / 2 if even else (plus - minus) / (2 * turn)
        return np.real(half) if turn == 1j and not np.iscomplexobj(A) else half

    return call


cosm, sinm = trigonometric(scipy_linalg.cosm, True, 1j), trigonometric(scipy_linalg.sinm, False, 1j)
coshm, sinhm = trigonometric(scipy_linalg.coshm, True, 1), trigonometric(scipy_linalg.sinhm, False, 1)

# --------------------------------------------------------------------------------------------------- logarithm and root


@primitive
def logm(A: Any) -> Any:
    """`scipy.linalg.logm`."""
    return scipy_linalg.logm(A)


@primitive
def sqrtm(A: Any) -> Any:
    """`scipy.linalg.sqrtm`."""
    return scipy_linalg.sqrtm(A)


vjp_rule(logm, lambda g, y, a: corner(logm(paired(transposed(a), g))))

# ----------------------------------------------------------------------------------------------------- matrix equations


@primitive
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """`scipy.linalg.solve_sylvester`."""
    return scipy_linalg.solve_sylvester(a, b, q)


vjp_rule(sqrtm, lambda g, y, a: solve_sylvester(transposed(y), transposed(y), g))

vjp_rule(
    solve_sylvester,
    lambda g, x, a, b, q: -np.matmul(solve_sylvester(transposed(a), transposed(b), g), transposed(x)),
    lambda g, x, a, b, q: -np.matmul(transposed(x), solve_sylvester(transposed(a), transposed(b), g)),
    lambda g, x, a, b, q: solve_sylvester(transposed(a), transposed(b), g),
)

solve_continuous_lyapunov = primitive(scipy_linalg.solve_continuous_lyapunov)
solve_discrete_lyapunov = primitive(scipy_linalg.solve_discrete_lyapunov)


@composition(solve_continuous_lyapunov)
def _(a: Any, q: Any) -> Any:
    return solve_sylvester(a, np.conjugate(transposed(a)), q)


@primitive
def stein(a: Any, b: Any, q: Any) -> Any:
    """The solution x of x = a x b' + q, b' being the transpose: the discrete Lyapunov equation where b = conj(a)."""
    if np.array_equal(np.conjugate(a), b):
        return scipy_linalg.solve_discrete_lyapunov(a, q)
    dtype = np.result_type(a, b, q, np.float32)  # LAPACK has nothing narrower
    pairs = np.einsum("...ij,...kl->...ikjl", a, b, dtype=dtype)
    pairs = np.reshape(pairs, (*pairs.shape[:-4], q.shape[-2] * q.shape[-1], -1))
    column = np.reshape(q, (*q.shape[:-2], -1, 1)).astype(dtype)
    return np.reshape(np.linalg.solve(np.eye(pairs.shape[-1]) - pairs, column), q.shape)


vjp_rule(
    stein,
    lambda g, x, a, b, q: np.matmul(stein(transposed(a), transposed(b), g), np.matmul(b, transposed(x))),
    lambda g, x, a, b, q: np.matmul(transposed(stein(transposed(a), transposed(b), g)), np.matmul(a, x)),
    lambda g, x, a, b, q: stein(transposed(a), transposed(b), g),
)


@composition(solve_discrete_lyapunov)
def _(a: Any, q: Any, method: Any = None) -> Any:
    return stein(a, np.conjugate(a), q)
