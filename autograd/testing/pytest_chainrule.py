"""The pytest plugin: the `gradcheck` fixture, the marker of the same name, and `--gradcheck-seed`.

pytest loads it at every start, in every project beside which chainrule is installed. So the distribution puts it beside
the packages (pyproject.toml), and it imports nothing of theirs: NumPy and the engine (0.1 s) come with the first test
that asks for the fixture, after the project's conftest.py has set OMP_NUM_THREADS and after coverage has begun.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

__all__ = ["gradcheck", "pytest_addoption", "pytest_configure", "pytest_report_header"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gradcheck", "gradient checks")
    group.addoption(
        "--gradcheck-seed",
        type=int,
        default=0,
        metavar="SEED",
        help="seed of the random choices of gradcheck; default 0",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "gradcheck(**options): options for the gradcheck fixture in this test, such as order=2 or rtol=1e-9"
    )


def pytest_report_header(config: pytest.Config) -> str | None:
    seed = config.getoption("gradcheck_seed")
    return f"gradcheck: seed {seed}" if seed else None


@pytest.fixture
def gradcheck(request: pytest.FixtureRequest) -> Any:
    """`autograd.testing.gradcheck` that fails the test unless the verdict is PASS, and returns the report.

    Options come from the test's marker, ``@pytest.mark.gradcheck(order=2)``, and from the call. The generator is seeded
    by ``--gradcheck-seed`` and the test's name, so that every test draws its own numbers, and the same ones each time.
    """
    return import_module("autograd.testing.plugin").checker(request)  # see above why not at the top
