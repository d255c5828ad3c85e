"""The public strategies: each draws what it promises, is shown to reach the odd cases, and shrinks to the plain one."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from autograd import Tensor
from autograd.errors import DataError
from autograd.testing.strategies import arrays, away_from, axes, broadcastable, indices, tensors

FAST = settings(max_examples=3000, database=None, phases=[Phase.generate])  # what is found matters, not how small


def reached(strategy, condition):
    find(strategy, condition, settings=FAST)  # raises NoSuchExample
    return True


def smallest(strategy, condition=lambda value: True):
    return find(strategy, condition, settings=settings(FAST, phases=[Phase.generate, Phase.shrink]))


def test_hypothesis_is_loaded_for_the_strategies_alone_and_named_where_it_is_missing():
    program = """
import sys, autograd.testing
assert "hypothesis" not in sys.modules
sys.modules["hypothesis"] = None  # as if it were not installed
try:
    autograd.testing.strategies
except ImportError as error:
    print(type(error).__name__, error)
"""
    root = Path(__file__).parents[2]
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)
    assert result.stdout.startswith("MissingDependencyError autograd.testing.strategies needs the package 'hypothesis'")
    assert "pip install 'chainrule[test]'" in result.stdout


# ------------------------------------------------------------------------------------------------------------ arrays


@pytest.mark.parametrize(
    "condition",
    [
        lambda x: x.ndim == 0,
        lambda x: x.ndim == 3,
        lambda x: x.size == 0,
        lambda x: 1 in x.shape and x.size > 1,
        lambda x: not x.flags.c_contiguous and not x.flags.f_contiguous,
        lambda x: x.flags.f_contiguous and not x.flags.c_contiguous,
        lambda x: x.size > 1 and min(x.strides) < 0,
        lambda x: not x.flags.writeable,
        lambda x: x.dtype == np.float16 and x.size > 1,
        lambda x: x.dtype == np.float32 and x.size > 1,
        lambda x: len(np.unique(x)) > 3,
    ],
)
def test_arrays_are_of_every_kind(condition):
    assert reached(arrays(), condition)


@given(arrays())
def test_arrays_are_finite_and_within_bounds(x):
    assert isinstance(x, np.ndarray)
    assert np.all(np.abs(x) <= 10)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, complex, np.complex64, np.int8, np.uint16, bool])
def test_arrays_have_the_dtype_shape_and_range_asked_for(dtype):
    @given(arrays(dtype, (2, 3), min_value=0.1, max_value=1.1))
    def check(x):
        assert (x.dtype, x.shape) == (dtype, (2, 3))
        if x.dtype.kind in "fc":
            for part in (x.real, x.imag) if x.dtype.kind == "c" else (x,):
                assert np.all(part.astype(float) >= 0.1)
                assert np.all(part.astype(float) <= 1.1)

    check()


def test_arrays_shrink_to_a_plain_zero():
    x = smallest(arrays())
    assert (x.shape, x.dtype, x.flags.writeable, float(x)) == ((), np.float64, True, 0.0)
    x = smallest(arrays(shapes=st.just((2, 2))), lambda x: x.sum() > 3)
    assert x.flags.c_contiguous
    assert x.dtype == np.float64
    assert np.all(x == np.round(x))


def test_a_strided_array_lies_among_nans_that_must_not_be_read():
    x = smallest(arrays(float, 3, layouts=["strided"], read_only=False))
    assert np.isnan(x.base[1::2]).all()


@given(arrays([np.float32, complex], 2, elements=st.integers(0, 5), layouts=["contiguous"], read_only=True))
def test_arrays_take_elements_and_several_dtypes(x):
    assert x.dtype in (np.float32, complex)
    assert set(x.real.tolist()) <= set(range(6))
    assert not x.flags.writeable


def test_a_range_beyond_the_dtype_ends_at_its_largest_number():
    assert reached(arrays(np.float16, 1, min_value=1e4, max_value=1e9), lambda x: x[0] == 65504)


def test_arrays_that_cannot_be_are_named_errors():
    with pytest.raises(DataError, match=r"'diagonal' is none of contiguous, transposed, strided, reversed"):
        arrays(layouts=["diagonal"])
    with pytest.raises(DataError, match=r"no int64 lies between the bounds 1 and 0: give a wider range"):
        arrays(int, min_value=0.2, max_value=0.8)
    with pytest.raises(DataError, match=r"no numbers of datetime64.* can be drawn: ask for float16"):
        arrays(np.dtype("M8[s]"))


@given(broadcastable(3, float))
def test_broadcastable_arrays_broadcast(several):
    assert np.broadcast_shapes(*(x.shape for x in several)) is not None


@pytest.mark.parametrize(
    "condition",
    [
        lambda pair: pair[0].ndim == 0 < pair[1].ndim,
        lambda pair: pair[0].ndim == pair[1].ndim and pair[0].shape != pair[1].shape,
        lambda pair: pair[0].size < np.add(*pair).size > pair[1].size,  # both are spread
        lambda pair: pair[0].size == 0 < pair[1].size,
        lambda pair: pair[0].dtype != pair[1].dtype,
    ],
)
def test_broadcastable_arrays_are_spread_in_every_way(condition):
    assert reached(broadcastable(2), condition)


@given(st.data())
def test_numbers_away_from_kinks_keep_their_distance_in_every_dtype(data):
    x = data.draw(arrays(elements=away_from([0, 1], by=0.1)))
    distance = np.minimum(np.abs(x.astype(float)), np.abs(x.astype(float) - 1))
    assert np.all(distance >= 0.1)


def test_numbers_away_from_kinks_come_from_every_side():
    strategy = away_from([0, 1], by=0.25)
    assert all(reached(strategy, side) for side in (lambda x: x < 0, lambda x: 0 < x < 1, lambda x: x > 1))
    assert smallest(strategy) == 0.5
    assert smallest(away_from(0)) == 1.0
    assert reached(away_from(0, shapes=(2,)), lambda x: x[0] < 0 < x[1])


def test_kinks_that_leave_nothing_are_a_named_error():
    with pytest.raises(DataError, match=r"away_from\(0, by=3\): no number between -1 and 1 is that far"):
        away_from(0, by=3, min_value=-1, max_value=1)


@pytest.mark.parametrize(
    "condition",
    [
        lambda t: t.name is not None and t.requires_grad,
        lambda t: t.name is None and not t.requires_grad,
        lambda t: t.dtype == np.float16,
        lambda t: t.shape == (),
        lambda t: t.size == 0,
    ],
)
def test_tensors_are_of_every_kind(condition):
    assert reached(tensors(), condition)


@given(tensors(arrays([int, float]), requires_grad=True, names=False))
def test_tensors_are_as_asked_for(t):
    assert isinstance(t, Tensor)
    assert t.requires_grad == (t.dtype == float)
    assert t.name is None


# ------------------------------------------------------------------------------------------------------------ places


def parts(index):
    return index if isinstance(index, tuple) else (index,)


def is_array_of(kind, part):
    return isinstance(part, np.ndarray) and part.dtype.kind == kind


@given(st.data())
def test_indices_are_valid(data):
    shape = data.draw(st.sampled_from([(), (3,), (0,), (2, 3), (1, 0, 2), (2, 1, 3)]))
    advanced = data.draw(st.booleans())
    x = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    picked = x[data.draw(indices(shape, advanced=advanced))]
    assert set(np.ravel(picked).tolist()) <= set(np.ravel(x).tolist())
    assert advanced or np.ndim(picked) == 0 or picked.base is not None


@pytest.mark.parametrize(
    "condition",
    [
        lambda i: isinstance(i, int) and i >= 0,
        lambda i: isinstance(i, int) and i < 0,
        lambda i: isinstance(i, slice) and i.step not in (None, 1, -1),
        lambda i: isinstance(i, slice) and (i.step or 1) < 0,
        lambda i: i is Ellipsis,
        lambda i: i is None,
        lambda i: isinstance(i, tuple) and not i,
        lambda i: any(isinstance(p, list) and len(set(p)) < len(p) for p in parts(i)),
        lambda i: any(is_array_of("b", p) and p.ndim == 2 and p.any() for p in parts(i)),
        lambda i: any(is_array_of("i", p) and p.ndim == 2 and len(np.unique(p)) < p.size for p in parts(i)),
        lambda i: isinstance(i, list | np.ndarray),
        lambda i: sum(is_array_of("i", p) for p in parts(i)) == 2,
        lambda i: {type(p) for p in parts(i)} >= {np.ndarray, slice},
        lambda i: {type(p) for p in parts(i)} >= {int, type(None), type(Ellipsis)},
    ],
)
def test_indices_are_of_every_kind(condition):
    assert reached(indices((3, 4)), condition)


@given(st.data())
def test_axes_are_valid(data):
    shape = data.draw(st.sampled_from([(), (2,), (2, 0), (0, 3, 1)]))
    assert np.ones(shape).sum(data.draw(axes(shape))).size >= 0
    np.ones(shape).max(data.draw(axes(shape, nonempty=True)))  # along an empty axis it raises
    if shape:
        assert isinstance(data.draw(axes(len(shape), allow_none=False, allow_tuple=False)), int)


def test_axes_are_of_every_kind():
    kinds = [lambda a: a is None, lambda a: a == -1, lambda a: a == 1, lambda a: a == (), lambda a: a == (1, -2)]
    assert all(reached(axes(2), kind) for kind in kinds)
    assert smallest(axes(2)) is None
    with pytest.raises(DataError, match=r"axes\(0\): such an array has no axis to give"):
        axes(0, allow_none=False, allow_tuple=False)
