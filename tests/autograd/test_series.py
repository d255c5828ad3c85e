"""sinc and i0, and their derivatives of every order, against mpmath: at zero, near it, and far away."""

from typing import Any

import mpmath
import numpy as np
import pytest

import autograd as ag
from autograd.derivatives.series import i0_derivative, sinc_derivative


def nth(f: Any, order: int) -> Any:
    for _ in range(order):
        f = ag.grad(f)
    return f


def exact_sinc(t: float, order: int) -> Any:
    """The derivative of sin(t) / t by the power series, to 60 digits."""
    with mpmath.workdps(60):
        cosine = [1, 0, -1, 0]
        x = mpmath.mpf(t)
        return sum(x**m / mpmath.factorial(m) * cosine[(order + m) % 4] / (order + m + 1) for m in range(200))


def exact_i0(x: float, order: int) -> Any:
    with mpmath.workdps(40):
        terms = (mpmath.binomial(order, k) * mpmath.besseli(abs(order - 2 * k), x) for k in range(order + 1))
        return sum(terms) / mpmath.mpf(2) ** order


def test_derivatives_of_sinc_at_zero_are_exact() -> None:
    assert [nth(np.sinc, order)(0.0) for order in (1, 3)] == [0, 0]
    assert nth(np.sinc, 2)(0.0) == pytest.approx(-(np.pi**2) / 3, rel=1e-15)
    assert nth(np.sinc, 4)(0.0) == pytest.approx(np.pi**4 / 5, rel=1e-15)
    assert nth(np.sinc, 6)(0.0) == pytest.approx(-(np.pi**6) / 7, rel=1e-15)


@pytest.mark.parametrize("order", range(1, 8))
@pytest.mark.parametrize("x", [1e-300, 1e-12, 1e-5, 0.01, 0.3, -0.3, 0.5, 0.7, 1.1, 2.2, 5.6])
def test_derivatives_of_sinc_lose_no_digits_near_zero(x: float, order: int) -> None:
    exact = float(np.pi**order * exact_sinc(float(np.pi * x), order))
    scale = np.pi**order / (order + 1) if abs(x) > 0.3 else 0  # where it crosses zero, of its size around there
    assert sinc_derivative(x, order) == pytest.approx(exact, rel=2e-15, abs=2e-16 * scale)


def test_derivatives_of_sinc_are_those_of_the_function_that_carries_on() -> None:
    z = 0.2 + 0.1j
    assert ag.vjp(np.sinc, z)[1](1 + 0j) == pytest.approx(complex(mpmath.diff(mpmath.sincpi, z)), rel=1e-14)
    at_both_sides = sinc_derivative(np.array([0.999999, 1.000001]) / np.pi, 1)  # of the seam between the recurrences
    assert at_both_sides[0] == pytest.approx(at_both_sides[1], rel=1e-5)


@pytest.mark.parametrize("order", range(7))
@pytest.mark.parametrize("x", [1e-300, 1e-10, 0.01, 0.5, 2.0, -3.0, 7.99, 8.01, 30.0, 100.25, 700.0, -700.0])
def test_derivatives_of_i0_are_right_to_the_last_digits(x: float, order: int) -> None:
    assert i0_derivative(x, order) == pytest.approx(float(exact_i0(x, order)), rel=1e-15, abs=0)


def test_i0_as_far_as_its_exponential_reaches() -> None:
    assert ag.grad(np.i0)(709.0) == pytest.approx(float(exact_i0(709.0, 1)), rel=1e-14)
    assert ag.grad(np.i0)(0.0) == 0
    assert ag.grad(ag.grad(np.i0))(0.0) == pytest.approx(0.5, rel=1e-15)
    assert ag.grad(ag.grad(ag.grad(np.i0)))(0.0) == 0


def test_many_entries_are_as_right_as_one() -> None:
    x = np.linspace(-40, 40, 3001)
    np.testing.assert_allclose(i0_derivative(x, 1), [i0_derivative(v, 1) for v in x], rtol=1e-15)
    assert i0_derivative(np.zeros((0, 2)), 1).shape == (0, 2)
    mixed = i0_derivative(np.array([1.0, np.nan]), 1)
    assert mixed[0] == i0_derivative(1.0, 1)
    assert np.isnan(mixed[1])


@pytest.mark.parametrize("function", [np.sinc, np.i0])
def test_single_precision_stays_single_and_is_rounded_once(function: Any) -> None:
    x = np.array([0.0, 1e-3, 0.3, 4.0], np.float32)
    g = ag.elementwise_grad(function)(x)
    assert g.dtype == np.float32
    np.testing.assert_array_equal(g, ag.elementwise_grad(function)(x.astype(float)).astype(np.float32))


def test_gradient_of_a_kaiser_window_in_its_shape() -> None:
    """`np.kaiser` takes plain numbers only; written out it has a gradient."""
    u = np.linspace(-1, 1, 7)

    def window(beta: Any) -> Any:
        return np.i0(beta * np.sqrt(1 - u * u)) / np.i0(beta)

    np.testing.assert_allclose(window(8.6), np.kaiser(7, 8.6), rtol=1e-13, atol=1e-16)
    h = 1e-6
    numeric = (np.kaiser(7, 8.6 + h) - np.kaiser(7, 8.6 - h)) / (2 * h)
    np.testing.assert_allclose(ag.jacobian(window)(8.6), numeric, atol=1e-9)


@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_where_i0_overflows_its_derivatives_do_and_cost_no_more() -> None:
    gradient = ag.elementwise_grad(np.i0)(np.array([1.0, 1e5, -1e300]))  # the number of points was sqrt(1e300)
    assert gradient.tolist() == [ag.grad(np.i0)(1.0), np.inf, -np.inf]
    assert nth(np.i0, 2)(-1e300) == np.inf
