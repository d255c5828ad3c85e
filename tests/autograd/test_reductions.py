"""What reduces and accumulates, at its traps by example: zeros, ties, NaN, equal values, too few of them."""

import itertools
import warnings

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.derivatives.accumulations import recurrence
from autograd.testing import assert_gradients

NAN, INF = np.nan, np.inf


def gradient(f, x):
    return np.asarray(ag.grad(f)(np.asarray(x, dtype=float))).tolist()


def others(x, *without):
    return float(np.prod(np.delete(x, without)))


# ------------------------------------------------------------------------------------------------------------ products


@pytest.mark.parametrize(
    "x",
    [[2.0, 0.0, 3.0, 5.0], [0.0, 2.0, 0.0, 3.0], [0.0, 0.0, 0.0, 7.0], [1e-160, 3.0, 1e-150, 2.0], [1e-300, 0.0, 2, 4]],
)
def test_products_have_exact_derivatives_of_three_orders_at_zeros_and_tiny_factors(x):
    x = np.array(x)
    assert gradient(np.prod, x) == pytest.approx([others(x, i) for i in range(4)], rel=1e-15, abs=0)
    second = [[others(x, i, j) if i != j else 0.0 for j in range(4)] for i in range(4)]
    np.testing.assert_allclose(ag.hessian(np.prod)(x), second, rtol=1e-14)
    third = ag.jacobian(ag.hessian(np.prod))(x)
    for i, j, k in itertools.product(range(4), repeat=3):
        exact = others(x, i, j, k) if len({i, j, k}) == 3 else 0
        assert third[i, j, k] == pytest.approx(exact, rel=1e-14, abs=0)


def test_products_of_several_axes_of_which_some_are_masked_at_zeros():
    x = np.array([[[0.0, 2.0], [3.0, 0.0]], [[5.0, 7.0], [0.0, 1.0]]])
    where = x != 3
    g = ag.grad(lambda x: np.sum(np.prod(x, axis=(0, -1), initial=3.0, where=where) * [1, 10]))(x)
    assert g.tolist() == [[[210, 0], [0, 0]], [[0, 0], [0, 0]]]


def test_a_wider_dtype_of_a_product_is_used_in_its_gradient():
    x = np.full(3, 1e-30, np.float32)
    g = ag.grad(lambda x: np.prod(x, dtype=np.float64) * 1e60)(x)
    assert g.dtype == np.float32
    np.testing.assert_allclose(g, 1, rtol=1e-6)


def test_running_products_have_exact_derivatives_at_zeros():
    x, weights = np.array([2.0, 0.0, 3.0, 0.0, 5.0]), np.array([1.0, 10.0, 100.0, 1000.0, 10000.0])
    exact = [sum(weights[j] * others(x[: j + 1], k) for j in range(k, 5)) for k in range(5)]
    assert gradient(lambda x: np.sum(np.cumprod(x) * weights), x) == exact == [1, 620, 0, 0, 0]
    hessian = ag.hessian(lambda x: np.sum(np.cumprod(x) * weights))(x)
    for i, k in itertools.combinations(range(5), 2):
        assert hessian[i, k] == hessian[k, i] == sum(weights[j] * others(x[: j + 1], i, k) for j in range(k, 5))
    assert_gradients(np.cumprod, x, order=3)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("n", [0, 1, 64, 65, 66, 1000, 5000])
def test_the_recurrence_in_blocks_is_the_one_step_by_step(n, transposed):
    rng = np.random.default_rng(n)
    a, b = rng.uniform(-1.5, 1.5, (n, 2)), rng.normal(size=(n, 2))
    a[n // 3 : n // 3 + 1] = 0
    s = np.zeros((n + 2, 2))
    for k in range(n):
        s[k + 1] = b[k] + a[k] * s[k]
    if transposed:
        for k in reversed(range(n)):
            s[k + 1] = b[k] + (a[k + 1] if k + 1 < n else 0) * s[k + 2]
    np.testing.assert_allclose(recurrence(a, b, 0, transposed), s[1 : n + 1], rtol=1e-9, atol=1e-12)


def test_factors_whose_product_overflows_do_not_spoil_what_they_are_not_in():
    x = np.append(0, np.full(1999, 1e10))
    assert gradient(lambda x: np.cumprod(x)[1], x) == [1e10] + [0] * 1999


# ---------------------------------------------------------------------------------------------- other running functions


@pytest.mark.parametrize(("extremum", "sign"), [(np.maximum, 1), (np.fmax, 1), (np.minimum, -1), (np.fmin, -1)])
def test_running_extrema_share_the_gradient_equally_among_the_ties_so_far(extremum, sign):
    x = sign * np.array([1.0, 3.0, 2.0, 3.0, 3.0, 4.0, 4.0])
    weights = np.array([1.0, 2.0, 4.0, 6.0, 9.0, 10.0, 40.0])
    g = gradient(lambda x: np.sum(extremum.accumulate(x) * weights), x)
    expected = np.zeros(7)
    for j, weight in enumerate(weights):
        ties = x[: j + 1] == extremum.reduce(x[: j + 1])
        expected[: j + 1][ties] += weight / np.sum(ties)
    assert g == pytest.approx(expected.tolist(), rel=1e-15)


def test_running_extrema_pass_nothing_to_nan():
    x = [1.0, NAN, 2.0]
    assert gradient(lambda x: np.sum(np.maximum.accumulate(x)), x) == [1, 0, 0]
    assert gradient(lambda x: np.sum(np.fmax.accumulate(x)), x) == [2, 0, 1]


def test_running_logsums_share_exactly_where_the_logarithm_is_rounded_and_pass_nothing_to_impossible_events():
    accumulate = np.logaddexp.accumulate
    assert gradient(lambda x: accumulate(x)[-1], [1e200] * 4) == [0.25] * 4
    assert gradient(lambda x: np.sum(accumulate(x)), [-INF, -INF, -1000.0, -INF, -1000.0]) == [0, 0, 2.5, 0, 0.5]
    assert gradient(lambda x: np.sum(accumulate(x)), [-INF, -INF]) == [0, 0]
    assert gradient(lambda x: np.logaddexp2.accumulate(x)[-1], [1.0, 2.0]) == pytest.approx([1 / 3, 2 / 3])


@pytest.mark.parametrize("ufunc", [np.add, np.multiply])
def test_accumulate_raises_numpys_errors(ufunc):
    with pytest.raises(ValueError, match="multiple axes"):
        ufunc.accumulate(Tensor(np.ones((2, 2))), axis=None)
    with pytest.raises(TypeError, match="on a scalar"):
        ufunc.accumulate(Tensor(1.0))


@pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy 2.1 has them")
def test_cumulative_functions_want_the_axis_of_more_than_one():
    with pytest.raises(ValueError, match="axis"):
        np.cumulative_prod(Tensor(np.ones((2, 2))))


# --------------------------------------------------------------------------------------------------------------- no NaN

MISSING = [np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin, np.nancumsum, np.nancumprod]


@pytest.mark.parametrize("function", MISSING)
def test_functions_that_leave_nan_out_pass_it_no_gradient(function):
    x = np.array([1.0, NAN, 3.0, 4.5])
    plain = getattr(np, function.__name__.removeprefix("nan"))
    last = (lambda y: y[-1]) if "cum" in function.__name__ else np.sum
    g = ag.grad(lambda x: last(function(x)))(x)
    assert g[1] == 0
    np.testing.assert_allclose(g[[0, 2, 3]], ag.grad(lambda x: last(plain(x)))(x[[0, 2, 3]]), rtol=1e-15)
    second = ag.hessian(lambda x: np.sum(function(x) ** 2))(x)
    assert np.all(second[1] == 0)
    assert np.all(np.isfinite(second))


@pytest.mark.parametrize("function", MISSING)
@pytest.mark.parametrize("keywords", [{}, {"axis": 1}, {"axis": 0}])
def test_a_slice_of_nothing_but_nan_is_numpys_with_its_warning_once_and_gets_gradient_zero(function, keywords):
    x = np.array([[NAN, NAN, NAN], [1.0, NAN, 4.0]])

    def observed(f):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            return f(), [(w.category, str(w.message)) for w in caught]

    expected, warned = observed(lambda: function(x, **keywords))
    t = Tensor(x)
    value, warned_too = observed(lambda: function(t, **keywords))
    np.testing.assert_array_equal(value.data, expected)
    assert warned_too == warned
    _, none = observed(lambda: np.nansum(value).backward(create_graph=True))
    assert none == []
    g = getattr(t.grad, "_value", t.grad)
    assert np.all(np.isfinite(g))
    assert np.all(g[np.isnan(x)] == 0)


@pytest.mark.parametrize("function", MISSING)
@pytest.mark.parametrize("x", [[[3, 1], [2, 4]], [[True, False], [True, True]]])
def test_integers_and_untraced_tensors_give_numpys_value_and_dtype(function, x):
    expected = function(np.array(x), axis=0)
    for t in (Tensor(x), Tensor(x, dtype=float, requires_grad=False)):
        value = function(t, axis=0)
        np.testing.assert_array_equal(np.asarray(value), expected)
    assert function(Tensor(x), axis=0).dtype == expected.dtype


def test_a_nan_does_not_tie_with_infinity():
    assert gradient(np.nanmax, [NAN, -INF, NAN]) == [0, 1, 0]
    assert gradient(np.nanmin, [NAN, INF, INF]) == [0, 0.5, 0.5]


def test_dtype_of_reductions_is_numpys():
    x = np.array([1.5, 2.5, 4.0], np.float32)
    for function in (np.sum, np.prod, np.mean, np.cumsum, np.cumprod, np.var, np.std, *MISSING):
        if function in (np.nanmax, np.nanmin):
            continue
        y = function(Tensor(x), dtype=np.float64)
        assert y.dtype == np.float64
        np.testing.assert_array_equal(y.data, function(x, dtype=np.float64))
        g = ag.grad(lambda x, function=function: np.sum(function(x, dtype=np.float64)))(x)
        assert g.dtype == np.float32
        np.testing.assert_allclose(g, ag.grad(lambda x, f=function: np.sum(f(x)))(x.astype(float)), rtol=1e-6)


# ---------------------------------------------------------------------------------------------------------- statistics


@pytest.mark.parametrize("value", [3.0, 0.1, 1 / 3, 1e10 + 0.1])
def test_equal_values_have_a_standard_deviation_without_gradient(value):
    x = np.full(7, value)
    assert np.max(np.abs(gradient(np.std, x))) < 1e-12  # what np.std rounds to, 1e-17, is not a direction
    assert np.max(np.abs(gradient(np.nanstd, [*x, NAN]))) < 1e-12


def test_the_second_derivative_of_the_standard_deviation_of_equal_values_is_zero():
    assert np.all(ag.hessian(np.std)(np.array([3.0, 3.0, 3.0])) == 0)


def test_means_and_variances_of_nothing_warn_as_numpy_and_have_an_empty_gradient():
    t = Tensor(np.ones(0))
    with pytest.warns(RuntimeWarning, match="Mean of empty slice|invalid value"):
        y = np.mean(t)
    y.backward()
    assert t.grad.shape == (0,)
    with pytest.warns(RuntimeWarning, match="Degrees of freedom|invalid value"):
        y = np.var(t)
    y.backward()
    assert t.grad.shape == (0,)


def test_the_mean_of_more_entries_than_float16_counts_has_a_gradient():
    g = ag.grad(np.mean)(np.ones(70000, np.float16))
    assert g.dtype == np.float16
    assert np.all(g == np.float16(1 / 70000))


def test_a_variance_of_too_few_values_passes_no_gradient():
    t = Tensor([[1.0], [2.0]])
    with pytest.warns(RuntimeWarning, match="Degrees of freedom|invalid value"):
        y = np.var(t, axis=1, ddof=1)
    y.backward(np.ones(2))
    assert t.grad.tolist() == [[0], [0]]


@pytest.mark.parametrize("function", [np.var, np.std, np.nanvar, np.nanstd])
def test_the_mean_given_to_a_variance_has_the_gradient_of_numpys_formula(function):
    x, m, h = np.array([1.0, 2.0, 6.0]), np.array([2.5]), 1e-6
    slope = (function(x, mean=m + h) - function(x, mean=m - h)) / (2 * h)
    g, of_mean = ag.grad(lambda x, m: function(x, mean=m), argnums=(0, 1))(x, m)
    assert of_mean == pytest.approx([slope], rel=1e-8)
    np.testing.assert_allclose(g, ag.grad(lambda x: function(x, mean=m))(x), rtol=1e-14)
    with_mean = ag.grad(lambda x: function(x, mean=np.mean(x, keepdims=True)))(x)
    np.testing.assert_allclose(with_mean, ag.grad(function)(x), rtol=1e-14)


def test_a_traced_mean_keeps_the_conventions_of_flat_and_too_few_values():
    x = np.array([[1.0, 1.0], [np.nan, 3.0]])
    f = lambda x: np.nanstd(x, axis=1, ddof=1, mean=np.nanmean(x, axis=1, keepdims=True))  # noqa: E731
    with pytest.warns(RuntimeWarning, match="invalid value"):
        y, pullback = ag.vjp(f, x)
    assert y[0] == 0
    assert np.isnan(y[1])
    assert pullback(np.ones(2)).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.complex64])
def test_a_traced_mean_keeps_numpys_dtype(dtype):
    x = np.array([[1, 2, 6], [0, 5, 1]], dtype)
    mean = np.mean(x, axis=1, keepdims=True)
    for keywords in ({"axis": 1, "mean": mean}, {"axis": 1, "mean": mean, "keepdims": True, "ddof": 1}):
        y = np.std(ag.Tensor(x), **{**keywords, "mean": ag.Tensor(mean)})
        expected = np.std(x, **keywords)
        assert (y.shape, y.dtype) == (expected.shape, expected.dtype)
        np.testing.assert_allclose(y.data, expected, rtol=2e-3)


def test_a_variance_that_is_given_its_array_by_keyword():
    x = np.array([1.0, 2.0, 6.0])
    assert ag.grad(lambda x: np.var(a=x, ddof=1))(x) == pytest.approx(x - 3)


def test_a_covariance_of_too_few_observations_is_numpys_and_passes_no_gradient():
    for function, x, keywords in (
        (np.cov, [[1.0], [2.0]], {}),
        (np.cov, [[1.0, 2.0]], {"ddof": 2}),
        (np.corrcoef, [[1.0]], {}),
    ):
        with pytest.warns(RuntimeWarning):
            value, pullback = ag.vjp(lambda x, f=function, k=keywords: f(x, **k), np.array(x))
        with pytest.warns(RuntimeWarning):
            np.testing.assert_array_equal(value, function(np.array(x), **keywords))
        assert not pullback(np.ones(np.shape(value))).any()


def test_methods_of_ufuncs_that_are_written_out_raise_numpys_errors():
    t = Tensor(np.ones((2, 2)))
    with pytest.raises(IndexError, match="out-of-bounds"):
        np.divide.reduceat(t, [-1])
    with pytest.raises(ValueError, match="multiple axes"):
        np.subtract.accumulate(t, axis=None)
    with pytest.raises(ValueError, match="not reorderable"):
        np.subtract.reduce(t, axis=(0, 1))


def test_averages_raise_numpys_errors():
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(ZeroDivisionError, match="sum to zero"):
        np.average(t, axis=0, weights=[1.0, -1.0])
    with pytest.raises(TypeError, match="Axis must be specified"):
        np.average(t, weights=[1.0, 2.0])
    with pytest.raises(ValueError, match="consistent"):
        np.average(t, axis=0, weights=[1.0, 2.0, 3.0])


def test_averages_return_their_weights_and_keep_numpys_dtypes():
    x, w = np.array([[1, 2, 3], [4, 5, 6]]), np.array([1, 2, 3], np.float32)
    for keywords in ({}, {"axis": 1, "weights": w}, {"axis": 1, "weights": w, "keepdims": True}, {"axis": 0}):
        for a in (x, x.astype(np.float32)):
            expected, result = (np.average(b, returned=True, **keywords) for b in (a, Tensor(a)))
            for e, r in zip(expected, result, strict=True):
                assert (e.dtype, e.shape) == (r.dtype, r.shape)
                np.testing.assert_allclose(np.asarray(getattr(r, "_value", r)), e, rtol=1e-6)


COV = [
    {"bias": True},
    {"ddof": 0},
    {"dtype": np.float32},
    {"fweights": [1, 2, 0, 3]},
    {"aweights": [0.5, 2, 1, 3]},
    {"fweights": [1, 2, 0, 3], "aweights": [0.5, 2, 1, 3], "ddof": 2},
    {"dtype": np.float32, "aweights": [1, 2, 0, 3.5]},
]


@pytest.mark.parametrize("keywords", COV)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.complex128])
@pytest.mark.parametrize("shape", [(3, 4), (1, 4), (4,)])
def test_covariances_have_numpys_value_and_dtype(keywords, dtype, shape):
    rng = np.random.default_rng(0)
    m = (rng.normal(size=shape) * 5).astype(dtype)
    if dtype == np.complex128:
        if keywords.get("dtype"):
            return
        m = m + 1j * rng.normal(size=shape)
    for y in (None, m[..., ::-1]):
        expected = np.cov(m, y, **keywords)
        result = np.cov(Tensor(m), y, **keywords)
        assert (result.dtype, result.shape) == (expected.dtype, expected.shape)
        np.testing.assert_allclose(result.data, expected, rtol=1e-5 if result.dtype == np.float32 else 1e-13)
        if keywords.get("ddof") is None and len(keywords) == 1:
            dtype_only = {k: v for k, v in keywords.items() if k == "dtype"}
            np.testing.assert_allclose(
                np.corrcoef(Tensor(m), y, **dtype_only).data, np.corrcoef(m, y, **dtype_only), rtol=1e-5, atol=1e-12
            )


@pytest.mark.parametrize("shape", [(3, 4), (1, 4), (4, 1), (4,), (0, 3)])
def test_covariances_of_columns_have_numpys_shape(shape):
    m = np.arange(float(np.prod(shape))).reshape(shape) ** 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, result = (np.cov(x, rowvar=False) for x in (m, Tensor(m)))
    np.testing.assert_allclose(result.data, expected)


@pytest.mark.parametrize(
    ("shape", "keywords", "error", "text"),
    [
        ((2, 2, 2), {}, ValueError, "2 dimensions"),
        ((2, 3), {"ddof": 0.5}, ValueError, "integer"),
        ((2, 3), {"fweights": [0.5, 1, 1]}, TypeError, "integer"),
        ((2, 3), {"fweights": [1, 1]}, RuntimeError, "incompatible"),
        ((2, 3), {"aweights": [1, -1, 1]}, ValueError, "negative"),
    ],
)
def test_covariances_raise_numpys_errors(shape, keywords, error, text):
    with pytest.raises(error, match=text):
        np.cov(Tensor(np.ones(shape)), **keywords)


def test_a_covariance_without_degrees_of_freedom_warns_as_numpy():
    with pytest.warns(RuntimeWarning, match="Degrees of freedom") as caught, np.errstate(all="ignore"):
        np.cov(Tensor([[1.0], [2.0]]))
    assert len(caught) == 1


def test_a_correlation_beyond_one_by_rounding_is_clipped_and_keeps_its_derivatives():
    x = np.array([0.1, -0.1, 0.6, 0.1])
    assert np.max(np.corrcoef(Tensor(x), x * 3).data) == 1
    hessian = ag.hessian(lambda y: np.corrcoef(x, y)[0, 1])(x * 3)
    centred = x - x.mean()
    unit = centred / np.linalg.norm(centred)
    exact = -(np.eye(4) - 0.25 - np.outer(unit, unit)) / np.sum((3 * centred) ** 2)
    np.testing.assert_allclose(hessian, exact, rtol=1e-12, atol=1e-12)


def test_a_variable_that_does_not_vary_has_no_correlation_and_leaves_the_other_gradients_alone():
    x = np.array([[1.0, 2.0, 4.0], [3.0, 3.0, 3.0], [2.0, 0.0, 1.0]])
    t = Tensor(x)
    with np.errstate(invalid="ignore"):
        r = np.corrcoef(t)
        np.testing.assert_array_equal(np.isnan(r.data), np.isnan(np.corrcoef(x)))
    np.nansum(r).backward()
    assert t.grad[1].tolist() == [0, 0, 0]
    np.testing.assert_allclose(t.grad[[0, 2]], ag.grad(lambda x: np.sum(np.corrcoef(x)))(x[[0, 2]]), atol=1e-15)
