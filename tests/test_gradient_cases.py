"""The published cases are honest: each correct rule is the derivative, to the digit; each wrong one is not."""

from collections import Counter

import numpy as np
import pytest

from benchmarks.gradient_cases import CORRECT, ONE_ZEROED, WRONG
from tests.precise import disagreement, tolerance


def random_like(out, rng):
    """A cotangent between 0.5 and 1.5 in size, so that none of its entries hides an error."""
    g = rng.uniform(0.5, 1.5, np.shape(out)) * rng.choice([-1, 1], np.shape(out))
    g = g + 1j * rng.uniform(0.5, 1.5, np.shape(out)) if np.iscomplexobj(out) else g
    return np.asarray(g).astype(np.asarray(out).dtype)


def error_of(case, rule):
    """What is wrong with `rule` in the place of the rule of `case`."""
    rng = np.random.default_rng(7)
    g = random_like(case.f(*case.args), rng)
    with np.errstate(all="ignore"):
        return disagreement(case.f, case.args, g, rule(g, *case.args), tolerance(case.dtype))


def error_of_second(case, rule):
    """What is wrong with `rule` as the rule of the rule of `case`."""
    rng = np.random.default_rng(7)
    g, gg = random_like(case.f(*case.args), rng), random_like(case.args[0], rng)
    gradients = rule(gg, g, *case.args)
    return disagreement(lambda g, x: case.vjp(g, x)[0], (g, *case.args), gg, gradients, tolerance(case.dtype))


def of_order(cases, order):
    return pytest.mark.parametrize(
        "case", [case for case in cases if case.order == order], ids=lambda case: f"{case.kind}: {case.name}"
    )


@of_order(CORRECT, 1)
def test_a_correct_rule_is_the_derivative(case):
    assert not error_of(case, case.vjp)


@of_order(CORRECT, 2)
def test_a_correct_rule_of_order_2_is_the_derivative_of_the_derivative(case):
    assert not error_of(case, case.vjp)
    assert not error_of_second(case, case.second)


@of_order(WRONG, 1)
def test_a_wrong_rule_is_not_the_derivative_and_its_repair_is(case):
    assert not error_of(case, case.repair)
    assert error_of(case, case.vjp)


@of_order(WRONG, 2)
def test_a_wrong_rule_of_order_2_is_right_to_first_order_alone(case):
    assert not error_of(case, case.vjp)
    assert not error_of_second(case, case.repair)
    assert error_of_second(case, case.second)


def test_one_entry_of_each_of_40_is_zeroed():
    assert len({case.name for case in ONE_ZEROED}) == 40
    for case in ONE_ZEROED:
        (planted,), (repaired,) = case.vjp(1.0, *case.args), case.repair(1.0, *case.args)
        (place,) = np.flatnonzero(planted != repaired)
        assert planted[place] == 0
        assert repaired[place] > 0.4


def test_there_are_many_cases_of_many_kinds_and_no_name_twice():
    assert len(CORRECT) >= 200
    assert len(WRONG) >= 120
    assert len({case.kind for case in CORRECT}) >= 20
    assert len({case.kind for case in WRONG}) >= 20
    assert [name for name, count in Counter(case.name for case in [*CORRECT, *WRONG]).items() if count > 1] == []
