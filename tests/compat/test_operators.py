"""HIPS autograd's operators on functions; expected numbers are closed forms."""

import warnings

import numpy as np
import pytest

import autograd as ag
import autograd.numpy as anp
from autograd import errors
from autograd.core import make_vjp as make_vjp_of_one
from autograd.differential_operators import make_jvp_reversemode

X, V = np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0, 3.0])


def cubes(x):
    return anp.sum(x**3)


def mixed(x):
    return anp.array([x[0] * x[1], anp.sin(x[2]), anp.sum(x)])


JACOBIAN = np.array([[-1.0, 0.5, 0.0], [0.0, 0.0, np.cos(2.0)], [1.0, 1.0, 1.0]])
HESSIAN = np.diag(6 * X)


@pytest.mark.parametrize(
    ("operator", "want"),
    [
        (ag.grad, [6.0, 9.0]),
        (ag.value_and_grad, None),
        (ag.jacobian, [6.0, 9.0]),
        (ag.elementwise_grad, [6.0, 9.0]),
        (ag.hessian, None),
    ],
    ids=lambda f: getattr(f, "__name__", ""),
)
def test_argnum_is_another_name_of_argnums(operator, want):
    def f(a, x, scale=1.0):
        return anp.sum(a * x**2) * scale

    args = (2.0, np.array([1.5, 2.25]))

    def close(got, expected):
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_array_equal(one, other)

    by_name = operator(f, argnum=1)(*args)
    np.testing.assert_equal(by_name, operator(f, argnums=1)(*args))
    np.testing.assert_equal(by_name, operator(f, 1)(*args))
    if want is not None:
        np.testing.assert_array_equal(by_name, want)
    for several in ([0, 1], (0, 1)):
        assert type(operator(f, argnum=several)(*args)) is tuple
        np.testing.assert_equal(operator(f, several)(*args, scale=2.0), operator(f, argnums=(0, 1))(*args, scale=2.0))
    close(operator(f, argnum=[1])(*args), operator(f, (1,))(*args))


def test_argnum_and_argnums_together_are_an_error():
    with pytest.raises(errors.BackwardError, match=r"grad\(argnums=0, argnum=1\): these are one keyword"):
        ag.grad(cubes, 0, argnum=1)
    with pytest.raises(errors.UnknownKeywordError, match="did you mean 'argnums'"):
        ag.jacobian(cubes, argnus=1)


def test_make_vjp_gives_pullback_and_value():
    pullback, value = ag.make_vjp(mixed)(X)
    np.testing.assert_allclose(value, mixed(X), rtol=1e-15)
    np.testing.assert_allclose(pullback(V), V @ JACOBIAN, rtol=1e-15)
    pullback, value = ag.make_vjp(lambda a, x: a * x, (0, 1))(2.0, X)
    by_a, by_x = pullback(V)
    assert by_a == V @ X
    assert by_x.tolist() == (2 * V).tolist()
    pullback, value = make_vjp_of_one(cubes, X)
    assert pullback(1.0).tolist() == (3 * X**2).tolist()


def test_the_pullback_of_a_pullback_is_forward_mode():
    pullback, _ = ag.make_vjp(mixed)(X)
    forward, _ = ag.make_vjp(pullback)(np.zeros(3))
    result = forward(V)
    assert type(result) is np.ndarray
    np.testing.assert_allclose(result, JACOBIAN @ V, rtol=1e-15)
    np.testing.assert_allclose(make_jvp_reversemode(mixed)(X)(V), JACOBIAN @ V, rtol=1e-15)


def test_make_jvp_gives_value_and_derivative():
    value, tangent = ag.make_jvp(mixed)(X)(V)
    np.testing.assert_allclose(value, mixed(X), rtol=1e-15)
    np.testing.assert_allclose(tangent, JACOBIAN @ V, rtol=1e-15)
    value, tangent = ag.make_jvp(lambda a, x: a * x, 1)(2.0, X)(V)
    assert tangent.tolist() == (2 * V).tolist()


def test_products_with_the_hessian():
    product, gradient = ag.make_hvp(cubes)(X)
    np.testing.assert_allclose(gradient, 3 * X**2, rtol=1e-15)
    for got in (product(V), ag.hessian_vector_product(cubes)(X, V), ag.hessian_tensor_product(cubes)(X, V)):
        np.testing.assert_allclose(got, HESSIAN @ V, rtol=1e-15)
    by_second = ag.hessian_vector_product(lambda a, x: a * cubes(x), 1)(2.0, X, V)
    np.testing.assert_allclose(by_second, 2 * HESSIAN @ V, rtol=1e-15)


def test_a_tensor_times_the_jacobian():
    for operator in (ag.tensor_jacobian_product, ag.vector_jacobian_product):
        np.testing.assert_allclose(operator(mixed)(X, V), V @ JACOBIAN, rtol=1e-15)
    outer = ag.tensor_jacobian_product(lambda x: anp.outer(x, x))(X, np.eye(3))
    np.testing.assert_allclose(outer, 2 * X, rtol=1e-15)


def test_gauss_newton_products():
    np.testing.assert_allclose(ag.make_ggnvp(mixed)(X)(V), JACOBIAN.T @ JACOBIAN @ V, rtol=1e-14)
    weighed = ag.make_ggnvp(lambda a, x: mixed(x), lambda y: anp.sum(y**4), 1)(0.0, X)(V)
    np.testing.assert_allclose(weighed, JACOBIAN.T @ (12 * mixed(X) ** 2 * (JACOBIAN @ V)), rtol=1e-14)


def test_hessian_of_several_outputs_is_the_jacobian_of_the_jacobian():
    got = ag.hessian(lambda x: x**3)(X)
    assert got.shape == (3, 3, 3)
    np.testing.assert_allclose(got[1], np.diag([0, 6 * X[1], 0]), rtol=1e-15)
    assert ag.hessian(lambda x: anp.sum(x**3, keepdims=True))(X).shape == (1, 3, 3)


def test_deriv_is_along_ones():
    np.testing.assert_allclose(ag.deriv(mixed)(X), JACOBIAN @ np.ones(3), rtol=1e-15)
    assert ag.deriv(lambda x: x**3)(2.0) == 12


def test_holomorphic_grad():
    z = 1.0 + 2.0j
    assert ag.holomorphic_grad(lambda z: z**3)(z) == pytest.approx(3 * z**2, rel=1e-15)
    with pytest.warns(UserWarning, match="not complex"):
        assert ag.holomorphic_grad(lambda x: x**3)(2.0) == 12


def test_gradients_by_name():
    def f(a, b=2.0, *rest, c=3.0):
        return a * b**2 * c + sum(rest)

    assert ag.grad_named(f, "b")(1.0, 2.0) == 12
    assert dict(ag.multigrad_dict(f)(1.0)) == {"a": 12, "b": 12, "rest": (), "c": 4}
    gradients = ag.multigrad_dict(lambda a, *rest, **named: a * rest[0] * named["k"])(2.0, 3.0, k=4.0)
    assert list(gradients) == ["a", "rest", "named"]
    assert dict(gradients) == {"a": 12, "rest": (8,), "named": {"k": 6}}


def test_grad_and_aux_hands_the_second_result_through():
    gradient, aux = ag.grad_and_aux(lambda x: (cubes(x), {"squares": x**2, "count": 3}))(X)
    np.testing.assert_allclose(gradient, 3 * X**2, rtol=1e-15)
    assert type(aux["squares"]) is np.ndarray
    assert aux["count"] == 3


def test_egrad_is_elementwise_grad():
    assert ag.egrad is ag.elementwise_grad


def test_results_have_the_types_that_they_have_there():
    assert type(ag.grad(lambda x: x**2)(3.0)) is np.float64
    assert type(ag.grad(lambda x: x**2)(np.float32(3.0))) is np.float32
    assert ag.grad(lambda x: x**2)(np.array(3.0)) == 6
    value, gradient = ag.value_and_grad(lambda x: anp.sum(x, keepdims=True))(X)
    assert value.shape == (1,)
    assert gradient.shape == (3,)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ag.grad(lambda x: 3.0)(X).tolist() == [0, 0, 0]
