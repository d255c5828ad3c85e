"""What a gradient promises besides its numbers: each broken promise gives one sentence, and this file quotes it."""

import re

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import errors
from autograd.testing import Verdict, gradcheck
from tests.testing.planted import report_of, ruled

X = np.array([0.4, -1.1, 0.8])


def square(rule):
    return ruled(lambda x: x**2, rule)


def broken_promise(f, *args, **options):
    """The one sentence about it."""
    report = report_of(f, *args, **options)
    assert report.verdict is Verdict.FAIL
    (sentence,) = report.problems
    assert sentence in str(report)
    return sentence


def dtype_of(x):
    return x.dtype


# ------------------------------------------------------------------------------------------------- the same each time


@pytest.mark.parametrize(
    ("model", "x"),
    [
        pytest.param(nn.Dropout(0.5), np.tile(X, 8), id="a layer"),
        pytest.param(
            nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.5)), np.tile(X, (4, 1)).astype(np.float32), id="inside a model"
        ),
    ],
)
def test_dropout_in_training_is_not_deterministic(model, x):
    nn.manual_seed(0)
    assert re.fullmatch(
        r"the function is not deterministic: two calls with the same arguments differ by up to [\d.]+\. Dropout in "
        r"training mode, or random numbers without a fixed seed\?",
        broken_promise(model, x),
    )
    model.eval()
    assert gradcheck(model, x)


def test_outputs_whose_shape_changes_are_not_deterministic():
    calls = []

    def growing(x):
        calls.append(1)
        return np.concatenate([x] * len(calls))

    sentence = broken_promise(growing, X, grad=np.ones_like)
    assert "two calls with the same arguments differ by their shapes. Dropout" in sentence


def test_a_random_rule_is_found_by_two_backward_passes():
    rng = np.random.default_rng(0)
    wrong = square(lambda g, y, x: 2 * x * g * rng.uniform(0.9, 1.1))
    assert re.fullmatch(
        r"two backward passes through the same graph differ by up to 0\.\d+: a rule is random, or changes its inputs "
        r"in place",
        broken_promise(wrong, X),
    )


def test_a_rule_that_changes_its_input_in_place_is_found_by_two_backward_passes():
    def wrong(g, y, x):
        x *= 2
        return g * x

    assert re.fullmatch(
        r"two backward passes through the same graph differ by up to [\d.]+: a rule is random, or changes its inputs "
        r"in place",
        broken_promise(square(wrong), X),
    )


def test_a_rule_that_changes_g_in_place_is_told_to_make_a_new_array():
    def wrong(g, y, x):
        g *= 2 * x
        return g

    sentence = "a rule changes the gradient that it is given in place: it must make a new array"
    assert broken_promise(square(wrong), X) == sentence


# ------------------------------------------------------------------------------------------------ arguments left alone


def test_a_function_that_changes_its_argument_is_told_to_copy():
    def changes_x(x):
        x += 1
        return np.sum(x)

    def changes_index(x, i):
        i += 1
        return x[i % 3]

    assert broken_promise(changes_x, X) == "the function changes its argument x in place: it must work on a copy"
    assert (
        broken_promise(changes_index, X, np.array([0, 1]))
        == "the function changes its argument i in place: it must work on a copy"
    )


def test_a_grad_that_changes_its_argument_is_told_apart_from_the_function():
    def gradient(x):
        x *= 2
        return x

    sentence = "grad= changes its argument x in place: it must work on a copy"
    assert broken_promise(lambda x: np.sum(x**2), X, grad=gradient) == sentence


def test_the_users_own_arrays_survive_all_of_this():
    def changes(x, i):
        x += 1
        i += 1
        return np.sum(x)

    x, i = X.copy(), np.array([0, 1])
    report_of(changes, x, i)
    np.testing.assert_array_equal(x, X)


# ------------------------------------------------------------------------------------------------ numbers to speak of


@pytest.mark.parametrize(
    ("f", "kinds"),
    [(np.argsort, "int64"), (lambda x: x > 0, "bool"), (lambda x: (x > 0, np.argsort(x)), "bool, int64")],
)
def test_outputs_that_are_not_floating_have_no_gradient(f, kinds):
    sentence = f"the function returns {kinds}: only floating or complex outputs have a gradient"
    assert broken_promise(f, X) == sentence


def test_outputs_that_are_no_numbers_are_refused_by_name():
    sentence = "the function returns nothing: only floating or complex outputs have a gradient"
    assert broken_promise(lambda x: (), X) == sentence
    with pytest.raises(errors.DataError, match=r"the function, or grad=, returned None; it must return numbers\.$"):
        gradcheck(lambda x: None, X)
    with pytest.raises(errors.DataError, match=r"the function, or grad=, returned 'text'; it must return numbers\.$"):
        gradcheck(lambda x: "text", X)


def test_outputs_that_are_not_floating_beside_others_are_left_out():
    report = gradcheck(lambda x: (x**2, np.argsort(x)), X)
    assert report
    assert report.notes == ["1 outputs that are not floating were left out"]


@pytest.mark.parametrize(
    ("f", "x", "where"),
    [
        (np.log, [1.0, -1.0], "output 0[1] is nan"),
        (lambda x: 1 / x, [1.0, 0.0], "output 0[1] is inf"),
        (lambda x: (x, np.sum(np.log(x))), [1.0, -1.0], "output 1 is nan"),
        (lambda x: np.log(x)[None, :] * np.ones((2, 1)), [1.0, 0.0], "output 0[0, 1] is -inf"),
    ],
)
def test_a_function_that_is_not_finite_at_the_point_cannot_be_told(f, x, where):
    report = gradcheck(f, np.array(x))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.doubts == [f"the function is not finite at the point itself: {where}"]


def test_a_function_that_raises_beside_the_point_cannot_be_told_and_its_error_is_quoted():
    def picky(x):
        if not np.array_equal(ag.stop_gradient(x), X):
            raise ValueError("only there")
        return x**2

    report = gradcheck(picky, X)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert {entry.reason for entry in report.inconclusive} == {
        "the function has no finite value beside the point, however near; it raises ValueError: only there"
    }


def test_a_function_that_raises_at_the_point_raises():
    with pytest.raises(ZeroDivisionError):
        gradcheck(lambda x: 1 // 0, X)


# --------------------------------------------------------------------------------------------- shape, dtype, memory


def test_a_gradient_of_the_wrong_shape_is_named_with_both_shapes():
    report = report_of(lambda x: np.sum(x**2), X, grad=lambda x: (2 * x)[:2])
    assert report.problems == ["the gradient of x has shape (2,), its value (3,)"]
    assert not report.causes
    report = report_of(lambda x: np.sum(x**2), X, grad=lambda x: np.stack([2 * x, 2 * x]))
    assert report.problems == ["the gradient of x has shape (2, 3), its value (3,)"]
    assert report.causes == ["the gradient of x was not summed over the axes that broadcasting added"]


@pytest.mark.parametrize(
    ("given", "returned"), [(np.float32, np.float64), (np.float64, np.float32), (np.float64, np.complex128)]
)
def test_a_gradient_of_the_wrong_dtype_is_named_with_both_dtypes(given, returned):
    sentence = f"the gradient of x is {np.dtype(returned)}, its value {np.dtype(given)}: wrong dtype"
    wrong = {"grad": lambda x: (2 * x).astype(returned)}
    assert broken_promise(lambda x: np.sum(x**2), X.astype(given), **wrong) == sentence


def test_two_gradients_that_share_memory_are_named():
    def same(x, y):
        g = np.ones(3)
        return g, g

    def overlapping(x, y):
        g = np.ones(4)
        return g[:3], g[1:]

    for wrong in (same, overlapping):
        sentence = "the gradients of x and y share memory: one must be a copy"
        assert broken_promise(lambda x, y: np.sum(x + y), X, 2 * X, grad=wrong) == sentence
    assert gradcheck(lambda x, y: np.sum(x + y), X, 2 * X, grad=lambda x, y: (np.ones(3), np.ones(3)))


# -------------------------------------------------------------------------------------------------------- forward mode


def test_a_rule_that_is_not_linear_in_g_disagrees_with_forward_mode():
    report = report_of(square(lambda g, y, x: 2 * x * np.abs(g)), X)
    (sentence,) = report.problems
    assert re.fullmatch(
        r"forward and reverse mode disagree along a random direction, \S+ and \S+: a rule is not linear in g, or "
        r"leaves the graph",
        sentence,
    )


def test_forward_mode_that_does_not_run_is_a_note_and_no_failure():
    def leaves_the_graph(g, y, x):
        if not isinstance(g, np.ndarray):
            raise TypeError("an array, please")
        return 2 * x * g

    report = gradcheck(square(leaves_the_graph), X)
    assert report
    assert report.notes == ["forward mode was not checked: TypeError: an array, please"]


# ----------------------------------------------------------------------------------------------------------- precision


def test_a_function_that_refuses_float64_is_checked_in_float32_and_the_report_says_so():
    def only_float32(x):
        if dtype_of(x) == np.float64:
            raise TypeError("float32 only")
        return np.tanh(x)

    note = "the function refuses float64 (TypeError: float32 only); differences were taken in float32"
    report = gradcheck(only_float32, X.astype(np.float32))
    assert report
    assert report.notes == [note]
    twice = ruled(lambda x: 2 * x, lambda g, y, x: 2.1 * g)
    report = report_of(lambda x: twice(only_float32(x)), X.astype(np.float32))
    assert report.verdict is Verdict.FAIL
    assert note in report.notes


def test_a_function_that_always_returns_float32_is_compared_at_that_precision():
    note = "the function returns float32 even for float64 arguments; compared at that precision"
    for dtype in (np.float32, np.float64):
        report = gradcheck(lambda x: np.tanh(x).astype(np.float32), X.astype(dtype))
        assert report
        assert report.notes == [note]
    wrong = ruled(np.tanh, lambda g, y, x: g * (1 - y * y) * 1.01)
    assert report_of(lambda x: wrong(x).astype(np.float32), X).verdict is Verdict.FAIL


@pytest.mark.parametrize(("dtype", "least"), [(np.float16, 1.1), (np.float32, 1.001)])
def test_narrow_arguments_are_compared_at_their_own_precision_and_with_float64(dtype, least):
    x = X.astype(dtype)
    assert gradcheck(lambda x: np.tanh(x) * 3, x)
    for at in (dtype, np.float64):
        wrong = square(lambda g, y, x, at=at: 2 * x * g * (least if dtype_of(x) == at else 1))
        report = report_of(wrong, x)
        assert report.verdict is Verdict.FAIL
        assert len(report.failures) == 3
        alone = f"wrong in {np.dtype(dtype)} alone: in float64 the gradient is right"
        assert {entry.reason for entry in report.failures} == ({alone} if at == dtype else {""})


def test_a_rule_that_is_wrong_at_one_dtype_is_right_at_others():
    wrong = square(lambda g, y, x: 2 * x * g * (1.01 if dtype_of(x) == np.float32 else 1))
    assert gradcheck(wrong, X)
    assert gradcheck(wrong, X.astype(np.float16))
    assert not report_of(wrong, X.astype(np.float32))


def test_what_a_narrow_dtype_cannot_hold_is_no_error_of_the_gradient():
    report = gradcheck(lambda x: x * 1e-9, np.array([1.5, 2.0], np.float16))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert all(re.search("is out of the range of float16$", entry.reason) for entry in report.inconclusive)
