"""Why a gradient is wrong: each cause is planted, and the sentence that names it is quoted. No guess may mislead."""

import numpy as np
import pytest

import autograd as ag
from autograd.testing import gradcheck
from tests.testing.planted import ruled

RNG = np.random.default_rng(5)
X = RNG.uniform(0.3, 1.5, 5) * np.array([1, -1, 1, -1, 1])
Y = RNG.uniform(0.3, 1.5, 5)
A, B = RNG.normal(size=(2, 4, 4))
R = RNG.normal(size=(3, 5))
COLUMN, ROW = RNG.normal(size=(5, 1)), RNG.normal(size=4)


def square(factor):
    """x**2 whose gradient is multiplied by a number, an array, or what a function of x returns."""
    return ruled(lambda x: x**2, lambda g, y, x: 2 * x * g * (factor(x) if callable(factor) else factor))


def causes(f, *args, **options):
    report = gradcheck(f, *args, **options, raise_on_failure=False)
    assert report.failures or report.problems
    for cause in report.causes:
        assert f"likely cause: {cause}" in str(report)
    return report.causes


# ---------------------------------------------------------------------------------------------------------- one factor


A_SUM = "and 5 is a size here: a sum where a mean is meant, or a missing 1/5"
A_MEAN = "1/5, and 5 is a size here: a mean where a sum is meant, or not summed"


@pytest.mark.parametrize(
    ("factor", "text"),
    [
        (2, "every entry is 2 times what it should be: counted twice, or the 2 of a square"),
        (0.5, "every entry is 0.5 times what it should be: counted half, or the 2 of a square"),
        (-1, "the sign is wrong: every entry is -1 times what it should be"),
        (-2, "every entry is -2 times what it should be"),
        (1.001, "every entry is 1.001 times what it should be"),
        (
            5,
            f"every entry is 5 times what it should be, {A_SUM}",
        ),
        (
            1 / 5,
            f"every entry is 0.2 times what it should be, {A_MEAN}",
        ),
    ],
)
def test_one_factor_for_all_entries(factor, text):
    assert causes(square(factor), X) == [f"x: {text}"]


def test_a_factor_that_is_the_number_of_entries_or_the_length_of_an_axis():
    total = ruled(lambda x: np.mean(x), lambda g, y, x: g * np.ones_like(x))
    assert "x: every entry is 15 times what it should be, and 15 is a size here" in causes(total, R)[0]
    over_rows = ruled(lambda x: np.mean(x, axis=0), lambda g, y, x: g * np.ones_like(x))
    assert "x: every entry is 3 times what it should be, and 3 is a size here" in causes(over_rows, R)[0]


def test_a_factor_of_two_hundred_entries_is_told_from_a_few_of_them():
    assert causes(square(3), np.linspace(0.1, 1, 200)) == ["x: every entry is 3 times what it should be"]


def test_a_factor_for_one_argument_is_not_said_of_the_other():
    difference = ruled(np.subtract, lambda g, z, x, y: g, lambda g, z, x, y: g)
    assert causes(lambda x, y: difference(x, y), X, Y) == [
        "y: the sign is wrong: every entry is -1 times what it should be"
    ]


# -------------------------------------------------------------------------------------------------------- other places


def test_transposed():
    assert causes(ruled(lambda x: x @ A, lambda g, y, x: (g @ A.T).T), B) == ["x: the gradient is transposed"]
    rolled_axes = ruled(lambda x: np.transpose(x, (1, 2, 0)), lambda g, y, x: np.transpose(g, (1, 2, 0)))
    assert causes(rolled_axes, RNG.normal(size=(3, 3, 3))) == ["x: the gradient is transposed"]


@pytest.mark.parametrize(("shape", "axes"), [((3, 5), (1, 0)), ((2, 3, 4), (1, 0, 2)), ((2, 3, 4), (1, 2, 0))])
def test_reshaped_where_it_should_be_transposed(shape, axes):
    wrong = ruled(lambda x: np.transpose(x, axes), lambda g, y, x: np.reshape(g, x.shape))
    assert causes(wrong, RNG.normal(size=shape)) == [
        "x: the gradient is that of the transpose, reshaped where it should be transposed back"
    ]


@pytest.mark.parametrize(
    ("f", "args", "rules"),
    [
        (np.multiply, (X, Y), (lambda g, z, x, y: g * x, lambda g, z, x, y: g * y)),
        (np.divide, (X, Y), (lambda g, z, x, y: -g * x / y**2, lambda g, z, x, y: g / y)),
        (np.matmul, (A, B), (lambda g, z, x, y: x.T @ g, lambda g, z, x, y: g @ y.T)),
    ],
)
def test_swapped_arguments(f, args, rules):
    wrong = ruled(f, *rules)
    assert causes(lambda x, y: wrong(x, y), *args) == [
        "x: this is the gradient of y: the arguments are swapped",
        "y: this is the gradient of x: the arguments are swapped",
    ]


def test_an_argument_that_is_right_is_not_said_to_be_swapped():
    """In x + y what is right for x is what y has; but y is right."""
    twice = ruled(np.add, lambda g, z, x, y: 2 * g, lambda g, z, x, y: g)
    assert causes(lambda x, y: twice(x, y), X, Y) == [
        "x: every entry is 2 times what it should be: counted twice, or the 2 of a square"
    ]


@pytest.mark.parametrize("shift", [1, -1, 2])
def test_shifted(shift):
    wrong = ruled(np.sin, lambda g, y, x: np.roll(g * np.cos(x), shift))
    assert causes(lambda x: wrong(x), X) == [f"x: the gradient is shifted by {shift} along axis 0"]
    sideways = ruled(np.sin, lambda g, y, x: np.roll(g * np.cos(x), shift, axis=1))
    assert causes(lambda x: sideways(x), R) == [f"x: the gradient is shifted by {shift} along axis 1"]


def test_rolled_the_wrong_way_back():
    wrong = ruled(lambda x: np.roll(x, 1), lambda g, y, x: np.roll(g, 1))
    assert causes(wrong, X) == ["x: the gradient is shifted by 2 along axis 0"]


def test_reversed():
    assert causes(ruled(lambda x: np.sin(x), lambda g, y, x: (g * np.cos(x))[::-1]), X) == [
        "x: the gradient is reversed along axis 0"
    ]
    assert causes(ruled(lambda x: np.flip(x, 1), lambda g, y, x: g), R) == ["x: the gradient is reversed along axis 1"]


# ---------------------------------------------------------------------------------------------------------- not summed


def overwriting(index):
    def rule(g, y, x):
        gx = np.zeros_like(x)
        gx[index] = g
        return gx

    return ruled(lambda x: x[index], rule)


def test_a_repeated_index_that_is_overwritten():
    (cause,) = causes(overwriting(np.array([0, 0, 2, 0, 3])), X)
    assert cause == (
        "x: of an entry that is used 3 times one use alone is counted: a repeated index that is overwritten, not added "
        "(`np.add.at`)"
    )


ONE_OF = (
    "of the {} outputs that an entry reaches one alone is counted: not summed over a broadcast axis, a repeated index "
    "overwritten, or treated as elementwise"
)


def test_one_of_several_outputs():
    every_entry_twice = overwriting(np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]))
    assert causes(every_entry_twice, X) == [f"x: {ONE_OF.format(2)}"]
    first = ruled(np.add, lambda g, z, x, y: g[:, :1], lambda g, z, x, y: g[0])
    assert causes(lambda x, y: first(x, y), COLUMN, ROW) == [f"x: {ONE_OF.format(4)}", f"y: {ONE_OF.format(5)}"]
    softmax = ruled(lambda x: np.exp(x) / np.sum(np.exp(x)), lambda g, y, x: g * y * (1 - y))
    assert causes(softmax, X) == [f"x: {ONE_OF.format(5)}"]


def test_a_mean_over_a_broadcast_axis():
    mean = ruled(np.add, lambda g, z, x, b: g, lambda g, z, x, b: np.mean(g, axis=0))
    (cause,) = causes(lambda x, b: mean(x, b), A[:3], ROW)
    assert cause.endswith("1/3, and 3 is a size here: a mean where a sum is meant, or not summed")


def test_a_gradient_that_still_has_the_shape_of_the_broadcast():
    assert causes(lambda x, b: np.sum(x * b), A[:3], ROW, grad=lambda x, b: (b + 0 * x, x)) == [
        "the gradient of b was not summed over the axes that broadcasting added"
    ]


# ---------------------------------------------------------------------------------------- ties, zeros, complex numbers


TIE = (
    "the function has a kink here, and the gradient is none of those between its sides: a tie convention? Ties share "
    "the gradient, 1/k each for k entries that tie"
)


@pytest.mark.parametrize("x", [[2.0, 0.5, 2.0], [1.0, 1.0, 1.0, 1.0]])
def test_ties_that_are_counted_more_than_once(x):
    largest = ruled(lambda x: np.max(x), lambda g, y, x: g * (x == np.max(x)))
    assert causes(largest, np.array(x)) == [f"x: {TIE}"]


def test_a_gradient_beyond_the_slopes_at_a_kink():
    assert causes(ruled(lambda x: np.maximum(x, 0), lambda g, y, x: 2 * g * (x >= 0)), np.array([0.0, -1])) == [
        f"x: {TIE}"
    ]


def test_detached():
    assert causes(lambda x, y: x * ag.stop_gradient(y), X, Y) == [
        "y: the gradient is zero everywhere: a value taken out of the graph (`.data`, `stop_gradient`), or no rule"
    ]


def test_zeroed_entries_are_counted():
    assert causes(square(np.array([1, 0, 1, 1, 1])), X) == [
        "x: 1 entry is zero and should not be: overwritten or masked, or on a path out of the graph"
    ]
    assert causes(square(np.array([1, 0, 1, 1, 0])), X) == [
        "x: 2 entries are zero and should not be: overwritten or masked, or on a path out of the graph"
    ]


def test_the_conjugate_convention_of_others():
    assert causes(lambda z: np.sum(np.abs(z) ** 2), X + 1j * Y, grad=lambda z: 2 * z) == [
        "z: complex conjugate: here dL/da - i dL/db is meant for a + ib; PyTorch's convention is the conjugate"
    ]


def test_a_factor_that_is_conjugated():
    wrong = ruled(lambda z: z**2, lambda g, y, z: np.conj(2 * z) * g)
    assert causes(wrong, X + 1j * Y) == [
        "z: the right size in the wrong phase: a factor is conjugated that should not be, or is not and should be"
    ]


def test_a_complex_factor():
    turned = ruled(lambda z: z**2, lambda g, y, z: 2j * z * g)
    assert causes(turned, X + 1j * Y) == ["z: every entry is 0+1j times what it should be"]


def test_not_finite():
    def safe_looking(x):
        return np.where(x > 0, np.sqrt(x), 0.0)

    text = (
        "x: the gradient is not finite: 0 * inf in a branch that `where` does not take? Guard the input of the branch"
    )
    assert causes(safe_looking, X) == [text]
    assert gradcheck(lambda x: np.where(x > 0, np.sqrt(np.where(x > 0, x, 1)), 0), X)


# ------------------------------------------------------------------------------------------------------------ patterns


def test_wrong_in_one_precision_alone():
    wrong = square(lambda x: 1.01 if x.dtype == np.float32 else 1)
    assert causes(wrong, X.astype(np.float32)) == ["x: wrong in float32 alone: in float64 the gradient is right"]


def test_the_wrong_dtype_alone_needs_no_cause():
    narrow = X.astype(np.float32)
    assert causes(lambda x: np.sum(x**2), narrow, grad=lambda x: 2 * x.astype(np.float64)) == []


def test_wrong_at_one_index_of_an_axis():
    assert causes(square(np.array([1, 1, 1, 1, 1.3])), R) == [
        "x: all wrong entries lie at index 4 of axis 1, and no right one does"
    ]
    assert causes(square(lambda x: 1 + x * np.array([[0], [1.3], [0]])), R) == [
        "x: all wrong entries lie at index 1 of axis 0, and no right one does"
    ]


def test_wrong_by_sign():
    assert causes(square(lambda x: np.where(x < 0, 1.2, 1)), X) == ["x: wrong exactly where x is negative"]
    assert causes(square(lambda x: np.where(x < 0, 1, 2 + x)), X) == ["x: wrong exactly where x is not negative"]
    many = np.random.default_rng(1).normal(size=200)
    assert causes(square(lambda x: np.where(x < 0, 1.5, 1)), many) == ["x: wrong exactly where x is negative"]


# -------------------------------------------------------------------------------------------- no cause, not a wrong one


@pytest.mark.parametrize(("f", "args"), [(np.square, (X,)), (np.matmul, (A, B)), (np.max, (np.ones(3),))])
def test_a_right_gradient_has_no_cause(f, args):
    assert gradcheck(f, *args).causes == []


@pytest.mark.parametrize(
    ("f", "args"),
    [
        pytest.param(square(RNG.uniform(0.5, 2, 5)), (X,), id="random factors"),
        pytest.param(square(RNG.uniform(0.5, 2, (3, 5))), (R,), id="random factors of a matrix"),
        pytest.param(square(np.array([1, 1, 1.37, 1, 1])), (X,), id="one entry"),
        pytest.param(square(lambda x: 1 + 0.3 * (np.abs(x) == np.abs(x[0, 1]))), (R,), id="one entry of a matrix"),
        pytest.param(ruled(np.square, lambda g, y, x: 2 * x * g + 0.1), (X,), id="a constant added"),
        pytest.param(
            ruled(np.matmul, lambda g, z, x, y: g @ y, lambda g, z, x, y: x.T @ g), (A, B), id="not transposed"
        ),
        pytest.param(square(lambda x: np.tanh(x) + 1.5), (np.linspace(0.1, 1, 200),), id="many entries"),
    ],
)
def test_what_fits_no_cause_is_given_none(f, args):
    assert causes(f, *args) == []
