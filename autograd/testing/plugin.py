"""The pytest plugin: a `gradcheck` fixture, the marker of the same name, and `--gradcheck-seed`.

pytest loads it by the entry point `chainrule` of the distribution.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd.errors import GradientCheckError
from autograd.testing.check import gradcheck as run
from autograd.testing.report import GradcheckReport

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
def gradcheck(request: pytest.FixtureRequest) -> Callable[..., GradcheckReport]:
    """`autograd.testing.gradcheck` that fails the test unless the verdict is PASS, and returns the report.

    Options come from the test's marker, ``@pytest.mark.gradcheck(order=2)``, and from the call. The generator is seeded
    by ``--gradcheck-seed`` and the test's name, so that every test draws its own numbers, and the same ones each time.
    """
    seed = request.config.getoption("gradcheck_seed")
    marked = {
        key: value for mark in reversed([*request.node.iter_markers("gradcheck")]) for key, value in mark.kwargs.items()
    }

    def check(f: Callable[..., Any], *args: Any, **options: Any) -> GradcheckReport:
        __tracebackhide__ = True  # the failure is shown at the test's own line
        rng = np.random.default_rng([seed, zlib.crc32(request.node.nodeid.encode())])
        report = run(f, *args, **{"rng": rng, **marked, **options, "raise_on_failure": False})
        if not report:
            again = f"pytest {request.node.nodeid!r} --gradcheck-seed={seed}"
            raise GradientCheckError(f"{report}\nto repeat: {again}")
        return report

    return check
