"""Measurements side by side with PyTorch eager, HIPS autograd and plain NumPy, in one run on one machine.

`python -m benchmarks` runs all and writes docs/benchmarks.md; `python -m benchmarks.per_op [--quick]` runs one. Each
module has `report(quick)`, which measures and returns its section of the page; `timing` is what they share.
"""
