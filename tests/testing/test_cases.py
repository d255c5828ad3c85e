"""The published cases: every planted error is caught, and hard correct gradients are not refused."""

import pytest

from benchmarks import checker_worker
from benchmarks.gradient_cases import CORRECT, ONE_ZEROED, WRONG

CHECK = checker_worker.of_chainrule()[1]
BY_HAND = checker_worker.of_chainrule_by_hand()[1]
UNTELLABLE = {"upstream gradient: its absolute value", "complex: conj(z), not conjugated"}  # weights are real, positive


BY_HAND_CASES = [
    case for case in [*CORRECT, *WRONG] if case.order == 1 and f"{case.kind}: {case.name}" not in UNTELLABLE
]


def each(cases):
    return [pytest.param(case, id=f"{case.kind}: {case.name}") for case in cases]


@pytest.mark.parametrize("case", each(WRONG))
def test_a_planted_error_is_caught(case):
    # the engine sums a broadcast and casts a dtype before anyone sees it
    assert CHECK(case) == ("repaired" if case.kind in ("shape alone", "dtype alone") else "refused")


@pytest.mark.parametrize("case", each(ONE_ZEROED))
def test_one_zeroed_entry_of_a_thousand_is_caught(case):
    assert CHECK(case) == "refused"


@pytest.mark.parametrize("case", each(CORRECT))
def test_a_correct_gradient_is_not_refused(case):
    assert CHECK(case) == "accepted"


@pytest.mark.parametrize("case", each(BY_HAND_CASES))
def test_a_gradient_written_by_hand_is_judged_as_well(case):
    verdict = BY_HAND(case)
    assert verdict in ("accepted", "inconclusive") if case.correct else verdict == "refused"
