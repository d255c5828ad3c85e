"""Prove gradients: `gradcheck` and its kin compare them with differences, `strategies` draws inputs and whole programs.

`strategies` needs Hypothesis and is loaded on first use; `plugin.py` is loaded by pytest.
"""

from importlib import import_module
from typing import Any

from autograd.errors import GradientCheckError
from autograd.testing.check import assert_gradients, gradcheck, gradgradcheck
from autograd.testing.programs import Program, Step
from autograd.testing.report import Entry, GradcheckReport, Verdict
from autograd.testing.rule import check_rule

__all__ = [
    "Entry",
    "GradcheckReport",
    "GradientCheckError",
    "Program",
    "Step",
    "Verdict",
    "assert_gradients",
    "check_rule",
    "gradcheck",
    "gradgradcheck",
]


def __dir__() -> list[str]:
    return [*__all__, "strategies"]


def __getattr__(name: str) -> Any:
    """Load the strategies on first use: they need Hypothesis, which gradient checks do not."""
    if name == "strategies":
        return import_module("autograd.testing.strategies")
    raise AttributeError(f"module 'autograd.testing' has no attribute {name!r}")
