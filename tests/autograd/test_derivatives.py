"""Every rule of the registry, by property: value, gradient, second order, dtypes, no mutation, no shared memory."""

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, derivatives, engine, rules
from autograd.rules import COMPOSITIONS, CONSTANTS, REFUSED, RULES
from autograd.testing import gradcheck, gradgradcheck
from tests.autograd.table import CHAPTERS, ELSEWHERE, ROWS, scipy
from tests.autograd.table.cases import Case, case, complex_, each
from tests.autograd.table.elementwise import HOLOMORPHIC

HOLOMORPHIC_CASES = [
    pytest.param(case(f, (2, 3), domain=complex_), id=f.__name__) for f in [*HOLOMORPHIC, *scipy.elementary.HOLOMORPHIC]
]


def of_every_case(attempt: Callable[[Case], None]) -> Any:
    """Make a test of each row, from one of a single case."""

    @pytest.mark.parametrize("function", ROWS, ids=lambda function: getattr(function, "__name__", "method"))
    def test(function: Any) -> None:
        each(ROWS[function], attempt)

    return test


def loss_weights(value: Any, seed: int = 1) -> Any:
    """A random cotangent for `value`, of its dtype."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.5, 1.5, np.shape(value)) * rng.choice([-1.0, 1.0], np.shape(value))
    if value.dtype.kind == "c":
        weights = weights * (1 + 0.7j)
    return weights.astype(value.dtype)[()] if np.shape(value) else value.dtype.type(weights)


def test_every_function_with_a_rule_has_a_row() -> None:
    ours = {f for f in [*RULES, *COMPOSITIONS] if f not in REFUSED and not is_foreign(f)}
    outer = {f.outer for f in RULES if isinstance(f, np.ufunc) and f.nin == 2}  # one function makes them all
    missing = ours - set(ROWS) - set(ELSEWHERE) - outer
    assert not missing, f"no row in tests/autograd/table for {sorted(map(str, missing))}"


def is_foreign(function: Any) -> bool:
    """Registered by another package of this repository, by the compatibility wing or by a test, and tested there."""
    package, *inside = (getattr(function, "__module__", None) or "numpy").split(".")
    if package == "autograd" and inside[0] in ("misc", "tracer"):
        return True
    primitive = isinstance(function, FunctionType) and function.__code__.co_filename == rules.__file__
    return package not in ("autograd", "numpy", "scipy", "_operator") or (package == "numpy" and primitive)


def test_every_ufunc_of_numpy_has_a_rule_or_is_declared_constant() -> None:
    ufuncs = {f for f in vars(np).values() if isinstance(f, np.ufunc)}
    known = set(RULES) | set(COMPOSITIONS) | CONSTANTS
    assert ufuncs <= known, sorted(f.__name__ for f in ufuncs - known)


@of_every_case
def test_value_and_dtype_are_numpys(item: Case) -> None:
    args = item.arguments()
    expected = item.function(*args)
    result = item.function(*map(Tensor, args))
    assert isinstance(result, Tensor)
    assert result.dtype == expected.dtype
    np.testing.assert_allclose(result.data, expected, rtol=1e-14, atol=1e-14)
    if np.ndim(expected) == 0:
        assert isinstance(result.data, np.generic)


@of_every_case
def test_gradients_of_both_orders_agree_with_finite_differences(item: Case) -> None:
    f, args = item.function, item.arguments()
    gradcheck(f, *args, rtol=1e-8)
    # by projections, which see every entry in half the time; entry by entry where they leave a doubt
    assert gradgradcheck(f, *args, rtol=1e-8, samples=1) or gradgradcheck(f, *args, rtol=1e-8)


@pytest.mark.parametrize("item", HOLOMORPHIC_CASES)
def test_complex_gradients_of_both_orders_agree_with_finite_differences(item: Case) -> None:
    gradcheck(item.function, *item.arguments(), order=2, rtol=1e-8)


@of_every_case
def test_the_tested_gradients_are_not_zero(item: Case) -> None:
    args = item.arguments()
    value, pullback = ag.vjp(item.function, *args)
    gradients = pullback(loss_weights(value))
    largest = max(float(np.max(np.abs(g), initial=0)) for g in as_tuple(gradients))
    assert largest > 1e-3 or np.size(value) == 0 or all(np.size(x) == 0 for x in args)


@of_every_case
def test_nothing_is_changed_and_no_gradient_shares_memory(item: Case) -> None:
    args = [np.array(x) for x in item.arguments()]
    tensors = [Tensor(x) for x in args]
    for tensor in tensors:
        if isinstance(tensor._value, np.ndarray):
            tensor._value.flags.writeable = False
    result = item.function(*tensors)
    seed = np.array(loss_weights(result.data))
    seed.flags.writeable = False
    result.backward(seed)
    arrays = [seed, result._value, *(t._value for t in tensors), *(t.grad for t in tensors)]
    gradients = [t.grad for t in tensors]
    for g in gradients:
        for other in arrays:
            assert other is g or not np.may_share_memory(g, other) or np.size(g) == 0
    assert all(g.flags.writeable for g in gradients if isinstance(g, np.ndarray))


@of_every_case
def test_gradients_in_float32_have_the_dtype_and_shape_of_their_value(item: Case) -> None:
    narrow_gradients(item, np.float32)


@of_every_case
def test_gradients_in_float16_have_the_dtype_and_shape_of_their_value(item: Case) -> None:
    narrow_gradients(item, np.float16)


def narrow_gradients(item: Case, dtype: Any) -> None:
    if complex_ in item.domains:
        return
    args = item.arguments()
    narrow = [Tensor(np.asarray(x, dtype=dtype)) for x in args]
    try:
        result = item.function(*narrow)
    except TypeError as error:
        if dtype == np.float16 and "float16 is unsupported" in str(error):
            return
        raise
    weights = loss_weights(result.data)
    result.backward(weights)
    _, pullback = ag.vjp(item.function, *[np.asarray(t.data, dtype=float) for t in narrow])
    exact = pullback(np.asarray(weights, dtype=complex if np.iscomplexobj(weights) else float))
    for t, g in zip(narrow, as_tuple(exact), strict=True):
        assert t.grad.dtype == dtype
        assert t.grad.shape == t.shape
        scale = float(np.max(np.abs(g), initial=1e-3))
        np.testing.assert_allclose(t.grad, g, rtol=0, atol=scale * 200 * float(np.finfo(dtype).eps))


@of_every_case
def test_forward_mode_agrees_with_reverse_mode(item: Case) -> None:
    args = item.arguments()
    value, pullback = ag.vjp(item.function, *args)
    weights = loss_weights(value)
    directions = [np.asarray(loss_weights(np.asarray(x)[()], seed=7)) for x in args]
    _, tangent = ag.jvp(item.function, args, directions)
    gradients = pullback(weights)
    backward = sum(np.sum(g * v) for g, v in zip(as_tuple(gradients), directions, strict=True))
    forward = np.sum(weights * tangent)
    np.testing.assert_allclose(np.real(forward), np.real(backward), rtol=1e-12, atol=1e-12)


@of_every_case
def test_a_first_order_pass_builds_no_tensor(item: Case) -> None:
    result = item.function(*map(Tensor, item.arguments()))
    seed = loss_weights(result.data)

    def forbidden(*_: Any) -> Any:
        raise AssertionError("a node was made in a first-order backward pass")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(engine, "new_node", forbidden)
        monkeypatch.setattr(engine, "new_leaf", forbidden)
        monkeypatch.setattr("autograd.tensor.new_node", forbidden)
        result.backward(seed)


@of_every_case
def test_memory_layout_does_not_matter(item: Case) -> None:
    args = item.arguments()
    scattered = [np.repeat(x, 2, axis=-1)[..., ::2] if np.ndim(x) else x for x in args]
    value, pullback = ag.vjp(item.function, *args)
    again, pullback_again = ag.vjp(item.function, *scattered)
    np.testing.assert_array_equal(value, again)
    weights = loss_weights(value)
    pairs = zip(as_tuple(pullback(weights)), as_tuple(pullback_again(weights)), strict=True)
    for g, h in pairs:
        np.testing.assert_allclose(g, h, rtol=1e-13, atol=1e-13)


def as_tuple(gradients: Any) -> tuple[Any, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)


def test_rules_are_one_flat_function_per_argument() -> None:
    for function, vjps in RULES.items():
        if is_foreign(function):
            continue
        for vjp in vjps if isinstance(vjps, tuple) else [vjps.rule]:
            if vjp is not None:
                names = list(inspect.signature(vjp).parameters)
                assert "g" in names[:2], f"the rule of {function} does not begin with g"


def test_no_function_is_in_two_chapters() -> None:
    assert sum(len(chapter.ROWS) for chapter in CHAPTERS) == len({f for chapter in CHAPTERS for f in chapter.ROWS})


def test_every_chapter_of_derivatives_has_its_chapter_of_rows() -> None:
    assert {chapter.__name__.rsplit(".", 1)[1] for chapter in CHAPTERS} | {"constants"} == set(derivatives.__all__)
