"""`autograd.scipy.stats`: the ends of supports, far tails, SciPy's signatures, refusals."""

from typing import Any

import numpy as np
import pytest
import scipy.stats

import autograd as ag
from autograd import Tensor
from autograd.errors import NoRuleError, UnknownKeywordError
from autograd.scipy import stats


@pytest.mark.parametrize("module", [stats.gamma, stats.chi2], ids=["gamma", "chi2"])
def test_outside_its_support_a_density_has_derivative_zero(module: Any) -> None:
    assert ag.grad(module.pdf, argnums=(0, 1))(-1.0, 3.0) == (0, 0)
    assert ag.grad(module.logpdf, argnums=(0, 1))(-1.0, 3.0) == (0, 0)
    assert ag.grad(lambda x: module.cdf(x, 3.0))(-1.0) == 0
    assert ag.grad(lambda x: module.logcdf(x, 3.0))(-1.0) == 0


def test_a_density_at_the_end_of_its_support() -> None:
    assert ag.grad(stats.gamma.pdf)(0.0, 1.0) == -1
    with np.errstate(divide="ignore", invalid="ignore"):
        assert ag.grad(stats.beta.pdf, argnums=(0, 1, 2))(0.0, 3.0, 2.0) == (0, 0, 0)


def test_second_derivatives_where_a_density_is_zero_are_zero() -> None:
    assert ag.grad(ag.grad(stats.gamma.pdf))(0.0, 2.0) == 0
    with np.errstate(over="ignore"):
        assert ag.grad(ag.grad(lambda s: stats.norm.pdf(1e200, 0.0, s)))(1.0) == 0
    for f in (lambda m, s: stats.norm.logcdf(np.inf, m, s), lambda m, s: stats.norm.logsf(-np.inf, m, s)):
        assert ag.hessian(f)(0.1, 2.0) == ag.hessian(f, argnums=1)(0.1, 2.0) == 0


def test_the_normal_distribution_far_out() -> None:
    assert ag.grad(stats.norm.logcdf)(-1e8) == pytest.approx(1e8, rel=1e-14)
    assert ag.grad(stats.norm.logsf)(1e8) == pytest.approx(-1e8, rel=1e-14)
    assert ag.grad(lambda s: stats.norm.logcdf(-1e5, 0.0, s))(2.0) == pytest.approx(1e10 / 8, rel=1e-9)


def test_an_infinite_end_of_an_interval() -> None:
    def censored(module: Any) -> Any:
        return lambda loc, scale: np.log(module.cdf(np.inf, *shapes, loc, scale) - module.cdf(0.7, *shapes, loc, scale))

    for module, shapes in ((stats.norm, ()), (stats.t, (3.0,)), (stats.gamma, (2.0,))):
        first = ag.grad(censored(module), argnums=(0, 1))
        expected = ag.grad(lambda *args, m=module, s=shapes: m.logsf(0.7, *s, *args), argnums=(0, 1))
        np.testing.assert_allclose(first(0.1, 1.3), expected(0.1, 1.3), rtol=1e-12)
        second, wanted = ag.grad(lambda s, f=first: f(0.1, s)[1]), ag.grad(lambda s, f=expected: f(0.1, s)[1])
        np.testing.assert_allclose(second(1.3), wanted(1.3), rtol=1e-10)


def test_lists_with_traced_numbers() -> None:
    for f in (
        lambda a: stats.multivariate_normal.logpdf([1.0, a], [a, 2 * a], [2.0, a]),
        lambda a: stats.dirichlet.logpdf([0.2, 0.8], [a, 1.0 + a]),
        lambda a: np.sum(stats.norm.logpdf([0.2, a], [a, 1.0])),
    ):
        step = 1e-6
        assert ag.grad(f)(0.5) == pytest.approx((f(0.5 + step) - f(0.5 - step)) / (2 * step), rel=1e-7)


def test_a_dirichlet_part_of_zero_with_weight_one() -> None:
    g = ag.grad(stats.dirichlet.logpdf)(np.array([0.0, 0.4, 0.6]), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(g, [0, 1 / 0.4, 2 / 0.6], rtol=1e-14)


def test_a_covariance_object_is_refused() -> None:
    with pytest.raises(NoRuleError, match="Covariance object"):
        stats.multivariate_normal.logpdf(Tensor(np.zeros(2)), None, scipy.stats.Covariance.from_diagonal([1.0, 2.0]))


def test_signatures_are_scipys() -> None:
    x = Tensor([0.3, 0.7])
    for ours, expected in (
        (stats.t.logpdf(x, df=3, scale=2.0), scipy.stats.t.logpdf(x.data, df=3, scale=2.0)),
        (stats.beta.cdf(x, 2, 3, 0.1), scipy.stats.beta.cdf(x.data, 2, 3, 0.1)),
        (stats.norm.ppf(q=x, loc=1), scipy.stats.norm.ppf(x.data, 1)),
        (stats.poisson.logpmf([1, 2], x), scipy.stats.poisson.logpmf([1, 2], x.data)),
    ):
        np.testing.assert_array_equal(ours.data, expected)
    with pytest.raises(UnknownKeywordError, match=r"norm\.pdf has no keyword 'sigma'.*scale"):
        stats.norm.pdf(x, sigma=2)
    with pytest.raises(TypeError, match="misses df"):
        stats.t.pdf(x)


def test_a_shape_of_a_distribution_function_is_refused() -> None:
    with pytest.raises(NoRuleError, match="t_cdf has no derivative with respect to its shape df"):
        ag.grad(lambda df: stats.t.cdf(0.3, df))(3.0)
    with pytest.raises(NoRuleError, match="its count k"):
        ag.grad(lambda k: stats.poisson.pmf(k, 3.0))(2.0)


def test_a_poisson_mean_of_zero() -> None:
    assert ag.grad(lambda mu: stats.poisson.logpmf(0, mu))(0.0) == -1
    assert ag.grad(lambda mu: stats.poisson.pmf(0, mu))(0.0) == -1
    pmf = ag.grad(lambda mu: stats.poisson.pmf(1, mu))
    assert (pmf(0.0), ag.grad(pmf)(0.0)) == (1, -2)
    assert ag.grad(lambda mu: np.sum(stats.poisson.pmf([0, 1], [mu, mu])))(0.0) == 0


MEAN, COVARIANCES = np.array([0.1, 0.4, -0.2]), [2.0, np.array([1.0, 2.0, 3.0]), np.diag([1.0, 2.0, 3.0]) + 0.3]


@pytest.mark.parametrize("cov", COVARIANCES, ids=["number", "variances", "matrix"])
@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 5, 3)])
def test_multivariate_normal_takes_what_scipys_takes(cov: Any, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    for name in ("logpdf", "pdf"):
        ours = getattr(stats.multivariate_normal, name)(Tensor(x), MEAN, Tensor(cov))
        expected = getattr(scipy.stats.multivariate_normal, name)(x, MEAN, cov)
        assert ours.shape == np.shape(expected)
        np.testing.assert_allclose(ours.data, expected, rtol=1e-13)
    entropy = stats.multivariate_normal.entropy(MEAN, Tensor(cov))
    assert entropy.item() == pytest.approx(scipy.stats.multivariate_normal.entropy(MEAN, cov), rel=1e-13)


def test_the_gradient_of_a_covariance_is_symmetric() -> None:
    g = ag.grad(lambda cov: stats.multivariate_normal.logpdf(np.ones(3), MEAN, cov))(COVARIANCES[2])
    np.testing.assert_allclose(g, g.T, rtol=1e-14)


def test_univariate_normal_as_multivariate() -> None:
    g = ag.grad(stats.multivariate_normal.logpdf, argnums=(0, 1, 2))(0.7, 0.2, 1.5)
    expected = ag.grad(lambda x, m, v: stats.norm.logpdf(x, m, np.sqrt(v)), argnums=(0, 1, 2))(0.7, 0.2, 1.5)
    np.testing.assert_allclose(g, expected, rtol=1e-13)


def test_a_singular_covariance_must_be_allowed() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        stats.multivariate_normal.logpdf(Tensor(np.zeros(2)), np.zeros(2), np.ones((2, 2)))
