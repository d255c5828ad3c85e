"""Code from a graph: `autograd.source` writes the value and the gradients of a function as NumPy code to read and run.

Read `source.py` first; `replay.py` has a training step written down and run again. `spelled`, `checking`, `drawn` and
`watched` are for packages with primitives of their own, such as `nn`: importing this brings nothing else.
"""

from autograd.compile.spelled import checking, drawn, spelled, watched

__all__ = ["checking", "drawn", "spelled", "watched"]
