"""Functions written in terms of others: what their values and gradients alone do not show."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.testing import gradcheck


def test_piecewise_does_not_call_a_function_that_has_no_entries() -> None:
    def forbidden(x: Any) -> Any:
        raise AssertionError("called")

    x = Tensor([1.0, 2.0])
    assert np.piecewise(x, [x > 5, x > 0], [forbidden, np.square]).tolist() == [1, 4]


def test_where_two_conditions_hold_piecewise_takes_the_later_and_select_the_first() -> None:
    x = np.array([1.0, 2.0])
    both = [x > 0, x > 1]
    assert ag.elementwise_grad(lambda x: np.piecewise(x, both, [np.square, lambda v: 7 * v]))(x).tolist() == [2, 7]
    assert ag.elementwise_grad(lambda x: np.select(both, [x * x, 7 * x]))(x).tolist() == [2, 4]


def test_a_ramp_ends_exactly_where_it_is_told_to() -> None:
    start, stop = 0.8413172796123832, 0.0666900087671014
    assert start + 6 * ((stop - start) / 6) != stop
    assert np.linspace(Tensor(start), stop, 7)[-1].data == stop
    ends = np.geomspace(Tensor(start), stop, 7)
    assert (ends[0].data, ends[-1].data) == (start, stop)


def test_the_step_of_a_ramp_has_a_gradient_too() -> None:
    assert ag.grad(lambda stop: np.linspace(0.0, stop, 5, retstep=True)[1])(3.0) == 0.25
    assert np.isnan(np.linspace(Tensor(0.0), 1.0, 1, retstep=True)[1])


def test_a_grid_of_plain_numbers_beside_a_traced_one_can_be_written_to() -> None:
    traced, plain = np.meshgrid(Tensor([1.0, 2.0]), np.arange(3))
    assert isinstance(traced, Tensor)
    plain[0, 0] = 5
    assert plain.tolist() == [[5, 0], [1, 1], [2, 2]]


def test_running_extrema_of_nothing_and_of_one_entry() -> None:
    assert ag.grad(lambda x: np.sum(np.maximum.accumulate(x)))(np.zeros((0,))).shape == (0,)
    assert ag.grad(lambda x: np.sum(np.maximum.accumulate(x, axis=1)))(np.ones((2, 1))).tolist() == [[1], [1]]


def test_running_extrema_with_ties_have_a_second_order() -> None:
    x = np.array([[1.0, 3.0, 3.0, 2.0, 5.0], [2.0, 2.0, 1.0, 4.0, 4.0]])
    jacobian = ag.jacobian(lambda x: np.ravel(np.maximum.accumulate(x, axis=1)))(x).reshape(10, 10)
    assert jacobian[2].tolist() == [0, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0]
    assert jacobian[9].tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5]
    hessian = ag.hessian(lambda x: np.sum(np.maximum.accumulate(x, axis=1) ** 2))(x).reshape(10, 10)
    np.testing.assert_allclose(hessian, 2 * jacobian.T @ jacobian)


def test_a_function_along_an_axis_may_be_anything_in_python() -> None:
    def spread(row: Any) -> Any:
        return row[0] * row if row[0] > 0 else -row

    x = np.array([[1.0, 2.0], [-3.0, 4.0]])
    gradcheck(lambda x: np.apply_along_axis(spread, 1, x), x, order=2)


def test_a_path_of_einsum_is_for_the_call_and_not_for_its_gradients() -> None:
    x, y = np.eye(3), np.arange(12.0).reshape(3, 4)
    gradcheck(lambda x, y: np.einsum("ii,ij->j", x, y, optimize=["einsum_path", (0, 1)]), x, y, order=2)


@pytest.mark.parametrize("mode", ["mean", "maximum", "linear_ramp"])
def test_padded_corners_see_what_earlier_axes_have_added(mode: Any) -> None:
    x = np.arange(6.0).reshape(2, 3) ** 2
    np.testing.assert_allclose(np.pad(Tensor(x), ((2, 1), (1, 3)), mode).data, np.pad(x, ((2, 1), (1, 3)), mode))
