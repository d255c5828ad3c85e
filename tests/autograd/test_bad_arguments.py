"""What NumPy refuses is refused of a Tensor too, with the same kind of error; what a derivative forbids says why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, errors

x = np.arange(6.0).reshape(2, 3)
t, integers = Tensor(x), Tensor(np.arange(3))

NUMPY_REFUSES: dict[str, Callable[[Any], Any]] = {
    "take out of bounds": lambda a: np.take(a, 6),
    "take along no axis": lambda a: np.take(a, 0, axis=2),
    "take from nothing": lambda a: np.take(a[:0], 0, axis=0),
    "take in no mode": lambda a: np.take(a, 0, mode="around"),
    "take_along_axis of another ndim": lambda a: np.take_along_axis(a, np.array([0]), 1),
    "compress by a matrix": lambda a: np.compress([[True]], a),
    "compress beyond the end": lambda a: np.compress([True, True, True], a, 0),
    "delete beyond the end": lambda a: np.delete(a, 3, axis=1),
    "insert beyond the end": lambda a: np.insert(a, 9, 0.0, axis=1),
    "insert of another length": lambda a: np.insert(a, [0, 1], [1.0, 2.0, 3.0]),
    "choose beyond the last": lambda a: np.choose([2, 0, 0], a),
    "select without a condition": lambda a: np.select([], []) if a is None else np.select([a > 0], [a, a]),
    "select by numbers": lambda a: np.select([np.array([1, 0, 1])], [a]),
    "piecewise with too many functions": lambda a: np.piecewise(a, [a > 1], [1.0, 2.0, 3.0]),
    "diag of three axes": lambda a: np.diag(a[None]),
    "vander of a matrix": np.vander,
    "meshgrid with no indexing": lambda a: np.meshgrid(a[0], a[1], indexing="yx"),
    "rot90 of one axis": lambda a: np.rot90(a, axes=(0, 0)),
    "rot90 of an axis that is not there": lambda a: np.rot90(a, axes=(0, 2)),
    "linspace of less than nothing": lambda a: np.linspace(a[0], 1, -1),
    "linspace of half a step": lambda a: np.linspace(a[0], 1, 2.5),
    "geomspace from zero": lambda a: np.geomspace(a[0], 1.0),
    "apply_along_axis of nothing": lambda a: np.apply_along_axis(np.sum, 1, a[:0]),
    "apply_over_axes that reduces two": lambda a: np.apply_over_axes(lambda v, axis: np.sum(v), a, [0]),
    "cross in four dimensions": lambda a: np.cross(np.ones(4), a[0]),
    "linalg.cross in two dimensions": lambda a: np.linalg.cross(a[:, :2], a[:, :2]),
    "linalg.outer of a matrix": lambda a: np.linalg.outer(a, a),
    "matvec of two vectors": lambda a: np.matvec(a[0], a[0]),
    "vecmat of two vectors": lambda a: np.vecmat(a[0], a[0]),
    "einsum of nothing": lambda a: np.einsum(a),
    "einsum with a negative index": lambda a: np.einsum(a, [-1, 0]),
    "einsum with an index that has no letter": lambda a: np.einsum(a, [0, 52]),
    "einsum with two ellipses": lambda a: np.einsum("i...j...", a),
    "einsum that drops the ellipsis": lambda a: np.einsum("...i->i", a),
    "tensorsolve with an axis that is not there": lambda a: np.linalg.tensorsolve(a[:, :2], a[0, :2], axes=(2,)),
    "astype that is not safe": lambda a: a.astype(np.float32, casting="safe"),
    "block of uneven depth": lambda a: np.block([a, [a]]),
    "block of an empty list": lambda a: np.block([[], a]),
    "vsplit of one axis": lambda a: np.vsplit(a[0], 3),
    "fliplr of one axis": lambda a: np.fliplr(a[0]),
    "flipud of a number": lambda a: np.flipud(a[0, 0]),
    "split by floats": lambda a: np.split(a, np.array([0.5]), axis=1),
    "bincount of a scalar weight": lambda a: np.bincount([0, 1], a[0, 0]),
    "apply_over_axes beyond the last": lambda a: np.apply_over_axes(np.sum, a, [2]),
    "correlate in no mode": lambda a: np.correlate(a[0], a[0], -1),
    "correlate of a number": lambda a: np.correlate(a[0], a[0, 0]),
    "ediff1d of booleans": lambda a: np.ediff1d(a > 0 if a is x else Tensor(x > 0)),
    "polyadd of a matrix": lambda a: np.polyadd(a[:, :2], a[0]),
    "polyder of a matrix": lambda a: np.polyder(a[:, :2]),
    "polyfit with a matrix of weights": lambda a: np.polyfit([0.0, 1.0, 2.0], a[0], 1, w=np.ones((3, 1))),
    "pad with the mean of less than nothing": lambda a: np.pad(a, 1, "mean", stat_length=-1),
    "einsum cast down": lambda a: np.einsum("ij->j", a, dtype=np.float32),
    "pad by less than nothing": lambda a: np.pad(a, -1, "mean"),
    "pad nothing with a mean": lambda a: np.pad(a[:0], 1, "mean"),
    "pad in no mode": lambda a: np.pad(a, 1, "sideways"),
    "pad with the keyword of another mode": lambda a: np.pad(a, 1, "mean", end_values=0),
    "pad nothing with its largest": lambda a: np.pad(a, 1, "maximum", stat_length=0),
    "subtract.reduce over two axes": lambda a: np.subtract.reduce(a, axis=(0, 1)),
    "divide.reduce of nothing": lambda a: np.fmin.reduce(a[:0], axis=0),
    "reduceat beyond the end": lambda a: np.multiply.reduceat(a, [0, 3], axis=1),
    "sin.reduce": lambda a: np.sin.reduce(a),
}


@pytest.mark.parametrize("call", NUMPY_REFUSES.values(), ids=NUMPY_REFUSES)
def test_numpys_error_is_ours(call: Callable[[Any], Any]) -> None:
    with pytest.raises(Exception) as expected:  # noqa: PT011  # it is compared below
        call(x)
    with pytest.raises(expected.type):
        call(t)


WE_REFUSE: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "insert into integers": (
        lambda: np.insert(integers, 0, t[0, 1]),
        errors.NoRuleError,
        r"np\.insert would truncate a traced value to int64. Write it with an array of floats",
    ),
    "pad integers": (
        lambda: np.pad(integers, 1, constant_values=t[0, 1]),
        errors.NoRuleError,
        r"np\.pad would truncate a traced value to int64",
    ),
    "traced indices": (lambda: np.take(x, t), errors.TracedConversionError, r"Write t\.data for the value"),
    "traced positions": (lambda: np.ix_(t[0]), errors.NoRuleError, r"np\.ix_ takes positions.*with integers"),
    "where= of a reduction": (
        lambda: np.subtract.reduce(t, where=x > 1, initial=0.0),
        errors.NoRuleError,
        r"np\.subtract\.reduce with where= .* Write np\.where\(mask, x, neutral\)",
    ),
    "power.reduce": (
        lambda: np.power.reduce(t),
        errors.NoRuleError,
        r"np\.power\.reduce gives wrong values in NumPy 2\.4 itself.*Write a loop over the entries",
    ),
    "einsum keyword": (lambda: np.einsum("i,i", t[0], t[1], path=1), errors.UnknownKeywordError, "no keyword 'path'"),
    "axes of a product": (
        lambda: np.vecdot(t, t, axes=[0, 0, ()]),
        errors.NoRuleError,
        r"np\.vecdot with axes= has no derivative rule\. Write it without axes=",
    ),
    "ravel as in memory": (
        lambda: ag.grad(lambda a: np.sum(np.ravel(a, "K")))(x),
        errors.NoRuleError,
        r"np\.ravel with order='K'",
    ),
    "pad an axis that is not there": (
        lambda: np.pad(t, {2: 1}, "mean"),  # type: ignore[call-overload]
        np.exceptions.AxisError,
        "axis 2 is out of bounds",
    ),
    "put_along_axis": (
        lambda: np.put_along_axis(t, np.array([[0]]), 1.0, 0),
        errors.MutationError,
        r"np\.put_along_axis changes its argument in place.*ag\.index_update",
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), WE_REFUSE.values(), ids=WE_REFUSE)
def test_what_a_derivative_forbids_says_what_to_write(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("ufunc", [f for f in vars(np).values() if isinstance(f, np.ufunc)], ids=lambda f: f.__name__)
def test_a_ufunc_never_changes_a_tensor_and_has_no_half_done_masks(ufunc: np.ufunc) -> None:
    plain = ufunc.signature is None and ufunc.nout == 1  # of others NumPy has no `at`
    with pytest.raises(
        errors.MutationError if plain else (TypeError, ValueError), match="at changes" if plain else None
    ):
        ufunc.at(t, 0, *[1.0] * (ufunc.nin - 1))
    out = np.zeros((2, 3)) if ufunc.nout == 1 else (np.zeros((2, 3)),) * ufunc.nout
    with pytest.raises(errors.MutationError, match=r"out=\.\.\."):
        ufunc(*[t] * ufunc.nin, out=out)
    if ufunc.signature is None:
        with pytest.raises(errors.NoRuleError, match=r"with where= leaves entries undefined"):
            ufunc(*[t] * ufunc.nin, where=x > 1)


def test_an_untraced_tensor_is_saved_as_an_array(tmp_path: Any) -> None:
    np.save(tmp_path / "integers.npy", integers)
    assert np.load(tmp_path / "integers.npy").tolist() == [0, 1, 2]
    np.savez(tmp_path / "both.npz", a=integers, b=np.ones(2))
    with np.load(tmp_path / "both.npz") as saved:
        assert saved["a"].tolist() == [0, 1, 2]
    assert np.ix_(integers, [0])[0].shape == (3, 1)


def test_functions_about_positions_and_bits_give_plain_values() -> None:
    square = Tensor(np.eye(2))
    assert [i.tolist() for i in np.tril_indices_from(square)] == [[0, 1, 1], [0, 0, 1]]
    assert [i.tolist() for i in np.triu_indices_from(square, 1)] == [[0], [1]]
    assert [i.tolist() for i in np.diag_indices_from(square)] == [[0, 1], [0, 1]]
    assert [i.tolist() for i in np.unravel_index(Tensor([5]), (2, 3))] == [[1], [2]]
    assert np.ravel_multi_index((Tensor([1]), [2]), (2, 3)).tolist() == [5]
    assert np.packbits(Tensor([True, False, True])).tolist() == [160]
    assert np.unpackbits(np.packbits(Tensor([True, False, True]))).tolist() == [1, 0, 1, 0, 0, 0, 0, 0]
    assert np.einsum_path("i,i", t[0], t[1])[0] == ["einsum_path", (0, 1)]
    assert not np.iterable(Tensor(1.0))
    assert np.iterable(t)


def test_a_float_ramp_to_integers_is_floored_and_constant() -> None:
    ramp = np.linspace(t[0, 1], 4, 4, dtype=int)
    assert isinstance(ramp, np.ndarray)
    assert ramp.tolist() == np.linspace(1.0, 4, 4, dtype=int).tolist()
