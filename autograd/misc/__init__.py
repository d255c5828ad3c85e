"""HIPS autograd's extras: `flatten` nested arrays into a vector, optimizers, fixed points, replayed graphs."""

from autograd.misc.flatten import flatten
from autograd.misc.tracers import const_graph

__all__ = ["const_graph", "flatten"]
