"""`autograd.scipy` has every name that HIPS autograd 1.9.1 has there, and code written for it runs."""

import importlib
import pickle
import sys
from typing import Any

import numpy as np
import pytest
import scipy.optimize
import scipy.special

import autograd as ag
from autograd.copying import history
from autograd.errors import MissingDependencyError

DIFFERENTIABLE = {  # of each module of HIPS autograd 1.9.1, the functions that it has derivatives of
    "special": "beta betainc betaln polygamma psi digamma gamma gammaln gammainc gammaincc gammasgn rgamma "
    "multigammaln j0 y0 j1 y1 jn yn i0 i1 iv ive erf erfc erfinv erfcinv logit expit logsumexp",
    "linalg": "solve_triangular solve_banded sqrtm solve_sylvester",
    "integrate": "odeint",
    "signal": "convolve",
    "stats.norm": "pdf cdf sf logpdf logcdf logsf",
    "stats.t": "pdf cdf logpdf logcdf",
    "stats.beta": "cdf logpdf pdf",
    "stats.gamma": "cdf logpdf pdf",
    "stats.chi2": "cdf logpdf pdf",
    "stats.poisson": "cdf logpmf pmf",
    "stats.dirichlet": "rvs pdf logpdf",
    "stats.multivariate_normal": "pdf logpdf entropy",
}


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_every_name_of_hips_autograd_is_here(name: str) -> None:
    module = importlib.import_module(f"autograd.scipy.{name}")
    assert [f for f in DIFFERENTIABLE[name].split() if not callable(getattr(module, f, None))] == []


@pytest.mark.parametrize("name", ["special", "linalg", "signal", "integrate", "stats", "misc"])
def test_listed_names_exist_and_a_package_loads_its_parts(name: str) -> None:
    import autograd.scipy as wing

    module = getattr(wing, name)
    assert module is importlib.import_module(f"autograd.scipy.{name}")
    assert [public for public in module.__all__ if not hasattr(module, public)] == []
    assert name in dir(wing)


def test_what_is_not_here_is_scipys_or_an_error() -> None:
    import autograd.scipy as wing
    from autograd.scipy.special import erf

    assert erf is scipy.special.erf
    assert wing.optimize is scipy.optimize
    assert wing.stats.norm.rvs(size=3).shape == (3,)
    with pytest.raises(AttributeError):
        _ = wing.special.nonsense


def test_without_scipy_a_name_of_its_own_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import autograd.scipy as wing

    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'chainrule\[scipy\]'"):
        _ = wing.optimize


def test_graphs_of_all_parts_can_be_pickled() -> None:
    from autograd.scipy import linalg, signal, special, stats

    x = ag.Tensor([[0.3, 0.2], [0.1, 0.5]])
    y = special.softmax(linalg.expm(linalg.solve_sylvester(x, x, signal.convolve(x, x, mode="same"))))
    y = y + stats.norm.logpdf(x, 0.2) + stats.poisson.cdf(2, x) + special.spherical_jn(1, x) + stats.t.pdf(x, 2)
    y = np.sum(y) + stats.multivariate_normal.logpdf(x, np.zeros(2), np.eye(2))[0]
    copied = pickle.loads(pickle.dumps(y))
    y.backward()
    leaves = [node for node in history(copied) if node.op is None]
    copied.backward()
    np.testing.assert_allclose(leaves[0].grad, x.grad, rtol=1e-13)


def test_minimize_takes_value_and_grad() -> None:
    def rosenbrock(x: Any) -> Any:
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    found = scipy.optimize.minimize(ag.value_and_grad(rosenbrock), np.zeros(4), jac=True, method="BFGS")
    np.testing.assert_allclose(found.x, np.ones(4), rtol=1e-5)
    found = scipy.optimize.minimize(
        rosenbrock, np.zeros(4), jac=ag.grad(rosenbrock), hess=ag.hessian(rosenbrock), method="trust-exact", tol=1e-8
    )
    np.testing.assert_allclose(found.x, np.ones(4), rtol=1e-5)
