"""The pytest plugin, in projects that pytest's `pytester` makes: the fixture, its marker, its seed, its cost."""

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import INSTALLED

ROOT = Path(__file__).parents[2]
# where chainrule is installed, pytest finds the plugin by itself, and would refuse to take it twice
PLUGIN = [] if INSTALLED else ["-p", "pytest_chainrule"]

TESTS = """
    import numpy as np
    import pytest

    X = np.array([0.3, 0.4])

    def wrong(x):
        return 3 * x
"""
TWO_ORDERS = """
    import autograd as ag

    square = ag.primitive(lambda x: x**2)
    twice = ag.primitive(lambda x: 2 * x)
    ag.vjp_rule(square, lambda g, y, x: g * twice(x))
    ag.vjp_rule(twice, lambda g, y, x: g * 3)  # wrong at the second order alone
"""


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    if PLUGIN:  # put it where the distribution does: beside the packages
        shutil.copy(ROOT / "autograd" / "testing" / "pytest_chainrule.py", pytester.path)
        pytester.syspathinsert()
        monkeypatch.delitem(sys.modules, "pytest_chainrule", raising=False)
        monkeypatch.setenv("PYTHONPATH", f"{pytester.path}{os.pathsep}{ROOT}")
    return pytester


def run(project, *options, tests=None):
    """Run tests in this process; `tests` is their source."""
    if tests is not None:
        project.makepyfile(test_it="\n".join(tests))
    return project.runpytest_inprocess(*PLUGIN, *options)


def repeat_line(result):
    command, *_ = re.findall(r"to repeat: (.*)", result.stdout.str())  # under CI the summary has it again
    return shlex.split(command)


def test_the_fixture_returns_the_report_of_a_right_gradient(project):
    test = """
    def test_right(gradcheck):
        report = gradcheck(np.sin, X)
        assert report.checked == 2
        assert report.order == 1
    """
    run(project, tests=[TESTS, test]).assert_outcomes(passed=1)


def test_a_failure_shows_the_users_line_and_the_table_and_nothing_of_ours(project):
    test = """
    def test_wrong(gradcheck):
        gradcheck(lambda x: np.sum(x**2), X, grad=wrong)
    """
    result = run(project, tests=[TESTS, test])
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*gradcheck(lambda x: np.sum(x[*][*]2), X, grad=wrong)",
            "E*GradientCheckError: FAIL: gradient, 2 of 2 entries wrong, * evaluations",
            "E *entry *analytic *numeric *analytic / numeric",
            "E *x[[]0[]] * ± * 1.5",
            "E *x[[]1[]] * ± * 1.5",
            "E *likely cause: x: every entry is 1.5 times what it should be",
            "E *to repeat: pytest test_it.py::test_wrong --gradcheck-seed=0",
            "test_it.py:*: GradientCheckError",
        ]
    )
    result.stdout.no_fnmatch_line("*plugin.py*")
    result.stdout.no_fnmatch_line("*raise GradientCheckError*")


def test_an_inconclusive_report_fails_the_test(project):
    test = """
    def test_edge(gradcheck):
        gradcheck(np.sqrt, np.array([0.0, 1.0]))
    """
    result = run(project, tests=[TESTS, test])
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*GradientCheckError: INCONCLUSIVE: gradient, 1 of 2 entries inconclusive, *"])


def test_raise_on_failure_does_not_silence_the_fixture(project):
    test = """
    def test_wrong(gradcheck):
        gradcheck(lambda x: np.sum(x**2), X, grad=wrong, raise_on_failure=False)
    """
    run(project, tests=[TESTS, test]).assert_outcomes(failed=1)


def test_options_come_from_the_mark_and_the_call_overrides_them(project):
    test = """
    @pytest.mark.gradcheck(order=2)
    def test_second_order_is_wrong(gradcheck):
        gradcheck(square, X)

    @pytest.mark.gradcheck(order=2)
    def test_first_order_is_right(gradcheck):
        assert gradcheck(square, X, order=1).order == 1

    @pytest.mark.gradcheck(rtol=0.9)
    def test_tolerances_too(gradcheck):
        gradcheck(lambda x: np.sum(x**2), X, grad=wrong)
    """
    result = run(project, "-v", "--strict-markers", tests=[TESTS, TWO_ORDERS, test])
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*test_second_order_is_wrong FAILED*", "E*FAIL: gradient of order 2, *"])


def test_marks_of_classes_and_modules_hold_inside_and_the_nearest_wins(project):
    test = """
    pytestmark = pytest.mark.gradcheck(order=2, samples=1)

    def test_module(gradcheck):
        assert gradcheck(np.tanh, X).order == 2

    @pytest.mark.gradcheck(order=3)
    class TestClass:
        def test_class(self, gradcheck):
            assert gradcheck(np.tanh, X).order == 3

        @pytest.mark.gradcheck(order=1)
        def test_method(self, gradcheck):
            report = gradcheck(np.tanh, np.linspace(0.1, 1, 100))
            assert report.order == 1
            assert len(report.entries) == 1  # what the nearer marks do not say, the farther one does
    """
    run(project, tests=[TESTS, test]).assert_outcomes(passed=3)


DRAWS = """
    @pytest.mark.gradcheck(samples=6)
    def test_draws(gradcheck):
        print("drawn", [entry.index for entry in gradcheck(np.tanh, np.linspace(0.1, 1, 1000)).entries])

    @pytest.mark.gradcheck(samples=6)
    def test_other_draws(gradcheck):
        print("drawn", [entry.index for entry in gradcheck(np.tanh, np.linspace(0.1, 1, 1000)).entries])
"""


def test_the_seed_changes_the_draws_and_stands_in_the_header(project):
    def drawn(*options):
        result = run(project, "-s", *options, tests=[TESTS, DRAWS])
        result.assert_outcomes(passed=2)
        return re.findall(r"drawn (.*)", result.stdout.str()), result.stdout.str()

    first, header = drawn("--gradcheck-seed=1")
    assert "gradcheck: seed 1" in header
    assert drawn("--gradcheck-seed=1")[0] == first
    assert len(set(first)) == 2  # every test draws its own
    assert set(drawn("--gradcheck-seed=2")[0]).isdisjoint(first)
    unseeded, header = drawn()
    assert "gradcheck: seed" not in header
    assert drawn("--gradcheck-seed=0")[0] == unseeded


def test_the_line_to_repeat_a_failure_repeats_it_alone(project):
    test = """
    @pytest.mark.gradcheck(samples=5)
    @pytest.mark.parametrize("name", ["plain", "it's [odd] \\"$HOME\\""])
    class TestWrong:
        def test_wrong(self, gradcheck, name):
            if "odd" in name:
                gradcheck(lambda x: np.sum(x**2), np.linspace(1, 2, 1000), grad=wrong)
    """
    first = run(project, "--gradcheck-seed=7", tests=[TESTS, test])
    first.assert_outcomes(passed=1, failed=1)
    program, *arguments = repeat_line(first)
    assert program == "pytest"
    assert arguments[-1] == "--gradcheck-seed=7"
    again = run(project, *arguments)
    again.assert_outcomes(failed=1)

    def table(result):
        return [line for line in result.stdout.lines if re.match(r"E +x\[", line)]

    assert len(table(first)) >= 5
    assert table(again) == table(first)


def test_it_works_in_the_workers_of_xdist(project):
    pytest.importorskip("xdist")
    test = """
    @pytest.mark.gradcheck(order=2)
    @pytest.mark.parametrize("i", range(4))
    def test_one_of_four(gradcheck, i):
        gradcheck(lambda x: np.sum(x**2), X) if i else gradcheck(lambda x: np.sum(x**2), X, order=1, grad=wrong)
    """
    project.makepyfile(test_it=f"{TESTS}\n{test}")
    result = project.runpytest_subprocess(*PLUGIN, "-n2", "--gradcheck-seed=5")
    result.assert_outcomes(passed=3, failed=1)
    assert repeat_line(result) == ["pytest", "test_it.py::test_one_of_four[0]", "--gradcheck-seed=5"]


def test_no_warning_comes_of_it_and_nothing_heavy_before_a_test_asks(project):
    project.makeconftest(
        """
        import sys

        assert not {"autograd", "nn"} & set(sys.modules)

        def pytest_runtest_logreport(report):
            if report.when == "call":
                print("autograd loaded:", "autograd" in sys.modules)
        """
    )
    test = """
    def test_nothing():
        assert True

    @pytest.mark.gradcheck(order=2)
    def test_right(gradcheck):
        gradcheck(np.tanh, X)
    """
    project.makepyfile(test_it=f"{TESTS}\n{test}")
    result = project.runpytest_subprocess(*PLUGIN, "-s", "-W", "error", "--strict-markers", "--strict-config")
    result.assert_outcomes(passed=2)
    assert re.findall(r"autograd loaded: (\w+)", result.stdout.str()) == ["False", "True"]
    program = "import sys, pytest; before = {*sys.modules}; import pytest_chainrule; print(*{*sys.modules} - before)"
    assert project.run(sys.executable, "-c", program).stdout.lines == ["pytest_chainrule"]


def test_a_marker_without_keywords_is_refused(project):
    test = """
    @pytest.mark.gradcheck(2)
    def test_right(gradcheck):
        gradcheck(np.tanh, X)
    """
    result = run(project, tests=[TESTS, test])
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*it takes keywords, such as gradcheck(order=2)*"])


def test_the_marker_and_the_option_are_documented(project):
    result = run(project, "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.gradcheck([*][*]options): options for the gradcheck fixture*"])
    result = run(project, "--help")
    result.stdout.fnmatch_lines(["*--gradcheck-seed=SEED*", "*seed of the random choices of gradcheck; default 0*"])
