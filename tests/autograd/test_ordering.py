"""Sorting, sets, medians and quantiles: conventions at ties, NaN and infinities, by example; what is refused."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.derivatives.ordering import distinct
from autograd.testing import gradcheck

X = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
TIES = [2.0, 1.0, 2.0, 3.0]
INTERPOLATING = ("interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased")


def gradient(f, x):
    return np.asarray(ag.grad(f)(np.asarray(x, dtype=float))).tolist()


# ----------------------------------------------------------------------------------------------------------------- ties


def test_equal_entries_share_the_gradient_of_the_places_that_they_take():
    weights = np.array([1.0, 10.0, 100.0, 1000.0])  # the two places of the twos have 10 and 100
    for arrange in (np.sort, lambda x: np.sort(x, kind="heapsort"), lambda x: np.partition(x, (0, 1, 2))):
        assert gradient(lambda x, f=arrange: np.sum(f(x) * weights), TIES) == [55, 1, 55, 1000]


@pytest.mark.parametrize(
    "largest",
    [np.max, lambda x: np.sort(x)[-1], lambda x: np.partition(x, -1)[-1], lambda x: np.quantile(x, 1.0)],
)
def test_the_largest_entry_has_one_gradient_however_it_is_found(largest):
    assert gradient(largest, [2.0, 7.0, 7.0]) == [0, 0.5, 0.5]


def test_ties_are_those_of_the_own_row():
    by_row = gradient(lambda x: np.sum(np.sort(x) * np.array([[1.0, 3.0], [1.0, 3.0]])), [[1.0, 1.0], [1.0, 0.0]])
    assert by_row == [[2, 2], [3, 1]]


def test_a_median_shares_its_gradient_between_the_two_in_the_middle():
    assert gradient(np.median, [4.0, 1.0, 3.0, 2.0]) == [0, 0, 0.5, 0.5]
    assert gradient(np.median, [3.0, 1.0, 2.0]) == [0, 0, 1]
    assert gradient(np.median, TIES) == [0.5, 0, 0.5, 0]
    assert gradient(np.median, [2.0, 1.0, 2.0, 2.0, 9.0]) == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3, 0])


def test_a_percentile_at_ties_is_shared_by_all_that_are_equal():
    assert gradient(lambda x: np.percentile(x, 50), [1.0, 2.0, 2.0, 2.0, 3.0]) == pytest.approx([0, *[1 / 3] * 3, 0])
    assert gradient(lambda x: np.percentile(x, 20), [1.0, 2.0, 2.0]) == pytest.approx([0.6, 0.2, 0.2])
    assert gradient(lambda x: np.quantile(x, 0.5, method="lower"), [5.0, 5.0]) == [0.5, 0.5]


def test_ptp_of_equal_entries_has_derivative_zero():
    assert gradient(np.ptp, [3.0, 3.0]) == [0, 0]
    assert gradient(np.ptp, [1.0, 3.0, 3.0]) == [-1, 0.5, 0.5]


# ------------------------------------------------------------------------------------------------------- the argument q


def test_a_quantile_has_the_slope_of_the_segment_above_and_at_the_end_of_that_below():
    slope = ag.grad(lambda q: np.quantile(np.array([0.0, 1.0, 10.0]), q))
    assert [slope(q) for q in (0.0, 0.25, 0.5, 0.75, 1.0)] == [2, 2, 18, 18, 18]
    assert ag.grad(lambda q: np.percentile(np.array([0.0, 1.0, 10.0]), q))(75.0) == pytest.approx(0.18)
    for n in range(2, 70):  # 7 / 100 * 100 is more than 7
        assert ag.grad(lambda q, n=n: np.percentile(np.arange(n), q))(100.0) == pytest.approx((n - 1) / 100)


def test_at_an_entry_the_mixed_derivative_is_that_of_the_segment_above_too():
    mixed = ag.jacobian(lambda q: ag.grad(np.quantile)(np.array([1.0, 2.0, 5.0]), q))(0.5)
    assert mixed.tolist() == [0, -2, 2]


def test_a_quantile_beyond_the_entries_is_constant_in_q():
    slope = ag.grad(lambda q: np.quantile(X, q, method="weibull"))
    assert [slope(0.1), slope(0.95)] == [0, 0]
    assert slope(0.4) == pytest.approx(6)


def test_a_step_has_derivative_zero_in_q():
    assert ag.grad(lambda q: np.quantile(X, q, method="nearest"))(0.3) == 0
    assert ag.grad(lambda q: np.quantile(X, q, method="inverted_cdf", weights=np.ones(5)))(0.3) == 0


@pytest.mark.parametrize("method", INTERPOLATING)
def test_the_mixed_second_derivative_is_the_slope(method):
    mixed = ag.jacobian(lambda q: ag.grad(lambda x: np.quantile(x, q, method=method))(X))(0.43)
    swapped = ag.grad(lambda x: ag.grad(lambda q: np.quantile(x, q, method=method))(0.43))(X)
    np.testing.assert_allclose(mixed, swapped, rtol=1e-12, atol=1e-12)
    assert np.max(mixed) > 3


@pytest.mark.parametrize("method", INTERPOLATING)
@pytest.mark.parametrize("function", [np.quantile, np.nanquantile, np.percentile, np.nanpercentile])
def test_both_arguments_have_derivatives_to_second_order(function, method):
    rng = np.random.default_rng(1)
    x = rng.permutation(24).reshape(2, 3, 4) + rng.uniform(-0.2, 0.2, (2, 3, 4))
    whole = 100 if "percentile" in function.__name__ else 1
    q = np.array([0.13, 0.41, 0.87])
    gradcheck(lambda x, q: function(x, q * whole, axis=(0, 2), method=method) ** 2, x, q, order=2, rtol=1e-7)


def test_q_may_be_a_list_with_traced_numbers_in_it():
    assert ag.grad(lambda q: np.sum(np.quantile(Tensor(X), [0.1, q])))(0.3) == pytest.approx(4)


# ------------------------------------------------------------------------------------------------------ NaN, infinities


def test_an_entry_that_is_nan_gets_no_gradient():
    assert gradient(np.nanmedian, [3.0, np.nan, 1.0, 2.0, np.nan, 5.0]) == [0.5, 0, 0, 0.5, 0, 0]
    assert gradient(lambda x: np.nanquantile(x, 0.75), [np.nan, 1.0, 3.0]) == [0, 0.25, 0.75]


@pytest.mark.parametrize("reduce", [np.nanmedian, lambda x, axis: np.nanpercentile(x, 50, axis=axis)])
def test_a_row_of_nan_alone_gives_numpys_warning_and_no_gradient(reduce):
    x = Tensor([[np.nan, np.nan, np.nan], [4.0, np.nan, 2.0]])
    with pytest.warns(RuntimeWarning, match="All-NaN slice") as caught:
        y = reduce(x, axis=1)
    assert len(caught) == 1
    y.backward(np.ones(2))
    np.testing.assert_array_equal(y.data, [np.nan, 3])
    assert x.grad.tolist() == [[0, 0, 0], [0.5, 0, 0.5]]


def test_a_row_of_nan_alone_does_not_spoil_the_gradient_of_q():
    rows = np.array([[np.nan, np.nan], [1.0, 4.0]])
    with pytest.warns(RuntimeWarning, match="All-NaN slice"):
        total = ag.grad(lambda q: np.nanquantile(rows, q, axis=1)[1])(0.5)
    assert total == 3


def test_the_slope_at_the_end_does_not_reach_to_the_nan_behind_it():
    assert ag.grad(lambda q: np.nanquantile(np.array([np.nan, 1.0, 4.0, 2.0]), q))(1.0) == 4


def test_where_the_result_is_nan_no_entry_gets_a_gradient():
    x = Tensor([[1.0, np.nan, 2.0], [1.0, 5.0, 2.0]])
    np.median(x, axis=1).backward(np.ones(2))
    assert x.grad.tolist() == [[0, 0, 0], [0, 0, 1]]
    assert ag.grad(lambda q: np.quantile(np.array([1.0, np.nan]), q))(0.5) == 0


def test_infinities_keep_the_gradient_finite():
    assert gradient(lambda x: np.quantile(x, 0.25), [np.inf, 1.0, 2.0]) == [0, 0.5, 0.5]
    assert gradient(np.median, [np.inf, np.inf, 0.0]) == [0.5, 0.5, 0]
    assert ag.grad(lambda q: np.quantile(np.array([0.0, 1.0, np.inf, np.inf]), q))(0.2) == pytest.approx(3)


def test_sorting_moves_nan_to_the_end_where_they_share_the_gradient():
    assert gradient(lambda x: np.sum(np.sort(x)[:2]), [np.nan, 2.0, np.nan, 1.0]) == [0, 1, 0, 1]
    assert gradient(lambda x: np.sum(np.sort(x) * np.arange(4)), [np.nan, 2.0, np.nan, 1.0]) == [2.5, 1, 2.5, 0]


# --------------------------------------------------------------------------------------------------- values, precision


def test_the_input_is_not_overwritten():
    for overwriting in (
        lambda x: np.median(x, overwrite_input=True),
        lambda x: np.nanmedian(x, overwrite_input=True),
        lambda x: np.percentile(x, 30, overwrite_input=True),
        lambda x: np.nanquantile(x, 0.3, overwrite_input=True),
    ):
        x = Tensor(X)
        overwriting(x).backward()
        np.testing.assert_array_equal(x.data, X)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize(
    "method", ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "lower", "midpoint"]
)
def test_of_narrow_entries_the_gradient_goes_where_the_value_was_read(dtype, method):
    x = np.arange(30, dtype=dtype)
    for q in np.linspace(0, 1, 31).tolist():
        y, pullback = ag.vjp(lambda x, q=q: np.quantile(x, q, method=method), x)
        assert float(pullback(np.ones_like(y)) @ x) == y


def test_of_many_narrow_entries_the_parts_are_not_those_of_narrow_ranks():
    x = np.random.default_rng(0).normal(size=3000).astype(np.float16)
    g = ag.grad(lambda x: np.quantile(x.astype(float), 0.3141))(x)
    exact = ag.grad(lambda x: np.quantile(x, 0.3141))(x.astype(float))
    np.testing.assert_allclose(g, exact, rtol=1e-3)
    assert float(np.sum(ag.grad(lambda x: np.quantile(x, 0.3141))(x))) == pytest.approx(1, rel=1e-3)
    part = ag.grad(lambda x: np.quantile(x, 0.3141))(np.arange(1500, dtype=np.float16)[::-1])
    assert part[part > 0].tolist() == pytest.approx([0.836, 0.164], abs=2e-3)


def test_weights_for_the_places_along_two_axes_are_those_spread_over_all():
    x = np.random.default_rng(0).normal(size=(2, 4, 3))
    weights = np.array([[1.0, 0.0], [2.0, 1.0], [1.0, 3.0]])
    y, pullback = ag.vjp(lambda x: np.quantile(x, 0.4, axis=(2, 0), weights=weights, method="inverted_cdf"), x)
    for i in range(4):
        assert y[i] == np.quantile(x[:, i].T, 0.4, weights=weights, method="inverted_cdf")
    assert np.sum(pullback(y) * x) == pytest.approx(np.sum(y * y))


def test_weights_that_are_traced_have_derivative_zero():
    def f(w):
        return np.quantile(X, 0.3, weights=w, method="inverted_cdf")

    assert ag.grad(f)(np.ones(5)).tolist() == [0, 0, 0, 0, 0]
    assert f(Tensor(np.ones(5))).data == f(np.ones(5))


def test_weights_that_fit_nothing_are_an_error():
    with pytest.raises(ValueError, match=r"weights of shape \(4,\) are for no entries of an array of shape \(5,\)"):
        np.quantile(Tensor(X), 0.5, weights=np.ones(4), method="inverted_cdf")


def test_a_median_of_nothing_is_nan_with_numpys_warning():
    x = Tensor(np.zeros(0))
    with pytest.warns(RuntimeWarning, match="empty slice"), pytest.warns(RuntimeWarning, match="invalid value"):
        y = np.median(x)
    y.backward()
    assert np.isnan(y.data)
    assert x.grad.shape == (0,)


# ----------------------------------------------------------------------------------------------------------------- sets


def test_the_entries_that_are_equal_share_the_gradient_of_their_value():
    weights = np.array([1.0, 10.0, 100.0])
    assert gradient(lambda x: np.sum(np.unique(x) * weights), TIES) == [5, 1, 5, 100]
    assert gradient(lambda x: np.sum(np.unique_all(x).values * weights), TIES) == [5, 1, 5, 100]
    assert gradient(lambda x: np.sum(np.unique(x, axis=0)[1]), [[2.0, 3.0], [1.0, 1.0], [2.0, 3.0]]) == [
        [0.5, 0.5],
        [0, 0],
        [0.5, 0.5],
    ]
    assert gradient(lambda x: np.unique(x)[-1], [np.nan, 1.0, np.nan]) == [0.5, 0, 0.5]


def test_indices_inverse_and_counts_are_plain_integers():
    x = Tensor(TIES)
    values, *found = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    _, *expected = np.unique(x.data, return_index=True, return_inverse=True, return_counts=True)
    assert isinstance(values, Tensor)
    for ours, numpys in zip(found, expected, strict=True):
        assert type(ours) is np.ndarray
        np.testing.assert_array_equal(ours, numpys)
    assert type(np.unique_counts(x)) is type(np.unique_counts(x.data))


def test_unsorted_distinct_values_have_the_gradient_of_their_own_entries():
    x = np.random.default_rng(0).integers(0, 9, 40) / 8
    y, pullback = ag.vjp(np.unique_values, x)
    np.testing.assert_array_equal(y, np.unique_values(x))
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    np.testing.assert_allclose(pullback(y), (x / counts[inverse]), rtol=1e-14)
    mixed = np.array([3.0, 1.0, 2.0])  # as NumPy may give them
    weights = np.array([1.0, 10.0, 100.0])
    assert gradient(lambda x: np.sum(distinct(x, mixed, None, True) * weights), [*TIES, 1.0]) == [50, 5, 50, 1, 5]


def test_what_is_in_both_arrays_is_shared_by_both():
    x, y = ag.grad(lambda x, y: np.intersect1d(x, y)[0], argnums=(0, 1))(
        np.array([1.0, 1.0, 2.0]), np.array([1.0, 3.0])
    )
    assert (x.tolist(), y.tolist()) == (pytest.approx([1 / 3, 1 / 3, 0]), pytest.approx([1 / 3, 0]))


def test_sets_of_a_traced_and_a_plain_list_are_numpys():
    x = Tensor(TIES)
    for f in (np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d):
        np.testing.assert_array_equal(f(x, [2.0, 9.0]).data, f(x.data, [2.0, 9.0]))
    for f in (np.union1d, np.intersect1d, np.setxor1d):
        np.testing.assert_array_equal(f([2.0, 9.0], x).data, f([2.0, 9.0], x.data))
    np.testing.assert_array_equal(np.setdiff1d([2.0, 9.0], x), [9.0])
