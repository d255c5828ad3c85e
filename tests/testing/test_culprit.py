"""Which rule is wrong: the operation is named with the argument, the reason and the user's line that called it."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import Verdict, gradcheck, gradgradcheck
from nn import functional
from tests.testing.planted import ruled

X = np.array([0.4, -1.1, 0.8])
LOST = (
    "each recorded operation is right on its own: the gradient may be lost between them, where a value leaves the "
    "graph (`.data`, `stop_gradient`, a conversion to NumPy) or an array is changed in place"
)


def tanh(x):
    return np.tanh(x)


wrong = ruled(tanh, lambda g, y, x: g * (1 - y * y) * 1.01)
wrong_if_negative = ruled(lambda x: x**2, lambda g, y, x: 2 * x * g * np.where(x < 0, 1.2, 1))


def culprit(f, *args, check=gradcheck, **options):
    report = check(f, *args, **options, raise_on_failure=False)
    assert report.verdict is Verdict.FAIL
    assert report.culprit in str(report)
    return report.culprit


def at(marker, file=__file__):
    """How Python's tracebacks write the line of a file that ends with a marker."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    (number,) = [i for i, line in enumerate(lines, 1) if line.endswith(f"# {marker}")]
    return f'  File "{file}", line {number}\n    {lines[number - 1].strip()}'


def test_the_guilty_node_of_a_larger_graph_is_named_with_argument_reason_and_line():
    def f(x):
        for i in range(15):
            x = np.sin(x) + 0.1 * i
        x = wrong(x)  # planted
        for _ in range(15):
            x = 1.1 * np.cos(x)
        return x

    assert culprit(f, X) == (
        "the rule of tanh is wrong for argument 0, called with float64 (3,): "
        "every entry is 1.01 times what it should be\n" + at("planted")
    )


def test_the_line_is_that_of_the_helper_module_that_made_the_call(tmp_path):
    file = tmp_path / "helper.py"
    file.write_text("def step(x, function):\n    y = x + 1\n    return function(y) * 2  # in the helper\n")
    spec = importlib.util.spec_from_file_location("helper", file)
    helper = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(helper)
    assert culprit(lambda x: np.sum(helper.step(x, wrong)), X).endswith(at("in the helper", str(file)))


def test_the_line_is_that_of_the_layer():
    class Activation(nn.Module):
        def forward(self, x):
            return wrong(x)  # in a layer

    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), Activation(), nn.Linear(2, 1))
    text = culprit(lambda model, x: functional.mse_loss(model(x), np.ones((1, 1))), model, X[None])
    assert text.endswith(at("in a layer"))


def test_the_argument_is_counted_as_in_the_call():
    def quotient(x, y):
        return x / y

    half = ruled(quotient, None, lambda g, z, x, y: g * x / y**2)
    assert culprit(lambda x: half(1.0, x), X).startswith(
        "the rule of quotient is wrong for argument 1, called with float64 (3,): "
    )
    both = ruled(np.multiply, lambda g, z, x, y: g * x, lambda g, z, x, y: g * y)
    text = culprit(lambda x: np.sum(both(np.sin(x), np.cos(x))), X)
    assert text.startswith(
        "the rule of multiply is wrong for argument 0 and argument 1, called with float64 (3,), float64 (3,)"
    )


def test_of_several_alike_nodes_the_one_that_shows_the_error_is_named():
    def f(x):
        first = wrong_if_negative(x + 10)
        second = wrong_if_negative(x + 20)
        third = wrong_if_negative(x - 30)  # of several
        return first + second + third

    assert culprit(f, X).endswith(at("of several"))


def test_a_rule_that_is_wrong_in_float32_alone_is_named():
    narrow = ruled(np.exp, lambda g, y, x: g * y * (1.01 if x.dtype == np.float32 else 1))
    assert culprit(lambda x: np.sin(narrow(np.cos(x))), X.astype(np.float32)).startswith(
        "the rule of exp is wrong for argument 0, called with float32 (3,): wrong in float32 alone: "
    )


@pytest.mark.parametrize(
    "f",
    [
        pytest.param(lambda x: x * ag.stop_gradient(np.sin(x)), id="stop_gradient"),
        pytest.param(lambda x: x * x.data if isinstance(x, ag.Tensor) else x * x, id="data"),
        pytest.param(lambda x: np.sin(x) * float(np.exp(np.sum(x)).item()), id="item"),
    ],
)
def test_a_value_that_leaves_the_graph_is_said_to_be_lost_between_right_rules(f):
    assert culprit(f, X) == LOST


def test_the_gradient_is_not_said_to_be_lost_where_a_rule_could_not_be_checked():
    """The square root's own gradient at -1.1 is NaN, and no difference can tell."""
    report = gradcheck(lambda x: np.where(x > 0, np.sqrt(x), 0.0), X, raise_on_failure=False)
    assert report.verdict is Verdict.FAIL
    assert report.culprit == ""


def test_an_error_of_second_order_leads_to_the_rule_inside_the_rule():
    square, twice = ag.primitive(lambda x: x**2), ag.primitive(lambda x: 2 * x)
    ag.vjp_rule(square, lambda g, y, x: g * twice(x))  # second order
    ag.vjp_rule(twice, lambda g, y, x: g * 2.002)
    for options in ({"order": 2}, {"check": gradgradcheck}):
        text = culprit(lambda x: np.sin(square(x)), X, **options)
        assert text.endswith(at("second order"))
        assert "every entry is 1.001 times what it should be" in text


def test_a_wrong_rule_inside_a_checkpoint_is_named():
    inner = ag.checkpoint(lambda x: np.cos(wrong(x)) * 2)  # in a checkpoint
    outer = ag.checkpoint(lambda x: inner(np.sin(x)) + 1)
    for f in (inner, outer):
        assert culprit(lambda x, f=f: f(2 * x) - 3, X).endswith(at("in a checkpoint"))


def test_a_right_checkpoint_is_not_blamed():
    right = ag.checkpoint(lambda x: np.sin(x) * 2)
    assert culprit(lambda x: wrong(right(x)), X).endswith(at("beside a checkpoint"))  # beside a checkpoint
    assert culprit(lambda x: right(x) * ag.stop_gradient(x), X) == LOST


def test_in_a_graph_of_two_thousand_nodes_those_that_look_alike_are_looked_at_once():
    def f(x, last):
        for _ in range(700):
            x = x + 1e-3 * np.sin(x)
        return last(x)

    assert culprit(lambda x: f(x, lambda x: wrong(x + 1)), X).startswith("the rule of tanh ")
    assert culprit(lambda x: f(x, lambda x: x * ag.stop_gradient(x)), X) == ""  # not every node was looked at


def test_nothing_is_said_without_a_graph():
    assert culprit(lambda x: np.sum(x**2), X, grad=lambda x: 3 * x) == ""
    calls, last = [], None

    def f(x):
        calls.append(1)
        if len(calls) == last:
            raise ag.errors.DataError("no more")
        return wrong(x)

    assert culprit(f, X)
    calls, last = [], len(calls)  # the last call is the one that is recorded
    assert culprit(f, X) == ""


def test_a_right_gradient_has_no_culprit():
    assert gradcheck(lambda x: np.sum(np.sin(x) ** 2), X).culprit == ""
