"""`autograd.scipy.linalg` and `signal`: SciPy's values for all options, refusals."""

from itertools import product
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.signal

import autograd as ag
from autograd import Tensor
from autograd.derivatives.scipy.matrix_functions import stein
from autograd.errors import NoRuleError, UnknownKeywordError
from autograd.scipy import linalg, signal
from tests.autograd.table.scipy.elementary import RECENT

SYSTEMS = [((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3,)), ((2, 3, 3), (2, 3, 1))]


def untraced(x: Any) -> Tensor:
    """Takes the path of Tensors, and keeps no graph."""
    return Tensor(x, requires_grad=False)


@pytest.mark.parametrize(("trans", "lower", "unit"), list(product([0, "T", 2], [False, True], [False, True])))
@pytest.mark.parametrize("shapes", SYSTEMS if RECENT else SYSTEMS[:2])
def test_triangular_systems_of_all_kinds(
    trans: Any, lower: bool, unit: bool, shapes: Any, rng: np.random.Generator
) -> None:
    a, b = [rng.normal(size=shape) + 1j * rng.normal(size=shape) for shape in shapes]
    options = {"trans": trans, "lower": lower, "unit_diagonal": unit, "check_finite": False}
    result = linalg.solve_triangular(untraced(a), b, **options)
    np.testing.assert_allclose(result.data, scipy.linalg.solve_triangular(a, b, **options), rtol=1e-12)


def test_a_gradient_reaches_only_the_triangle_that_is_read(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(3, 3)), rng.normal(size=3)
    g = ag.grad(lambda a: np.sum(linalg.solve_triangular(a, b, lower=True)))(a)
    assert np.all(np.triu(g, 1) == 0)
    g = ag.grad(lambda a: np.sum(linalg.solve_triangular(a, b, unit_diagonal=True)))(a)
    assert np.all(np.tril(g) == 0)


@pytest.mark.parametrize("bands", [(0, 0), (1, 0), (0, 2), (2, 1)])
def test_banded_systems_have_the_gradient_of_full_ones(bands: Any, rng: np.random.Generator) -> None:
    lower, upper = bands
    ab, b = rng.normal(size=(lower + upper + 1, 5)), rng.normal(size=(5, 2))
    ab[upper] += 5
    ga, gb = ag.grad(lambda ab, b: np.sum(linalg.solve_banded(bands, ab, b) ** 2), argnums=(0, 1))(ab, b)
    full = np.zeros((5, 5))
    for i, j in product(range(5), range(5)):
        if -upper <= i - j <= lower:
            full[i, j] = ab[upper + i - j, j]
    x = np.linalg.solve(full, b)
    expected_b = np.linalg.solve(full.T, 2 * x)
    expected = np.zeros_like(ab)
    for i, j in product(range(5), range(5)):
        if -upper <= i - j <= lower:
            expected[upper + i - j, j] = -(expected_b @ x.T)[i, j]
    np.testing.assert_allclose(ga, expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(gb, expected_b, rtol=1e-12)


def test_the_derivative_of_expm_is_scipys_of_frechet(rng: np.random.Generator) -> None:
    a, e = rng.normal(size=(2, 4, 4))
    _, tangent = ag.jvp(linalg.expm, (a,), (e,))
    np.testing.assert_allclose(tangent, scipy.linalg.expm_frechet(a, e, compute_expm=False), rtol=1e-12)


def test_expm_where_eigenvectors_are_missing() -> None:
    jordan = np.array([[1.0, 1.0], [0.0, 1.0]])
    g = ag.grad(lambda a: linalg.expm(a)[0, 1])(jordan)
    np.testing.assert_allclose(g, np.e * np.array([[0.5, 1], [1 / 6, 0.5]]), rtol=1e-13)


def test_stein_of_two_matrices_solves_its_equation(rng: np.random.Generator) -> None:
    a, b, q = 0.3 * rng.normal(size=(2, 2)), 0.3 * rng.normal(size=(3, 3)), rng.normal(size=(2, 3))
    x = stein(a, b, q)
    np.testing.assert_allclose(x, a @ x @ b.T + q, rtol=1e-12)


def test_what_has_no_rule_is_scipys() -> None:
    assert linalg.lu is scipy.linalg.lu
    assert signal.butter is scipy.signal.butter
    assert linalg.LinAlgError is np.linalg.LinAlgError


STRUCTURES = ["gen", "sym", "her", "pos", "diagonal", "tridiagonal", "upper triangular", "lower triangular", "banded"]


@pytest.mark.skipif(not RECENT, reason="SciPy knew fewer structures")
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_what_is_assumed_of_a_matrix_says_what_is_read(structure: str, lower: bool, rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(2, 3, 3)) + 0.1j * rng.normal(size=(2, 3, 3)) + 5 * np.eye(3), np.arange(3.0)
    options = {"assume_a": structure, "lower": lower}
    np.testing.assert_allclose(
        linalg.solve(untraced(a), b, **options).data, scipy.linalg.solve(a, b, **options), rtol=1e-12
    )
    if structure in ("sym", "her", "pos", "upper triangular", "lower triangular"):
        np.testing.assert_allclose(
            linalg.inv(untraced(a), **options).data, scipy.linalg.inv(a, **options), rtol=1e-12, atol=1e-15
        )


def test_only_what_is_read_of_a_matrix_has_a_gradient() -> None:
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    g = ag.grad(lambda a: np.sum(linalg.solve(a, np.ones(2), assume_a="pos")))(a)
    assert g[1, 0] == 0
    assert g[0, 1] != 0
    g = ag.grad(lambda a: np.sum(linalg.inv(a, assume_a="diagonal")))(a)
    np.testing.assert_allclose(g, np.diag([-1 / 16, -1 / 9]), rtol=1e-14)


def test_arguments_by_place_are_scipys(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(3, 3)) + 5 * np.eye(3), np.arange(3.0)
    for name, args in (
        ("solve", (b, False, True)),  # the last is overwrite_a
        ("inv", (True, False)),
        ("cholesky", (True, True)),
        ("svdvals", (False, True)),
        ("expm_frechet", (a,)),
        ("expm_frechet", (a, "SPS", False)),
        ("det", (True,)),
    ):
        ours = getattr(linalg, name)(untraced(a @ a.T), *args)
        expected = getattr(scipy.linalg, name)(a @ a.T, *args)
        for got, want in zip(*[x if isinstance(x, tuple) else (x,) for x in (ours, expected)], strict=True):
            np.testing.assert_allclose(got.data, want, rtol=1e-9)


def test_dtypes_are_scipys() -> None:
    a = np.array([[2, 1], [1, 3]])
    assert linalg.det(untraced(a.astype(np.float32))).dtype == np.float64
    assert linalg.norm(untraced(a.astype(np.float16))).dtype == np.float16
    np.testing.assert_allclose(linalg.pinv(untraced(a)).data, scipy.linalg.pinv(a))
    assert signal.fftconvolve(untraced(a), a).dtype == np.float64
    assert signal.fftconvolve(untraced(a.astype(np.float16)), a.astype(np.float16)).dtype == np.float32
    assert signal.correlate(a[0] > 1, a[1] > 2).dtype == np.bool_


@pytest.mark.skipif(not RECENT, reason="SciPy did not know stacks of these")
def test_stacks_of_matrices_built_from_entries(rng: np.random.Generator) -> None:
    c, r = rng.normal(size=(2, 3)), rng.normal(size=4)
    a, b = rng.normal(size=(2, 3, 3)), rng.normal(size=(2, 1))
    np.testing.assert_array_equal(linalg.toeplitz(untraced(c)).data, scipy.linalg.toeplitz(c))
    np.testing.assert_array_equal(linalg.toeplitz(untraced(c), r).data, scipy.linalg.toeplitz(c, r))
    np.testing.assert_array_equal(linalg.block_diag(untraced(a), b).data, scipy.linalg.block_diag(a, b))


def test_lists_with_traced_numbers() -> None:
    a, step = 0.7, 1e-6
    for f in (
        lambda a: np.sum(signal.fftconvolve([a, 1.0], [2.0, a]) ** 2),
        lambda a: np.sum(signal.correlate([a, 1.0], [2.0, a]) ** 2),
        lambda a: np.sum(linalg.toeplitz([a, 1.0], [a, 2 * a]) ** 2),
        lambda a: linalg.norm([a, 1.0]),
    ):
        assert ag.grad(f)(a) == pytest.approx((f(a + step) - f(a - step)) / (2 * step), rel=1e-7)


def test_refusals_of_linalg() -> None:
    x = Tensor(np.ones((1, 3, 3)))
    with pytest.raises(NoRuleError, match="eigh with subset_by_index= has no rule"):
        linalg.eigh(x[0], subset_by_index=[0, 1])
    with pytest.raises(NoRuleError, match="pinv with return_rank= has no rule"):
        linalg.pinv(x[0], return_rank=True)
    assert linalg.pinv(x[0], return_rank=False).shape == (3, 3)
    with pytest.raises(ValueError, match="'round' is no structure of a matrix"):
        linalg.inv(x[0], assume_a="round")
    with pytest.raises(UnknownKeywordError, match="inv has no keyword 'uplo'"):
        linalg.inv(x[0], uplo="L")
    with pytest.raises(NoRuleError, match="stack"):
        linalg.solve_banded((1, 1), x, np.ones(3))
    with pytest.raises(NoRuleError, match="generalized"):
        linalg.eigh(x[0], np.eye(3))
    with pytest.raises(NoRuleError, match="atol"):
        linalg.pinv(x[0], atol=1.0)


SIZES = [((5,), (3,)), ((3,), (5,)), ((6,), (4,)), ((4,), (4,)), ((5, 6), (3, 2)), ((3, 2), (5, 6)), ((2, 6), (2, 3))]


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("shapes", SIZES)
def test_convolutions_are_scipys(mode: str, shapes: Any, rng: np.random.Generator) -> None:
    a, b = [rng.normal(size=shape) + 1j * rng.normal(size=shape) for shape in shapes]
    for ours, theirs in (
        (signal.convolve(untraced(a), b, mode), scipy.signal.convolve(a, b, mode)),
        (signal.convolve(a, b, mode=mode, method="direct"), scipy.signal.convolve(a, b, mode)),
        (signal.correlate(a, untraced(b), mode), scipy.signal.correlate(a, b, mode)),
        (signal.fftconvolve(untraced(a), b, mode), scipy.signal.fftconvolve(a, b, mode)),
    ):
        assert np.shape(ours) == theirs.shape
        np.testing.assert_allclose(getattr(ours, "data", ours), theirs, rtol=1e-12, atol=1e-13)


def test_a_convolution_with_nothing_is_empty() -> None:
    assert np.shape(signal.fftconvolve(untraced(np.ones(3)), np.array([]))) == (0,)


def test_convolution_over_channels_by_its_sum(rng: np.random.Generator) -> None:
    images, filters = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(3, 4, 2, 3))
    result = signal.convolve(images, filters, axes=([2, 3], [2, 3]), dot_axes=([1], [0]), mode="valid")
    expected = np.zeros((2, 4, 4, 4))
    for i, j in product(range(2), range(3)):
        expected += np.einsum("ndhw,dc->nchw", images[:, :, 1 - i : 5 - i, 2 - j : 6 - j], filters[:, :, i, j])
    np.testing.assert_allclose(result, expected, rtol=1e-12)


def test_errors_of_convolutions() -> None:
    with pytest.raises(ValueError, match="one of 'full', 'same', 'valid'"):
        signal.convolve(np.ones(3), np.ones(2), mode="wrap")
    with pytest.raises(ValueError, match="one of 'auto', 'direct', 'fft'"):
        signal.correlate(Tensor(np.ones(3)), np.ones(2), method="fast")
    with pytest.raises(ValueError, match="two matrices"):
        signal.convolve2d(Tensor(np.ones(3)), np.ones(2))
    with pytest.raises(ValueError, match="longer on every axis"):
        signal.convolve(np.ones((5, 2)), np.ones((3, 4)), mode="valid")
    with pytest.raises(ValueError, match="name them by axes="):
        signal.convolve(np.ones((5, 2)), np.ones(3))
    with pytest.raises(NoRuleError, match="some of the axes"):
        signal.fftconvolve(Tensor(np.ones((3, 3))), np.ones((2, 2)), axes=0)
    with pytest.raises(NoRuleError, match="boundary"):
        signal.convolve2d(Tensor(np.ones((3, 3))), np.ones((2, 2)), boundary="wrap")
