"""`grad_inputs` reads a signature: annotations, defaults, names, ufuncs; what it cannot decide is a named error."""

from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from autograd import Tensor
from autograd.errors import DataError, UnknownKeywordError
from autograd.testing import gradcheck
from autograd.testing.strategies import away_from, grad_inputs


class Point(NamedTuple):
    x: float
    y: NDArray[np.float32]


class Options(TypedDict):
    scale: float


def check(strategy, *conditions):
    """Every draw meets all conditions, argument by argument."""

    @settings(max_examples=30)
    @given(strategy)
    def every(args):
        assert len(args) == len(conditions)
        assert [holds(arg) for holds, arg in zip(conditions, args, strict=True)] == [True] * len(args)

    every()


def is_array(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == np.float64 and x.size > 0


def is_a(kind: Any) -> Any:
    return lambda x: type(x) is kind


def test_arguments_follow_the_annotations():
    def f(a, b: float, c: np.ndarray, d: int, e: bool, g: complex, h: ArrayLike, i: Tensor, j: np.float32): ...

    kinds = [is_array, is_a(float), is_array, is_a(int), is_a(bool), is_a(complex), is_array, is_array]
    check(grad_inputs(f), *kinds, is_a(np.float32))


def test_arguments_may_be_containers():
    def f(
        a: tuple[float, float],
        b: list[np.ndarray],
        c: dict[str, float],
        d: Point,
        e: Options,
        g: tuple[float, ...],
        h: Literal["sum", "mean"],
        i: float | None,
        j: Annotated[float, away_from(0)],
    ): ...

    check(
        grad_inputs(f),
        lambda a: len(a) == 2 and all(map(is_a(float), a)),
        lambda b: len(b) > 0 and all(map(is_array, b)),
        lambda c: len(c) > 0 and all(map(is_a(float), c.values())),
        lambda d: type(d) is Point and type(d.x) is float and d.y.dtype == np.float32,
        lambda e: type(e["scale"]) is float,
        lambda g: isinstance(g, tuple) and all(map(is_a(float), g)),
        lambda h: h in ("sum", "mean"),
        lambda i: i is None or type(i) is float,
        lambda j: abs(j) >= 0.1,
    )


def test_arguments_follow_defaults_and_names():
    def f(x, axis=-1, scale=2.0, keepdims=False, *, eps=1e-6): ...

    check(grad_inputs(f), is_array, lambda axis: axis == -1, is_a(float))  # keepdims is last and kept, so left out
    phases = settings(database=None, phases=[Phase.generate, Phase.shrink])
    assert find(grad_inputs(f), lambda args: True, settings=phases) == (0.0, -1, 2.0)
    check(
        grad_inputs(lambda x, n, mask, rng: x),
        is_array,
        is_a(int),
        lambda m: m.dtype == bool,
        is_a(np.random.Generator),
    )
    check(grad_inputs(np.sum), is_array)


@given(grad_inputs(lambda a, b, c: a))
def test_arrays_among_arguments_broadcast(args):
    assert np.broadcast_shapes(*map(np.shape, args)) is not None


def test_ufuncs_have_operands_that_fit():
    check(grad_inputs(np.multiply), is_array, is_array)
    check(grad_inputs(np.log, x=away_from(0, min_value=0)), lambda x: x > 0)

    @given(grad_inputs(np.matmul))
    def multiplies(args):
        assert gradcheck(np.matmul, *args)

    multiplies()


def test_overrides_may_be_strategies_or_values():
    check(grad_inputs(lambda x, axis: x, x=away_from(0), axis=-1), is_a(float), lambda axis: axis == -1)
    check(grad_inputs(lambda *xs: xs, xs=st.just((1.0, 2.0))), lambda x: x == 1.0, lambda x: x == 2.0)


def test_what_cannot_be_decided_is_a_named_error():
    def annotated(x: object, y: set[float]): ...

    def keyword(x, *, scale): ...

    for f, message in [
        (lambda *xs: xs, r"for 'xs': it takes any number of arguments. Write grad_inputs\(<lambda>, xs=st.tuples"),
        (annotated, r"for 'y': it has the annotation set\[float\]. Write grad_inputs\(annotated, y=away_from\(0\)\)"),
        (lambda x, axis: x, r"for 'axis': it depends on other arguments. Write grad_inputs\(<lambda>, axis=st.just"),
        (keyword, r"for 'scale': it has to be passed by keyword. Write functools.partial\(keyword, scale=...\)"),
    ]:
        with pytest.raises(DataError, match=message):
            grad_inputs(f)
    with pytest.raises(UnknownKeywordError, match=r"grad_inputs\(np.tanh\) has no keyword 'y': It takes x."):
        grad_inputs(np.tanh, y=away_from(0))
    with pytest.raises(DataError, match=r"grad_inputs\(max\): it has no Python signature. Wrap it: lambda x, y"):
        grad_inputs(max)
