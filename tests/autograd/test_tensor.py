"""`Tensor` as DESIGN promises it: attributes, dtypes, gradients, and an error for every misuse."""

import operator
import warnings
from fractions import Fraction

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, errors
from autograd.graph import unwrap


def textbook():
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    p = (x + y).named("p")
    return x, y, z, p, (p * z).named("g")


# --------------------------------------------------------------------------------------------------------- the contract


def test_the_textbook_example():
    x, y, z, p, g = textbook()
    g.backward()
    assert (g.data, x.grad, y.grad, z.grad, p.grad, g.grad) == (-12.0, -3.0, -3.0, 4.0, -3.0, 1.0)


def test_a_node_records_what_made_it():
    x, y, z, p, g = textbook()
    assert (g.op, g.parents, g.args) == (np.multiply, (p, z), (p, z))
    assert (p.op, p.parents) == (np.add, (x, y))
    assert (x.op, x.parents) == (None, ())
    doubled = x + x
    assert doubled.parents == (x, x)


def test_scalars_are_numpy_scalars_and_arrays_are_arrays():
    assert type(Tensor(1.0).data) is np.float64
    assert type((Tensor(1.0) * 2).data) is np.float64
    assert type(Tensor([1.0]).data) is np.ndarray
    assert type(Tensor([1.0, 2.0]).sum().data) is np.float64
    assert type(Tensor([1.0, 2.0])[0].data) is np.float64
    assert type(Tensor([[1.0]])[0, ..., 0].data) is np.float64
    assert type(Tensor([[1.0]]).reshape(()).data) is np.float64


def test_attributes_are_numpys():
    t = Tensor(np.ones((2, 3), np.float32), name="t")
    assert (t.shape, t.ndim, t.size, t.dtype, t.T.shape, len(t), t.name) == ((2, 3), 2, 6, np.float32, (3, 2), 2, "t")
    assert t.tolist() == [[1.0] * 3] * 2
    assert Tensor([[5.0]]).item() == 5.0


def test_floating_and_complex_data_is_traced_and_the_rest_is_not():
    traced = {kind: Tensor(np.zeros(2, kind)).requires_grad for kind in ("f2", "f4", "f8", "c8", "i4", "u1", "?")}
    assert traced == {"f2": True, "f4": True, "f8": True, "c8": True, "i4": False, "u1": False, "?": False}
    assert not Tensor(1.0, requires_grad=False).requires_grad


def test_dtypes_follow_numpys_promotion():
    x = Tensor(np.float32(2.0))
    assert (x * 2).dtype == (2.0 * x).dtype == np.float32
    assert (x * np.float64(2)).dtype == np.float64
    assert (Tensor(np.ones(2, np.float16)) + np.ones(2, np.float32)).dtype == np.float32
    (x * np.float64(3)).backward()
    assert type(x.grad) is np.float32


def test_data_is_copied():
    source = np.ones(3)
    t = Tensor(source)
    loss = np.sum(t * t)
    source[:] = 7
    loss.backward()
    assert t.data.tolist() == [1, 1, 1]
    assert t.grad.tolist() == [2, 2, 2]


def test_plain_numbers_lists_and_arrays_are_constants():
    x = Tensor([1.0, 2.0])
    ones = [1, 1]
    for y in (x + 1, 1 + x, x + ones, ones + x, x + np.ones(2), np.ones(2) + x, x + np.float32(1), x + True):
        assert y.data.tolist() == [2, 3]
        assert y.parents == (x,)
    assert (x * [x, x]).shape == (2, 2)


@pytest.mark.parametrize(
    "op", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod, operator.matmul]
)
@pytest.mark.parametrize("left_is_tensor", [True, False])
@pytest.mark.parametrize("right_is_tensor", [True, False])
def test_operators_are_numpys(op, left_is_tensor, right_is_tensor):
    a, b = np.array([1.5, 2.5]), np.array([2.0, 0.5])
    left, right = (Tensor(a) if left_is_tensor else a), (Tensor(b) if right_is_tensor else b)
    result = op(left, right)
    np.testing.assert_array_equal(getattr(result, "_value", result), op(a, b))


def test_comparisons_give_numpy_booleans_and_hashing_is_by_identity():
    x, y = Tensor([1.0, 2.0]), Tensor([1.0, 3.0])
    for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
        result = compare(x, y)
        assert type(result) is np.ndarray
        assert result.tolist() == compare(x.data, y.data).tolist()
    assert type(Tensor(1.0) < 2) is np.bool_
    assert len({x, y, x}) == 2


def test_constant_functions_give_plain_numpy_values():
    x = Tensor([1.4, -2.6])
    for value in (
        np.floor(x),
        np.sign(x),
        np.argmax(x),
        x.argsort(),
        np.isnan(x),
        x // 1,
        np.zeros_like(x),
        np.round(x),
    ):
        assert not isinstance(value, Tensor)
    assert isinstance(x.astype(int), np.ndarray)


def test_an_untraced_tensor_converts_like_an_array():
    t = Tensor([1, 2, 3])
    np.testing.assert_array_equal(np.asarray(t), [1, 2, 3])
    np.testing.assert_array_equal(np.linalg.norm(Tensor([3.0, 4.0], requires_grad=False)), 5.0)
    assert np.arange(5)[Tensor(2)] == 2


def test_repr_shows_value_name_and_op():
    *_, p, g = textbook()
    assert repr(g) == "Tensor(-12., name='g', op=multiply)"
    assert repr(Tensor([1.0, 2.0], dtype=np.float32)) == "Tensor([1., 2.], dtype=float32)"
    assert repr(Tensor(1.0, requires_grad=False)) == "Tensor(1., requires_grad=False)"
    assert f"{p:.2f}" == "4.00"


def test_methods_have_numpys_docstrings():
    assert "numpy" in Tensor.sum.__doc__ or "np.sum" in Tensor.sum.__doc__
    assert Tensor.sum.__name__ == "sum"


def test_indexing_iteration_and_unpacking():
    a, b = Tensor([1.0, 2.0])
    (a * b).backward()
    assert [float(row.sum()) for row in Tensor([[1.0, 2.0], [3.0, 4.0]])] == [3, 7]
    assert 2.0 in Tensor([1.0, 2.0])


# ------------------------------------------------------------------------------------------------------------ gradients


def test_leaves_add_up_gradients_and_zero_grad_forgets_them():
    x = Tensor(3.0)
    y = x * x
    y.backward()
    first = x.grad
    y.backward()
    assert (first, x.grad) == (6, 12)
    x.zero_grad()
    assert x.grad is None


def test_an_inner_node_keeps_its_gradient_when_named_or_asked():
    x = Tensor(2.0)
    named, kept, plain = (x * 3).named("n"), x * 4, x * 5
    kept.retain_grad()
    (named + kept + plain).backward()
    assert (named.grad, kept.grad) == (1, 1)
    with pytest.warns(UserWarning, match=r"retain_grad\(\) or name it, t.named\('p'\)"):
        assert plain.grad is None


def test_reading_the_gradient_of_a_leaf_before_backward_is_none_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Tensor(1.0).grad is None


def test_a_gradient_can_be_given_for_a_value_that_is_no_scalar():
    x = Tensor([1.0, 2.0])
    (x * x).backward(gradient=[1.0, 10.0])
    assert x.grad.tolist() == [2, 40]


def test_hooks_see_and_replace_gradients_until_removed():
    x = Tensor([1.0, 2.0])
    y = x * 2
    seen = []
    handle = y.register_hook(seen.append)
    doubling = x.register_hook(lambda g: g * 10)
    y.sum().backward()
    assert seen[0].tolist() == [1, 1]
    assert x.grad.tolist() == [20, 20]
    handle.remove()
    doubling.remove()
    x.zero_grad()
    y.sum().backward()
    assert len(seen) == 1
    assert x.grad.tolist() == [2, 2]


def test_a_hook_may_not_change_the_shape():
    x = Tensor([1.0, 2.0])
    x.register_hook(lambda g: np.ones(3))
    with pytest.raises(
        errors.RuleError, match=r"<lambda> returned the gradient float64 \(3,\) for a value of shape \(2,"
    ):
        x.sum().backward()


def test_dtype_of_a_ufunc_is_obeyed():
    x = Tensor([1.0, 2.0])
    y = np.add(x, 1, dtype=np.float32)
    y.sum().backward()
    assert y.dtype == np.float32
    assert x.grad.dtype == np.float64


def test_create_graph_gives_gradients_that_can_be_differentiated():
    x = Tensor(2.0)
    (x**3).backward(create_graph=True)
    g = x.grad
    x.zero_grad()
    g.backward()
    assert float(x.grad) == 12


def test_detach_cuts_the_graph():
    x = Tensor(2.0)
    y = x.detach() * x
    y.backward()
    assert x.grad == 2
    assert not x.detach().requires_grad


def test_a_leaf_can_be_frozen():
    x, w = Tensor(2.0), Tensor(3.0)
    w.requires_grad = False
    (x * w).backward()
    assert (x.grad, w.grad) == (3, None)


def test_assigning_data_gives_a_leaf_a_new_value():
    w = Tensor([1.0, 2.0], dtype=np.float32)
    w.data = [3.0, 4.0]
    w.data -= 1
    assert w.data.tolist() == [2, 3]
    assert w.dtype == np.float32


def test_keywords_may_hold_tensors():
    x, low = Tensor([1.0, 2.0]), Tensor(1.5)
    np.sum(np.clip(x, a_min=low, a_max=9.0)).backward()
    assert (x.grad.tolist(), low.grad) == ([0, 1], 1)
    total = np.sum(a=x)
    assert float(total) == 3


NO_METHODS = {  # of an array: what its memory is, and what of it a Tensor says in another way
    *("base", "byteswap", "ctypes", "device", "dump", "dumps", "flags", "getfield", "setflags", "strides"),
    *("to_device", "tobytes", "tofile", "view"),
}


def test_every_public_name_of_an_array_is_one_of_a_tensor_or_says_where_it_is():
    matrix = Tensor(np.eye(2))
    removed = {"itemset", "newbyteorder", "ptp", "tostring"}  # NumPy 2.0 has their names still, and not the methods
    names = {name for name in dir(np.ndarray) if not name.startswith("_")} - removed
    assert {name for name in names if not hasattr(matrix, name)} == NO_METHODS & names
    for name in NO_METHODS:
        with pytest.raises(AttributeError, match=rf"a Tensor has no {name}: its array does, t\.data\.{name}"):
            getattr(x, name)


def test_methods_take_their_arguments_as_numpys_do():
    a = np.array([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]])
    t = Tensor(a)
    for call in (
        lambda a: a.take([2, 0], axis=1),
        lambda a: a.compress([False, True], axis=0),
        lambda a: a.argpartition(1, axis=0),
        lambda a: a[1, ::-1].searchsorted(4.5, side="right"),
        lambda a: a.copy(),
        lambda a: (a > 2).copy(),
        lambda a: a.repeat(2, 0),
        lambda a: a.diagonal(1),
        lambda a: a.flat[4],
        lambda a: a.item(1, 2),
        lambda a: a.itemsize,
        lambda a: a.nbytes,
    ):
        result = call(t)
        np.testing.assert_array_equal(getattr(result, "_value", result), call(a))
    assert Tensor([2, 0, 1]).choose([t, 10.0], mode="clip").tolist() == [[10.0, 1.0, 10.0], [10.0, 5.0, 10.0]]
    assert [float(entry) for entry in t.flat] == list(a.flat)
    assert t.searchsorted.__name__ == "searchsorted"


def test_an_integer_may_be_shifted_by_a_tensor():
    assert (1 << Tensor(3)) == 8
    assert (16 >> Tensor(3)) == 2


def swap(x):
    return x[::-1]


# -------------------------------------------------------------------------------------------------------------- misuse

x = Tensor([1.0, 2.0], name="x")
MISUSE = {
    "assignment": (lambda: operator.setitem(x, 0, 1.0), errors.MutationError, r"ag\.index_update\(t, i, v\)"),
    "asarray": (lambda: np.asarray(x), errors.TracedConversionError, r"'x' float64 \(2,\) out of the graph.*t\.data"),
    "array of tensors": (lambda: np.array([x, x]), errors.TracedConversionError, r"np\.stack\(\[a, b\]\)"),
    "float of several": (lambda: float(x), errors.TracedConversionError, r"float\(\) of 'x'.*t\.data or t\.sum\(\)"),
    "out=": (lambda: np.add(x, 1, out=np.zeros(2)), errors.MutationError, r"np\.add\(\.\.\., out=\.\.\.\)"),
    "out= of a function": (lambda: np.sum(x, out=np.zeros(())), errors.MutationError, r"np\.sum\(\.\.\., out"),
    "ufunc.at": (lambda: np.add.at(x, 0, 1), errors.MutationError, r"np\.add\.at changes.*ag\.index_update"),
    "copyto": (
        lambda: np.copyto(x, 1.0),
        errors.MutationError,
        r"np\.copyto writes in place.*np\.where\(mask, src, dst\)",
    ),
    "where= of a ufunc": (lambda: np.exp(x, where=x > 1), errors.NoRuleError, r"np\.where\(mask, f\(x\), other\)"),
    "backward of an array": (lambda: (x * 2).backward(), errors.BackwardError, r"t\.sum\(\)\.backward\(\)"),
    "backward of a complex": (lambda: Tensor(1j).backward(), errors.BackwardError, r"one real number"),
    "backward of a constant": (lambda: Tensor(1).backward(), errors.BackwardError, r"no traced tensor leads to"),
    "gradient shape": (lambda: (x * 2).backward(np.ones(3)), errors.BackwardError, r"its shape \(3,\) must be that of"),
    "integer": (lambda: Tensor(2, requires_grad=True), errors.DataError, r"Write 2\.0 instead of 2"),
    "freeing an integer": (lambda: setattr(Tensor(2), "requires_grad", True), errors.DataError, r"astype\(float\)"),
    "ragged": (lambda: Tensor([[1.0, 2.0], [3.0]]), errors.DataError, "rectangular"),
    "object": (lambda: Tensor(np.array([None])), errors.DataError, "not object"),
    "text": (lambda: Tensor("one"), errors.DataError, "from str"),
    "tensor of traced": (lambda: Tensor([x, x]), errors.DataError, r"np\.stack"),
    "unknown keyword": (
        lambda: Tensor(1.0, require_grad=True),
        errors.UnknownKeywordError,
        "did you mean 'requires_grad'",
    ),
    "unknown keyword of backward": (
        lambda: x.sum().backward(retain=True),
        errors.UnknownKeywordError,
        "'retain_graph'",
    ),
    "unknown keyword of grad": (
        lambda: ag.grad(np.sin, argnms=0),
        errors.UnknownKeywordError,
        "did you mean 'argnums'",
    ),
    "masked array": (lambda: Tensor(np.ma.array([1.0], mask=[True])), errors.DataError, "holds no mask"),
    "unknown keyword of a method": (
        lambda: x.sum(axs=0),
        errors.UnknownKeywordError,
        "no keyword 'axs': did you mean 'axis'",
    ),
    "shapes": (
        lambda: x + Tensor([1.0, 2.0, 3.0], name="b"),
        errors.ShapeError,
        r"np\.add cannot take 'x' float64 \(2,\), 'b' float64 \(3,\)",
    ),
    "matmul shapes": (
        lambda: np.matmul(x, np.ones((3, 2))),
        errors.ShapeError,
        r"np\.matmul cannot take 'x' float64 \(2,\), float64 \(3, 2\)",
    ),
    "matmul of scalars": (lambda: Tensor(1.0) @ 2.0, errors.ShapeError, r"np\.matmul cannot take float64 scalar, 2\.0"),
    "reshape": (lambda: x.reshape(3), errors.ShapeError, r"np\.reshape cannot take 'x' float64 \(2,\)"),
    "stack shapes": (
        lambda: np.stack([x, np.ones(3)]),
        errors.ShapeError,
        r"np\.stack cannot take 'x' float64 \(2,\), float64 \(3,\)",
    ),
    "setting an inner value": (lambda: setattr(x * 2, "data", 1.0), errors.MutationError, "inner node"),
    "setting a wrong shape": (lambda: setattr(Tensor([1.0]), "data", [1.0, 2.0]), errors.ShapeError, "keeps its shape"),
    "setting text as gradient": (lambda: setattr(Tensor(1.0), "grad", "a"), errors.DataError, "does not fit"),
    "setting a complex gradient": (lambda: setattr(Tensor(1.0), "grad", 1j), errors.DataError, "of complex128"),
    "setting a wrong gradient": (lambda: setattr(Tensor([1.0]), "grad", np.ones(3)), errors.ShapeError, "does not fit"),
    "freezing an inner node": (lambda: setattr(x * 2, "requires_grad", False), errors.MutationError, r"t\.detach\(\)"),
    "hook on a constant": (lambda: Tensor(1).register_hook(print), errors.BackwardError, "takes no gradient"),
    "no rule": (
        lambda: ag.primitive(swap)(Tensor(np.eye(2))),
        errors.NoRuleError,
        r"ag\.vjp_rule\(swap, lambda g, y, x: ",
    ),
    "no rule for a method": (
        lambda: np.copysign.reduce(x),
        errors.NoRuleError,
        r"np\.copysign\.reduce has no derivative rule",
    ),
    "no rule for an argument": (lambda: np.ldexp(1.0, Tensor(2.0)), (errors.NoRuleError, TypeError), "ldexp"),
    "no rule for a keyword": (
        lambda: np.sum(x, initial=Tensor(1.0)),
        errors.NoRuleError,
        r"argument|keyword 'initial'",
    ),
    "pad mode": (lambda: np.pad(x, 1, mode=print), errors.NoRuleError, r"np\.pad with a function as mode has it write"),
    "method in place": (lambda: x.sort(), errors.MutationError, r"t\.sort\(\.\.\.\).*np\.sort\(t\) returns a new one"),
    "method put": (lambda: x.put(0, 1.0), errors.MutationError, r"ag\.index_update\(t, i, v\) returns a new one"),
    "method fill": (lambda: x.fill(0.0), errors.MutationError, r"np\.full_like\(t, v\) returns a new one"),
    "vectorize": (lambda: np.vectorize(abs)(x), errors.AutogradError, r"np\.vectorize"),
    "vectorize to floats": (
        lambda: np.vectorize(abs, otypes=[float])(x),
        errors.NoRuleError,
        r"np\.vectorize makes Python objects of the entries of 'x'.*np\.where for if",
    ),
    "frompyfunc": (
        lambda: np.frompyfunc(abs, 1, 1)(x),
        errors.NoRuleError,
        r"np\.frompyfunc, in abs, makes Python objects.*np\.stack\(\[f\(v\) for v in t\]\)",
    ),
    "r_": (lambda: np.r_[x, 1.0], errors.TracedConversionError, r"np\.concatenate\(\[a, b\]\) for np\.r_"),
    "full": (lambda: np.full(2, x[0]), errors.TracedConversionError, r"np\.broadcast_to\(t, shape\) for np\.full"),
    "full with dtype": (lambda: np.full(2, x[0], float), errors.MutationError, r"np\.full.*np\.broadcast_to"),
    "save": (
        lambda: np.save("x.npy", x),
        errors.NoRuleError,
        r"np\.save writes values, and no graph. Write it with t\.data",
    ),
    "ndenumerate": (lambda: np.ndenumerate(x), errors.TracedConversionError, r"Write t\.data"),
    "axes= of matmul": (
        lambda: np.matmul(x, x, axes=[0, 0, ()]),
        errors.NoRuleError,
        r"np\.matmul with axes= has no derivative rule",
    ),
    "signature= of a ufunc": (
        lambda: np.add(x, 1, signature="dd->d"),
        errors.UnknownKeywordError,
        "no keyword 'signature'",
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), MISUSE.values(), ids=MISUSE)
def test_misuse_is_a_named_error_that_says_what_to_write(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_the_value_of_an_inner_node_is_read_only():
    y = x * 2
    with pytest.raises(ValueError, match="read-only"):
        y.data[0] = 5


def test_numpys_own_errors_are_kept_and_say_which_call():
    with pytest.raises(np.exceptions.AxisError) as caught:
        np.sum(x, axis=3)
    assert "in np.sum of 'x' float64 (2,)" in caught.value.__notes__
    with pytest.raises(TypeError) as caught:
        x + None
    assert any("in np.add of 'x'" in note for note in caught.value.__notes__)


def test_every_error_is_an_autograd_error_and_the_builtin_that_numpy_would_raise():
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), errors.AutogradError)
    assert issubclass(errors.ShapeError, ValueError)
    assert issubclass(errors.MutationError, TypeError)


def test_a_function_without_a_rule_passes_where_no_gradient_is_wanted():
    swapped = ag.primitive(swap)
    with ag.no_grad():
        assert swapped(Tensor([1.0, 2.0])).tolist() == [2, 1]
    assert swapped(Tensor([1.0, 2.0], requires_grad=False)).tolist() == [2, 1]


def test_lists_are_operands_of_functions_as_they_are_of_numpys():
    for call in (
        lambda x: np.sum(np.multiply(x, [1.0, 10.0])),
        lambda x: np.sum(np.multiply(x, [x, 1.0])),
        lambda x: np.dot([1.0, 10.0], np.stack([x, x * x])),
        lambda x: np.einsum("i,i", [1.0, 10.0], np.stack([x, x * x])),
        lambda x: np.sum(np.concatenate([[1.0], np.stack([x, x * x]), [2.0]])),
    ):
        expected = (call(np.float64(2 + 1e-5)) - call(np.float64(2 - 1e-5))) / 2e-5
        assert ag.grad(call)(2.0) == pytest.approx(expected, rel=1e-8)


def test_a_list_of_tensors_that_numpy_would_convert_is_refused():
    with pytest.raises(errors.TracedConversionError, match=r"np\.stack\(\[a, b\]\)"):
        np.sum([x, x])


@pytest.mark.parametrize(
    "call",
    [
        lambda t, out: np.sum(t, 0, None, out),
        lambda t, out: np.max(t, 0, out),
        lambda t, out: t.clip(0, 1, out),
        lambda t, out: np.dot(t, t, out),
    ],
)
def test_a_positional_out_is_seen(call):
    out = np.zeros((2, 2))
    with pytest.raises(errors.MutationError, match="out="):
        call(Tensor(np.ones((2, 2))), out)
    assert not out.any()


def test_arguments_after_a_positional_out_mean_what_they_mean_in_numpy():
    a = np.random.default_rng(0).random((3, 2))
    assert np.sum(Tensor(a), 0, None, None, True).shape == (1, 2)
    positional = ag.grad(lambda x: np.sum(np.prod(x, 1, None, None, True)))(a)
    np.testing.assert_array_equal(positional, ag.grad(lambda x: np.sum(np.prod(x, axis=1)))(a))
    assert float(Tensor([1.0, 2.0, 3.0]).std(0, None, None, 1)) == 1
    np.sum(x, out=None).backward()


def test_objects_are_refused():
    for call in (
        lambda: x * Fraction(1, 2),
        lambda: np.multiply(x, np.array([1, 2], object)),
        lambda: x * np.array([1, 2], object),
    ):
        with pytest.raises(errors.DataError, match="gave object, which cannot be traced"):
            call()


def test_masked_arrays_do_not_drop_the_gradient():
    with pytest.raises(errors.TracedConversionError):
        np.ma.sqrt(x)


def test_a_keyword_that_the_rule_does_not_know_is_refused():
    with pytest.raises(errors.NoRuleError, match=r"np\.matmul with axes= has no derivative rule"):
        np.matmul(x, x, axes=[(0,), (0,), ()])
    with pytest.raises(errors.NoRuleError, match="dtype=int64 cannot hold"):
        np.add(x, 1, dtype=int)


def test_a_missing_rule_names_a_ufunc_as_its_users_do():
    special = pytest.importorskip("scipy.special")
    with pytest.raises(errors.NoRuleError, match=r"^zetac has no derivative rule"):
        special.zetac(x)


def test_where_of_one_argument_gives_indices():
    (places,) = np.where(Tensor([0.0, 1.0]))
    assert places.tolist() == [1]


def test_one_axis_may_be_transposed():
    y = x.transpose(0)
    y.sum().backward()
    assert y.shape == (2,)


def test_index_update_takes_lists_of_numbers_and_of_tensors():
    a, b = Tensor(1.0), Tensor(2.0)
    assert ag.index_update(x, [0, 1], [5.0, 6.0]).tolist() == [5, 6]
    np.sum(ag.index_update(np.zeros(2), [0, 1], [a, b]) * [1.0, 10.0]).backward()
    assert (a.grad, b.grad) == (1, 10)


def augmented(y, t):
    y += t**2
    y *= t
    y -= 1.0
    return y


@pytest.mark.parametrize("start", [np.ones(3), np.zeros(()), np.arange(3), np.ones((2, 3))], ids=str)
def test_an_array_augmented_by_a_tensor_is_a_new_node(start):
    x, before = Tensor([0.5, 1.5, -2.0]), start.copy()
    y = augmented(start, x)
    np.sum(y).backward()
    np.testing.assert_array_equal(y.data, (start + x.data**2) * x.data - 1.0)
    np.testing.assert_allclose(x.grad, np.sum((start + 3 * x.data**2) * np.ones(y.shape), tuple(range(y.ndim - 1))))
    np.testing.assert_array_equal(start, before)


def test_every_augmented_assignment_of_an_array_takes_a_tensor():
    t, results = Tensor([[1.5, 0.5], [0.25, 2.0]]), []
    for operate in ("+=", "-=", "*=", "/=", "**=", "//=", "%=", "@="):
        names = {"y": np.full((2, 2), 3.0), "t": t}
        exec(f"y {operate} t", names)
        results.append(names["y"])
        expected = eval(f"y {operate[:-1]} t", {"y": np.full((2, 2), 3.0), "t": t.data})
        np.testing.assert_array_equal(unwrap(names["y"]), expected)
    assert [isinstance(y, Tensor) for y in results] == [True] * 5 + [False, True, True]  # floor_divide is a constant


def test_part_of_an_array_is_not_augmented_by_a_tensor():
    y = np.zeros((2, 2))
    with pytest.raises(errors.MutationError):
        y[0] += Tensor([1.0, 2.0])
    row = y[0]
    with pytest.raises(errors.MutationError):  # y would not see it
        row += Tensor([1.0, 2.0])
    with pytest.raises(errors.MutationError, match=r"np\.add\(\.\.\., out=\.\.\.\)"):
        operator.iadd(y, Tensor([1.0, 2.0]))
    assert not y.any()
