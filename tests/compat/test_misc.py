"""The smaller modules of HIPS autograd: flatten, optimizers, fixed points, builtins, tracer, test_util, wrap_util."""

from collections import namedtuple

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, builtins, grad, hessian, jacobian, no_grad, util
from autograd.extend import defvjp, primitive
from autograd.misc import const_graph, flatten
from autograd.misc.fixed_points import fixed_point
from autograd.misc.flatten import flatten_func
from autograd.misc.optimizers import adam, rmsprop, sgd
from autograd.test_util import (
    check_equivalent,
    check_grads,
    check_jvp,
    check_vjp,
    combo_check,
    make_numerical_jvp,
    numerical_jvp,
    scalar_close,
)
from autograd.testing import gradcheck
from autograd.tracer import Node, getval, isbox, trace
from autograd.util import func, subval, subvals, toposort
from autograd.wrap_util import get_doc, get_name, unary_to_nary, wraps

Pair = namedtuple("Pair", "first second")
TREE = {"b": np.array([1.0, 2.0]), "a": (3.0, [np.ones((2, 2))]), "c": Pair(np.array(4.0), ())}

# ----------------------------------------------------------------------------------------------------------- flatten


def test_flatten_orders_dicts_by_key_and_back():
    vector, unflatten = flatten(TREE)
    assert vector.tolist() == [3, 1, 1, 1, 1, 1, 2, 4]
    back = unflatten(2 * vector)
    assert list(back) == ["b", "a", "c"]
    assert back["a"][0] == 6
    assert back["a"][1][0].shape == (2, 2)
    assert isinstance(back["c"], Pair)
    assert flatten(back)[0].tolist() == (2 * vector).tolist()


def test_flatten_is_differentiable_both_ways():
    vector, unflatten = flatten(TREE)
    gradcheck(lambda tree: flatten(tree)[0] ** 2, TREE, order=2)
    gradcheck(lambda v: unflatten(v)["a"][1][0] ** 2 * unflatten(v)["a"][0], vector, order=2)


def test_flatten_of_nothing_and_of_a_number():
    vector, unflatten = flatten([])
    assert vector.shape == (0,)
    assert unflatten(vector) == []
    vector, unflatten = flatten(2.0)
    assert vector.tolist() == [2]
    assert np.shape(unflatten(vector)) == ()


def test_flatten_keeps_real_parts_real():
    _, unflatten = flatten([1.0, 2j])
    real, imaginary = unflatten(np.array([1 + 1j, 2j]))
    assert real == 1
    assert not np.iscomplexobj(real)
    assert imaginary == 2j


def test_unflatten_of_another_length_is_an_error():
    with pytest.raises(ValueError, match="a vector of 8 entries"):
        flatten(TREE)[1](np.ones(9))


def test_flatten_func_is_the_function_of_vectors():
    f, unflatten, example = flatten_func(lambda tree, k: {"x": tree["b"] * k, "y": tree["a"][0]}, TREE)
    assert f(example, 2.0).tolist() == [2, 4, 3]
    assert jacobian(f)(example, 2.0).shape == (3, 8)
    assert unflatten(example)["a"][0] == 3


# -------------------------------------------------------------------------------------------------------- optimizers


@pytest.mark.parametrize("optimize", [sgd, rmsprop, adam])
def test_optimizers_find_the_minimum_of_nested_parameters(optimize):
    def loss(p, i):
        return np.sum((p["x"] - 1) ** 2) + (p["y"][0] + 2) ** 2

    seen = []

    def callback(p, i, g):
        seen.append((i, loss(p, i), set(g)))

    found = optimize(grad(loss), {"x": np.zeros(2), "y": [0.0]}, callback, num_iters=400, step_size=0.05)
    np.testing.assert_allclose(found["x"], 1, atol=0.05)
    np.testing.assert_allclose(found["y"][0], -2, atol=0.1)
    assert [i for i, _, _ in seen] == list(range(400))
    assert seen[0][1:] == (6.0, {"x", "y"})


def test_first_steps_are_those_of_the_papers():
    gradient = lambda x, i: np.array([2.0, -1.0])  # noqa: E731
    start = np.zeros(2)
    np.testing.assert_allclose(adam(gradient, start, num_iters=1, step_size=0.1), [-0.1, 0.1], rtol=1e-7)
    np.testing.assert_allclose(sgd(gradient, start, num_iters=1, step_size=0.1, mass=0.9), [-0.02, 0.01], rtol=1e-13)
    want = [-0.1 * 2 / np.sqrt(0.9 + 0.1 * 4), 0.1]
    np.testing.assert_allclose(rmsprop(gradient, start, num_iters=1, step_size=0.1), want, rtol=1e-7)


def test_training_can_be_differentiated():
    final = lambda rate: sgd(lambda x, i: 2 * x, np.array([1.0]), num_iters=2, step_size=rate, mass=0.0)[0]  # noqa: E731
    assert grad(final)(0.1) == pytest.approx(-4 * (1 - 0.2), rel=1e-14)  # of (1 - 2 r)^2


# ------------------------------------------------------------------------------------------------------ fixed points


def distance(x, y):
    return np.max(np.abs(x - y))


def root(a):
    return fixed_point(lambda a: lambda x: 0.5 * (x + a / x), a, 1.0, distance, 1e-13)


def test_a_fixed_point_has_the_derivatives_of_the_implicit_function():
    assert root(2.0) == pytest.approx(np.sqrt(2), rel=1e-15)
    assert grad(root)(2.0) == pytest.approx(0.5 * 2**-0.5, rel=1e-12)
    second = grad(grad(root))(2.0)
    assert second == pytest.approx(-0.25 * 2**-1.5, rel=1e-12)
    assert type(second) is np.float64


def test_a_fixed_point_of_nested_parameters():
    W, b = 0.2 * np.arange(4.0).reshape(2, 2) - 0.3, np.array([0.5, -1.0])
    layer = lambda p: lambda x: np.tanh(p["W"] @ x + p["b"])  # noqa: E731
    found = fixed_point(layer, {"W": W, "b": b}, np.zeros(2), distance, 1e-14)
    np.testing.assert_allclose(found, np.tanh(W @ found + b), atol=1e-13)
    g = grad(lambda p: np.sum(fixed_point(layer, p, np.zeros(2), distance, 1e-14)))({"W": W, "b": b})
    slope = np.diag(1 - found**2)
    adjoint = np.linalg.solve((np.eye(2) - slope @ W).T, np.ones(2))
    np.testing.assert_allclose(g["b"], slope @ adjoint, rtol=1e-10)
    np.testing.assert_allclose(g["W"], np.outer(slope @ adjoint, found), rtol=1e-10)


def test_a_fixed_point_may_be_nested_itself():
    f = lambda a: lambda x: {"u": 0.5 * (x["u"] + a / x["u"]), "v": 0.5 * x["v"] + x["u"]}  # noqa: E731
    gap = lambda x, y: max(abs(x["u"] - y["u"]), abs(x["v"] - y["v"]))  # noqa: E731
    end = lambda a: fixed_point(f, a, {"u": 1.0, "v": 1.0}, gap, 1e-14)["v"]  # noqa: E731
    assert end(2.0) == pytest.approx(2 * np.sqrt(2), rel=1e-13)
    assert grad(end)(2.0) == pytest.approx(2**-0.5, rel=1e-12)


# ----------------------------------------------------------------------------------------------------------- tracers


def test_a_constant_graph_runs_the_python_code_once():
    runs = []

    def f(scale, x, y, power=2):
        runs.append(1)
        return {"out": np.sum(scale * x**power * np.concatenate([y, [1.0]])), "x": x}

    replay = const_graph(f, 2.0, power=3)
    for x, y in ((np.ones(3), np.ones(2)), (np.arange(3.0), np.array([3.0, 4.0]))):
        got = replay(x, y)
        assert got["out"] == np.sum(2 * x**3 * np.append(y, 1))
        assert got["x"].tolist() == x.tolist()
    assert runs == [1]
    x, y = np.arange(3.0), np.array([3.0, 4.0])
    want = grad(lambda x: f(2.0, x, y, 3)["out"])(x)
    np.testing.assert_allclose(grad(lambda x: replay(x, y)["out"])(x), want, rtol=1e-14)
    gradcheck(lambda x: replay(x, y)["out"], x, order=2)


def test_a_constant_graph_repeats_calls_with_several_results():
    @primitive
    def both(x):
        return np.sin(x), x**2

    defvjp(both, lambda ans, x: lambda g: g[0] * np.cos(x) + g[1] * 2 * x)
    replay = const_graph(lambda x: both(x)[0] * both(x)[1])
    replay(1.0)
    assert replay(2.0) == np.sin(2.0) * 4
    gradcheck(replay, 2.0, order=2)


def test_a_constant_graph_that_does_not_depend_on_its_input_is_an_error():
    with pytest.raises(ValueError, match="does not depend"):
        const_graph(lambda x: 3.0)(1.0)


class Record(Node):
    def __init__(self, value, fun, args, kwargs, parent_argnums, parents):
        self.text = f"{fun.__name__}({', '.join(parent.text for parent in parents)}; {parent_argnums})"

    def initialize_root(self, text):
        self.text = text


def test_trace_makes_nodes_of_the_callers_kind():
    value, node = trace(Record.new_root("x"), lambda x: np.concatenate([x, 2.0 * np.sin(x)]), np.zeros(2))
    assert value.tolist() == [0, 0, 0, 0]
    assert node.text == "concatenate(x, multiply(sin(x; (0,)); (1,)); (0, 0))"
    assert trace(Record.new_root("x"), lambda x: 3.0, 1.0) == (3.0, None)
    for incomplete in (lambda: Node.new_root(), lambda: Node(1.0, np.sin, (), {}, (), ())):
        with pytest.raises(NotImplementedError):
            incomplete()


def test_traced_values_are_boxes():
    seen = []

    def f(x):
        seen.append((isbox(x), isbox(2.0), getval(x), getval([x, 2.0])))
        return x**2

    hessian(f)(3.0)
    assert seen == [(True, False, 3.0, [3.0, 2.0])]
    assert getval(TREE["b"]) is TREE["b"]


# ---------------------------------------------------------------------------------------------------------- builtins


def test_builtins_look_at_values():
    seen = []

    def f(x):
        parts = builtins.list([x[0], x[1]])
        seen.append(
            (
                builtins.isinstance(x, np.ndarray),
                builtins.isinstance(x[0], float),
                builtins.type(x),
                builtins.isinstance(parts, builtins.list),
                type(builtins.tuple(parts)),
                builtins.dict(a=x[0])["a"].op is not None,
            )
        )
        made = builtins.make_sequence(builtins.tuple, x[0], x[1])
        return builtins.container_take(made, 1) * 2.0

    assert grad(f)(np.ones(2)).tolist() == [0, 2]
    assert seen == [(True, True, np.ndarray, True, tuple, True)]


# --------------------------------------------------------------------------------------------------------- test_util


def wrong(factor):
    f = primitive(lambda x: x**2)
    defvjp(f, lambda ans, x: lambda g: g * 2 * factor * x)
    return f


def test_check_grads_finds_a_wrong_rule():
    check_grads(wrong(1.0), order=3)(np.array([1.0, 2.0]))
    check_grads(wrong(1.0), modes=["rev"], order=2)(2.0)
    check_grads(lambda x, y: x * anp.sin(y), (0, 1))(2.0, 3.0)
    check_grads(lambda x, y, k=2: x**k * y, 1, ["fwd", "rev"])(2.0, 3.0, k=3)
    for factor in (1.001, -1.0):
        with pytest.raises(AssertionError, match="FAIL"):
            check_grads(wrong(factor))(np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="the modes are 'fwd' and 'rev'"):
        check_grads(np.sin, modes=["forward"])(1.0)


def test_check_vjp_and_check_jvp_find_a_wrong_rule(rng):
    for f, x in (
        (wrong(1.0), np.ones(3)),
        (np.exp, np.array([1j, 2.0])),
        (lambda t: t[0] * t[1]["a"], (2.0, {"a": 3.0})),
    ):
        check_vjp(f, x)
        check_jvp(f, x)
    with pytest.raises(AssertionError, match="reverse mode"):
        check_vjp(wrong(1.01), np.ones(3))
    with pytest.raises(AssertionError):
        check_jvp(wrong(1.01), np.ones(3))


def test_check_equivalent_compares_kind_and_numbers():
    check_equivalent(TREE, TREE)
    with pytest.raises(AssertionError, match="differ in kind"):
        check_equivalent(np.ones(2), np.ones(3))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        check_equivalent([1.0], [1.1])


def test_combo_check_tries_every_combination():
    seen = []

    def f(x, axis=None):
        seen.append((np.ndim(getval(x)), axis))
        return anp.sum(x**2, axis=axis)

    combo_check(f, 0, order=1)([np.ones(2), np.ones((2, 3))], axis=[None, 0])
    assert set(seen) == {(1, None), (1, 0), (2, None), (2, 0)}


def test_numerical_jvp_is_a_difference():
    assert scalar_close(numerical_jvp(np.sin, 1.0, 2.0), 2 * np.cos(1.0))
    assert scalar_close(make_numerical_jvp(np.sin, 1.0)(2.0), 2 * np.cos(1.0))
    assert not scalar_close(1.0, 1.1)


# ------------------------------------------------------------------------------------------------------------- utils


def test_unary_to_nary_picks_arguments():
    double = unary_to_nary(lambda f, x, extra=0: f(x) if isinstance(x, tuple) else 2 * f(x) + extra)
    f = lambda a, b, k=1: a * 10 + b * k  # noqa: E731
    assert double(f)(1, 2) == 24
    assert double(f, 1, 5)(1, 2, k=3) == 2 * 16 + 5
    assert double(f, (0, 1))(1, 2) == 12
    assert double(f, 1).__name__ == "<lambda>_of_<lambda>_wrt_argnum_1"


def test_small_helpers():
    assert subval((1, 2, 3), 1, 9) == (1, 9, 3)
    assert subvals([1, 2, 3], [(0, 7), (-1, 8)]) == (7, 2, 8)
    assert func(len) is len
    assert get_name(3) == "[unknown name]"
    assert get_doc(wraps(len, "of {fun}", "{doc}")(lambda: None)) == len.__doc__
    assert get_doc(object) == object.__doc__


def test_toposort_puts_each_node_before_its_parents():
    x = Tensor(2.0)
    a = x * 3.0
    b = a * a
    end = b + a + x
    order = list(toposort(end))
    assert len(order) == len(set(order)) == 5
    assert all(order.index(node) < order.index(parent) for node in order for parent in node.parents)
    with no_grad():
        assert list(toposort(x)) == [x]


def test_the_older_name_of_check_grads():
    with pytest.warns(DeprecationWarning, match="test_util.check_grads"):
        util.quick_grad_check(lambda x, y, z: x**2 * y * z, 1.0, (2.0,), {"z": 3.0}, verbose=False, rtol=1e-3)
    wrong = primitive(lambda x: x**2)
    defvjp(wrong, lambda ans, x: lambda g: g * x)
    with pytest.warns(DeprecationWarning), pytest.raises(AssertionError):  # noqa: PT030
        util.quick_grad_check(wrong, 3.0)


def test_the_boxes_of_containers_have_names_and_instances():
    assert isinstance([], builtins.SequenceBox)
    assert isinstance((), builtins.SequenceBox)
    assert not isinstance({}, builtins.SequenceBox)
    assert builtins.SequenceBox.__qualname__ == "SequenceBox"
    assert isinstance({}, builtins.DictBox)
