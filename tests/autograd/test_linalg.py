"""np.linalg at its traps, by example: singular matrices, repeated values, ties, zeros, triangles, phases."""

from itertools import permutations
from math import prod
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, errors
from autograd.derivatives.decompositions import matching
from autograd.derivatives.linalg import cheapest_cuts
from autograd.testing import gradcheck

RNG = np.random.default_rng(3)
A = RNG.normal(size=(3, 3))
ROTATION = np.linalg.qr(A)[0]
OF_RANK_ONE = np.outer([1.0, 2.0, -1.0], [0.5, 1.0, 3.0])
OF_RANK_TWO = OF_RANK_ONE + np.outer([0.0, 1.0, 1.0], [2.0, -1.0, 1.0])
WEIGHTS = RNG.normal(size=(3, 3))


def close(actual: Any, expected: Any, tolerance: float = 1e-12) -> None:
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def test_the_largest_singular_value_of_nothing_has_an_empty_gradient() -> None:
    for order in (2, "nuc"):
        try:
            np.linalg.norm(np.zeros((0, 3)), order)
        except ValueError:  # older versions of NumPy have none
            continue
        assert ag.grad(lambda x, p=order: np.linalg.norm(x, p))(np.zeros((0, 3))).shape == (0, 3)


def leibniz(a: Any) -> Any:
    """The determinant as a sum of products: a polynomial, with derivatives wherever it is."""
    n = len(a)
    signs = {p: (-1) ** sum(p[i] > p[j] for i in range(n) for j in range(i + 1, n)) for p in permutations(range(n))}
    return sum(sign * prod(a[i, p[i]] for i in range(n)) for p, sign in signs.items())


# ---------------------------------------------------------------------------------------------------- singular matrices

SINGULAR = {
    "rank 2 of 3": OF_RANK_TWO,
    "rank 1 of 3": OF_RANK_ONE,
    "zero": np.zeros((3, 3)),
    "rank 2 of 4": np.pad(OF_RANK_TWO, (0, 1))[[3, 1, 0, 2]] @ np.pad(ROTATION @ np.diag([1, 1, 0]), (0, 1)),
    "nearly": OF_RANK_TWO + 1e-13 * A,
    "nearly, of rank 1": OF_RANK_ONE + 1e-11 * A,
    "badly scaled": np.diag([1e9, 1.0, 1e-9]) @ A,
    "regular": A,
}


@pytest.mark.parametrize("a", SINGULAR.values(), ids=SINGULAR)
def test_the_determinant_has_all_derivatives_at_singular_matrices(a: Any) -> None:
    scale = max(1.0, np.max(np.abs(a)))
    direction = WEIGHTS if len(a) == 3 else np.pad(WEIGHTS, (0, 1), mode="wrap")

    def slopes(det: Any) -> Any:
        derivatives = [lambda t: det(a / scale + t * direction)]
        for _ in range(4):
            derivatives.append(ag.grad(derivatives[-1]))
        return [f(0.0) for f in derivatives[1:]]

    close(ag.grad(np.linalg.det)(a / scale), ag.grad(leibniz)(a / scale))
    close(ag.hessian(np.linalg.det)(a / scale), ag.hessian(leibniz)(a / scale))
    close(slopes(np.linalg.det), slopes(leibniz), 1e-9)


def test_the_determinant_of_a_complex_singular_matrix_has_its_cofactors() -> None:
    a = OF_RANK_TWO * (1 + 2j) + 1j * np.outer([0, 1, 1], [1, 0, 0])
    a[2] = a[0] + 1j * a[1]
    close(ag.grad(lambda a: np.real(np.linalg.det(a)))(a), ag.grad(lambda a: np.real(leibniz(a)))(a))
    close(ag.grad(lambda a: np.imag(np.linalg.det(a)))(a), ag.grad(lambda a: np.imag(leibniz(a)))(a))


def test_a_stack_may_hold_singular_and_regular_matrices() -> None:
    stack = np.stack([A, OF_RANK_TWO, np.zeros((3, 3)), OF_RANK_ONE])
    expected = np.stack([ag.grad(leibniz)(a) for a in stack])
    close(ag.grad(lambda a: np.sum(np.linalg.det(a)))(stack), expected)


def test_a_matrix_of_one_entry_is_its_determinant_and_its_norm() -> None:
    x = np.array([[-3.0]])
    assert ag.grad(np.linalg.det)(x).tolist() == [[1]]
    assert ag.grad(np.linalg.det)(0 * x).tolist() == [[1]]
    assert ag.grad(np.linalg.vector_norm)(-3.0) == -1


def test_slogdet_of_a_singular_matrix_has_no_derivative_and_none_where_it_is_not_asked_for() -> None:
    stack = np.stack([A, np.zeros((3, 3))])
    assert np.linalg.slogdet(Tensor(stack)).logabsdet.data[1] == -np.inf
    gradient = ag.grad(lambda a: np.sum(np.linalg.slogdet(a).logabsdet))(stack)
    close(gradient[0], np.linalg.inv(A).T)
    assert np.all(np.isnan(gradient[1]))
    guarded = ag.grad(lambda a: np.linalg.slogdet(a).logabsdet[0])(stack)
    assert np.all(guarded[1] == 0)


def test_the_sign_of_a_real_determinant_is_constant() -> None:
    assert np.all(ag.grad(lambda a: np.linalg.slogdet(a).sign)(A) == 0)


def test_the_condition_number_of_a_singular_matrix_has_no_derivative() -> None:
    stack = np.stack([A, np.diag([1.0, 2.0, 0.0])])
    for p in (None, 1):
        assert np.linalg.cond(Tensor(stack), p).data[1] == np.inf
        gradient = ag.grad(lambda a, p=p: np.sum(np.linalg.cond(a, p)))(stack)
        close(gradient[0], ag.grad(lambda a, p=p: np.linalg.cond(a, p))(A))
        assert np.all(np.isnan(gradient[1]))
        assert np.all(ag.grad(lambda a, p=p: np.linalg.cond(a, p)[0])(stack)[1] == 0)


def test_the_smallest_condition_number_has_slope_zero() -> None:
    close(ag.grad(np.linalg.cond)(ROTATION), 0)


# ------------------------------------------------------------------------------------------------------ repeated values


REPEATED = {
    "two of three": ROTATION @ np.diag([1.0, 1.0, 4.0]) @ ROTATION.T,
    "identity": np.eye(3),
    "zero": np.zeros((3, 3)),
}


def lower_of(symmetric: Any) -> Any:
    """The gradient for a symmetric matrix as one for its lower triangle."""
    return np.tril(symmetric) + np.tril(symmetric, -1)


@pytest.mark.parametrize("a", REPEATED.values(), ids=REPEATED)
def test_functions_of_all_eigenvalues_alike_have_their_gradient_at_repeated_ones(a: Any) -> None:
    close(ag.grad(lambda a: np.sum(np.linalg.eigvalsh(a)))(a), np.eye(3))
    close(ag.grad(lambda a: np.sum(np.linalg.eigh(a)[0] ** 2))(a), lower_of(2 * a))
    close(ag.hessian(lambda a: np.sum(np.linalg.eigvalsh(a)))(a), 0)
    assert np.all(np.isfinite(ag.hessian(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(a)))


def test_the_space_of_a_repeated_eigenvalue_has_its_gradient() -> None:
    a, direction, h = REPEATED["two of three"], WEIGHTS + WEIGHTS.T, 1e-5

    def projected(a: Any) -> Any:
        v = np.linalg.eigh(a)[1][:, :2]
        return np.sum(WEIGHTS * (v @ v.T))

    numeric = (projected(a + h * direction) - projected(a - h * direction)) / (2 * h)
    assert np.sum(ag.grad(projected)(a) * direction) == pytest.approx(numeric, rel=1e-7)


def polar(a: Any) -> Any:
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return u @ vh


@pytest.mark.parametrize("a", [ROTATION, np.eye(3), ROTATION[:, :2], 2 * ROTATION[:2]], ids=["3x3", "1", "3x2", "2x3"])
def test_the_nuclear_norm_has_both_derivatives_at_repeated_singular_values(a: Any) -> None:
    assert gradcheck(lambda a: np.linalg.norm(a, "nuc"), a, order=2)
    assert gradcheck(polar, a)
    assert gradcheck(polar, a * (1 + 1j))
    close(ag.grad(lambda a: np.linalg.norm(a, "nuc"))(a), polar(a))


def test_the_nuclear_norm_of_a_matrix_that_lacks_rank_takes_the_middle_of_its_slopes() -> None:
    u, _, vh = np.linalg.svd(OF_RANK_TWO)
    close(ag.grad(lambda a: np.linalg.norm(a, "nuc"))(OF_RANK_TWO), u[:, :2] @ vh[:2])


def test_singular_values_that_are_zero_up_to_rounding_do_not_blow_up() -> None:
    def rebuilt(a: Any) -> Any:
        u, s, vh = np.linalg.svd(a)
        return np.sum(WEIGHTS * ((u * s) @ vh))

    close(ag.grad(rebuilt)(OF_RANK_TWO), WEIGHTS)
    assert np.all(np.abs(ag.grad(rebuilt)(OF_RANK_ONE)) < 10)


@pytest.mark.parametrize("a", [np.eye(3), ROTATION])
def test_the_largest_and_the_smallest_singular_value_are_shared_where_they_are_repeated(a: Any) -> None:
    close(ag.grad(lambda a: np.linalg.norm(a, 2))(a), a / 3)
    close(ag.grad(lambda a: np.linalg.norm(a, -2))(a), a / 3)
    close(ag.grad(np.linalg.cond)(a), 0)


def test_repeated_eigenvalues_of_a_matrix_that_is_not_symmetric() -> None:
    a = WEIGHTS @ np.diag([1.0, 1.0, 3.0]) @ np.linalg.inv(WEIGHTS)
    close(ag.grad(lambda a: np.real(np.sum(np.linalg.eigvals(a))))(a), np.eye(3), 1e-7)
    close(ag.grad(lambda a: np.real(np.sum(np.linalg.eig(a)[0] ** 2)))(a), 2 * a.T, 1e-7)


def test_eigenvalues_in_another_order_than_their_vectors() -> None:
    values = np.array([[3.0, 1.0, 2.0 + 1j], [1.0, 1.0, 2.0]])
    found = np.take_along_axis(values, np.array([[2, 0, 1], [0, 2, 1]]), -1) + 1e-12
    close((matching(found, values) @ values[..., None])[..., 0], found)


# ----------------------------------------------------------------------------------------------------------- triangles


@pytest.mark.parametrize("triangle", ["L", "U", "l", "u"])
def test_eigh_has_its_gradient_in_the_triangle_that_numpy_reads(triangle: Any) -> None:
    for f in (lambda a: np.linalg.eigvalsh(a, triangle), lambda a: np.linalg.eigh(a, UPLO=triangle)[0]):
        gradient = ag.grad(lambda a, f=f: np.sum(f(a) ** 2))(A)
        unread = np.triu(gradient, 1) if triangle in "Ll" else np.tril(gradient, -1)
        assert np.all(unread == 0)
        assert np.count_nonzero(gradient) == 6
        assert gradcheck(f, A, order=2)


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky_has_a_symmetric_gradient(upper: bool) -> None:
    a = A @ A.T + np.eye(3)
    gradient = ag.grad(lambda a: np.sum(WEIGHTS * np.linalg.cholesky(a, upper=upper)))(a)
    close(gradient, gradient.T)
    assert gradcheck(lambda a: np.linalg.cholesky((a + a.T) / 2, upper=upper), a, order=2)
    hermitian = ag.grad(lambda a: np.sum(WEIGHTS * np.real(np.linalg.cholesky(a))))(a + 1j * (A - A.T) / 4)
    close(hermitian, np.conjugate(hermitian.T))


def test_the_diagonal_of_a_hermitian_matrix_counts_by_its_real_part() -> None:
    a = A + 1j * WEIGHTS
    assert gradcheck(np.linalg.eigvalsh, a, order=2)
    assert np.all(np.diag(ag.grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 3))(a)).imag == 0)


# --------------------------------------------------------------------------------------------------------------- norms


@pytest.mark.parametrize("order", [None, 1, 2, np.inf, -np.inf, 0, 0.5, 1.5, 3, -1, -2])
@pytest.mark.parametrize("dtype", [float, complex])
def test_the_norm_of_zero_has_derivative_zero(order: Any, dtype: Any) -> None:
    with np.errstate(divide="ignore"):  # NumPy's own, at negative orders
        first = ag.grad(lambda x: np.linalg.norm(x, order))
        assert np.all(first(np.zeros(3, dtype)) == 0)
        assert np.all(np.isfinite(ag.grad(lambda x: np.sum(np.real(first(x))))(np.zeros(3, dtype))))


@pytest.mark.parametrize("order", [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
def test_the_norm_of_a_zero_matrix_has_derivative_zero(order: Any) -> None:
    for x in (np.zeros((3, 2)), np.zeros((2, 2, 2), complex)):
        assert np.all(ag.grad(lambda x: np.sum(np.linalg.norm(x, order, axis=(-2, -1))))(x) == 0)


@pytest.mark.parametrize("order", [0.5, 1, 1.5, 2, 3, -1])
def test_an_entry_that_is_zero_has_derivative_zero_in_every_norm(order: Any) -> None:
    x = np.array([0.0, -4.0, 1.0])
    with np.errstate(divide="ignore"):
        gradient = ag.grad(lambda x: np.linalg.norm(x, order))(x)
        assert np.all(np.isfinite(ag.hessian(lambda x: np.linalg.norm(x, order))(x)))
    assert gradient[0] == 0
    close(gradient[1:], ag.grad(lambda x: np.linalg.norm(x, order))(x[1:]) if order > 0 else 0)


def test_largest_entries_rows_and_columns_share_the_gradient_equally() -> None:
    x = np.array([3.0, -3.0, 1.0])
    assert ag.grad(lambda x: np.linalg.norm(x, np.inf))(x).tolist() == [0.5, -0.5, 0]
    assert ag.grad(lambda x: np.linalg.norm(x, -np.inf))(x).tolist() == [0, 0, 1]
    m = np.array([[1.0, -2.0], [2.0, 1.0]])
    for order in (1, -1, np.inf, -np.inf):
        assert ag.grad(lambda m, order=order: np.linalg.norm(m, order))(m).tolist() == [[0.5, -0.5], [0.5, 0.5]]


def test_the_number_of_nonzero_entries_has_derivative_zero() -> None:
    assert ag.grad(lambda x: np.linalg.norm(x, 0))(np.array([1.0, 0.0, 2.0])).tolist() == [0, 0, 0]


# ------------------------------------------------------------------------------------------------- what a call returns


def test_named_results_keep_their_names_and_a_rank_is_plain() -> None:
    a = Tensor(A)
    assert np.linalg.eigh(a).eigenvectors.requires_grad
    assert np.linalg.svd(a).Vh.requires_grad
    assert np.linalg.qr(a).R.requires_grad
    assert np.linalg.slogdet(a).sign.requires_grad
    rank = np.linalg.lstsq(a, np.ones(3))[2]
    assert (rank, np.linalg.matrix_rank(a)) == (3, 3)
    assert not isinstance(rank, Tensor)


def test_the_raw_form_of_qr_is_refused() -> None:
    reflectors, _ = np.linalg.qr(Tensor(A), mode="raw")
    with pytest.raises(errors.NoRuleError, match=r"np.linalg.qr with mode='raw' .* Write mode='r' instead"):
        reflectors.backward(np.ones((3, 3)))


def test_a_power_of_zero_is_the_identity_whatever_the_entries() -> None:
    stack = np.stack([A, np.full((3, 3), np.inf)])
    assert np.all(np.linalg.matrix_power(Tensor(stack), 0) == np.eye(3))


def test_numpys_own_errors_stay() -> None:
    for call in (np.linalg.inv, np.linalg.cholesky):
        with pytest.raises(np.linalg.LinAlgError):
            call(Tensor(-np.ones((2, 2))))
    for n in (0, 2):
        with pytest.raises(np.linalg.LinAlgError):
            np.linalg.matrix_power(Tensor(np.ones((2, 3))), n)
    with pytest.raises(ValueError, match="at least two arrays"):
        np.linalg.multi_dot([Tensor(A)])


@pytest.mark.parametrize("shape", [(0, 3, 3), (2, 0, 0)])
def test_matrices_without_entries(shape: Any) -> None:
    empty = np.zeros(shape)
    for f in (np.linalg.inv, np.linalg.det, np.linalg.eigvalsh, np.linalg.pinv, np.linalg.svdvals, np.linalg.eigvals):
        assert ag.grad(lambda a, f=f: np.sum(np.abs(f(a))))(empty).shape == shape
    for f in (np.linalg.eigh, np.linalg.svd, np.linalg.slogdet, np.linalg.eig, np.linalg.qr):
        assert ag.grad(lambda a, f=f: sum(np.sum(np.abs(part)) for part in f(a)))(empty).shape == shape


def test_a_chain_is_multiplied_in_the_cheapest_order() -> None:
    assert cheapest_cuts([10, 100, 5, 50])[0, 2] == 1
    cuts = cheapest_cuts([30, 35, 15, 5, 10, 20, 25])  # (A(BC))((DE)F), the example of Cormen et al.
    assert (cuts[0, 5], cuts[0, 2], cuts[3, 5]) == (2, 0, 4)


def test_backward_of_solve_inverts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    a = Tensor(A)
    result = np.linalg.solve(a, WEIGHTS)
    monkeypatch.setattr(np.linalg, "inv", None)
    result.backward(WEIGHTS)
    assert a.grad.shape == (3, 3)
