"""Every benchmark runs and makes its table; nothing is timed here."""

import sys

import pytest

from benchmarks import gradient_checkers, hips, import_time, keras_fit, long_chain, memory, per_op, trainer
from benchmarks.gradient_cases import CORRECT, ONE_ZEROED, WRONG
from benchmarks.timing import table


@pytest.mark.parametrize(
    "benchmark", [hips, import_time, keras_fit, long_chain, memory, per_op, trainer], ids=lambda module: module.__name__
)
def test_benchmark_makes_a_table(benchmark) -> None:
    lines = benchmark.report(quick=True).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert lines[0].startswith("## ")
    assert len(rows) > 2
    assert len({row.count("|") for row in rows}) == 1


def test_table_is_markdown() -> None:
    assert table(["", "ms"], [["numpy", "1.0"]]) == "|  | ms |\n| --- | ---: |\n| numpy | 1.0 |"


def test_a_checker_judges_the_cases_in_a_process_of_its_own() -> None:
    found = gradient_checkers.run("chainrule", sys.executable, every=50)
    assert found is not None
    assert set(found["verdicts"]) == {case.name for case in [*CORRECT, *WRONG, *ONE_ZEROED][::50]}
    assert set(found["verdicts"].values()) <= {"accepted", "refused", "inconclusive", "repaired"}


def test_a_checker_that_is_not_there_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert gradient_checkers.run("hips", "no-such-python") is None
    assert "hips is left out: there is no no-such-python" in capsys.readouterr().err


def test_the_page_counts_verdicts_by_kind() -> None:
    def result(of_wrong: str) -> dict[str, object]:
        verdicts = {case.name: "accepted" for case in CORRECT} | {case.name: of_wrong for case in [*WRONG, *ONE_ZEROED]}
        return {"version": "1", "verdicts": verdicts, "repairs": {WRONG[0].name: "accepted"}, "errors": {}}

    page = gradient_checkers.page({"chainrule": result("inconclusive"), "jax": result("refused")})
    lines = page.splitlines()
    correct, wrong = len(CORRECT), len(WRONG)
    assert f"| **all** | {correct} | {correct} | 0 |  |  |  | {correct} |" in lines
    assert f"| **all** | {wrong} | 0 | {wrong} |  |  |  | {wrong} |" in lines
    assert f"| **of them, with the correct one accepted** | {wrong} | 0 |  |  |  |  | 1 |" in lines
    assert "| one of 1000 | 40 | 0 | 40 |  |  |  | 40 |" in lines
    assert f"- {WRONG[0].kind}: {WRONG[0].name} (inconclusive)" in lines
