"""Hypothesis strategies for code that is differentiated: arrays of every layout, indices, arguments, random programs.

Read in this order: `base.py`, `numbers.py`, `values.py` (arrays and Tensors), `places.py` (indices and axes),
`signatures.py` (the arguments of a function), `expressions.py` (programs).
"""

from autograd.testing.strategies.expressions import programs
from autograd.testing.strategies.places import axes, indices
from autograd.testing.strategies.signatures import grad_inputs
from autograd.testing.strategies.values import arrays, away_from, broadcastable, tensors

__all__ = ["arrays", "away_from", "axes", "broadcastable", "grad_inputs", "indices", "programs", "tensors"]
