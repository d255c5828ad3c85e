"""Conventions and edges of differences, convolution, interpolation, polynomials and cleaning, by example."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.errors import MutationError, NoRuleError

KNOTS, HEIGHTS = np.array([0.0, 1.0, 3.0]), np.array([1.0, 3.0, 2.0])


def gradient(f: Any, x: Any) -> Any:
    return np.asarray(ag.grad(f)(np.asarray(x, dtype=float)))


# ------------------------------------------------------------------------------------------------------- interpolation


def test_slope_at_a_knot_is_that_to_its_right_and_at_the_last_that_to_its_left() -> None:
    slopes = ag.elementwise_grad(lambda x: np.interp(x, KNOTS, HEIGHTS))(np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0]))
    assert slopes.tolist() == [0, 2, 2, -0.5, -0.5, -0.5, 0]


def test_outside_the_knots_the_gradient_goes_to_the_end_or_to_what_is_given_for_it() -> None:
    x, w = np.array([-1.0, 0.0, 2.0, 5.0, 6.0]), np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    heights = gradient(lambda fp: np.sum(w * np.interp(x, KNOTS, fp)), HEIGHTS)
    assert heights.tolist() == [1 + 2, 2, 2 + 24]
    given = ag.grad(lambda *a: np.sum(w * np.interp(x, KNOTS, *a)), argnums=(0, 1, 2))(HEIGHTS, -9.0, 9.0)
    assert [np.asarray(g).tolist() for g in given] == [[2, 2, 2], 1, 24]
    assert gradient(lambda xp: np.sum(w * np.interp(x, xp, HEIGHTS)), KNOTS).tolist() == [-4, 1, 1]


def test_at_a_nan_there_is_no_gradient() -> None:
    def f(x: Any, xp: Any, fp: Any) -> Any:
        return np.sum(np.where([True, False], np.interp(x, xp, fp), 0))

    gradients = ag.grad(f, argnums=(0, 1, 2))(np.array([0.5, np.nan]), KNOTS, HEIGHTS)
    assert [g.tolist() for g in gradients] == [[2, 0], [-1, -1, 0], [0.5, 0.5, 0]]


def test_knots_that_coincide_divide_by_no_zero() -> None:
    for x, expected in ((0.5, [0.5, 0.5, 0, 0]), (1.0, [0, 0, 1, 0]), (1.5, [0, 0, 0.5, 0.5])):
        xp, fp = np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0, 6.0])
        assert gradient(lambda fp, x=x, xp=xp: np.interp(x, xp, fp), fp).tolist() == expected
    slope, heights = ag.grad(lambda x, fp: np.interp(x, [0.0, 1.0, 1.0], fp), argnums=(0, 1))(1.0, HEIGHTS)
    assert (slope, heights.tolist()) == (0, [0, 0, 1])


def test_one_knot_is_a_constant() -> None:
    x = np.array([-1.0, 2.0, 5.0])
    slopes, height = ag.grad(lambda x, fp: np.sum(np.interp(x, [2.0], fp)), argnums=(0, 1))(x, np.array([7.0]))
    assert slopes.tolist() == [0, 0, 0]
    assert height.tolist() == [3]


def test_small_integers_for_knots_and_heights_do_not_overflow() -> None:
    xp, fp = np.array([-100, 100], np.int8), np.array([200, 50], np.uint8)
    assert ag.grad(lambda x: np.interp(x, xp, fp))(0.0) == -0.75


# ----------------------------------------------------------------------------------------- differences and convolution


def test_of_one_point_there_is_no_difference_and_no_area() -> None:
    assert gradient(lambda x: np.sum(np.diff(x)), [3.0]).tolist() == [0]
    assert gradient(lambda x: np.sum(np.diff(x, 5)), [3.0, 4.0]).tolist() == [0, 0]
    assert gradient(np.trapezoid, [3.0]).tolist() == [0]


@pytest.mark.parametrize("mode", ["full", "same", "valid", 0, 1, 2])
def test_convolution_with_one_number_is_a_product(mode: Any) -> None:
    gx, gv = ag.grad(lambda x, v: np.sum(np.convolve(x, v, mode)), argnums=(0, 1))(np.arange(3.0), np.array([5.0]))
    assert (gx.tolist(), gv.tolist()) == ([5, 5, 5], [3])


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_correlation_is_numpys_for_any_lengths(mode: str) -> None:
    rng = np.random.default_rng(0)
    for n in range(1, 8):
        for k in range(1, 8):
            a, v = rng.normal(size=(2, n)), rng.normal(size=(2, k))
            a, v = a[0] + 1j * a[1], v[0] + 1j * v[1]
            result = np.correlate(Tensor(a), v, mode)
            np.testing.assert_allclose(result.data, np.correlate(a, v, mode), rtol=1e-14, atol=1e-14)


def test_slopes_keep_single_precision_and_widen_integers() -> None:
    x = np.array([1, 4, 9, 16])
    for f in (x, x.astype(np.float32), x.astype(np.uint8)):
        for spacing in (1, 2.0, [0.0, 1.0, 3.0, 4.0], np.array([0, 1, 2, 3])):
            expected = np.gradient(f, spacing)
            result = np.gradient(Tensor(f), spacing)
            assert result.dtype == expected.dtype
            np.testing.assert_allclose(result.data, expected, rtol=1e-6)


def test_slopes_on_equal_distances_differentiate_with_respect_to_each_coordinate() -> None:
    f, x = np.array([1.0, 3.0, 2.0, 5.0]), np.arange(4.0)
    value, pullback = ag.vjp(lambda x: np.gradient(f, x)[1], x)
    assert value == 0.5
    h = 1e-5
    numeric = [(np.gradient(f, x + h * e)[1] - np.gradient(f, x - h * e)[1]) / (2 * h) for e in np.eye(4)]
    np.testing.assert_allclose(pullback(1.0), numeric, atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0],), "too small"),
        (([1.0, 2.0], 1.0, 2.0), "invalid number of arguments"),
        (([1.0, 2.0], [1.0, 2.0, 3.0]), "must match"),
        (([1.0, 2.0], [[1.0, 2.0]]), "either scalars or 1d"),
    ],
)
def test_slopes_refuse_what_numpy_refuses(arguments: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        np.gradient(Tensor(arguments[0]), *arguments[1:])
    with pytest.raises((ValueError, TypeError), match=message):
        np.gradient(*arguments)


def test_unwrapping_passes_the_gradient_as_it_is() -> None:
    assert gradient(lambda p: np.sum(np.unwrap(p) * np.array([1.0, 2.0, 4.0])), [0.0, 4.0, 9.0]).tolist() == [1, 2, 4]


# --------------------------------------------------------------------------------------------------------- polynomials


def test_zeros_in_front_that_are_cut_off_get_no_gradient() -> None:
    p, q = np.array([0.0, 0.0, 2.0]), np.array([3.0, 1.0])
    gp, gq = ag.grad(lambda p, q: np.sum(np.polymul(p, q)), argnums=(0, 1))(p, q)
    assert (gp.tolist(), gq.tolist()) == ([0, 0, 4], [2, 2])
    assert np.polymul(Tensor(np.zeros(3)), [1.0, 2.0]).tolist() == [0, 0]


def test_dividing_a_product_gives_back_the_factor_and_its_gradient() -> None:
    q, v = np.array([2.0, -1.0, 3.0]), np.array([4.0, 1.0])
    w = np.array([1.0, 10.0, 100.0])
    gq, gv = ag.grad(lambda q, v: np.sum(w * np.polydiv(np.polymul(q, v), v)[0]), argnums=(0, 1))(q, v)
    np.testing.assert_allclose(gq, w, rtol=1e-14)
    np.testing.assert_allclose(gv, 0, atol=1e-13)


def test_roots_of_a_quadratic_move_as_the_formula_says() -> None:
    def formula(p: Any) -> Any:
        return (-p[1] + np.sqrt(p[1] ** 2 - 4 * p[0] * p[2])) / (2 * p[0])

    p = np.array([2.0, -3.0, -1.0])
    largest = int(np.argmax(np.roots(p)))
    np.testing.assert_allclose(ag.grad(lambda p: np.roots(p)[largest])(p), ag.grad(formula)(p), rtol=1e-13)
    second = ag.hessian(lambda p: np.roots(p)[largest])(p)
    np.testing.assert_allclose(second, ag.hessian(formula)(p), rtol=1e-12)


def test_roots_and_coefficients_undo_each_other() -> None:
    r = np.array([1.0, -2.0, 4.0, 0.0])
    jacobian = ag.jacobian(lambda r: np.roots(np.poly(r)))(r)
    order = np.argmin(np.abs(np.roots(np.poly(r))[:, None] - r), axis=1)
    np.testing.assert_allclose(jacobian, np.eye(4)[order], atol=1e-12)


def test_coefficients_may_be_a_list_of_traced_numbers() -> None:
    assert ag.grad(lambda a: np.polyval([a, 2.0, a], Tensor(3.0, requires_grad=False)))(1.0) == 10
    assert ag.grad(lambda a: np.sum(np.roots([a, 4.0])))(2.0) == pytest.approx(1.0)
    assert ag.grad(ag.grad(lambda a: np.sum(np.roots([a, 4.0]))))(2.0) == pytest.approx(-1.0)


def test_poly_of_a_matrix_is_refused_with_what_to_write() -> None:
    with pytest.raises(NoRuleError, match=r"np\.poly of a matrix .*Write np\.poly\(np\.linalg\.eigvals\(matrix\)\)"):
        np.poly(np.outer(Tensor([1.0, 2.0]), [1.0, 2.0]))


# ------------------------------------------------------------------------------------------------------------ cleaning


def test_replaced_values_have_derivative_zero_and_their_replacements_one() -> None:
    x = np.array([1.0, np.nan, np.inf, -np.inf, np.nan])
    w = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    gradients = ag.grad(lambda x, *a: np.sum(w * np.nan_to_num(x, True, *a)), argnums=(0, 1, 2, 3))(x, 0.5, 1.0, 2.0)
    assert gradients[0].tolist() == [1, 0, 0, 0, 0]
    assert gradients[1:] == (18, 4, 8)


def test_of_a_complex_number_each_part_is_replaced_for_itself() -> None:
    z = np.array([complex(np.nan, 2), complex(1, np.inf), 3 + 4j])
    g = ag.grad(lambda z: np.real(np.sum((2 + 3j) * np.nan_to_num(z, posinf=9))))(z)
    assert g.tolist() == [3j, 2, 2 + 3j]

    def loss(z: Any, nan: Any) -> Any:
        return np.real(np.sum((2 + 3j) * np.nan_to_num(z, nan=nan, posinf=9)))

    assert ag.grad(loss, argnums=(0, 1))(z, 5.0)[1] == 2
    single = ag.vjp(np.nan_to_num, z.astype(np.complex64))[1](np.ones(3, np.complex64))
    assert single.dtype == np.complex64


def test_cleaning_in_place_is_refused() -> None:
    x = Tensor([1.0, np.nan])
    with pytest.raises(MutationError, match="copy=False changes its argument in place"):
        np.nan_to_num(x, copy=False)
    assert np.isnan(x.data[1])


def test_zeros_at_the_ends_are_cut_off_and_those_between_stay() -> None:
    x = np.array([0.0, 1.0, 0.0, 2.0, 0.0])
    assert gradient(lambda x: np.sum(np.trim_zeros(x)), x).tolist() == [0, 1, 1, 1, 0]
    assert np.trim_zeros(Tensor(x), "b").tolist() == [0, 1, 0, 2]
    assert np.trim_zeros(Tensor([0.0, 0.0])).shape == (0,)


def test_an_imaginary_part_of_rounding_errors_is_dropped() -> None:
    z = Tensor(np.array([1 + 1e-16j, 2]))
    assert np.real_if_close(z).dtype == float
    assert np.real_if_close(z * 1j).dtype == complex
