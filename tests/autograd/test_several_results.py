"""Functions that return a tuple: one node for the call, one for each result that is picked from it."""

import copy
import pickle
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.rules import RULES
from autograd.testing import gradcheck

X, Y = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.6, 0.7])


class Results(NamedTuple):
    product: Any
    total: Any
    size: Any


@ag.primitive
def products(x: Any, y: Any) -> Results:
    return Results(np.sin(x) * y, np.sum(x * y), np.size(x))


ag.vjp_rule(
    products,
    lambda g, results, x, y: g[0] * np.cos(x) * y + g[1] * y,
    lambda g, results, x, y: g[0] * results[0] / y + g[1] * x,
)


def both(x: Any, y: Any) -> Any:
    results = products(x, y)
    return np.sum(results.product) * results.total


def by_hand(x: Any, y: Any) -> Any:
    return np.sum(np.sin(x) * y) * np.sum(x * y)


def test_results_keep_their_tuple_and_integers_are_plain() -> None:
    results = products(Tensor(X), Y)
    assert isinstance(results, Results)
    assert isinstance(results.product, Tensor)
    assert isinstance(results.total, Tensor)
    assert type(results.size) is np.int64
    untraced = products(Tensor(X, requires_grad=False), Y)
    assert isinstance(untraced, Results)
    assert not untraced.total.requires_grad


@pytest.mark.parametrize("derivative", [ag.grad, ag.hessian, ag.jacobian], ids=lambda f: f.__name__)
@pytest.mark.parametrize("argnum", [0, 1])
def test_gradients_are_those_of_the_same_function_in_single_results(derivative: Any, argnum: int) -> None:
    np.testing.assert_allclose(derivative(both, argnum)(X, Y), derivative(by_hand, argnum)(X, Y), rtol=1e-14)


@pytest.mark.parametrize("picked", [0, 1])
def test_one_result_alone_has_a_gradient_to_second_order(picked: int) -> None:
    gradcheck(lambda x, y: products(x, y)[picked], X, Y, order=2, rtol=1e-8)


def test_forward_mode_of_several_outputs() -> None:
    _, tangents = ag.jvp(lambda x: products(x, Y)[:2], (X,), (np.ones(3),))
    np.testing.assert_allclose(tangents[0], np.cos(X) * Y, rtol=1e-14)
    np.testing.assert_allclose(tangents[1], np.sum(Y), rtol=1e-14)


def test_a_result_used_twice_adds_up() -> None:
    x = Tensor(X)
    total = products(x, Y).total
    (total * total).backward()
    np.testing.assert_allclose(x.grad, 2 * np.sum(X * Y) * Y, rtol=1e-14)


def test_a_copy_and_a_pickle_run_backward() -> None:
    expected = ag.grad(both)(X, Y)
    x = Tensor(X, name="x")
    loss = both(x, Y)
    for again in (copy.deepcopy(loss), pickle.loads(pickle.dumps(loss))):
        again.backward()
        leaf = again
        while leaf.op is not None:
            leaf = leaf.parents[0]
        assert leaf.name == "x"
        np.testing.assert_array_equal(leaf.grad, expected)


def test_a_checkpoint_may_hold_several_results() -> None:
    np.testing.assert_array_equal(ag.grad(lambda x: ag.checkpoint(both)(x, Y))(X), ag.grad(both)(X, Y))


def test_views_show_the_call_and_the_results_picked_from_it() -> None:
    loss = both(Tensor(X, name="x"), Y)
    forward = str(ag.explain(loss)).splitlines()
    assert forward[3] == "  v2 = v1[0] = [0.420735, 0.545578, 0.098784]"
    assert "3 results\\n[0.420735, 0.545578, 0.098784]; 3.8; 3" in ag.draw(loss).source


def test_an_anomaly_names_the_call_and_not_the_picking() -> None:
    with ag.detect_anomaly(), np.errstate(all="ignore"), pytest.raises(ag.errors.AnomalyError, match="products made"):
        products(Tensor(np.array([1.0, 1e308, 1e308])), np.array([1.0, 10.0, 10.0]))


def test_a_rule_registered_anew_gets_tuples_again() -> None:
    @ag.primitive
    def twice(x: Any) -> Any:
        return x, 2 * x

    for factor in (1.0, 3.0):
        ag.vjp_rule(twice, lambda g, y, x, factor=factor: factor * (g[0] + 2 * g[1]))
        assert ag.grad(lambda x: twice(x)[0] + twice(x)[1])(1.0) == 3 * factor
    del RULES[twice]


def test_a_function_that_returns_a_tuple_at_times_only() -> None:
    @ag.primitive
    def either(x: Any, several: Any) -> Any:
        return (x, x * x) if several else x * x

    def rule(g: Any, y: Any, x: Any, several: Any) -> Any:
        return g[0] + 2 * x * g[1] if several else 2 * x * g

    ag.vjp_rule(either, rule, None)
    assert ag.grad(lambda x: either(x, True)[1])(3.0) == 6.0
    assert ag.grad(lambda x: either(x, False))(3.0) == 6.0
    assert ag.grad(ag.grad(lambda x: either(x, True)[1]))(3.0) == 2.0
    del RULES[either]


def test_a_result_that_is_no_number_is_refused() -> None:
    @ag.primitive
    def labelled(x: Any) -> Any:
        return x, "label"

    ag.vjp_rule(labelled, lambda g, y, x: g[0])
    with pytest.raises(ag.errors.DataError, match="labelled of float64 scalar gave <U5, which cannot be traced"):
        labelled(Tensor(1.0))
    del RULES[labelled]
