"""Prove gradients: `gradcheck` and its kin compare them with finite differences.

`strategies` (Hypothesis) and the pytest plugin are loaded when they are asked for.
"""

from autograd.errors import GradientCheckError
from autograd.testing.check import assert_gradients, gradcheck, gradgradcheck
from autograd.testing.report import Entry, GradcheckReport, Verdict
from autograd.testing.rule import check_rule

__all__ = [
    "Entry",
    "GradcheckReport",
    "GradientCheckError",
    "Verdict",
    "assert_gradients",
    "check_rule",
    "gradcheck",
    "gradgradcheck",
]
