"""The checker is checked: right gradients pass, planted errors fail, and the table says where."""

import numpy as np
import pytest

import autograd as ag
from autograd import errors
from autograd.testing import gradcheck
from autograd.testing.differences import derivative_along
from nn import functional

X = np.array([0.4, -1.1, 0.8])


def planted(*vjps):
    """x * y with the rules given."""

    @ag.primitive
    def product(x, y):
        return x * y

    ag.vjp_rule(product, *vjps)
    return product


WRONG = {
    "a tenth of a percent": (lambda g, z, x, y: g * y * 1.001, lambda g, z, x, y: g * x),
    "sign": (lambda g, z, x, y: g * y, lambda g, z, x, y: -g * x),
    "factor two": (lambda g, z, x, y: 2 * g * y, lambda g, z, x, y: g * x),
    "swapped arguments": (lambda g, z, x, y: g * x, lambda g, z, x, y: g * y),
    "upstream gradient forgotten": (lambda g, z, x, y: y, lambda g, z, x, y: g * x),
    "one entry": (lambda g, z, x, y: g * y * np.array([1, 1, 1.01]), lambda g, z, x, y: g * x),
    "no gradient": (None, lambda g, z, x, y: g * x),
}


@pytest.mark.parametrize("vjps", WRONG.values(), ids=WRONG)
def test_planted_errors_fail(vjps):
    with pytest.raises(errors.GradientCheckError, match="FAIL: gradient"):
        gradcheck(planted(*vjps), X, X[::-1] * 2)


def test_a_right_rule_passes():
    right = planted(lambda g, z, x, y: g * y, lambda g, z, x, y: g * x)
    report = gradcheck(right, X, X[::-1] * 2, order=2)
    assert report.passed
    assert str(report).startswith("PASS: gradient of order 2, ")


def test_an_error_in_the_second_order_alone_is_found_by_order_2():
    square = ag.primitive(lambda x: x**2)
    twice = ag.primitive(lambda x: 2 * x)
    ag.vjp_rule(square, lambda g, y, x: g * twice(x))
    ag.vjp_rule(twice, lambda g, y, x: g * 2.002)
    assert gradcheck(square, X)
    report = gradcheck(square, X, order=2, raise_on_failure=False)
    assert not report
    assert "gradient of order 2" in str(report)


def test_the_report_names_argument_index_and_ratio():
    wrong = planted(lambda g, z, x, y: g * y, lambda g, z, x, y: g * x * np.array([1, 1, 2.0]))
    report = gradcheck(wrong, X, X, raise_on_failure=False)
    (mismatch,) = report.mismatches
    assert (mismatch.argument, mismatch.index) == (1, (2,))
    assert mismatch.analytic / mismatch.numeric == pytest.approx(2, rel=1e-9)
    assert "1[2]" in str(report)


def test_complex_nested_and_narrow_arguments_are_checked():
    z = X + 1j * X[::-1]
    gradcheck(lambda z: np.exp(z) * np.conj(z), z, order=2)
    gradcheck(lambda p: {"a": p["w"] @ p["x"][0], "b": p["x"][0] ** 2}, {"w": np.ones((2, 3)), "x": (X,)}, order=2)
    gradcheck(lambda x: np.tanh(x) * 3, X.astype(np.float32))
    gradcheck(lambda x: np.tanh(x) * 3, X.astype(np.float16))
    gradcheck(lambda x, index: x[index], X, np.array([0, 0, 2]))


def test_a_wrong_complex_convention_fails():
    conjugated = ag.primitive(np.square)
    ag.vjp_rule(conjugated, lambda g, y, x: np.conj(2 * x) * g)
    assert not gradcheck(conjugated, X + 1j, raise_on_failure=False)


@pytest.mark.parametrize("x", [1e-4, -3e-4, 2e-6, 0.5])
def test_a_kink_beside_the_point_does_not_fail_a_right_gradient(x):
    gradcheck(np.abs, np.array([x, 1.0]))
    gradcheck(functional.relu, np.array([x, 1.0]))


def test_samples_limit_the_entries_checked():
    assert gradcheck(np.tanh, np.linspace(0.1, 1, 100), samples=7).checked == 7


def test_what_cannot_be_checked_is_refused():
    with pytest.raises(errors.DataError, match=r"write 2\.0 instead of 2"):
        gradcheck(np.sin, 2)
    with pytest.raises(errors.DataError, match="must return floating"):
        gradcheck(lambda x: x > 0, X)


@pytest.mark.parametrize("x", [1e-3, 1.0, 1e4])
def test_the_reference_is_accurate(x):
    at = np.array([x])
    value, error = derivative_along(lambda v: float(np.sin(v[0] / x)), at, np.array([1.0]))
    assert value == pytest.approx(np.cos(1.0) / x, rel=1e-9 if x >= 1 else 1e-2)
    assert abs(value - np.cos(1.0) / x) <= 10 * error


def test_differences_too_rough_to_tell_are_inconclusive():
    wrong = ag.primitive(np.sin)
    ag.vjp_rule(wrong, lambda g, y, x: g * np.cos(x) * 3)
    report = gradcheck(lambda x: 1e12 + wrong(x), X, raise_on_failure=False)
    assert not report
    assert "INCONCLUSIVE" in str(report)


def test_a_small_entry_beside_a_large_one_is_checked_and_so_is_an_infinite_one():
    scaled = ag.primitive(lambda x: x * np.array([1e8, 1.0]))
    ag.vjp_rule(scaled, lambda g, y, x: g * np.array([1e8, 3.0]))
    assert [m.index for m in gradcheck(scaled, np.ones(2), raise_on_failure=False).mismatches] == [(1,)]
    infinite = ag.primitive(np.square)
    ag.vjp_rule(infinite, lambda g, y, x: np.where(x == 0, np.inf, g * 5 * x))
    assert len(gradcheck(infinite, np.array([0.0, 0.4]), raise_on_failure=False).mismatches) == 2


@pytest.mark.parametrize(("f", "x"), [(np.log, 1e-6), (np.sqrt, 1e-8), (np.log, 1e-3)])
def test_a_domain_edge_beside_the_point_does_not_fail_a_right_gradient(f, x):
    gradcheck(f, np.array([x]))


def test_a_gradient_of_the_wrong_dtype_fails_before_the_engine_can_cast_it():
    with pytest.raises(errors.DataError, match="both are at least 1"):
        gradcheck(np.sin, X, samples=0)
    with pytest.raises(errors.DataError, match="both are at least 1"):
        gradcheck(np.sin, X, order=0)
