"""Derivatives of equations and what solves them: solve, inv, pinv, lstsq, det, powers and chains of products.

All take stacks of matrices, real or complex. The gradient G of a complex matrix pairs with a change dA as
Re(sum(G * dA)), without a conjugate (see ``elementwise.py``).

Traps. The gradient of `det` is the matrix of cofactors, which exists at singular matrices too: it is exact there, to
any order. Where a matrix is singular, `slogdet` is -inf and has no derivative: NaN, unless its upstream gradient is 0.
`pinv` and `lstsq` are differentiable among matrices of the same rank, and the derivative is the one along these
(Golub and Pereyra, 1973); the residuals of `lstsq` have their derivative where NumPy returns them.
"""

import math
import operator
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.derivatives.matrices import adjoint, along, fold, is_given, mirrored, nan_where, transposed
from autograd.derivatives.shaping import as_array
from autograd.rules import composition, constant, primitive, vjp_rule

# -------------------------------------------------------------------------------------------------- solving, inverting


def solve_right_vjp(g: Any, y: Any, a: Any, b: Any) -> Any:
    """The same equation with the transposed matrix; `b` is a vector where it has one axis, else a stack of matrices."""
    left = transposed(as_array(a))
    return np.linalg.solve(left, g) if as_array(b).ndim > 1 else np.linalg.solve(left, g[..., None])[..., 0]


def solve_left_vjp(g: Any, y: Any, a: Any, b: Any) -> Any:
    gb = solve_right_vjp(g, y, a, b)
    return -gb @ transposed(y) if as_array(b).ndim > 1 else -gb[..., :, None] * y[..., None, :]


def inv_vjp(g: Any, y: Any, a: Any) -> Any:
    return -transposed(y) @ g @ transposed(y)


vjp_rule(np.linalg.solve, solve_left_vjp, solve_right_vjp)
vjp_rule(np.linalg.inv, inv_vjp)


@composition(np.linalg.tensorinv)
def _(a: Any, ind: int = 2) -> Any:
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    rows, columns = np.shape(a)[:ind], np.shape(a)[ind:]
    return np.reshape(np.linalg.inv(np.reshape(a, (math.prod(rows), -1))), columns + rows)


@composition(np.linalg.tensorsolve)
def _(a: Any, b: Any, axes: Any = None) -> Any:
    if axes is not None:
        last = [normalize_axis_index(axis, np.ndim(a)) for axis in axes]
        a = np.transpose(a, [axis for axis in range(np.ndim(a)) if axis not in last] + last)
    unknowns = np.shape(a)[np.ndim(b) :]
    n = math.prod(unknowns)
    return np.reshape(np.linalg.solve(np.reshape(a, (-1, n)), np.ravel(b)), unknowns)


# -------------------------------------------------------------------------------------------------------- determinants


def det_vjp(g: Any, y: Any, a: Any) -> Any:
    try:
        inverse = np.linalg.inv(a)
    except np.linalg.LinAlgError:
        inverse = None
    bases = null_bases(a, inverse)
    cofactors = y[..., None, None] * transposed(inverse) if bases is None else cofactors_in(a, *bases)
    return g[..., None, None] * cofactors


def slogdet_vjp(g: Any, y: Any, a: Any) -> Any:
    """The inverse, times the gradient of log(abs(det)); of a complex matrix the sign turns as well."""
    (g_sign, g_log), (sign, log) = g, y
    if np.iscomplexobj(a):
        g_log = g_log + 1j * np.imag(g_sign * sign)
    singular = np.isneginf(log)
    if np.any(singular):
        a = np.where(singular[..., None, None], np.eye(a.shape[-1], dtype=a.dtype), a)
        g_log = nan_where(singular, g_log)
    return g_log[..., None, None] * transposed(np.linalg.inv(a))


vjp_rule(np.linalg.det, det_vjp)
vjp_rule(np.linalg.slogdet, slogdet_vjp)


@primitive
def null_bases(a: Any, inverse: Any) -> Any:
    """U and V^H of a stack with a matrix that is nearly singular, and the number of small singular values.

    None where every inverse has half of its digits: then ``det(A) inv(A)^T`` is accurate, and its derivatives are.
    """
    limit = np.sqrt(np.finfo(a.dtype).eps)
    if inverse is not None:
        sizes = [np.max(np.sum(np.abs(x), axis=-2), axis=-1, initial=0) for x in (a, inverse)]
        if not np.any(sizes[0] * sizes[1] * limit > 1):  # so NaN is left to the formula with the inverse
            return None
    u, s, vh = np.linalg.svd(a)
    small = int(np.max(np.sum(s <= limit * s[..., :1], axis=-1)))
    return (u, vh, small) if small else None


constant(null_bases)


def cofactors_in(a: Any, u: Any, vh: Any, k: int) -> Any:
    """The cofactors, from B = U^H A V, of which `k` singular values are small: without dividing by these.

    B is cut where they begin. Elimination leaves a block C of k rows, zero or nearly so, whose determinant and
    cofactors are polynomials; and cofactors multiply as matrices do: cof(XYZ) = cof(X) cof(Y) cof(Z). U and V count as
    constants: the result does not depend on them, so that its derivatives, to any order, are those of A's cofactors.
    """
    r = a.shape[-1] - k
    b = adjoint(u) @ a @ adjoint(vh)
    corner = b[..., :r, :r]
    inverse = np.linalg.inv(corner)
    across, down = transposed(inverse @ b[..., :r, r:]), transposed(b[..., r:, :r] @ inverse)
    det, cof = small_determinant(b[..., r:, r:] - transposed(down) @ b[..., :r, r:])
    # cof(B) = cof([1 0; down' 1]) cof([corner 0; 0 C]) cof([1 across'; 0 1])
    top = [det[..., None, None] * transposed(inverse) + down @ cof @ across, -down @ cof]
    rows = [np.concatenate(row, axis=-1) for row in (top, [-cof @ across, cof])]
    scale = np.linalg.det(corner) * (np.linalg.det(u) * np.linalg.det(vh))
    return scale[..., None, None] * (np.conjugate(u) @ np.concatenate(rows, axis=-2) @ np.conjugate(vh))


def small_determinant(c: Any) -> tuple[Any, Any]:
    """The determinant of `c` and its cofactors, by the recursion of Faddeev and LeVerrier: no division by entries."""
    n = c.shape[-1]
    one = np.eye(n, dtype=c.dtype)
    m = np.broadcast_to(one, c.shape)
    for i in range(1, n):
        product = c @ m
        m = product - np.trace(product, axis1=-2, axis2=-1)[..., None, None] / i * one
    sign = (-1) ** (n - 1)
    return sign / n * np.trace(c @ m, axis1=-2, axis2=-1), sign * transposed(m)


# ------------------------------------------------------------------------------------------------------- least squares


def pinv_vjp(g: Any, y: Any, a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """As for the inverse, then what the part of A's column space and of its row space that is not full adds."""
    if hermitian:
        a = mirrored(a)
    gt, yh = transposed(g), adjoint(y)
    columns = (gt - a @ (y @ gt)) @ (y @ yh)
    rows = yh @ (y @ (gt - (gt @ y) @ a))
    ga = np.conjugate(columns + rows) - transposed(y) @ g @ transposed(y)
    return fold(ga, "L") if hermitian else ga


def lstsq_parts(g: Any, y: Any, a: Any, b: Any, rcond: Any) -> tuple[Any, ...]:
    """The pseudoinverse that cuts where `lstsq` did; then as matrices b, x, the gradient of x and that of b - Ax."""
    (gx, g_residuals, *_), (x, *_, s) = g, y
    eps = np.finfo(s.dtype).eps
    a, b = as_array(a), as_array(b)
    inverse = np.linalg.pinv(a, eps * max(a.shape) if rcond is None else eps if rcond < 0 else rcond)
    b, x, gx = (v if v.ndim == 2 else v[:, None] for v in (b, x, gx))
    return inverse, b, x, gx, 2 * np.conjugate(b - a @ x) * g_residuals if g_residuals.size else None


def lstsq_left_vjp(g: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    a = as_array(a)
    inverse, b, x, gx, g_rest = lstsq_parts(g, y, a, b, rcond)
    ga = pinv_vjp(gx @ transposed(b), inverse, a)
    if g_rest is not None:  # x is where they are least: how it changes does not count
        ga = ga - g_rest @ transposed(x)
    if is_given(g[3]):
        u, _, vh = np.linalg.svd(a, full_matrices=False)
        ga = ga + along(u, g[3], vh)
    return ga


def lstsq_right_vjp(g: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    inverse, _, _, gx, g_rest = lstsq_parts(g, y, a, b, rcond)
    gb = transposed(inverse) @ gx
    return np.reshape(gb if g_rest is None else gb + g_rest, as_array(b).shape)


vjp_rule(np.linalg.pinv, pinv_vjp)
vjp_rule(np.linalg.lstsq, lstsq_left_vjp, lstsq_right_vjp)

# --------------------------------------------------------------------------------------------------- powers and chains


@composition(np.linalg.matrix_power)
def _(a: Any, n: Any) -> Any:
    """By squaring, which costs log2(n) products forward and twice that backward."""
    n = operator.index(n)
    if np.ndim(a) < 2 or np.shape(a)[-1] != np.shape(a)[-2]:
        return np.linalg.matrix_power(a.data, n)  # raises NumPy's error
    if n == 0:
        return np.linalg.matrix_power(np.ones_like(a), 0)
    square = a if n > 0 else np.linalg.inv(a)
    power = np.copy(square)
    for bit in f"{abs(n):b}"[1:]:
        power = power @ power
        if bit == "1":
            power = power @ square
    return power


@composition(np.linalg.multi_dot)
def _(arrays: Any, *, out: None = None) -> Any:
    """In the order that costs least; a vector that comes first is a row, one that comes last a column."""
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    shape = np.shape(arrays[0])[:-1] + np.shape(arrays[-1])[1:]
    chain = [np.reshape(arrays[0], (1, -1)) if np.ndim(arrays[0]) == 1 else arrays[0], *arrays[1:-1]]
    chain.append(np.reshape(arrays[-1], (-1, 1)) if np.ndim(arrays[-1]) == 1 else arrays[-1])
    sizes = [*(np.shape(x)[0] for x in chain), np.shape(chain[-1])[1]]
    cuts = cheapest_cuts(sizes)

    def product(i: int, j: int) -> Any:
        return chain[i] if i == j else np.matmul(product(i, cuts[i, j]), product(cuts[i, j] + 1, j))

    return np.reshape(product(0, len(chain) - 1), shape)


def cheapest_cuts(sizes: list[int]) -> dict[tuple[int, int], int]:
    """After which matrix to part the product of those from i to j, where matrix i is sizes[i] by sizes[i + 1]."""
    n = len(sizes) - 1
    cost, cuts = {(i, i): 0 for i in range(n)}, {}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            cost[i, j], cuts[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)
            )
    return cuts
