"""Optimisation on manifolds with pymanopt, whose backend is HIPS autograd's API, on this engine.

``make compat`` installs it. The expected costs and numbers of iterations are those of pymanopt 2.2.1 on HIPS autograd
1.9.1, in an environment without this project.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pymanopt = pytest.importorskip("pymanopt")
manifolds = pytest.importorskip("pymanopt.manifolds")
optimizers = pytest.importorskip("pymanopt.optimizers")
anp = pytest.importorskip("autograd.numpy")
pytestmark = pytest.mark.filterwarnings("ignore")  # of its own arithmetic

rng = np.random.default_rng(0)
MATRIX = rng.normal(size=(6, 6))
SYMMETRIC = MATRIX + MATRIX.T
COMPLEX = rng.normal(size=(6, 6)) + 1j * rng.normal(size=(6, 6))
HERMITIAN = COMPLEX + COMPLEX.conj().T
SAMPLES = rng.normal(size=(20, 4))
COVARIANCE = SAMPLES.T @ SAMPLES / 20
TALL = rng.normal(size=(5, 4))
UNIT = np.ones(6) / np.sqrt(6)
BASIS = np.linalg.qr(MATRIX)[0][:, :2]
COMPLEX_BASIS = np.linalg.qr(COMPLEX)[0][:, :2]
U, S, VT = np.linalg.svd(rng.normal(size=(5, 4)), full_matrices=False)


def rayleigh(x: Any) -> Any:
    return -x @ SYMMETRIC @ x


def brockett(x: Any) -> Any:
    return -anp.trace(x.T @ SYMMETRIC @ x @ anp.diag(anp.array([2.0, 1.0])))


def subspace(x: Any) -> Any:
    return -(anp.linalg.norm(x.T @ SYMMETRIC) ** 2)


def likelihood(x: Any) -> Any:
    return anp.trace(anp.linalg.solve(x, COVARIANCE)) + anp.log(anp.linalg.det(x))


def complex_subspace(x: Any) -> Any:
    return -anp.real(anp.trace(anp.conj(x.T) @ HERMITIAN @ x))


def low_rank(u: Any, s: Any, vt: Any) -> Any:
    return anp.sum((u @ anp.diag(s) @ vt - TALL) ** 2)


def coupled(x: Any, y: Any) -> Any:
    return -x @ SYMMETRIC @ x + anp.sum((y - x[:3]) ** 4)


def run(cost: Callable[..., Any], manifold: Any, optimizer: str, start: Any) -> tuple[float, int]:
    problem = pymanopt.Problem(manifold, pymanopt.function.autograd(manifold)(cost))
    method = getattr(optimizers, optimizer)(verbosity=0, max_time=1e9, max_iterations=60)
    result = method.run(problem, initial_point=start)
    return float(result.cost), result.iterations


PROBLEMS: dict[str, tuple[Any, ...]] = {
    "sphere": (rayleigh, lambda: manifolds.Sphere(6), "TrustRegions", UNIT),
    "sphere, steepest descent": (rayleigh, lambda: manifolds.Sphere(6), "SteepestDescent", UNIT),
    "stiefel": (brockett, lambda: manifolds.Stiefel(6, 2), "ConjugateGradient", BASIS),
    "grassmann": (subspace, lambda: manifolds.Grassmann(6, 2), "TrustRegions", BASIS),
    "positive definite": (
        *(likelihood, lambda: manifolds.SymmetricPositiveDefinite(4), "TrustRegions"),
        np.eye(4),
    ),
    "complex grassmann": (
        *(complex_subspace, lambda: manifolds.ComplexGrassmann(6, 2), "ConjugateGradient"),
        COMPLEX_BASIS,
    ),
    "fixed rank": (
        *(low_rank, lambda: manifolds.FixedRankEmbedded(5, 4, 2), "ConjugateGradient"),
        (U[:, :2], S[:2], VT[:2]),
    ),
    "product": (
        *(coupled, lambda: manifolds.Product([manifolds.Sphere(6), manifolds.Euclidean(3)]), "TrustRegions"),
        (UNIT, np.ones(3)),
    ),
}
ON_HIPS = {
    "sphere": (-3.63028017186, 6),
    "sphere, steepest descent": (-3.63028017185, 60),
    "stiefel": (-10.2608427811, 56),
    "grassmann": (-29.2383805286, 7),
    "positive definite": (3.35764464435, 5),
    "complex grassmann": (-13.0610128294, 39),
    "fixed rank": (3.92374466434, 26),
    "product": (-3.63028017159, 15),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_optimum_is_found_as_on_hips(name: str) -> None:
    cost, manifold, optimizer, start = PROBLEMS[name]
    expected, iterations = ON_HIPS[name]
    found, taken = run(cost, manifold(), optimizer, start)
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    assert abs(taken - iterations) <= 2  # the last steps are at the rounding
