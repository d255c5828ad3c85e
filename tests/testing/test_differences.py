"""The ladder of steps, on functions whose derivatives are known: what it measures, and how well it knows its error."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from autograd.testing.differences import STEPS, Line, Rung, Slope

EPS = 2.0**-52


class Function:
    """What a `Line` asks of a function; it counts, and rounds its argument to `dtype`."""

    def __init__(self, f, dtype=np.float64):
        self.f, self.dtype, self.calls = f, dtype, 0

    def representable(self, x):
        return x.astype(self.dtype).astype(np.float64)

    def evaluate(self, x):
        self.calls += 1
        try:
            with np.errstate(all="ignore"):
                return np.asarray(self.f(x), np.float64)
        except ArithmeticError:
            return None


def line_of(f, x, expected, *, scale=None, dtype=np.float64, rounding=EPS):
    """The line through `x` along ones; `scale` makes the steps relative. Weights are 1."""
    x = np.atleast_1d(np.asarray(x, np.float64))
    function = Function(f, dtype)
    base = function.evaluate(x)
    direction = np.ones_like(x) if scale is None else np.full_like(x, scale)
    gradient = np.broadcast_to(np.asarray(expected, np.float64), x.shape)
    return Line(function, x, base, np.ones_like(base), np.full(base.shape, rounding), gradient, direction)


def slope_of(f, x, expected, **options):
    line = line_of(f, x, expected, **options)
    return line.descend(1e-7 * abs(line.expected))


def exactly(f, *args):
    with mpmath.workdps(60):
        return float(f(*map(mpmath.mpf, args)))


# ------------------------------------------------------------------------------------------------ known derivatives


def tanh_of_a_million(x):
    return np.tanh(1e6 * x)


@pytest.mark.parametrize(
    ("f", "derivative", "x", "scale", "accuracy"),
    [
        pytest.param(np.sin, mpmath.cos, 0.7, None, 1e-12, id="sin"),
        pytest.param(np.sin, mpmath.cos, 1e8, None, 1e-12, id="sin of 1e8, absolute steps"),
        pytest.param(np.sin, mpmath.cos, 1e8, 2.0**26, 1e-10, id="sin of 1e8, relative steps"),
        pytest.param(np.log, lambda x: 1 / x, 1e-6, 2.0**-20, 1e-11, id="log of 1e-6, relative steps"),
        pytest.param(np.log, lambda x: 1 / x, 1e-6, None, 1e-11, id="log of 1e-6, absolute steps"),
        pytest.param(np.sqrt, lambda x: 1 / (2 * mpmath.sqrt(x)), 1e-300, 2.0**-997, 1e-12, id="sqrt of 1e-300"),
        pytest.param(
            tanh_of_a_million, lambda x: 1e6 * mpmath.sech(1e6 * x) ** 2, 1e-7, None, 1e-10, id="a steep tanh"
        ),
        pytest.param(np.exp, mpmath.exp, 700.0, None, 1e-12, id="exp of 700"),
        pytest.param(np.exp, mpmath.exp, 709.7, None, 1e-9, id="exp of 709.7, which steps of 1/8 overflow"),
    ],
)
def test_derivatives_are_accurate_and_the_error_covers_the_truth(f, derivative, x, scale, accuracy):
    truth = exactly(derivative, x)
    slope = slope_of(f, x, truth, scale=scale)
    size = 1.0 if scale is None else scale
    assert abs(slope.value / size - truth) <= accuracy * abs(truth)
    assert slope.residual <= slope.error
    assert slope.error <= 1e-6 * abs(truth * size)
    assert slope.agrees(0.0)
    assert slope.kink() is None
    assert not slope.grows()


@pytest.mark.parametrize("expected", [np.cos(0.7), 2.0, -np.cos(0.7), 0.0])
def test_what_is_expected_does_not_change_what_is_measured(expected):
    slope = slope_of(np.sin, 0.7, expected)
    assert slope.value == pytest.approx(np.cos(0.7), rel=1e-11)


def test_a_right_gradient_costs_a_few_evaluations():
    line = line_of(np.sin, 0.7, np.cos(0.7))
    line.descend(1e-7)
    assert line.function.calls <= 9


def test_the_slope_is_that_of_the_weighted_sum_along_the_direction():
    x, d, w = np.array([0.3, -0.6]), np.array([1.5, -1.25]), np.array([1.0, -2.0, 0.5])
    function = Function(lambda x: [np.sin(x[0]), x[0] * x[1], np.exp(x[1])])
    gradient = w[0] * np.array([np.cos(0.3), 0]) + w[1] * np.array([-0.6, 0.3]) + w[2] * np.array([0, np.exp(-0.6)])
    line = Line(function, x, function.evaluate(x), w, np.full(3, EPS), gradient, d)
    assert line.expected == pytest.approx(gradient @ d, rel=1e-15)
    assert line.descend(1e-12).value == pytest.approx(gradient @ d, rel=1e-11)


# ---------------------------------------------------------------------------------------------------------- rounding


def test_a_large_constant_added_outside_costs_digits_and_the_error_says_how_many():
    truth = np.cos(0.7)
    slope = slope_of(lambda x: np.sin(x) + 1e8, 0.7, truth)
    assert slope.residual <= slope.error < 1e-4
    assert slope.error > 1e-9  # 1e8 has steps of 1.5e-8: more cannot be known
    assert not slope_of(lambda x: np.sin(x) + 1e8, 0.7, 1.001 * truth).agrees(1e-7)


def test_noise_inside_is_seen_in_second_differences():
    """The outputs are small, and so is their rounding; the noise of 1.5e-8 shows only in what they do."""
    truth = np.cos(0.7)
    slope = slope_of(lambda x: (np.sin(x) + 1e8) - 1e8, 0.7, truth)
    assert slope.residual <= slope.error < 1e-4
    assert 1e-9 < slope.noise < 1e-7
    wrong = slope_of(lambda x: (np.sin(x) + 1e8) - 1e8, 0.7, 1.01 * truth)
    assert not wrong.agrees(1e-7)
    assert wrong.remainder_is_of_first_order()


def test_an_output_that_no_step_changes_adds_no_rounding():
    beside = slope_of(lambda x: np.concatenate([np.sin(x), [1e20]]), 0.7, np.cos(0.7))
    alone = slope_of(np.sin, 0.7, np.cos(0.7))
    assert beside.error == alone.error < 1e-11


def test_steps_that_the_precision_cannot_represent_are_corrected_or_left_out():
    """Around 1000 float32 has steps of 6e-5; what rounding moves is not charged to the function."""
    truth = np.cos(1000.0)
    slope = slope_of(np.sin, 1000.0, truth, dtype=np.float32)
    assert slope.value == pytest.approx(truth, rel=1e-5)
    assert min(rung.h for rung in slope.rungs) > 1e-4
    assert {rung.h for rung in slope.rungs} < set(STEPS)
    line = line_of(lambda x: 3 * x, 1000.0, 3.0, dtype=np.float32, scale=0.7)
    assert line.rung(STEPS[2]).slope == pytest.approx(3 * 0.7, rel=1e-12)  # the step of 0.7 * h was not exact


def test_steps_are_exact_in_float64():
    x = 0.7
    for h in STEPS[:20]:
        assert (x + h) - (x - h) == 2 * h


def test_quantised_outputs_are_not_taken_for_flat():
    def coarse(x):
        return np.sin(x).astype(np.float16).astype(np.float64)

    slope = slope_of(coarse, 0.7, np.cos(0.7))
    assert slope.residual <= slope.error
    assert slope.error > 1e-4
    for wrong in (0.0, -np.cos(0.7), 1.5):
        assert not slope_of(coarse, 0.7, wrong).agrees(1e-7)
    fixed_point = slope_of(lambda x: np.round(np.sin(x) * 256) / 256, 0.7, np.cos(0.7))
    assert fixed_point.residual <= fixed_point.error


def test_a_slope_too_small_to_change_any_digit_is_hidden():
    slope = slope_of(lambda x: 1e20 + x, 0.7, 1.0)
    assert slope.value == 0
    assert slope.hidden == pytest.approx(1e20 * EPS / STEPS[0])
    assert slope_of(np.sin, 0.7, 1.0).hidden == 0


# --------------------------------------------------------------------------------------------- kinks, jumps, edges


def relu(x):
    return np.maximum(x, 0)


@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [
        pytest.param(relu, 0.0, (0, 1), id="relu"),
        pytest.param(np.abs, 0.0, (-1, 1), id="abs"),
        pytest.param(lambda x: -np.abs(x - 0.5), 0.5, (-1, 1), id="a roof"),
        pytest.param(lambda x: np.where(x < 0, np.sin(x), 3 * np.expm1(x)), 0.0, (1, 3), id="curved on both sides"),
    ],
)
@pytest.mark.parametrize("expected", [0.0, 0.4, 7.0])
def test_a_kink_is_found_with_the_slopes_to_both_sides(f, x, slopes, expected):
    low, high, error = slope_of(f, x, expected).kink()
    assert (low, high) == pytest.approx(slopes, abs=1e-6)
    assert abs(low - slopes[0]) <= error + 1e-15
    assert abs(high - slopes[1]) <= error + 1e-15


@pytest.mark.parametrize("distance", [0.5, 1e-3, 1e-5, -1e-5, -1e-3, -0.5])
def test_beside_a_kink_the_slope_there_is_measured(distance):
    expected = float(distance > 0)
    slope = slope_of(relu, distance, expected)
    assert slope.kink() is None
    assert slope.value == pytest.approx(expected, abs=1e-9)
    assert not slope_of(relu, distance, 0.5).agrees(1e-6)


def test_smooth_functions_have_no_kink():
    for f in (np.sin, np.exp, lambda x: np.sqrt(x**2 + 1e-6), lambda x: np.logaddexp(0, 1e3 * x) / 1e3):
        assert slope_of(f, 0.0, 7.0).kink() is None


@pytest.mark.parametrize("f", [np.cbrt, lambda x: np.sqrt(np.abs(x))], ids=["vertical tangent", "cusp"])
def test_an_infinite_slope_grows(f):
    slope = slope_of(f, 0.0, 0.0)
    assert slope.grows()
    assert slope.kink() is None
    assert not slope_of(f, 1e-3, 1.0).grows()


def test_the_edge_of_a_domain_is_named_with_its_side():
    below = slope_of(np.sqrt, 0.0, 0.0)
    assert below.trouble == "the function has no finite value just below it, however near: an edge of its domain"
    assert np.isnan(below.value)
    above = slope_of(np.arccosh, 1.0, 0.0, scale=-1.0)
    assert above.trouble == "the function has no finite value just above it, however near: an edge of its domain"
    alone = slope_of(lambda x: np.where(x == 1, 1.0, np.nan), 1.0, 0.0)
    assert alone.trouble == "the function has no finite value beside the point, however near"
    stuck = slope_of(np.sin, 1e30, 1.0)
    assert stuck.trouble == "no step is small enough, and none smaller can be taken at this precision"
    assert slope_of(np.sqrt, 1e-3, 0.5 / np.sqrt(1e-3)).trouble == ""


def test_a_nearby_jump_is_not_taken_for_noise():
    """The floor jumps at 1; nearer than that the function is x plus a constant."""
    for distance in (1e-2, 1e-4, 1e-6):
        slope = slope_of(lambda x: np.floor(x) + x, 1 + distance, 1.0)
        assert slope.value == pytest.approx(1, abs=1e-8)
        assert slope.noise == 0
        wrong = slope_of(lambda x: np.floor(x) + x, 1 + distance, 1.01)
        assert not wrong.agrees(1e-7)
        assert wrong.remainder_is_of_first_order()


def test_a_coarse_shape_gives_way_to_the_slope_at_the_point():
    """Steps from 1/8 to 1e-4 all see the slope of a large wave; the small one on it has the last word."""

    def f(x):
        return np.sin(x) + 1e-7 * np.sin(1e6 * x)

    truth = float(np.cos(0.7) + 0.1 * np.cos(1e6 * 0.7))
    assert slope_of(f, 0.7, truth).agrees(1e-7)
    assert not slope_of(f, 0.7, np.cos(0.7)).agrees(1e-7)
    step = slope_of(lambda x: x + 1e-9 * np.tanh(1e8 * (x - 0.7)), 0.7, 1.1)
    assert step.value == pytest.approx(1.1, rel=1e-4)


# ---------------------------------------------------------------------------------------------------- the remainder


@pytest.mark.parametrize("factor", [1.001, 0.5, 2.0, -1.0])
@pytest.mark.parametrize(
    ("f", "derivative"), [(np.sin, np.cos), (np.exp, np.exp), (lambda x: x**3, lambda x: 3 * x**2)]
)
def test_the_remainder_is_of_first_order_exactly_where_the_gradient_is_wrong(f, derivative, factor):
    truth = float(derivative(0.7))
    assert slope_of(f, 0.7, factor * truth).remainder_is_of_first_order()
    line = line_of(f, 0.7, truth)
    right = Slope(truth)
    for h in STEPS:  # all of them, beyond what `descend` looks at
        right.add(line.rung(h), truth, 0.0)
    assert not right.remainder_is_of_first_order()


def test_a_remainder_of_second_order_is_no_wrong_gradient():
    slope = Slope(1.0)
    for h in STEPS[:6]:
        rung = Rung(h, 1 + h, floor=1e-15, bend=h * h, low=1.0, high=1 + 2 * h, blur=1e-15, reach=1.0, lost=0.0)
        slope.add(rung, 1.0, 0.1)
    assert not slope.remainder_is_of_first_order()


# ------------------------------------------------------------------------------------------------------ any function


@given(
    c0=st.floats(-1e6, 1e6),
    c1=st.floats(0.1, 10),
    a=st.floats(0.01, 20),
    b=st.floats(-3, 3),
    d=st.floats(-3, 3),
    x=st.floats(-5, 5),
    wrong=st.sampled_from([0.99, 1.1, 2.0, -1.0]),
)
@example(c0=1e6, c1=0.1, a=20.0, b=0.0, d=0.0, x=5.0, wrong=2.0)
def test_the_truth_is_within_the_error_and_wrong_gradients_are_not(c0, c1, a, b, d, x, wrong):
    def f(x):
        return c0 + c1 * np.sin(a * x + b) * np.exp(d * x)

    def derivative(c1, a, b, d, x):
        return c1 * (a * mpmath.cos(a * x + b) + d * mpmath.sin(a * x + b)) * mpmath.exp(d * x)

    truth = exactly(derivative, c1, a, b, d, x)
    size = c1 * (a + abs(d)) * np.exp(d * x)  # of the slope, where the wave is steep
    slope = slope_of(f, x, truth)
    # 4: the error is an estimate. The rest: f itself rounds its argument, a * x + b, which no outside view shows
    inside = 8 * EPS * size * (1 + abs(a * x) + abs(b) + abs(d * x))
    assert abs(slope.value - truth) <= 4 * slope.error + inside
    assert slope.error <= 1e-4 * size + 1e4 * EPS * abs(c0)
    assume(abs(truth) > 0.1 * size and abs(c0) < 1e3 * c1 * np.exp(d * x))
    assert not slope_of(f, x, wrong * truth).agrees(1e-7 * abs(truth))
