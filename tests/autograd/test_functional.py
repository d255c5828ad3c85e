"""Functions of functions: values, nesting, containers, and what they refuse."""

import math
import weakref
from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, errors
from autograd.rules import RULES
from autograd.testing import gradcheck


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def test_derivatives_of_any_order_are_exact():
    f = np.sin
    expected = [math.cos(0.7), -math.sin(0.7), -math.cos(0.7), math.sin(0.7), math.cos(0.7)]
    for want in expected:
        f = ag.grad(f)
        assert float(f(0.7)) == pytest.approx(want, rel=1e-13)


def test_results_are_numpy():
    value, g = ag.value_and_grad(rosenbrock)(np.array([0.5, 1.0]))
    assert type(value) is np.float64
    assert type(g) is np.ndarray
    assert type(ag.grad(np.sin)(1.0)) is np.float64


def test_argnums_pick_one_or_several():
    def f(x, y, z):
        return x * y**z

    assert ag.grad(f)(2.0, 3.0, 2.0) == 9
    assert ag.grad(f, argnums=1)(2.0, 3.0, 2.0) == 12
    assert ag.grad(f, argnums=(1, 0))(2.0, 3.0, 2.0) == (12, 9)
    assert ag.grad(f, argnums=-2)(2.0, 3.0, 2.0) == 12
    assert ag.grad(f, (0,))(2.0, 3.0, 2.0) == (9,)


def test_arguments_may_be_nested():
    def f(parameters, x):
        (w, b), extra = parameters["layer"], parameters["extra"]
        return np.sum(np.tanh(w @ x + b)) * extra[0]

    rng = np.random.default_rng(0)
    parameters = {"layer": (rng.normal(size=(2, 3)), np.zeros(2)), "extra": [np.float64(2.0)]}
    g = ag.grad(f)(parameters, np.ones(3))
    assert list(g) == ["layer", "extra"]
    assert isinstance(g["layer"], tuple)
    assert isinstance(g["extra"], list)
    assert g["layer"][0].shape == (2, 3)
    gradcheck(f, parameters, np.ones(3), order=2)


def test_keyword_arguments_pass_through_as_constants():
    assert ag.grad(lambda x, *, k: x * k)(2.0, k=5.0) == 5


def test_an_argument_without_influence_has_gradient_zero():
    assert ag.grad(lambda x, y: y * 2.0)(1.0, 2.0) == 0
    assert ag.grad(lambda x: 3.0)(1.0) == 0
    assert ag.grad(lambda x: np.sum(np.floor(x)))(np.ones(3)).tolist() == [0, 0, 0]


def test_traces_nest_without_confusion():
    assert ag.grad(lambda x: x * ag.grad(lambda y: x + y)(1.0))(1.0) == 1
    assert ag.grad(lambda x: x * ag.grad(lambda y: x * y * y)(3.0))(2.0) == 2 * 2 * 2 * 3
    assert ag.grad(lambda x: ag.grad(lambda y: x * y)(x))(5.0) == 1


def test_an_inner_gradient_depends_on_a_traced_tensor_of_the_surroundings():
    w = Tensor(3.0)
    penalty = ag.grad(lambda x: w * x**2)(2.0) ** 2
    penalty.backward()
    assert w.grad == pytest.approx(2 * (2 * 2) ** 2 * 3)
    with ag.no_grad():
        assert type(ag.grad(lambda x: w * x**2)(2.0)) is np.float64


def test_a_tensor_argument_stays_in_its_graph():
    x = Tensor(2.0)
    y = ag.grad(lambda x: x**3)(x)
    y.backward()
    assert float(y) == 12
    assert x.grad == 12
    with ag.no_grad():
        assert type(ag.grad(lambda x: x**3)(x)) is np.float64


def test_functional_derivatives_leave_grad_alone():
    w = Tensor(1.0)
    ag.grad(lambda x: x * w)(2.0)
    assert w.grad is None


def test_vjp_returns_value_and_pullback():
    value, pullback = ag.vjp(lambda x: x**2, np.array([1.0, 2.0]))
    assert value.tolist() == [1, 4]
    assert pullback(np.array([1.0, 10.0])).tolist() == [2, 40]
    assert pullback(np.array([1.0, 1.0])).tolist() == [2, 4]
    value, pullback = ag.vjp(lambda x, y: {"sum": x + y, "product": x * y}, 2.0, 5.0)
    assert value == {"sum": 7, "product": 10}
    assert pullback({"sum": 1.0, "product": 10.0}) == (51, 21)


def test_a_pullback_belongs_to_the_values_at_the_call():
    x = np.array([1.0, 2.0])
    _, pullback = ag.vjp(lambda x: x * x, x)
    x[:] = 100
    assert pullback(np.ones(2)).tolist() == [2, 4]


def test_jvp_is_the_derivative_along_a_direction():
    value, tangent = ag.jvp(lambda x, y: (x * y, np.sin(x)), (2.0, 3.0), (1.0, 10.0))
    assert value == (6, math.sin(2))
    assert tangent == (23, pytest.approx(math.cos(2)))
    assert ag.jvp(lambda x: 5.0 + 0 * np.floor(x), (1.0,), (1.0,))[1] == 0
    assert ag.grad(lambda x: ag.jvp(np.sin, (x,), (1.0,))[1])(0.3) == pytest.approx(-math.sin(0.3))


def test_jacobian_has_output_shape_then_input_shape():
    a = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(ag.jacobian(lambda x: a @ x)(np.ones(3)), a)
    assert ag.jacobian(lambda x: np.outer(x, x))(np.ones(2)).shape == (2, 2, 2)
    assert ag.jacobian(np.sum)(np.ones((2, 2))).shape == (2, 2)
    assert ag.jacobian(lambda x: x[:0])(np.ones(2)).shape == (0, 2)
    by_x, by_y = ag.jacobian(lambda x, y: a @ x * y, argnums=(0, 1))(np.ones(3), 2.0)
    np.testing.assert_array_equal(by_x, 2 * a)
    np.testing.assert_array_equal(by_y, a.sum(1))
    nested = ag.jacobian(lambda p: {"out": p["x"] * 2})({"x": np.ones(2)})
    np.testing.assert_array_equal(nested["out"]["x"], 2 * np.eye(2))


def test_hessian_and_its_product_with_a_vector():
    x = np.array([1.2, -0.7, 0.3, 2.0])
    h = ag.hessian(rosenbrock)(x)
    expected = np.zeros((4, 4))
    for i in range(3):
        expected[i, i] += 1200 * x[i] ** 2 - 400 * x[i + 1] + 2
        expected[i, i + 1] = expected[i + 1, i] = -400 * x[i]
        expected[i + 1, i + 1] += 200
    np.testing.assert_allclose(h, expected, rtol=1e-13)
    v = np.array([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(ag.hvp(rosenbrock, x, v), expected @ v, rtol=1e-13)
    np.testing.assert_allclose(ag.hvp(rosenbrock)(x, v), expected @ v, rtol=1e-13)
    (xx, xy), (_, yy) = ag.hessian(lambda x, y: x**2 * y**3, argnums=(0, 1))(2.0, 3.0)
    assert (xx, xy, yy) == (54, 108, 72)


def test_elementwise_grad_keeps_the_shape():
    x = np.linspace(-1, 1, 5)
    np.testing.assert_allclose(ag.elementwise_grad(np.tanh)(x), 1 - np.tanh(x) ** 2, rtol=1e-14)
    np.testing.assert_allclose(
        ag.elementwise_grad(ag.elementwise_grad(np.tanh))(x),
        -2 * np.tanh(x) * (1 - np.tanh(x) ** 2),
        rtol=1e-13,
        atol=1e-16,
    )


def test_index_update_replaces_assignment_in_traced_code():
    def f(x):
        y = ag.index_update(x * 2, 0, x[1] ** 2)
        return np.sum(y * np.array([1.0, 10.0]))

    assert ag.grad(f)(np.array([1.0, 3.0])).tolist() == [0, 26]
    assert ag.grad(lambda v: np.sum(ag.index_update(np.zeros(2, int), 0, v * 0.5)))(3.0) == 0.5
    source = np.ones(2)
    assert ag.index_update(source, 0, 5.0).tolist() == [5, 1]
    assert source.tolist() == [1, 1]


# ---------------------------------------------------------------------------------------------------------- checkpoint


def block(x, w):
    return np.tanh(w @ np.sin(x)), np.sum(x)


def test_checkpoint_gives_the_same_values_and_gradients_of_both_orders():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=3), rng.normal(size=(3, 3))

    def loss(f):
        return lambda x, w: np.sum(f(x, w)[0]) * f(x, w)[1]

    np.testing.assert_allclose(loss(ag.checkpoint(block))(x, w), loss(block)(x, w))
    for got, want in zip(
        ag.grad(loss(ag.checkpoint(block)), (0, 1))(x, w), ag.grad(loss(block), (0, 1))(x, w), strict=True
    ):
        np.testing.assert_allclose(got, want, rtol=1e-13)
    gradcheck(ag.checkpoint(block), x, w, order=2)


def test_checkpoint_passes_gradients_to_tensors_that_the_function_closes_over():
    w, x = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    v = w * 2
    f = ag.checkpoint(lambda x: np.sum(np.tanh(x * w) + v))
    f(x).backward()
    plain_w, plain_x = w.grad, x.grad
    w.zero_grad()
    x.zero_grad()
    np.sum(np.tanh(x * w) + v).backward()
    np.testing.assert_allclose(plain_w, w.grad)
    np.testing.assert_allclose(plain_x, x.grad)


def test_checkpoint_keeps_no_inner_node():
    x = Tensor(np.ones(3))
    y = ag.checkpoint(lambda x: np.tanh(np.tanh(np.tanh(x))))(x)
    assert (y.op.__name__, y.parents) == ("checkpointed", (x,))


def test_checkpoint_refuses_a_function_that_gives_other_values_the_second_time():
    rng = np.random.default_rng(0)
    f = ag.checkpoint(lambda x: x * rng.random())
    with pytest.raises(errors.BackwardError, match="gave other values, or used other tensors, when it was run"):
        ag.grad(f)(2.0)


def test_checkpoint_of_constants_and_without_recording_is_the_function():
    f = ag.checkpoint(lambda x: x * 2)
    assert f(np.ones(2)).tolist() == [2, 2]
    with ag.no_grad():
        assert not f(Tensor(1.0)).requires_grad


# -------------------------------------------------------------------------------------------------------------- misuse


def grad_of_a_primitive_that_returns(result):
    returns = ag.primitive(lambda x: result)
    ag.vjp_rule(returns, lambda g, y, x: g)
    try:
        ag.grad(returns)(1.0)
    finally:
        del RULES[returns]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: ag.grad(lambda x: x)(np.ones(2)), errors.OutputError, "returns one real number.*float64 \\(2,\\)"),
        (lambda: ag.grad(lambda x: (x, x))(1.0), errors.BackwardError, "returns one real number"),
        (lambda: ag.grad(lambda x: x)(1j), errors.OutputError, "np.real"),
        (lambda: ag.grad(lambda x: x)(1j), TypeError, "np.real"),
        (lambda: ag.grad(lambda x: x > 0)(1.0), errors.OutputError, "returned bool scalar"),
        (lambda: ag.grad(lambda x: np.allclose(x, 1))(np.ones(2)), errors.OutputError, "returned True"),
        (lambda: ag.grad(lambda x: None)(1.0), errors.OutputError, "A missing return"),
        (lambda: grad_of_a_primitive_that_returns({"a": 1.0}), errors.OutputError, "{'a': 1.0}.*extend.primitive"),
        (lambda: grad_of_a_primitive_that_returns(None), errors.OutputError, "returned None.*A missing return"),
        (lambda: ag.grad(lambda x: x)(2), errors.DataError, "Write 2.0 instead of 2"),
        (lambda: ag.grad(lambda x: x[0])({0: np.arange(3)}), errors.DataError, "astype\\(float\\)"),
        (lambda: ag.grad(lambda x: x, argnums=1)(2.0), errors.BackwardError, "given 1 positional argument"),
        (
            lambda: ag.vjp(np.sin, np.ones(2))[1](np.ones(3)),
            errors.ShapeError,
            r"\(3,\) does not fit the output's \(2,\)",
        ),
        (lambda: ag.vjp_rule("tanh"), TypeError, "takes the function itself"),
    ],
)
def test_misuse_says_what_to_write(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


class Pair(NamedTuple):
    first: float
    second: float


def test_namedtuples_and_special_dicts_keep_their_kind():
    g = ag.grad(lambda p: p.first * p.second)(Pair(2.0, 5.0))
    assert g == Pair(5.0, 2.0)
    assert isinstance(g, Pair)
    g = ag.grad(lambda d: d["a"] * d["b"])(defaultdict(float, a=2.0, b=5.0))
    assert g == {"a": 5, "b": 2}
    assert isinstance(g, defaultdict)


def test_what_was_returned_belongs_to_the_caller():
    value, pullback = ag.vjp(np.exp, np.array([0.0, 0.0]))
    value *= 0
    assert pullback(np.ones(2)).tolist() == [1, 1]
    x = np.ones(2)
    value, _ = ag.jvp(lambda x: x, (x,), (np.ones(2),))
    value[:] = 9
    assert x.tolist() == [1, 1]


def test_a_function_that_returns_no_number_is_refused():
    for derivative in (ag.grad, ag.jacobian, ag.elementwise_grad):
        for nothing in (None, "abc", object()):
            with pytest.raises(errors.BackwardError, match=r"the function returned .*A missing return\?"):
                derivative(lambda x, nothing=nothing: nothing)(1.0)


@pytest.mark.parametrize("argnums", [(0, 0), (0, -2), "a", 1.5, 2, -3])
def test_argnums_that_name_no_argument_or_one_twice_are_refused(argnums):
    with pytest.raises(errors.BackwardError, match="argnums="):
        ag.grad(lambda x, y: x * y, argnums=argnums)(2.0, 3.0)


def test_argnums_may_be_a_numpy_integer():
    assert ag.grad(lambda x, y: x * y, argnums=np.int64(1))(2.0, 3.0) == 2


def test_floats_do_not_drop_a_gradient_that_was_asked_for():
    with pytest.raises(errors.TracedConversionError, match=r"np\.sin for math\.sin"):
        ag.grad(lambda x: math.sin(x) * x)(1.0)

    def fill(x):
        a = np.zeros(2)
        a[0] = x
        return np.sum(a) * x

    with pytest.raises(ValueError, match="setting an array element") as caught:
        ag.grad(fill)(2.0)
    assert "np.stack or ag.index_update to fill an array" in str(caught.value.__cause__)
    assert float(Tensor(2.0) * 3) == 6  # outside, a number is what was asked for
    assert ag.grad(lambda x: x * x.item())(3.0) == 3


@pytest.mark.parametrize("derivative", [ag.jacobian, ag.elementwise_grad])
def test_a_complex_output_of_a_real_input_is_refused(derivative):
    with pytest.raises(errors.BackwardError, match=r"np\.real\(\.\.\.\) and np\.imag"):
        derivative(lambda x: np.exp(1j * x))(np.array([1.0]))
    assert derivative(np.exp)(np.array(1j)) == pytest.approx(np.exp(1j))


def test_a_wrong_number_of_gradients_or_tangents_is_refused():
    with pytest.raises(errors.ShapeError, match="2 gradients were given for 1 values"):
        ag.vjp(np.sin, 1.0)[1]((1.0, 2.0))
    with pytest.raises(errors.ShapeError, match="1 gradients were given for 2 values"):
        ag.jvp(lambda x, y: x * y, (1.0, 2.0), (1.0,))
    with pytest.raises(errors.DataError, match="cannot differentiate with respect to None"):
        ag.grad(lambda p: p["a"])({"a": 1.0, "b": None})


def test_pullbacks_and_tangents_may_be_traced():
    square = lambda x: x**2  # noqa: E731
    second = ag.grad(lambda v: ag.jvp(square, (3.0,), (v,))[1])(1.0)
    assert second == 6
    assert ag.grad(lambda g: ag.vjp(square, 3.0)[1](g))(1.0) == 6
    with ag.no_grad():
        assert type(ag.vjp(square, 3.0)[1](Tensor(1.0))) is np.float64


def test_higher_orders_through_an_array_in_place_of_a_list():
    f = lambda x: np.sum(np.concatenate(x * np.ones((2, 3))) ** 3)  # noqa: E731
    assert ag.grad(ag.grad(f))(2.0) == 6 * 6 * 2


@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (lambda y: np.sum(np.ones((2, 3, 0)) @ y), (0, 4)),
        (lambda x: np.sum(np.pad(x, 1)), (0, 3)),
        (lambda x: np.sum(np.mean(x, axis=1)), (0, 3)),
    ],
)
def test_empty_arrays_have_empty_gradients(f, shape):
    assert ag.grad(f)(np.ones(shape)).shape == shape


def test_checkpoint_notices_that_other_tensors_are_used():
    box = [Tensor(2.0)]
    y = ag.checkpoint(lambda x: x * box[0])(Tensor(3.0))
    box[0] = Tensor(2.0)
    with pytest.raises(errors.BackwardError, match="used other tensors"):
        y.backward()


def test_checkpoint_returns_outputs_of_any_kind():
    x = Tensor(1.5)
    real, complex_, integer, nothing, nan = ag.checkpoint(
        lambda x: (x * 2, x * 1j, np.int64(2**53 + 1), None, x * np.nan)
    )(x)
    assert (integer, nothing, complex_.dtype, real.dtype) == (2**53 + 1, None, np.complex128, np.float64)
    assert np.isnan(nan.data)
    (real + np.imag(complex_)).backward()
    assert x.grad == 3


def test_the_lazy_names_are_listed_for_completion():
    assert {"draw", "explain", "Tensor"} <= set(dir(ag))


def test_a_gradient_lets_go_of_each_node_when_it_has_been_used():
    alive = []

    @ag.primitive
    def probe(x):
        return x

    ag.vjp_rule(probe, lambda g, y, x: alive.append(late() is None) or g)

    def f(x):
        nonlocal late
        y = np.tanh(np.exp(probe(x)))
        late = weakref.ref(y)
        return np.sum(y)

    late = None
    ag.grad(f)(np.ones(3))
    assert alive == [True]


def test_a_node_that_the_function_kept_can_be_run_backward_afterwards():
    kept = []
    assert ag.grad(lambda x: (kept.append(x * 3) or kept[0]) * 2)(1.0) == 6
    assert ag.grad(lambda x: x * 2)(1.0) == 2
    kept[0].backward()
    assert kept[0].parents[0].grad == 3


def test_a_pullback_of_traced_gradients_gives_numpy_where_nothing_else_is_traced():
    _, pullback = ag.vjp(np.sin, 2.0)
    g = ag.grad(lambda g: pullback(g) ** 2)(3.0)
    assert type(g) is np.float64
    assert g == pytest.approx(2 * 3 * math.cos(2) ** 2, rel=1e-14)
    w = Tensor(5.0)
    _, pullback = ag.vjp(lambda x: w * np.sin(x), 2.0)
    g = ag.grad(lambda g: pullback(g) ** 2)(3.0)
    g.backward()
    assert w.grad == pytest.approx(4 * 3 * 5 * math.cos(2) ** 2, rel=1e-14)
    x = np.array([1.0, 2.0])
    _, pullback = ag.vjp(ag.checkpoint(lambda x: np.outer(x, x) @ x), x)
    assert ag.jacobian(pullback)(x).tolist() == [[7, 4], [4, 13]]


def test_plain_outputs_beside_traced_ones_have_seeds_too():
    _, pullback = ag.vjp(lambda x: (x * 2, 3, 4.0), 1.0)
    assert pullback((1.0, 0, 0.0)) == 2


def test_a_list_of_argnums_is_a_tuple_of_them():
    assert ag.grad(lambda x, y: x * y, [1, 0])(2.0, 3.0) == (2, 3)
