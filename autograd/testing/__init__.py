"""Prove gradients: `gradcheck` compares this engine's with central differences."""

from autograd.errors import GradientCheckError
from autograd.testing.check import GradcheckReport, Mismatch, gradcheck

__all__ = ["GradcheckReport", "GradientCheckError", "Mismatch", "gradcheck"]
