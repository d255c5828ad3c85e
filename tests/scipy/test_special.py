"""`scipy.special`: rules that load by themselves, far tails, traps and refusals, by example."""

import math
import pickle
import subprocess
import sys
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import special

import autograd as ag
from autograd import Tensor
from autograd.derivatives.scipy import elementary, gammas
from autograd.errors import MissingDependencyError, NoRuleError, TracedConversionError
from autograd.optional import optional
from autograd.scipy import special as ours
from autograd.testing import check_rule
from tests.autograd.table.scipy.elementary import RECENT

# ---------------------------------------------------------------------------------------------------------- loading


def run(program: str) -> str:
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_function_of_scipy_just_works() -> None:
    program = (
        "import sys, autograd as ag; assert 'scipy' not in sys.modules; import scipy.special; "
        "assert 'autograd.derivatives.scipy' not in sys.modules; "
        "y = scipy.special.erf(ag.Tensor(1.0)); "
        "y.backward(); print(y.parents[0].grad)"
    )
    assert float(run(program)) == pytest.approx(2 / math.sqrt(math.pi) * math.exp(-1), rel=1e-15)


def test_a_checked_rule_may_be_one_of_scipy() -> None:
    run("import scipy.special; from autograd.testing import check_rule; check_rule(scipy.special.expit)")
    check_rule(special.erfcx)


def test_a_pickled_graph_loads_the_rules_that_it_needs(tmp_path: Any) -> None:
    path = tmp_path / "graph"
    path.write_bytes(pickle.dumps(special.gammaln(Tensor(2.0))))
    program = f"import pickle; y = pickle.load(open({str(path)!r}, 'rb')); y.backward(); print(y.parents[0].grad)"
    assert float(run(program)) == pytest.approx(special.psi(2.0))


def test_a_function_without_a_rule_says_so() -> None:
    with pytest.raises(NoRuleError, match="mathieu_a has no derivative rule"):
        special.mathieu_a(1.0, Tensor(0.5))
    assert special.mathieu_a(1.0, Tensor(0.5, requires_grad=False)) == special.mathieu_a(1.0, 0.5)


def test_a_python_function_of_scipy_names_ours() -> None:
    with pytest.raises(TracedConversionError, match=r"autograd\.scipy"):
        special.logsumexp(Tensor([1.0, 2.0]))


def test_a_missing_scipy_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'chainrule\[scipy\]'"):
        optional("scipy.special", "scipy", "autograd.scipy")


def test_python_functions_of_scipy_that_hand_tensors_on() -> None:
    x = 0.7
    assert ag.grad(lambda x: special.jvp(2, x))(x) == pytest.approx(special.jvp(2, x, 2), rel=1e-12)
    assert ag.grad(lambda q: special.zeta(3.0, q))(x) == pytest.approx(-3 * special.zeta(4.0, x), rel=1e-14)
    w = special.lambertw(x).real
    assert ag.grad(lambda z: special.lambertw(z).real)(x) == pytest.approx(w / (x * (1 + w)), rel=1e-13)


# -------------------------------------------------------------------------------------------------------- far places


def erfcx(x: Any) -> Any:
    return mpmath.exp(x * x) * mpmath.erfc(x)


def elliptic(function: Any) -> tuple[Any, list[float]]:
    return function, [-50.0, -1e-9, 0.0, 1e-9, 0.9, 0.9999]


PLACES: dict[Any, tuple[Any, list[float]]] = {
    special.erfcx: (erfcx, [-5.0, 0.0, 11.9, 12.1, 1e4, 1e8]),
    special.dawsn: (
        lambda x: mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(-x * x) * mpmath.erfi(x),
        [-13.0, 0.0, 11.9, 12.1, 30.0],
    ),
    special.log_ndtr: (lambda x: mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2), [-300.0, -30.0, -1.0, 0.0, 5.0]),
    special.ndtri: (lambda p: mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1), [1e-10, 0.5, 0.7]),
    special.expm1: (mpmath.expm1, [-600.0, -40.0, 0.0, 3.0]),
    special.expit: (lambda x: 1 / (1 + mpmath.exp(-x)), [-300.0, 0.0, 50.0, 300.0]),
    special.exprel: (lambda x: mpmath.expm1(x) / x, [-50.0, -1.01, -0.99, -1e-9, 1e-9, 0.99, 1.01, 100.0]),
    elementary.log1p_ratio: (lambda x: mpmath.log1p(x) / x, [-0.9, -0.13, -0.12, 1e-9, 0.12, 0.13, 100.0]),
    special.spence: (lambda x: mpmath.polylog(2, 1 - x), [1e-10, 0.05, 0.9, 1.0000001, 1.2, 3.0]),
    special.gammaln: (mpmath.loggamma, [1e-8, 0.5, 1e10]),
    special.rgamma: (mpmath.rgamma, [-5.5, -3.0, -2 + 1e-9, -1.0, 0.0, 0.3, 0.6, 50.0]),
    special.psi: (mpmath.digamma, [-2.5, 0.01, 1e3]),
    special.ellipk: elliptic(mpmath.ellipk),
    special.ellipe: elliptic(mpmath.ellipe),
    special.j1: (lambda x: mpmath.besselj(1, x), [-3.0, 0.0, 50.0]),
    special.i0e: (lambda x: mpmath.besseli(0, x) * mpmath.exp(-abs(x)), [-3.0, 0.1, 50.0]),
    special.entr: (lambda x: -x * mpmath.log(x), [1e-300, 0.1, 3.0]),
}


@pytest.mark.parametrize("function", PLACES, ids=lambda f: f.__name__)
def test_derivatives_far_out_and_beside_traps_agree_with_mpmath(function: Any) -> None:
    exact, places = PLACES[function]
    first = ag.grad(function)
    second = ag.grad(first)
    with mpmath.workdps(60):
        for x in places:
            h = mpmath.mpf(10) ** -15 * (abs(x) if function is special.entr else max(abs(x), 1e-3))
            below, here, above = [exact(mpmath.mpf(x) + k * h) for k in (-1, 0, 1)]
            assert first(x) == pytest.approx(float((above - below) / (2 * h)), rel=1e-12, abs=1e-30 if x else 1e-14)
            assert second(x) == pytest.approx(float((above - 2 * here + below) / h**2), rel=1e-10, abs=1e-14)


def test_log_ndtr_far_in_the_tail_has_the_slope_of_its_asymptote() -> None:
    assert ag.grad(special.log_ndtr)(-1e10) == pytest.approx(1e10, rel=1e-14)
    assert ag.grad(ag.grad(special.log_ndtr))(-1e10) == pytest.approx(-1, rel=1e-14)
    assert ag.grad(special.log_ndtr)(50.0) == 0
    assert ag.grad(ag.grad(special.log_ndtr))(50.0) == 0


# -------------------------------------------------------------------------------------------------------------- traps


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        (special.xlogy, (0.0, 0.0), (0, 0)),
        (special.xlogy, (0.0, 2.0), (math.log(2), 0)),
        (special.xlog1py, (0.0, -1.0), (0, 0)),
        (special.rel_entr, (0.0, 0.0), (0, 0)),
        (special.rel_entr, (1e-200, 1e200), (1 - 400 * math.log(10), 0)),
        (special.kl_div, (0.0, 0.0), (0, 1)),
        (special.kl_div, (2.0, 2.0), (0, 0)),
        (special.pseudo_huber, (0.0, 0.0), (0, 0)),
        (special.pseudo_huber, (2.0, 0.0), (0, 0)),
        (special.pseudo_huber, (2.0, 1e-8), (1e-32 / 32, 1e-8)),
        (special.powm1, (0.0, 2.0), (0, 0)),
        (special.boxcox, (0.0, 2.0), (0, 0.25)),
        (special.boxcox, (2.0, 0.0), (0.5, math.log(2) ** 2 / 2)),
        (special.inv_boxcox, (2.0, 0.0), (math.exp(2), -2 * math.exp(2))),
        (special.inv_boxcox1p, (2.0, 0.0), (math.exp(2), -2 * math.exp(2))),
    ],
)
def test_derivatives_where_formulas_divide_by_zero(function: Any, at: Any, expected: Any) -> None:
    np.testing.assert_allclose(ag.grad(function, argnums=(0, 1))(*at), expected, rtol=1e-14)


@pytest.mark.parametrize(("function", "x"), [(special.entr, 0.0), (special.logit, 0.0), (special.logit, 1.0)])
def test_infinite_slopes_are_infinite(function: Any, x: float) -> None:
    with np.errstate(divide="ignore"):
        assert ag.grad(function)(x) == np.inf


def test_sine_integrals_at_zero() -> None:
    with np.errstate(divide="ignore"):
        assert ag.grad(lambda x: special.sici(x)[0])(0.0) == 1
        assert ag.grad(lambda x: special.shichi(x)[0])(0.0) == 1


@pytest.mark.parametrize("x", [1e5, -1e5, 1e300])
def test_logsumexp_shares_the_gradient_however_large_its_entries(x: float) -> None:
    assert ag.grad(ours.logsumexp)(np.array([x, x, x, x])).tolist() == [0.25] * 4


def test_logsumexp_of_impossible_and_of_certain_events() -> None:
    assert ag.grad(ours.logsumexp)(np.array([-np.inf, -np.inf])).tolist() == [0, 0]
    assert ag.grad(ours.logsumexp)(np.array([-np.inf, 1.0])).tolist() == [0, 1]
    assert ag.grad(ours.logsumexp)(np.array([np.inf, 1.0])).tolist() == [1, 0]
    assert ag.hessian(ours.logsumexp)(np.array([-np.inf, 1.0])).tolist() == [[0, 0], [0, 0]]


def test_logsumexp_with_a_sign() -> None:
    a, b = np.array([1.0, 2.0]), np.array([1.0, -1.0])
    value, sign = ours.logsumexp(Tensor(a), b=b, return_sign=True)
    expected = special.logsumexp(a, b=b, return_sign=True)
    assert (value.data, float(ag.stop_gradient(sign).data)) == expected
    gradient = ag.grad(lambda a: ours.logsumexp(a, b=b, return_sign=True)[0])(a)
    np.testing.assert_allclose(gradient, b * np.exp(a) / np.sum(b * np.exp(a)), rtol=1e-14)


def test_a_number_as_weight_keeps_the_dtype() -> None:
    a = np.ones(3, np.float32)
    assert ours.logsumexp(Tensor(a), b=2.0).dtype == special.logsumexp(a, b=2.0).dtype == np.float32


def test_softmax_of_a_masked_entry() -> None:
    x = np.array([0.0, -np.inf, 1.0])
    jacobian = ag.jacobian(ours.softmax)(x)
    assert np.all(np.isfinite(jacobian))
    assert np.all(np.isfinite(ag.jacobian(lambda x: ours.log_softmax(x)[0])(x)))


def test_factorials() -> None:
    assert ag.grad(ours.factorial)(3.0) == pytest.approx(6 * special.psi(4.0))
    assert ag.grad(ours.factorial)(-3.0) == 0
    assert ours.comb(Tensor(5.0), 2).data == pytest.approx(10)
    assert ag.grad(lambda n: ours.comb(n, 2))(5.0) == pytest.approx(4.5)
    assert ag.grad(lambda n: ours.comb(n, 7.0))(5.0) == 0
    assert ag.grad(lambda n: ours.comb(n, 2, repetition=True))(5.0) == pytest.approx(5.5)
    assert ours.factorial(Tensor(np.ones(2, np.float32))).dtype == np.float64


@pytest.mark.skipif(not RECENT, reason="SciPy gave 0")
def test_choices_with_repetition_from_less_than_one() -> None:
    n, k = np.array([0.0, 0.3, 0.5, 2.0]), np.array([0.0, 2.0, 0.5, 0.0])
    value = ours.comb(Tensor(n), k, repetition=True).data
    np.testing.assert_allclose(value, special.comb(n, k, repetition=True), rtol=1e-14)
    assert ag.grad(lambda n: ours.comb(n, 2, repetition=True))(0.3) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (special.jv, (1.5, 2.0)),
        (special.ive, (1.5, 2.0)),
        (special.gammainc, (1.5, 2.0)),
        (special.betainc, (1.5, 2.0, 0.3)),
        (special.expn, (2.0, 0.3)),
        (special.stdtr, (2.0, 0.3)),
        (special.hyp2f1, (2.0, 0.3, 0.7, 0.2)),
        (gammas.polygamma, (2.0, 0.3)),
        (gammas.zeta, (2.0, 0.3)),
    ],
)
def test_a_derivative_with_respect_to_an_order_is_refused(function: Any, args: Any) -> None:
    with pytest.raises(NoRuleError, match="has no derivative with respect to"):
        ag.grad(function)(*args)


def test_what_is_not_analytic_is_refused() -> None:
    for function in (special.ive, special.jve, special.yve):
        with pytest.raises(NoRuleError, match="not analytic"):
            ag.grad(lambda z, f=function: np.real(f(1.5, z)))(1 + 1j)
    with pytest.raises(NoRuleError, match="no derivative in SciPy"):
        ag.grad(lambda z: np.real(special.psi(z)))(1 + 1j)


@pytest.mark.parametrize("function", [special.gamma, special.loggamma, special.rgamma], ids=lambda f: f.__name__)
def test_complex_gamma_functions_have_a_first_derivative(function: Any) -> None:
    z, h = 0.7 + 0.4j, 1e-5
    expected = (function(z + h) - function(z - h)) / (2 * h)
    assert ag.vjp(function, z)[1](1 + 0j) == pytest.approx(expected, rel=1e-8)


def test_scipys_round_is_a_constant() -> None:
    assert ag.grad(lambda x: x * special.round(x))(2.2) == 2
