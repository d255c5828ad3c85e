"""What the `gradcheck` fixture gives a test; the plugin itself is `pytest_chainrule.py`, which loads this on demand."""

from __future__ import annotations

import shlex
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd.errors import DataError, GradientCheckError
from autograd.testing.check import gradcheck
from autograd.testing.report import GradcheckReport

__all__ = ["checker"]


def checker(request: pytest.FixtureRequest) -> Callable[..., GradcheckReport]:
    """`gradcheck` for one test: with the options of its marks, a generator of its own, and any doubt a failure."""
    seed = request.config.getoption("gradcheck_seed")
    marks = list(request.node.iter_markers("gradcheck"))
    for mark in marks:
        if mark.args:
            raise DataError(f"@pytest.mark.gradcheck{mark.args}: it takes keywords, such as gradcheck(order=2).")
    marked = {key: value for mark in reversed(marks) for key, value in mark.kwargs.items()}  # the closest has the word

    def check(f: Callable[..., Any], *args: Any, **options: Any) -> GradcheckReport:
        __tracebackhide__ = True  # the failure is shown at the test's own line
        rng = np.random.default_rng([seed, zlib.crc32(request.node.nodeid.encode())])
        report = gradcheck(f, *args, **{"rng": rng, **marked, **options, "raise_on_failure": False})
        if not report:
            again = f"pytest {shlex.quote(request.node.nodeid)} --gradcheck-seed={seed}"
            raise GradientCheckError(f"{report}\nto repeat: {again}")
        return report

    return check
