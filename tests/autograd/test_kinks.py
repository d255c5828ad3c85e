"""Conventions at ties, kinks and edges, by example."""

from functools import partial

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor


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


@pytest.mark.parametrize("exponent", [int, float, np.float64, np.array, Tensor], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("base", [0.0, np.array([0.0, 0.0])], ids=["scalar", "array"])
def test_powers_at_zero_to_third_order(base, exponent):
    expected = {0: [0, 0, 0], 1: [1, 0, 0], 2: [0, 2, 0], 3: [0, 0, 6]}
    for n, derivatives in expected.items():
        derivative = partial(lambda n, x: x ** exponent(n), n)
        for value in derivatives:
            derivative = ag.elementwise_grad(derivative)
            assert np.all(derivative(base) == value)


def test_powers_of_negative_numbers_with_integer_exponents_to_second_order():
    x = np.array([-2.0, -0.5, 3.0])
    for n in (2, 3.0, np.array([2, 3, 4]), np.uint8(2)):
        slope = ag.elementwise_grad(lambda x, n=n: x**n)
        np.testing.assert_allclose(slope(x), n * x ** (n - 1.0), rtol=1e-15)
        np.testing.assert_allclose(ag.elementwise_grad(slope)(x), n * (n - 1.0) * x ** (n - 2.0), rtol=1e-15)


def test_an_unsigned_exponent_of_zero_is_not_decremented_to_the_largest_number():
    assert gradient(lambda x: np.sum(x ** np.array([0, 1], np.uint8)), [1e10, 1e10]).tolist() == [0, 1]


def test_a_negative_base_has_a_derivative_and_its_exponent_has_none():
    with np.errstate(invalid="ignore"):
        base, exponent = ag.grad(np.power, argnums=(0, 1))(-2.0, 3.0)
    assert base == 12
    assert np.isnan(exponent)


def test_zero_to_a_traced_power_has_derivative_zero_to_second_order():
    exponents = np.array([0.0, 1.0, 2.0])
    slope = ag.elementwise_grad(lambda y: 0.0**y)
    assert slope(exponents).tolist() == [0, 0, 0]
    assert ag.elementwise_grad(slope)(exponents).tolist() == [0, 0, 0]


def test_functions_with_an_infinite_slope_say_so():
    for function, x in ((np.sqrt, 0.0), (np.log, 0.0), (np.cbrt, 0.0), (lambda x: x**0.5, 0.0), (np.arcsin, 1.0)):
        with np.errstate(divide="ignore"):
            assert ag.grad(function)(x) == np.inf


def test_mixed_second_derivative_of_a_power_with_exponent_zero():
    mixed = ag.grad(lambda y: ag.grad(lambda x, y: x**y)(2.0, y))(0.0)
    assert mixed == pytest.approx(0.5, rel=1e-15)


def test_hypot_and_arctan2_have_derivative_zero_at_the_origin():
    assert ag.grad(np.hypot, argnums=(0, 1))(0.0, 0.0) == (0, 0)
    assert ag.grad(np.arctan2, argnums=(0, 1))(0.0, 0.0) == (0, 0)


@pytest.mark.parametrize(
    "function", [np.hypot, np.arctan2, lambda a, b: np.abs(a + 1j * b), lambda a, b: np.angle(a + 1j * b)]
)
def test_at_the_origin_they_have_second_derivative_zero_too(function):
    assert ag.hessian(lambda v: function(v[0], v[1]))(np.zeros(2)).tolist() == [[0, 0], [0, 0]]


def test_arctan2_and_angle_of_very_small_and_very_large_numbers():
    for scale in (1e-200, 1e200):
        assert ag.grad(np.arctan2, argnums=(0, 1))(3 * scale, 4 * scale) == pytest.approx((0.16 / scale, -0.12 / scale))
        assert ag.grad(np.angle)(complex(3 * scale, 4 * scale)) == pytest.approx(-0.16 / scale - 0.12j / scale)
    assert ag.grad(np.arcsinh)(np.float16(300)) == pytest.approx(1 / 300, rel=1e-3)


def test_standard_deviation_of_equal_values_has_derivative_zero():
    assert gradient(np.std, [3.0, 3.0, 3.0]).tolist() == [0, 0, 0]


def test_logaddexp_of_two_impossible_events_has_derivative_zero():
    assert ag.grad(np.logaddexp, argnums=(0, 1))(-np.inf, -np.inf) == (0, 0)
    assert ag.grad(np.logaddexp, argnums=(0, 1))(-np.inf, 1.0) == (0, 1)
    assert gradient(np.logaddexp.reduce, [-np.inf, -np.inf]).tolist() == [0, 0]
    for add in (np.logaddexp, np.logaddexp2):
        for other in (-np.inf, 1.0):
            assert not ag.hessian(lambda v, add=add: add(v[0], v[1]))(np.array([-np.inf, other])).any()


@pytest.mark.parametrize("add", [np.logaddexp, np.logaddexp2])
def test_logaddexp_of_infinities_gives_all_to_the_infinite_one_and_half_to_each_of_two(add):
    assert ag.grad(add, argnums=(0, 1))(np.inf, np.inf) == (0.5, 0.5)
    assert ag.grad(add, argnums=(0, 1))(np.inf, 1.0) == (1, 0)
    assert ag.grad(add, argnums=(0, 1))(1.0, np.inf) == (0, 1)


def test_logsums_over_an_array_share_the_gradient_among_infinities():
    for f in (np.logaddexp.reduce, np.logaddexp2.reduce, lambda x: np.logaddexp.accumulate(x)[-1]):
        assert gradient(f, [np.inf, 1.0]).tolist() == [1, 0]
        assert gradient(f, [0.0, np.inf, -np.inf, np.inf]).tolist() == [0, 0.5, 0, 0.5]
    assert gradient(lambda x: np.sum(np.logaddexp.accumulate(x)), [0.0, np.inf, 1.0]).tolist() == [1, 2, 0]
    assert not ag.hessian(np.logaddexp.reduce)(np.array([np.inf, 1.0])).any()


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
    with np.errstate(invalid="ignore"):
        unguarded = gradient(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0.0)), [0.0, 4.0])
    assert np.isnan(unguarded[0])
    assert unguarded[1] == 0.25


def test_piecewise_calls_a_function_on_its_own_entries_only():
    root = ag.elementwise_grad(lambda x: np.piecewise(x, [x > 0], [np.sqrt, 0.0]))
    assert root(np.array([-1.0, 0.0, 4.0])).tolist() == [0, 0, 0.25]
    assert ag.elementwise_grad(root)(np.array([-1.0, 0.0, 4.0])).tolist() == [0, 0, -0.03125]


def test_select_and_choose_give_the_gradient_to_the_branch_that_is_chosen():
    x = np.array([0.0, 4.0])
    assert gradient(lambda x: np.sum(np.select([x > 1, x > -1], [x * x, 3 * x])), x).tolist() == [3, 8]
    assert gradient(lambda x: np.sum(np.choose([0, 1], [x * x, 3 * x])), x).tolist() == [0, 3]


def test_running_extrema_share_the_gradient_among_the_ties_met_so_far():
    weights = np.array([1.0, 10.0, 100.0, 1000.0])
    shared = gradient(lambda x: np.sum(np.maximum.accumulate(x) * weights), [2.0, 1.0, 2.0, 3.0])
    assert shared.tolist() == [61, 0, 50, 1000]
    assert gradient(lambda x: np.minimum.accumulate(x)[2], [5.0, 5.0, 5.0]).tolist() == pytest.approx([1 / 3] * 3)
    assert gradient(lambda x: np.sum(np.fmax.accumulate(x)), [1.0, np.nan, 0.5]).tolist() == [3, 0, 0]
    by_column = gradient(lambda x: np.sum(np.maximum.accumulate(x, axis=0)), [[1.0, 4.0], [2.0, 4.0], [0.0, 4.0]])
    assert by_column.tolist() == pytest.approx(np.array([[1, 11 / 6], [2, 5 / 6], [0, 1 / 3]]))


def test_fmax_and_fmin_over_an_array_pass_nan_by():
    assert gradient(np.fmax.reduce, [1.0, np.nan, 3.0, 3.0]).tolist() == [0, 0, 0.5, 0.5]


def test_padding_with_extrema_shares_the_gradient_among_ties():
    assert gradient(lambda x: np.pad(x, (1, 0), "maximum")[0], [2.0, 2.0, 1.0]).tolist() == [0.5, 0.5, 0]


def test_powers_of_zero_in_a_vandermonde_matrix():
    curvature = ag.hessian(lambda x: np.sum(np.vander(x, 4) * np.array([1.0, 10.0, 100.0, 1000.0])))
    assert curvature(np.zeros(1)).tolist() == [[20]]


def test_what_a_mask_or_a_triangle_leaves_out_has_gradient_zero_even_where_it_is_nan():
    x = np.array([[np.nan, np.inf], [1.0, np.nan]])
    assert gradient(lambda x: np.sum(np.tril(x, -1)), x).tolist() == [[0, 0], [1, 0]]
    assert gradient(lambda x: np.sum(np.triu(x, 1)), x).tolist() == [[0, 1], [0, 0]]


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
    assert np.modf(Tensor(np.inf))[0].data == 0


def test_modf_has_numpys_signs_and_dtypes():
    for x in (np.float32(-0.0), np.array([-2.0, np.inf, 1.5]), np.array([3, -4]), np.array([True])):
        for part, expected in zip(np.modf(Tensor(x)), np.modf(x), strict=True):
            part = getattr(part, "_value", part)
            assert part.dtype == expected.dtype
            assert part.tolist() == expected.tolist()
            assert np.signbit(part).tolist() == np.signbit(expected).tolist()
    assert gradient(lambda x: np.sum(np.modf(x)[0]), [-2.0, 1.5]).tolist() == [1, 1]


def test_sign_of_infinite_complex_numbers_is_numpys_and_has_derivative_zero():
    z = np.array([complex(np.inf, 1), complex(0, -np.inf), 3 + 4j, 0])
    value, pullback = ag.vjp(np.sign, z)
    assert value.tolist() == np.sign(z).tolist()
    assert pullback(np.ones(4, complex))[[0, 1, 3]].tolist() == [0, 0, 0]


def test_fmod_counts_the_divisors_as_it_does_not_as_the_rounded_ratio():
    assert ag.grad(np.fmod, argnums=1)(1.0, 0.1) == -9
    assert ag.grad(np.fmod, argnums=1)(-7.5, 2.0) == 3


def test_a_negative_number_to_a_complex_power():
    (z, pullback), exact = ag.vjp(lambda y: np.power(-2.0, y), 1 + 1j), np.log(-2 + 0j)
    assert pullback(1 + 0j) == pytest.approx(z * exact, rel=1e-14)


@pytest.mark.parametrize(
    ("function", "x", "slope"),
    [
        (np.arcsin, 1 - 2.0**-40, 1 / np.sqrt(2.0**-39 - 2.0**-80)),
        (np.arccos, 2.0**-40 - 1, -1 / np.sqrt(2.0**-39 - 2.0**-80)),
        (np.arctanh, 1 - 2.0**-40, 1 / (2.0**-39 - 2.0**-80)),
        (np.expm1, -50.0, np.exp(-50.0)),
    ],
)
def test_slopes_where_the_textbook_formula_cancels(function, x, slope):
    assert ag.grad(function)(x) == pytest.approx(slope, rel=1e-14, abs=0)
