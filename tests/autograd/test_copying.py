"""Copies and pickles: of leaves, and of graphs; gradients are right afterwards."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, errors
from autograd.testing import gradcheck

COPIES = [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_leaf_is_copied_with_name_and_gradient_and_is_independent(duplicate):
    x = Tensor(np.array([1.0, 2.0], np.float32), name="x")
    np.sum(x * x).backward()
    twin = duplicate(x)
    assert (twin.name, twin.dtype, twin.requires_grad) == ("x", np.float32, True)
    np.testing.assert_array_equal(twin.grad, x.grad)
    twin.data[0] = 9
    twin.grad[0] = 9
    assert x.data[0] == 1
    assert x.grad[0] == 2


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_graph_runs_backward_after_copying_into_the_copied_leaves(duplicate):
    x, y = Tensor([1.0, 2.0]), Tensor(3.0)
    inner = np.concatenate([x * y, [1.0]])
    loss = np.sum(np.tanh(inner[[0, 0, 2]]) ** 2, axis=0)
    x2, y2, loss2 = duplicate((x, y, loss))
    assert loss2.data == loss.data
    loss2.backward()
    assert x.grad is None
    loss.backward()
    np.testing.assert_array_equal(x2.grad, x.grad)
    assert y2.grad == y.grad


def test_deepcopy_keeps_the_identity_of_inner_nodes():
    x = Tensor(2.0)
    p = (x * x).named("p")
    loss = p * p
    p2, loss2, x2 = copy.deepcopy((p, loss, x))
    loss2.backward()
    assert (p2.grad, x2.grad) == (8, 32)


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_long_graph_is_copied_without_recursion(duplicate):
    x = Tensor(1.0)
    y = x
    for _ in range(20_000):
        y = y + 1.0
    twin = duplicate(y)
    twin.backward()
    assert twin.data == 20_001


@pytest.mark.parametrize("duplicate", COPIES)
def test_the_copy_of_a_used_leaf_may_be_changed_and_used_again(duplicate):
    x = Tensor(2.0)
    loss = x * x
    twin = duplicate(loss)
    x.data = 5.0
    twin.backward()
    assert twin.parents[0].grad == 4


def double(x):
    return x * 2


double = ag.primitive(double)
ag.vjp_rule(double, lambda g, y, x: g * 2)


def test_a_graph_with_a_users_primitive_can_be_copied():
    x2, y2 = copy.deepcopy((x := Tensor(1.0), double(x)))
    y2.backward()
    assert x2.grad == 2


@pytest.mark.parametrize("duplicate", COPIES)
def test_the_copy_of_a_stale_graph_is_stale(duplicate):
    x = Tensor([1.0, 2.0])
    y = np.sum(x**2)
    x.data -= 5
    with pytest.raises(errors.StaleValueError):
        duplicate(y).backward()


def square_sum(x):
    return np.sum(x**2), x


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_checkpointed_graph_is_copied(duplicate):
    x = Tensor([1.0, 2.0])
    total, same = ag.checkpoint(square_sum)(x)
    x2, loss2 = duplicate((x, total + np.sum(same)))
    loss2.backward()
    assert x2.grad.tolist() == [3, 5]


@ag.primitive
def weighed(parameters, x):
    return parameters["w"][0] * x + parameters["b"]


ag.vjp_rule(
    weighed,
    lambda g, y, parameters, x: {"w": [g * x], "b": g},
    lambda g, y, parameters, x: g * parameters["w"][0],
)


def test_a_primitive_of_a_dict_of_arrays_is_differentiated_and_copied():
    x = np.array([4.0, 5.0])
    gradcheck(lambda p, x: weighed(p, x) ** 2, {"w": [np.array([1.0, 2.0])], "b": 3.0}, x, order=2)
    b = Tensor(3.0, name="b")
    y = np.sum(weighed({"w": [x], "b": b}, x))
    for again in (y, copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        again.backward()
        leaf = again
        while leaf.op is not None:
            leaf = leaf.parents[0]
        assert (leaf.name, leaf.grad) == ("b", 2)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_of_what_is_differentiated_stays_in_the_graph(duplicate):
    x = np.array([0.5, 1.5])
    assert ag.grad(lambda t: np.sum(duplicate(t) ** 2) + np.sum(t))(x).tolist() == [2.0, 4.0]
    assert ag.grad(lambda p: duplicate(p)["w"][0] ** 2)({"w": [3.0]}) == {"w": [6.0]}
    gradcheck(lambda t: np.tanh(duplicate(t * t)), x, order=2)


def test_a_shallow_copy_outside_a_derivative_is_a_leaf_of_its_own():
    x = Tensor([1.0, 2.0], name="x")
    twin = copy.copy(x)
    np.sum(twin * twin).backward()
    assert (twin.name, twin.grad.tolist(), x.grad) == ("x", [2.0, 4.0], None)
