"""`gradcheck` as a user meets it: what it takes, what it returns, what it prints, what it costs."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, errors
from autograd.testing import Verdict, assert_gradients, check_rule, gradcheck, gradgradcheck
from nn import functional
from tests.testing.planted import report_of, ruled

X = np.array([0.4, -1.1, 0.8])


def planted(*vjps):
    """x * y with the rules given."""
    return ruled(lambda x, y: x * y, *vjps)


# ------------------------------------------------------------------------------------------------------- what it takes


def test_a_right_rule_passes_to_second_order():
    right = planted(lambda g, z, x, y: g * y, lambda g, z, x, y: g * x)
    report = gradcheck(right, X, X[::-1] * 2, order=2)
    assert report.verdict is Verdict.PASS
    assert str(report).startswith("PASS: gradient of order 2, 9 entries, largest relative difference ")


def test_complex_nested_and_narrow_arguments_are_checked():
    z = X + 1j * X[::-1]
    assert gradcheck(lambda z: np.exp(z) * np.conj(z), z, order=2)
    nested = {"w": np.ones((2, 3)), "x": (X,)}
    assert gradcheck(lambda p: {"a": p["w"] @ p["x"][0], "b": p["x"][0] ** 2}, nested, order=2)
    assert gradcheck(lambda x: np.tanh(x) * 3, X.astype(np.float32))
    assert gradcheck(lambda x: np.tanh(x) * 3, X.astype(np.float16))
    assert gradcheck(lambda x, index: x[index], X, np.array([0, 0, 2]))
    assert gradcheck(lambda x, y: x * y, Tensor(X), 2.0)


def test_a_model_is_checked_by_its_parameters_as_argument_and_as_function():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x = X.astype(np.float32)[None]
    parameters = ["0.weight", "0.bias", "2.weight", "2.bias"]
    report = gradcheck(model, x)
    assert report
    assert list(report.verdicts) == [*parameters, "input"]
    report = gradcheck(lambda model, x: np.sum(model(x) ** 2), model, x, order=2)
    assert report
    assert list(report.verdicts) == ["w[0]", *(f"model.{name}" for name in parameters), "x"]
    assert model[0].weight.dtype == np.float32


def test_a_model_keeps_its_state():
    class Counting(nn.Module):
        def __init__(self):
            self.w = nn.Parameter(2.0)
            self.register_buffer("calls", np.zeros(()))

        def forward(self, x):
            self.calls = self.calls + 1
            return self.w * x

    model = Counting()
    assert gradcheck(model, X)
    assert model.calls == 0


def test_any_pair_of_callables_is_checked():
    assert gradcheck(lambda x: np.sum(x**2), X, grad=lambda x: 2 * x)
    assert gradcheck(lambda x: x**2, X, grad=lambda x: np.diag(2 * x))  # a Jacobian
    assert gradcheck(lambda x: x**2, X, grad=lambda x: 2 * x)  # the gradient of the sum
    assert gradcheck(lambda x, y: x @ y, X, 2 * X, grad=lambda x, y: (y, x))
    assert gradcheck(lambda p, i: p["x"][i] * p["y"], {"x": X, "y": 2.0}, 1, grad=lambda p, i: gradient_of_pick(p, i))
    assert not report_of(lambda x: np.sum(x**2), X, grad=lambda x: 2.001 * x)
    assert not report_of(lambda x: np.cumsum(x), X, grad=lambda x: np.triu(np.ones((3, 3))))


def gradient_of_pick(p, i):
    gx = np.zeros(3)
    gx[i] = p["y"]
    return {"x": gx, "y": p["x"][i]}


def test_pytorch_gradients_are_checked_the_same_way():
    torch = pytest.importorskip("torch")

    def f(x):
        return torch.sum(torch.sin(torch.as_tensor(x)) ** 2)

    def grad(x):
        leaf = torch.tensor(x, requires_grad=True)
        f(leaf).backward()
        return leaf.grad

    assert gradcheck(f, X, grad=grad)
    assert not report_of(f, X, grad=lambda x: -grad(x))


def test_of_an_empty_array_there_is_nothing_to_sample():
    assert gradcheck(np.tanh, np.zeros((0, 2)), samples=1, order=2)


def test_samples_add_single_entries_to_projections():
    report = gradcheck(np.tanh, np.linspace(0.1, 1, 100), samples=7)
    assert report.checked == 100
    assert len(report.entries) == 7


def test_what_cannot_be_checked_at_all_is_refused():
    with pytest.raises(errors.DataError, match=r"write 2\.0 instead of 2"):
        gradcheck(np.sin, 2)
    for options in ({"samples": 0}, {"order": 0}, {"order": 1.5}):
        with pytest.raises(errors.DataError, match="both are whole numbers, at least 1"):
            gradcheck(np.sin, X, **options)
    for options in ({"rtol": -1}, {"atol": "a"}, {"rtol": np.nan}):
        with pytest.raises(errors.DataError, match="a tolerance is a number, at least 0"):
            gradcheck(np.sin, X, **options)
    with pytest.raises(errors.DataError, match=r"check the gradient as f"):
        gradcheck(np.sin, X, grad=np.cos, order=2)
    with pytest.raises(errors.DataError, match=r"returned 1 arrays for 2 floating arguments"):
        gradcheck(lambda x, y: np.sum(x * y), X, X, grad=lambda x, y: y)
    with pytest.raises(errors.DataError, match=r"the function comes first, and this is float64 \(3,\)"):
        gradcheck(X, np.sin)
    with pytest.raises(errors.DataError, match=r"was given int64 array: .*x\.astype\(float\)"):
        gradcheck(np.sin, np.arange(3))
    with pytest.raises(errors.DataError, match="both are whole numbers"):
        gradgradcheck(np.sin, X, samples=0)
    with pytest.raises(errors.DataError, match="takes arrays, not a model"):
        gradcheck(nn.Linear(3, 1), X, grad=lambda x: x)


# ------------------------------------------------------------------------------------------------------ what it returns


def test_a_failure_raises_and_an_inconclusive_report_is_false():
    wrong = planted(lambda g, z, x, y: g * y, lambda g, z, x, y: -g * x)
    with pytest.raises(errors.GradientCheckError, match="FAIL: gradient, 3 of 6 entries wrong"):
        gradcheck(wrong, X, X)
    report = gradcheck(np.sqrt, np.array([0.0, 1.0]))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert not report
    (verdicts,) = report.verdicts.values()
    assert verdicts.tolist() == [Verdict.INCONCLUSIVE, Verdict.PASS]
    with pytest.raises(errors.GradientCheckError, match="an edge of its domain"):
        assert_gradients(np.sqrt, np.array([0.0, 1.0]))
    assert_gradients(np.sqrt, np.array([1e-300, 1.0]))


def test_an_error_in_the_second_order_alone_is_found_by_order_2_and_by_gradgradcheck():
    square = ag.primitive(lambda x: x**2)
    twice = ag.primitive(lambda x: 2 * x)
    ag.vjp_rule(square, lambda g, y, x: g * twice(x))
    ag.vjp_rule(twice, lambda g, y, x: g * 2.002)
    assert gradcheck(square, X)
    for report in (report_of(square, X, order=2), gradgradcheck(square, X, raise_on_failure=False)):
        assert report.verdict is Verdict.FAIL
        assert "FAIL: gradient of order 2, 3 of 6 entries wrong" in str(report)
        assert report.causes == ["x: every entry is 1.001 times what it should be"]
    with pytest.raises(errors.GradientCheckError):
        gradgradcheck(square, X)


def test_third_order():
    assert gradcheck(np.tanh, X, order=3).order == 3
    assert gradcheck(lambda x: np.sum(x) ** 3, X, order=3)


def test_entries_of_a_complex_argument_are_complex():
    conjugated = ruled(np.square)
    ag.vjp_rule(conjugated, lambda g, y, x: np.conj(2 * x) * g)
    report = report_of(conjugated, X + 1j)
    assert [verdicts.shape for verdicts in report.verdicts.values()] == [(3,)]
    assert [entry.index for entry in report.failures] == [(0,), (1,), (2,)]
    assert all(isinstance(entry.analytic, complex) for entry in report.failures)


def test_the_table_names_argument_index_numbers_and_ratio():
    def product(x, y):
        return x * y

    wrong = ag.primitive(product)
    ag.vjp_rule(wrong, lambda g, z, x, y: g * y, lambda g, z, x, y: g * x * np.array([1, 1, 2.0]))
    report = report_of(wrong, X, X)
    (entry,) = report.failures
    assert (entry.argument, entry.index, entry.name) == (1, (2,), "y[2]")
    assert entry.ratio == pytest.approx(2, rel=1e-9)
    assert entry.error < 1e-9
    lines = str(report).splitlines()
    assert lines[0].startswith("FAIL: gradient, 1 of 6 entries wrong, ")
    assert lines[1].split() == ["entry", "analytic", "numeric", "analytic", "/", "numeric"]
    assert lines[2].split()[0] == "y[2]"
    assert lines[2].split()[-1] == "2"
    assert "±" in lines[2]


def test_a_long_table_is_cut():
    wrong = ruled(np.square)
    ag.vjp_rule(wrong, lambda g, y, x: 3 * g * x)
    text = str(report_of(wrong, np.linspace(1, 2, 40)))
    assert "and 20 more" in text
    assert len(text.splitlines()) < 40


def test_kinks_are_listed_and_a_subgradient_passes():
    report = gradcheck(functional.relu, np.array([0.0, 1.0, -2.0, 0.0]))
    assert report.verdict is Verdict.PASS
    assert [entry.index for entry in report.kinks] == [(0,), (3,)]
    assert "kinks, the gradient is between the slopes to both sides: " in str(report)
    assert not report_of(functional.relu, np.array([0.0]), grad=lambda x: np.array([1.5]))
    assert not gradcheck(functional.relu, np.array([1.0, -2.0])).kinks


@pytest.mark.parametrize("x", [36.0, 40.0])
def test_what_saturates_beside_1_is_inconclusive_and_a_large_gradient_of_a_constant_is_wrong(x):
    report = report_of(lambda x: -np.log(1 / (1 + np.exp(-x))), np.array(x))
    assert report.verdict is not Verdict.FAIL
    assert report_of(lambda x: 0 * x + 3, np.array(x), grad=lambda x: np.array(1.0)).verdict is Verdict.FAIL


def test_a_minimum_of_rounded_terms_is_not_taken_for_a_slope():
    assert gradcheck(np.var, np.array([2.0, 2.0]), order=2)


def test_wrong_entries_beyond_those_that_are_listed_count():
    narrow = ruled(np.exp, lambda g, y, x: g * y * (1.05 if x.dtype == np.float32 else 1))
    x = np.linspace(-1, 1, 300, dtype=np.float32)
    report = report_of(narrow, x, samples=150)
    assert report.verdict is Verdict.FAIL
    assert "300 of 300 entries wrong" in str(report)


def test_a_function_that_raises_beside_the_point_does_not_end_the_check():
    square = ruled(np.square, lambda g, y, x: g * 2 * x * np.array([1, 1.1, 1]))

    def f(x):
        if np.any((x.data if isinstance(x, Tensor) else x) > 1):
            raise ValueError("too large")
        return square(x)

    report = report_of(f, np.array([1.0, 0.5, 0.3]))
    (verdicts,) = report.verdicts.values()
    assert verdicts.tolist() == [Verdict.INCONCLUSIVE, Verdict.FAIL, Verdict.PASS]
    assert "it raises ValueError: too large" in str(report)


def test_an_output_that_does_not_move_is_not_taken_for_one_that_does_not_depend():
    a = np.array([[0.0, 1.0], [2.9, 2e-6]])  # of 8.7, a step beside 3e-9 changes no digit
    assert gradcheck(lambda v: a @ v, np.array([3.0, 3e-9]))
    assert not report_of(lambda v: a @ v, np.array([3.0, 3e-9]), grad=lambda v: a * np.array([[1, 1], [1, 2]]))


def test_the_same_seed_gives_the_same_report_and_another_seed_another_one():
    x = np.linspace(0.1, 1, 100)
    runs = [gradcheck(np.sin, x, samples=3, rng=np.random.default_rng(seed)).entries for seed in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


# -------------------------------------------------------------------------------------------------------- what it costs


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("sizes", "batch"), [((784, 126, 10), 32), ((100, 200, 200, 150, 10), 256)])
def test_a_hundred_thousand_parameters_take_at_most_sixty_evaluations(activation, dtype, sizes, batch):
    rng = np.random.default_rng(0)
    layers = [part for a, b in pairwise(sizes) for part in (nn.Linear(a, b, rng=rng), activation())]
    model = nn.Sequential(*layers[:-1])
    for p in model.parameters():
        p.data = p.data.astype(dtype)
    x, y = rng.normal(size=(batch, sizes[0])).astype(dtype), rng.integers(0, 10, batch)
    calls = 0

    def loss(model):
        nonlocal calls
        calls += 1
        return functional.cross_entropy(model(x), y)

    report = gradcheck(loss, model)
    assert report.checked > 90_000
    assert report.evaluations == calls <= 60
    str(report)
    assert report.evaluations == calls  # a report runs nothing again


def test_one_wrong_entry_of_a_hundred_thousand_is_found_in_logarithmic_time():
    scale = np.random.default_rng(1).normal(size=100_000)

    def gradient(x):
        g = 2 * x * scale
        g[54_321] *= 1.1
        return g

    report = report_of(lambda x: np.sum(x**2 * scale), np.random.default_rng(2).normal(size=100_000), grad=gradient)
    (entry,) = report.failures
    assert entry.index == (54_321,)
    assert entry.ratio == pytest.approx(1.1, rel=1e-6)
    assert report.evaluations < 600
    assert np.sum(report.verdicts["x"] == Verdict.FAIL) == 1


# ----------------------------------------------------------------------------------------------------------- check_rule


def test_check_rule_draws_arguments_where_the_function_is_finite():
    assert check_rule(np.arctan2)
    assert check_rule(np.arccosh)
    assert check_rule(np.sum, axis=-1)
    assert check_rule(np.matmul, np.ones((2, 3)), np.ones((3, 2)))


def test_check_rule_tries_narrow_arrays_and_another_layout():
    narrow = ruled(np.exp)
    ag.vjp_rule(narrow, lambda g, y, x: g * y * (1.01 if x.dtype == np.float32 else 1))
    report = check_rule(narrow, X, raise_on_failure=False)
    assert report.verdict is Verdict.FAIL
    assert "with narrow arguments" in str(report)
    scattered = ruled(np.exp)
    ag.vjp_rule(scattered, lambda g, y, x: g * y * (1 if x.flags.c_contiguous else 1.01))
    with pytest.raises(errors.GradientCheckError, match="with arrays in Fortran's order"):
        check_rule(scattered, np.ones((2, 3)), order=1)


def test_check_rule_says_what_it_cannot_do():
    with pytest.raises(errors.NoRuleError, match="has no derivative rule"):
        check_rule(ag.primitive(lambda x: x))
    with pytest.raises(errors.DataError, match="cannot be guessed; give some"):
        check_rule(np.einsum)
    never = ag.primitive(lambda x: x * np.nan)
    ag.vjp_rule(never, lambda g, y, x: g)
    with pytest.raises(errors.DataError, match=r"no arguments were found where .* is finite; give some"):
        check_rule(never)


def test_what_cancels_to_its_last_digits_at_every_step_is_no_slope() -> None:
    def zero(x: Any) -> Any:
        return np.sum(x - np.mean(x))

    differences = [zero(h * np.array([0.0, 1.0, 0.0])) / h for h in (2.0**-10, 2.0**-20)]
    assert differences[0] == differences[1] != 0  # the steps agree on rounding alone
    assert_gradients(zero, np.zeros(3))


def test_slopes_that_cancel_and_leave_a_cube_are_none() -> None:
    assert gradcheck(lambda x: np.sin(x) - x, 0.0)  # -x**3 / 6, whose differences fall by the square of the step
    assert gradcheck(lambda x: np.sum(np.tanh(x) - x), np.zeros(3))


def test_a_small_wrong_rule_is_no_cancellation() -> None:
    @ag.primitive
    def tiny(x: Any) -> Any:
        return 1e-20 * x

    ag.vjp_rule(tiny, lambda g, y, x: 1.001e-20 * g)
    with pytest.raises(errors.GradientCheckError, match=r"1\.001"):
        gradcheck(lambda x: np.sum(tiny(x)), np.zeros(3))
