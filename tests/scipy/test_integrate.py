"""`odeint`: gradients by the adjoint equation, against closed forms and finite differences."""

from typing import Any

import numpy as np
import pytest
import scipy.integrate

import autograd as ag
from autograd import Tensor
from autograd.errors import NoRuleError, TracedConversionError
from autograd.scipy import integrate
from autograd.scipy.integrate import odeint
from autograd.testing import gradcheck

EXACT = {"rtol": 1e-11, "atol": 1e-11}
T = np.array([0.0, 0.3, 1.0])


def pendulum(y: Any, t: Any, a: Any, b: Any) -> Any:
    """Two equations that use everything: y nonlinearly, the time, a number and a vector."""
    return np.stack([a * y[1] + np.sin(t), -b[0] * y[0] * y[0] + b[1] * t * y[1]])


def test_gradients_with_respect_to_everything() -> None:
    gradcheck(
        lambda y0, t, a, b: odeint(pendulum, y0, t, (a, b), **EXACT),
        *(np.array([0.5, 0.2]), T, 1.3, np.array([0.4, 0.3])),
        rtol=1e-7,
    )


def test_second_derivatives_of_a_decay_are_those_of_its_closed_form() -> None:
    def numerically(k: Any) -> Any:
        return odeint(lambda y, t, k: -k * y, np.array([2.0]), T, (k,), **EXACT)[-1, 0]

    assert ag.grad(numerically)(0.7) == pytest.approx(-2 * np.exp(-0.7), rel=1e-8)
    assert ag.grad(ag.grad(numerically))(0.7) == pytest.approx(2 * np.exp(-0.7), rel=1e-7)


def test_mixed_second_derivatives_of_start_and_end() -> None:
    def numerically(y0: Any, end: Any) -> Any:
        return odeint(lambda y, t: -t * y, y0, np.stack([0.0, end]), **EXACT)[-1, 0]

    mixed = ag.jacobian(ag.grad(numerically, argnums=0), argnums=1)(np.array([2.0]), 0.8)
    np.testing.assert_allclose(mixed, [-0.8 * np.exp(-0.32)], rtol=1e-7)


def test_arguments_may_be_nested_and_need_not_be_numbers_with_a_gradient() -> None:
    def right_side(y: Any, t: Any, parameters: Any, power: int, kind: Any) -> list[Any]:
        assert kind is None
        return [-parameters["k"] * y[0] ** power, parameters["rest"][0] * y[1]]

    def last(parameters: Any) -> Any:
        return np.sum(odeint(right_side, [1.0, 2.0], T, (parameters, 1, None), **EXACT)[-1])

    g = ag.grad(last)({"k": 0.5, "rest": [-1.0, 3.0]})
    assert g["k"] == pytest.approx(-np.exp(-0.5), rel=1e-8)
    assert g["rest"] == [pytest.approx(2 * np.exp(-1), rel=1e-8), 0]


def test_time_first_and_other_signatures_of_scipy() -> None:
    assert odeint(pendulum, [0.5, 0.2], T, (1.3, [0.4, 0.3])) == pytest.approx(
        scipy.integrate.odeint(pendulum, [0.5, 0.2], T, (1.3, [0.4, 0.3]))
    )
    g = ag.grad(lambda k: odeint(lambda t, y, k: -k * y, 1.0, T, args=(k,), tfirst=True, **EXACT)[-1, 0])(0.5)
    assert g == pytest.approx(-np.exp(-0.5), rel=1e-8)
    assert integrate.quad is scipy.integrate.quad


def test_a_first_step_and_options_by_place() -> None:
    def last(k: Any, **options: Any) -> Any:
        return odeint(lambda y, t, k: -k * y, 1.0, T, (k,), None, **options, **EXACT)[-1, 0]

    for options in ({}, {"h0": 0.01, "hmax": 0.1}, {"printmessg": 0, "full_output": False}):
        assert ag.grad(lambda k, options=options: last(k, **options))(0.5) == pytest.approx(-np.exp(-0.5), rel=1e-8)


def test_an_option_without_a_rule_is_refused() -> None:
    with pytest.raises(NoRuleError, match="full_output"):
        odeint(pendulum, Tensor([0.5, 0.2]), T, (1.3, [0.4, 0.3]), full_output=True)
    with pytest.raises(NoRuleError, match="Dfun"):
        odeint(pendulum, Tensor([0.5, 0.2]), T, (1.3, [0.4, 0.3]), lambda y, t: np.eye(2))
    assert isinstance(odeint(pendulum, [0.5, 0.2], T, (1.3, [0.4, 0.3]), full_output=True)[1], dict)


def test_a_traced_value_that_is_no_argument_is_an_error() -> None:
    k = Tensor(0.5)
    with pytest.raises(TracedConversionError):
        odeint(lambda y, t: -k * y, Tensor([1.0]), T)
