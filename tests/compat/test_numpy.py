"""`autograd.numpy`: NumPy's names, and lists with Tensors in them."""

import pickle

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, errors, grad, jacobian, no_grad
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.numpy.numpy_vjps import balanced_eq, match_complex, repeat_to_match_shape, replace_zero, unbroadcast_f
from autograd.testing import gradcheck

X = np.array([0.3, -1.2, 2.0])
LISTS = {  # of x, a traced vector of three
    "sum": lambda x: anp.sum([x[0], x[1] ** 2]),
    "sum by keyword": lambda x: anp.sum(a=[x[0], x[1] ** 2]),
    "max": lambda x: anp.max([x[0], x[1], 0.1]),
    "mean": lambda x: anp.mean((x[0], 3.0, x[2] * x[1])),
    "prod": lambda x: anp.prod([[x[0], 2.0], [x[1], x[2]]]),
    "std": lambda x: anp.std([x[0], x[1], x[2]]),
    "dot": lambda x: anp.dot([x[0], x[1]], x[1:]),
    "where": lambda x: anp.where([True, False, True], [x[0], x[1], 1.0], x**2),
    "where by keyword": lambda x: anp.where([True, False, True], x=x**3, y=x**2),
    "exp": lambda x: anp.exp([x[0], x[1]]),
    "multiply": lambda x: anp.multiply([x[0], x[1]], [2.0, x[2]]),
    "maximum": lambda x: anp.maximum([x[0], x[1]], 0.0),
    "reshape": lambda x: anp.reshape([[x[0]], [x[1]]], -1),
    "array": lambda x: anp.array([x[0], 1.0, x[2]]),
    "array nested": lambda x: anp.array([[x[0], 2.0], [x[1], x[2]]]),
    "array of rows": lambda x: anp.array([x, [x[0], 1.0, x[2]], [1.0, 2.0, 3.0]]),
    "array of matrices": lambda x: anp.array([[x, x**2], [x**3, X]]),
    "array itself": lambda x: anp.array(x) ** 2,
    "array ndmin": lambda x: anp.array(x, ndmin=3) ** 2,
    "asarray": lambda x: anp.asarray(x) * anp.asarray([x[0], x[1], 2.0]),
    "ascontiguousarray": lambda x: anp.ascontiguousarray(x[0]) ** 2,
    "concatenate": lambda x: anp.concatenate([x, [x[0], 1.0], [2.0]]),
    "concatenate, generated": lambda x: anp.concatenate(x[i : i + 1] ** i for i in range(3)),
    "concatenate_args": lambda x: anp.concatenate_args(0, x, [x[1]]),
    "stack": lambda x: anp.stack([[x[0], 2.0], x[1:]]),
    "stack, generated": lambda x: anp.stack(x[i] ** 2 for i in range(3)),
    "vstack": lambda x: anp.vstack(([x[0], x[1], x[2]], x)),
    "hstack": lambda x: anp.hstack([x[0], x[1:]]),
    "column_stack": lambda x: anp.column_stack([x, [x[0], 1.0, 2.0]]),
    "row_stack": lambda x: anp.row_stack([x, x**2]),
    "block": lambda x: anp.block([[x[None, :], x[None, :] ** 2]]),
    "r_": lambda x: anp.r_[x, 1.0, x[0], 3:5],
    "c_": lambda x: anp.c_[x, x**2, X],
    "full": lambda x: anp.full((2, 3), x[0] * x[1]),
    "full_like": lambda x: anp.full_like(X, x[0] * x[1]),
    "make_diagonal": lambda x: anp.make_diagonal(x**2, axis1=-1, axis2=-2),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_with_tensors_are_arrays(name):
    f = LISTS[name]
    plain = f(X)
    value = f(Tensor(X))
    assert isinstance(value, Tensor)
    assert value.shape == np.shape(plain)
    np.testing.assert_allclose(value.data, plain, rtol=1e-15)
    gradcheck(lambda x: f(x) * 1.0, X, order=2)
    with no_grad():
        np.testing.assert_allclose(np.asarray(getattr(f(Tensor(X)), "data", f(Tensor(X)))), plain, rtol=1e-15)


def test_array_takes_numpys_keywords():
    assert anp.array([1, 2], dtype=float).dtype == np.float64
    x = Tensor(X)
    assert anp.array(x, dtype=np.float32).dtype == np.float32
    assert anp.array([x[0], 1.0], np.float32).dtype == np.float32
    assert anp.array(x, ndmin=2).shape == (1, 3)
    assert anp.array(X, copy=True) is not X
    assert anp.asarray(X) is X
    assert anp.asarray(x) is x
    assert anp.asarray(x, dtype=np.float32).dtype == np.float32
    assert type(anp.array(Tensor([1, 2]))) is np.ndarray
    copied = anp.array(x)
    assert copied is not x
    assert copied.parents == (x,)


def test_an_array_of_objects_may_hold_tensors():
    objects = np.array([None, None], dtype=object)
    for i in range(2):
        objects[i] = Tensor(float(i))
    assert anp.array(objects).shape == (2,)
    assert anp.array(objects).requires_grad


def test_a_ragged_list_is_an_error():
    with pytest.raises(errors.ShapeError, match=r"np\.stack cannot take"):
        anp.array([[Tensor(1.0)], [Tensor(1.0), 2.0]])


def test_plain_arrays_pass_through():
    assert anp.sum([1, 2]) == 3
    assert anp.sin(0.0) == 0
    assert anp.linalg.matrix_rank(np.eye(3)) == 3
    assert anp.fft.fft(np.ones(2)).tolist() == [2, 0]
    assert anp.pi is np.pi
    assert anp.ndarray is np.ndarray
    assert anp.float64 is np.float64
    assert anp.zeros((2, 2)).shape == (2, 2)
    assert anp.r_[1:3, 5].tolist() == [1, 2, 5]
    assert anp.array([[1, 2]]).tolist() == [[1, 2]]
    assert anp.random.RandomState(0).rand() == np.random.RandomState(0).rand()


def test_functions_that_this_engine_does_not_know_work_on_plain_arrays():
    assert anp.histogram(np.ones(3), 1)[0] == 3
    assert anp.apply_along_axis(anp.sum, 0, np.eye(2)).tolist() == [1, 1]


def test_names_of_one_function_are_one_object():
    assert anp.abs is anp.absolute
    assert anp.sum is anp.sum
    assert anp.tanh.__wrapped__ is np.tanh


def test_functions_can_be_pickled():
    for function in (anp.tanh, anp.sum, anp.linalg.norm):
        assert pickle.loads(pickle.dumps(function)) is function


def test_ufuncs_keep_their_methods():
    np.testing.assert_array_equal(grad(lambda x: anp.add.reduce(x**2))(X), 2 * X)
    assert anp.multiply.nin == 2


def test_errors_that_are_not_about_lists_stay_what_they_are():
    def convert(x):
        return anp.apply_along_axis(lambda row: np.asarray(x), 0, X)

    with pytest.raises(errors.TracedConversionError):
        anp.exp(np.ones(1).view(Opaque))
    with pytest.raises(errors.TracedConversionError):
        convert(Tensor(1.0))


class Opaque(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        return np.asarray(Tensor(1.0))


def test_isscalar_looks_at_the_value():
    seen = []
    grad(lambda x: seen.append((anp.isscalar(x), anp.isscalar(x[0]), anp.isscalar(2))) or x[0])(X)
    assert seen == [(False, True, True)]


def test_integer_types_convert_a_traced_index():
    def pick(x):
        return x[anp.int64(x[2])] + x[anp.int32(0)]

    assert grad(pick)(X).tolist() == [1, 0, 1]
    assert anp.zeros(2, dtype=anp.int64).dtype == np.int64
    assert isinstance(np.int64(3), anp.int64)
    assert np.issubdtype(np.int64, anp.int64)
    assert type(anp.int64(2.5)) is np.int64


def test_an_array_box_is_a_tensor():
    seen = []
    grad(lambda x: seen.append((isinstance(x, ArrayBox), x._value.tolist())) or x[0])(X)
    assert seen == [(True, X.tolist())]
    assert not isinstance(X, ArrayBox)


def test_wrap_namespace_wraps_functions():
    namespace = {}
    anp.wrap_namespace({"sum": np.sum, "pi": np.pi, "__name__": "numpy"}, namespace)
    assert namespace == {"sum": anp.sum, "pi": np.pi}


def test_helpers_of_rules():
    assert unbroadcast_f(np.ones((1, 3)), lambda g: g)(np.ones((4, 2, 3))).tolist() == [[8, 8, 8]]
    assert unbroadcast_f(1.0, lambda g: g * 1j)(np.ones(3)) == 0
    assert match_complex(1.0, 2j) == 0
    assert match_complex(1j, 2.0) == 2 + 0j
    assert replace_zero(np.array([0.0, 2.0]), 1.0).tolist() == [1, 2]
    assert balanced_eq(np.array([1.0, 1.0, 2.0]), 1.0, np.array([0.0, 1.0, 2.0])).tolist() == [1, 0.5, 0]
    g, n = repeat_to_match_shape(np.ones(3), (2, 3), float, 0, False)
    assert (g.shape, n) == ((2, 3), 2)
    assert repeat_to_match_shape(1.0, (2, 3), float, None, False)[1] == 6
    assert repeat_to_match_shape(1.0, (), float, None, False) == (1.0, 1)


def test_make_diagonal_knows_the_last_axes_alone():
    with pytest.raises(NotImplementedError, match="last two axes"):
        anp.make_diagonal(X)


def test_jacobian_of_an_array_of_parts():
    def polar(p):
        return anp.array([p[0] * anp.cos(p[1]), p[0] * anp.sin(p[1])])

    r, t = 2.0, 0.3
    expected = [[np.cos(t), -r * np.sin(t)], [np.sin(t), r * np.cos(t)]]
    np.testing.assert_allclose(jacobian(polar)(np.array([r, t])), expected, rtol=1e-15)
