"""`autograd.extend`: functions of one's own with HIPS autograd's signatures."""

import copy
from itertools import count

import numpy as np
import pytest
from scipy import special

import autograd as ag
import autograd.numpy as anp
from autograd import Tensor, core, errors, grad, hessian, jacobian
from autograd.extend import (
    Box,
    JVPNode,
    SparseObject,
    VJPNode,
    VSpace,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    notrace_primitive,
    primitive,
    register_notrace,
    vspace,
)
from autograd.rules import RULES
from autograd.testing import gradcheck
from autograd.tracer import new_box, trace_stack

X, Y = np.array([0.5, 1.5, -2.0]), np.array([2.0, -1.0, 0.5])


def product(x, y, power=1):
    return x**power * y


def new_product():
    return primitive(product)


def expected(x, y):
    return np.sum(product(x, y, 2) ** 2)


def with_makers(f):
    defvjp(
        f,
        lambda ans, x, y, power=1: lambda g: g * power * x ** (power - 1) * y,
        lambda ans, x, y, power=1: lambda g: g * x**power,
    )


def with_one_maker(f):
    makers = [
        lambda x, y, power: lambda g: g * power * x ** (power - 1) * y,
        lambda x, y, power: lambda g: g * x**power,
    ]
    defvjp_argnum(f, lambda argnum, ans, args, kwargs: makers[argnum](*args, kwargs.get("power", 1)))


def with_all_at_once(f):
    def maker(argnums, ans, args, kwargs):
        x, y = args
        power = kwargs.get("power", 1)
        parts = [lambda g: g * power * x ** (power - 1) * y, lambda g: g * x**power]
        return lambda g: tuple(parts[argnum](g) for argnum in argnums)

    defvjp_argnums(f, maker)


def with_jvps(f):
    defjvp(
        f,
        lambda g, ans, x, y, power=1: g * power * x ** (power - 1) * y,
        "same",
    )


def with_one_jvp(f):
    def jvp(argnum, g, ans, args, kwargs):
        (x, y), power = args, kwargs.get("power", 1)
        return g * power * x ** (power - 1) * y if argnum == 0 else g * x**power

    defjvp_argnum(f, jvp)


def with_jvps_at_once(f):
    def jvp(argnums, gs, ans, args, kwargs):
        (x, y), power = args, kwargs.get("power", 1)
        (argnum,), (g,) = argnums, gs
        return g * power * x ** (power - 1) * y if argnum == 0 else g * x**power

    defjvp_argnums(f, jvp)


@pytest.mark.parametrize(
    "define", [with_makers, with_one_maker, with_all_at_once, with_jvps, with_one_jvp, with_jvps_at_once]
)
def test_a_primitive_has_the_derivatives_of_its_rules(define):
    f = new_product()
    define(f)

    def loss(x, y):
        return np.sum(f(x, y, power=2) ** 2)

    assert loss(X, Y) == expected(X, Y)
    for derivative in (grad, hessian):
        for argnum in (0, 1):
            np.testing.assert_allclose(derivative(loss, argnum)(X, Y), derivative(expected, argnum)(X, Y), rtol=1e-13)
    gradcheck(loss, X, Y, order=2)
    _, tangent = ag.jvp(loss, (X, Y), (Y, X))
    np.testing.assert_allclose(tangent, ag.jvp(expected, (X, Y), (Y, X))[1], rtol=1e-13)


def test_none_says_that_the_derivative_is_zero():
    f = new_product()
    defvjp(f, None, lambda ans, x, y: lambda g: g * x)
    assert grad(lambda x: np.sum(f(x, x)))(X).tolist() == X.tolist()


def test_argnums_say_which_arguments_the_rules_are_for():
    f = new_product()
    defvjp(f, lambda ans, x, y: lambda g: g * x, argnums=(1,))
    assert grad(lambda y: np.sum(f(X, y)))(Y).tolist() == X.tolist()
    with pytest.raises(errors.NoRuleError, match="product has no derivative rule for argument 0"):
        grad(lambda x: np.sum(f(x, Y)))(X)
    g = new_product()
    defvjp(g, lambda ans, x, y: lambda g: g * y)
    with pytest.raises(errors.NoRuleError, match="argument 1"):
        grad(lambda y: np.sum(g(X, y)))(Y)


def test_argnums_may_go_on_for_ever():
    f = new_product()
    defvjp(f, lambda ans, x, y: lambda g: g * x, argnums=count(1))
    assert grad(lambda y: np.sum(f(X, y)))(Y).tolist() == X.tolist()


def by_defgrad(f):
    f.defgrad(lambda ans, x, y: lambda g: g * y)
    f.defgrad(lambda ans, x, y: lambda g: g * x, argnum=1)


def by_the_method_defvjp(f):
    f.defvjp(lambda g, ans, vs, gvs, x, y: g * y if vs.shape == gvs.shape == (3,) else None)
    f.defvjp(lambda g, ans, vs, gvs, x, y: g * x, argnum=1)


@pytest.mark.parametrize("define", [by_defgrad, by_the_method_defvjp])
def test_rules_by_methods_as_older_programs_write_them(define):
    f = core.primitive(product)
    with pytest.warns(DeprecationWarning, match=r"product\..* is an older form of autograd.extend.defvjp\(product"):
        define(f)
    gradcheck(f, X, Y, order=2)


def test_the_method_defvjp_is_zero_leaves_other_rules_alone():
    f = core.primitive(product)
    with pytest.warns(DeprecationWarning, match="defgrad"):
        f.defgrad(lambda ans, x, y: lambda g: g * y)
    with pytest.warns(DeprecationWarning, match="defvjp_is_zero"):
        f.defvjp_is_zero([1])
    assert grad(lambda x: np.sum(f(x, x)))(X).tolist() == X.tolist()


def test_a_rule_that_is_no_function_is_an_error():
    with pytest.raises(TypeError, match="the rule for argument 0 of product is 'same'"):
        defvjp(new_product(), "same")


def test_a_primitive_without_rules_names_itself():
    with pytest.raises(errors.NoRuleError, match="product has no derivative rule"):
        grad(lambda x: np.sum(new_product()(x, Y)))(X)


def test_a_reverse_rule_replaces_and_outlives_a_forward_one():
    f = primitive(lambda x: x**2)
    defjvp(f, lambda g, ans, x: g * 2 * x)
    assert grad(f)(3.0) == 6
    defvjp(f, lambda ans, x: lambda g: g * 20 * x)
    assert grad(f)(3.0) == 60
    defjvp(f, lambda g, ans, x: g * 2 * x)
    assert grad(f)(3.0) == 60


def test_forward_rules_of_single_arguments():
    f = new_product()
    defjvp(f, None, lambda g, ans, x, y: g * x)
    assert grad(lambda x: np.sum(f(x, x)))(X).tolist() == X.tolist()
    h = new_product()
    defjvp(h, lambda g, ans, x, y: g * x, argnums=(1,))
    assert grad(lambda y: np.sum(h(X, y)))(Y).tolist() == X.tolist()
    with pytest.raises(errors.NoRuleError, match="argument 0"):
        grad(lambda x: np.sum(h(x, Y)))(X)


def test_a_forward_rule_may_change_shapes_and_be_complex():
    matrix = np.arange(6.0).reshape(2, 3)
    f = primitive(lambda x: (matrix * (1 + 2j)) @ x)
    defjvp(f, lambda g, ans, x: (matrix * (1 + 2j)) @ g)
    z = X + 1j * Y
    np.testing.assert_allclose(jacobian(f)(z), matrix * (1 + 2j), rtol=1e-14)
    gradcheck(lambda z: np.abs(f(z)) ** 2, z, order=2)


def test_a_linear_function_needs_no_rule_but_that_it_is():
    f = primitive(lambda x, y: np.outer(x, y)[:2])
    def_linear(f)
    gradcheck(f, X, Y, order=2)


def test_the_logsumexp_of_their_tutorial():
    @primitive
    def logsumexp(x):
        """Numerically stable log(sum(exp(x)))."""
        top = anp.max(x)
        return top + anp.log(anp.sum(anp.exp(x - top)))

    def logsumexp_vjp(ans, x):
        x_shape = x.shape
        return lambda g: anp.full(x_shape, g) * anp.exp(x - anp.full(x_shape, ans))

    defvjp(logsumexp, logsumexp_vjp)
    assert logsumexp.__doc__.startswith("Numerically stable")
    softmax = np.exp(X) / np.sum(np.exp(X))
    np.testing.assert_allclose(grad(logsumexp)(X), softmax, rtol=1e-14)
    np.testing.assert_allclose(hessian(logsumexp)(X), np.diag(softmax) - np.outer(softmax, softmax), atol=1e-15)
    assert np.isfinite(grad(logsumexp)(X + 1e4)).all()


def test_a_scipy_function_is_made_a_primitive():
    gammaln, digamma = primitive(special.gammaln), primitive(special.digamma)
    defvjp(gammaln, lambda ans, x: lambda g: g * digamma(x))
    defvjp(digamma, lambda ans, x: lambda g: g * special.polygamma(1, x))
    gradcheck(gammaln, np.array([0.5, 2.0, 7.0]))
    np.testing.assert_allclose(grad(grad(gammaln))(2.0), special.polygamma(1, 2.0), rtol=1e-14)


TREE = {"w": np.array([1.0, 2.0]), "b": [np.array([0.5, -0.5]), (3.0, np.array([4.0, 5.0]))]}


def nested(tree, scale):
    return {"total": np.sum(tree["w"] * tree["b"][0]) * scale, "parts": [tree["w"] ** 2, (tree["b"][1][0] * scale,)]}


def nested_vjp(ans, tree, scale):
    w, (b, (_, d)) = tree["w"], tree["b"]
    assert set(ans) == {"total", "parts"}

    def vjp(g):
        total, (square, (scaled,)) = g["total"], g["parts"]
        return {
            "w": total * scale * b + 2 * w * square,
            "b": [total * scale * w, (scaled * scale, np.zeros_like(d))],
        }

    return vjp


def test_arguments_and_results_may_be_nested():
    f = primitive(nested)
    defvjp(f, nested_vjp, None)

    def loss(function, tree):
        out = function(tree, 3.0)
        return out["total"] ** 2 * np.sum(out["parts"][0]) + out["parts"][1][0] ** 3

    assert f(TREE, 3.0)["total"] == nested(TREE, 3.0)["total"]
    got, want = grad(lambda tree: loss(f, tree))(TREE), grad(lambda tree: loss(nested, tree))(TREE)
    np.testing.assert_allclose(got["w"], want["w"], rtol=1e-14)
    np.testing.assert_allclose(got["b"][0], want["b"][0], rtol=1e-14)
    np.testing.assert_allclose(got["b"][1][0], want["b"][1][0], rtol=1e-14)
    assert got["b"][1][1].tolist() == [0, 0]
    gradcheck(lambda tree: loss(f, tree), TREE, order=2)


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_sequence_of_results(kind):
    f = primitive(lambda x: kind([np.sin(x), np.sum(x), 3]))
    defvjp(f, lambda ans, x: lambda g: g[0] * np.cos(x) + g[1] + 0 * ans[0])
    out = f(Tensor(X))
    assert type(out) is kind
    assert out[2] == 3
    gradcheck(lambda x: f(x)[0] * f(x)[1], X, order=2)


def test_one_result_in_a_list():
    f = primitive(lambda x: [x**2])
    defvjp(f, lambda ans, x: lambda g: g[0] * 2 * x)
    assert grad(lambda x: f(x)[0])(3.0) == 6


def test_the_function_runs_once_a_call_and_is_shown_as_it_was_called():
    runs = []

    @primitive
    def f(x, nest):
        runs.append(type(x))
        inner = f(x, False) if nest else None  # its own call inside is none of the engine's
        return [x * 2, inner] if nest else x * 3

    defvjp(f, lambda ans, x, nest: lambda g: g[0] * 2 + g[1] * 3 if nest else g * 3)
    assert grad(lambda x: f(x, False))(1.0) == 3
    assert len(runs) == 1
    assert grad(lambda x: f(x, True)[0] * f(x, True)[1])(1.0) == 12
    assert len(runs) == 5
    assert str(ag.explain(f(Tensor(1.0, name="x"), False))).splitlines()[2].startswith("  v1 = f(x, False)")
    del RULES[f]


def test_a_graph_with_nested_results_is_copied():
    f = primitive(nested)
    defvjp(f, nested_vjp, None)
    w = Tensor(TREE["w"])
    y = f({"w": w, "b": TREE["b"]}, 3.0)["total"]
    again = copy.deepcopy(y)
    again.backward()
    y.backward()
    assert w.grad.tolist() == (3 * TREE["b"][0]).tolist()


def test_forward_rules_of_nested_results():
    f = primitive(nested)
    defjvp(f, lambda g, ans, tree, scale: tangent_of_nested(g, tree, scale))
    gradcheck(lambda tree: f(tree, 3.0)["total"] * f(tree, 3.0)["parts"][0], TREE, order=2)


def tangent_of_nested(v, tree, scale):
    total = np.sum(v["w"] * tree["b"][0] + tree["w"] * v["b"][0]) * scale
    return {"total": total, "parts": [2 * tree["w"] * v["w"], (v["b"][1][0] * scale,)]}


def test_traced_keywords_are_differentiated_where_they_have_a_place():
    f = new_product()
    with_makers(f)
    assert grad(lambda y: np.sum(f(X, y=y)))(Y).tolist() == X.tolist()


def test_rules_for_numpys_functions_are_for_both_names():
    before = RULES.get(np.spacing)
    try:
        defvjp(anp.spacing, lambda ans, x: lambda g: g * 5)
        assert grad(np.spacing)(1.0) == grad(anp.spacing)(1.0) == 5
    finally:
        del RULES[np.spacing]
    assert before is None


def test_rules_for_a_primitive_of_the_engine():
    @ag.primitive
    def cube(x):
        return x**3

    defvjp(cube, lambda ans, x: lambda g: g * 3 * x**2)
    gradcheck(cube, X, order=2)


def test_a_sparse_gradient_is_added_up():
    @primitive
    def first(x):
        return x[0]

    def put(place, g):
        def mut_add(array):
            array[place] += g
            return array

        return mut_add

    defvjp(first, lambda ans, x: lambda g: SparseObject(vspace(x), put(0, g)))
    assert grad(lambda x: first(x) ** 2 + np.sum(x))(X).tolist() == [2.0, 1.0, 1.0]


def test_nothing_is_recorded_of_a_notrace_primitive():
    shape = notrace_primitive(lambda x: x.shape)
    seen = notrace_primitive(lambda x: type(x))
    assert grad(lambda x: shape(x)[0] * x[0] + (seen(x) is np.ndarray))(X)[0] == 3


def test_a_primitive_registered_as_notrace_is_a_constant():
    f, h = primitive(np.floor), primitive(np.floor)
    register_notrace(VJPNode, f)
    assert grad(lambda x: x * f(x))(2.5) == 2
    register_notrace(JVPNode, h)
    with pytest.raises(errors.NoRuleError):
        grad(h)(2.5)


def test_a_box_is_a_tensor():
    assert isinstance(Tensor(1.0), Box)
    assert Box.type_mappings == {}


def jacobian_by_boxes(f, x):
    """As pymoo and its like take derivatives, below `grad`."""
    with trace_stack.new_trace() as trace:
        start = new_box(x, trace, VJPNode.new_root())
    end = f(start)
    rows = [new_box(row, 0, VJPNode.new_root()) for row in np.eye(len(end))]
    return np.stack([core.backward_pass(row, end._node) for row in rows])._value


def test_a_pass_backward_by_hand():
    weight = Tensor(2.0)  # made before the box, and no input

    def f(x, weight=weight):
        return np.tanh(x) * x[::-1] * weight

    assert jacobian_by_boxes(f, X).tolist() == jacobian(f)(X, 2.0).tolist()
    box = new_box(X, 0, None)
    assert core.backward_pass(np.ones(3), (box * 3)._node).tolist() == [3, 3, 3]
    with pytest.raises(errors.BackwardError, match="no value made by new_box"):
        core.backward_pass(1.0, weight * 3)
    assert grad(lambda x: np.sum(jacobian_of_square(x)))(X).tolist() == [6.0, 6.0, 6.0]


def jacobian_of_square(x):
    box = new_box(x, 0, None)
    return core.backward_pass(3 * new_box(np.ones(3), 0, None), (box * box)._node)


def test_vector_spaces_of_arrays():
    space = vspace(Tensor(X))
    assert space == vspace(np.zeros(3))
    assert space != vspace(np.zeros(4))
    assert space != vspace(np.zeros(3, np.float32))
    assert (space.shape, space.ndim, space.size, space.dtype, space.iscomplex) == ((3,), 1, 3, np.float64, False)
    assert space.zeros().tolist() == [0, 0, 0]
    assert space.ones().tolist() == [1, 1, 1]
    assert np.array(list(space.standard_basis())).tolist() == np.eye(3).tolist()
    assert space.randn().shape == (3,)
    assert space.inner_prod(X, Y) == X @ Y
    assert space.add(X, Y).tolist() == (X + Y).tolist()
    assert space.mut_add(None, Y).tolist() == Y.tolist()
    assert space.scalar_mul(X, 2).tolist() == (2 * X).tolist()
    assert space.covector(X).tolist() == X.tolist()
    assert repr(space) == "ArrayVSpace(float64[3])"
    assert hash(space)


def test_vector_spaces_of_complex_arrays():
    space = vspace(1j * X)
    assert space.iscomplex
    assert space.size == 6
    assert space.ones().tolist() == [1 + 1j] * 3
    assert len(list(space.standard_basis())) == 6
    assert np.iscomplexobj(space.randn())
    assert space.covector(1j * X).tolist() == (-1j * X).tolist()
    assert space.inner_prod(1j * X, 1j * Y) == X @ Y


def test_vector_spaces_of_containers():
    space = vspace(TREE)
    assert space.size == 7
    assert space.zeros()["b"][1][0] == 0
    assert len(list(space.standard_basis())) == 7
    assert space == vspace(space.randn())
    assert space != vspace(list(TREE.values()))
    assert space.inner_prod(TREE, TREE) == pytest.approx(55.5)
    assert vspace([]).inner_prod([], []) == 0


@pytest.mark.parametrize("value", [3, "text", {"a": 1.0, "n": 3}, None])
def test_what_is_in_no_vector_space_is_an_error(value):
    with pytest.raises(TypeError, match="no vector space"):
        vspace(value)


def test_a_type_of_ones_own_may_have_a_vector_space():
    class Angle(float):
        pass

    class Angles(VSpace):
        pass

    Angles.register(Angle)
    try:
        assert type(vspace(Angle(1.0))) is Angles
    finally:
        del VSpace.mappings[Angle]
