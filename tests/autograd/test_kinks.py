"""Conventions at ties, kinks and edges, by example."""

import numpy as np
import pytest

import autograd as ag


def gradient(f, x):
    return np.asarray(ag.grad(f)(np.asarray(x, dtype=float)))


@pytest.mark.parametrize("reduce", [np.max, np.min])
def test_extrema_share_the_gradient_equally_among_ties(reduce):
    assert gradient(reduce, [2.0, 2.0, 2.0, 2.0]).tolist() == [0.25] * 4
    by_row = gradient(lambda x: np.sum(reduce(x, axis=1) * np.array([1.0, 3.0])), [[1.0, 1.0], [5.0, 5.0]])
    assert by_row.tolist() == [[0.5, 0.5], [1.5, 1.5]]


@pytest.mark.parametrize("choose", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_maximum_and_minimum_give_half_to_each_of_two_equal_arguments(choose):
    assert ag.grad(choose, argnums=(0, 1))(2.0, 2.0) == (0.5, 0.5)


@pytest.mark.parametrize("choose", [np.fmax, np.fmin])
def test_fmax_and_fmin_give_the_gradient_to_the_argument_that_is_not_nan(choose):
    assert ag.grad(choose, argnums=(0, 1))(np.nan, 2.0) == (0.0, 1.0)


def test_abs_has_derivative_zero_at_zero():
    assert gradient(np.abs, 0.0) == 0
    assert ag.grad(lambda z: np.abs(z))(0j) == 0
    assert ag.grad(np.fabs)(0.0) == 0


def test_clip_passes_the_whole_gradient_at_its_bounds():
    assert gradient(lambda x: np.sum(np.clip(x, 0.0, 1.0)), [-1.0, 0.0, 0.5, 1.0, 2.0]).tolist() == [0, 1, 1, 1, 0]
    low = ag.grad(lambda low: np.sum(np.clip(np.array([-1.0, 0.0, 2.0]), low, 1.0)))(0.0)
    high = ag.grad(lambda high: np.sum(np.clip(np.array([-1.0, 1.0, 2.0]), 0.0, high)))(1.0)
    assert (low, high) == (1, 1)


def test_clip_with_crossed_bounds_gives_the_gradient_to_the_upper_one():
    x, low, high = ag.grad(np.clip, argnums=(0, 1, 2))(0.5, 2.0, 1.0)
    assert (x, low, high) == (0, 0, 1)


def test_powers_at_zero():
    assert ag.grad(lambda x: x**0)(0.0) == 0
    assert ag.grad(lambda x: x**1)(0.0) == 1
    assert ag.grad(lambda x: x**2)(0.0) == 0
    assert ag.grad(lambda y: 0.0**y)(2.0) == 0
    assert ag.grad(lambda y: 0.0**y)(0.0) == 0
    assert ag.grad(ag.grad(lambda x: x**2))(0.0) == 2
    assert ag.grad(ag.grad(lambda x: x**1))(0.0) == 0


def test_mixed_second_derivative_of_a_power_with_exponent_zero():
    mixed = ag.grad(lambda y: ag.grad(lambda x, y: x**y)(2.0, y))(0.0)
    assert mixed == pytest.approx(0.5, rel=1e-15)


def test_hypot_and_arctan2_have_derivative_zero_at_the_origin():
    assert ag.grad(np.hypot, argnums=(0, 1))(0.0, 0.0) == (0, 0)
    assert ag.grad(np.arctan2, argnums=(0, 1))(0.0, 0.0) == (0, 0)


def test_standard_deviation_of_equal_values_has_derivative_zero():
    assert gradient(np.std, [3.0, 3.0, 3.0]).tolist() == [0, 0, 0]


def test_logaddexp_of_two_impossible_events_has_derivative_zero():
    assert ag.grad(np.logaddexp, argnums=(0, 1))(-np.inf, -np.inf) == (0, 0)
    assert ag.grad(np.logaddexp, argnums=(0, 1))(-np.inf, 1.0) == (0, 1)
    assert gradient(np.logaddexp.reduce, [-np.inf, -np.inf]).tolist() == [0, 0]


def test_products_with_zeros_have_the_product_of_the_others():
    assert gradient(np.prod, [2.0, 0.0, 3.0]).tolist() == [0, 6, 0]
    assert gradient(np.prod, [0.0, 0.0, 3.0]).tolist() == [0, 0, 0]
    assert ag.hessian(np.prod)(np.array([0.0, 0.0, 3.0])).tolist() == [[0, 3, 0], [3, 0, 0], [0, 0, 0]]


def test_heaviside_passes_the_gradient_to_its_value_at_zero_only():
    assert gradient(lambda y: np.sum(np.heaviside(np.array([-1.0, 0.0, 2.0]), y)), [5.0, 6.0, 7.0]).tolist() == [
        0,
        1,
        0,
    ]


def test_repeated_indices_accumulate():
    assert gradient(lambda x: np.sum(x[[0, 0, 2]] * np.array([1.0, 2.0, 4.0])), [5.0, 5.0, 5.0]).tolist() == [3, 0, 4]


def test_index_update_gives_the_gradient_to_the_value_written_last():
    weights = np.array([1.0, 10.0])
    v = ag.grad(lambda v: np.sum(ag.index_update(np.zeros(2), [0, 0, 1], v) * weights))(np.array([1.0, 2.0, 3.0]))
    assert v.tolist() == [0, 1, 10]


def test_complex_gradients_follow_df_da_minus_i_df_db():
    z = 1.5 - 0.5j
    assert ag.grad(lambda z: np.real(z))(z) == 1
    assert ag.grad(lambda z: np.imag(z))(z) == -1j
    assert ag.grad(lambda z: np.abs(z) ** 2)(z) == pytest.approx(2 * z.conjugate())
    assert ag.grad(lambda z: np.real(z * z))(z) == pytest.approx(2 * z)


def test_a_real_input_of_a_complex_computation_gets_a_real_gradient():
    g = ag.grad(lambda x: np.real(np.exp(1j * x)))(0.3)
    assert isinstance(g, np.float64)
    assert g == pytest.approx(-np.sin(0.3), rel=1e-15)


def test_where_on_a_branch_that_is_nan_passes_nan_unless_the_input_is_guarded():
    guarded = gradient(lambda x: np.sum(np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0)), [-1.0, 4.0])
    assert guarded.tolist() == [0, 0.25]


@pytest.mark.parametrize(("dtype", "x"), [(np.float16, 100), (np.float32, 1e7), (np.float64, 1e200)])
def test_logaddexp_shares_the_gradient_where_the_logarithm_is_rounded(dtype, x):
    assert ag.grad(np.logaddexp, argnums=(0, 1))(dtype(x), dtype(x)) == (0.5, 0.5)
    assert gradient(lambda v: np.logaddexp.reduce(v.astype(dtype)), [x, x, x, x]).tolist() == [0.25] * 4


@pytest.mark.parametrize(("function", "base"), [(np.logaddexp, np.e), (np.logaddexp2, 2.0)])
def test_logaddexp_gives_a_small_share_to_the_last_digit(function, base):
    small, large = ag.grad(function, argnums=(0, 1))(-40.0, 0.0)
    share = 1 / (1 + base**40)
    assert small == pytest.approx(share, rel=1e-14)
    assert large == pytest.approx(1 - share, rel=1e-15)
    assert ag.grad(ag.grad(function))(-40.0, 0.0) == pytest.approx(np.log(base) * share * (1 - share), rel=1e-14)
    assert ag.grad(function, argnums=(0, 1))(-1e5, 1e5) == (0, 1)


def test_variance_and_products_with_their_options():
    x = np.array([1.0, 2.0, 4.0])
    assert gradient(lambda x: np.var(x, ddof=1), x).tolist() == pytest.approx((x - x.mean()).tolist())
    assert gradient(lambda x: np.prod(x, initial=3), [0.0, 2.0]).tolist() == [6, 0]


def test_arccosh_of_a_complex_number_on_the_left():
    z = -2 + 1j
    h = 1e-6
    numeric = (np.arccosh(z + h) - np.arccosh(z - h)) / (2 * h)
    _, pullback = ag.vjp(np.arccosh, z)
    assert pullback(1 + 0j) == pytest.approx(numeric, rel=1e-8)


def test_modf_of_infinity_is_numpys():
    assert np.modf(ag.Tensor(np.inf))[0].data == 0
