"""Memory that a forward and backward pass takes, next to the same derivative written by hand in plain NumPy."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor
from benchmarks.timing import main, number, table


class Case(NamedTuple):
    """A function of arrays, and by hand a function that returns its value and gradients."""

    name: str
    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    arity: int


def multiply_by_hand(x: Any, y: Any) -> Any:
    return np.sum(x * y), (y.copy(), x.copy())


def tanh_by_hand(x: Any) -> Any:
    y = np.tanh(x)
    return np.sum(y), (1 - y * y,)


def chain_by_hand(x: Any) -> Any:
    y = np.exp(x)
    z = np.tanh(y)
    return np.sum(z), ((1 - z * z) * y,)


def matmul_by_hand(x: Any, y: Any) -> Any:
    z = x @ y
    g = np.broadcast_to(np.float32(1), z.shape)
    return np.sum(z), (g @ y.T, x.T @ g)


CASES = [
    Case("sum(x * y)", lambda x, y: np.sum(x * y), multiply_by_hand, 2),
    Case("sum(tanh(x))", lambda x: np.sum(np.tanh(x)), tanh_by_hand, 1),
    Case("sum(tanh(exp(x)))", lambda x: np.sum(np.tanh(np.exp(x))), chain_by_hand, 1),
    Case("sum(x @ y)", lambda x, y: np.sum(x @ y), matmul_by_hand, 2),
]


def peak(function: Callable[[], Any]) -> int:
    """The bytes that a call allocates at its peak, above what was there before."""
    gc.collect()
    tracemalloc.start()
    try:
        result = function()
        highest = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    del result
    return highest


def value_and_gradients(case: Case, tensors: list[Tensor]) -> Any:
    y = case.function(*tensors)
    y.backward()
    return y


def report(quick: bool = False) -> str:
    """Measure each case on square float32 arrays, in units of one such array."""
    side = 64 if quick else 2048
    rng = np.random.default_rng(0)
    rows = []
    for case in CASES:
        arrays = [rng.standard_normal((side, side), dtype=np.float32) for _ in range(case.arity)]
        tensors = [Tensor(array) for array in arrays]
        peaks = [
            peak(call) / arrays[0].nbytes
            for call in (
                lambda case=case, tensors=tensors: case.function(*tensors),
                lambda case=case, tensors=tensors: value_and_gradients(case, tensors),
                lambda case=case, arrays=arrays: case.by_hand(*arrays),
            )
        ]
        rows.append([f"`{case.name}`", *(number(value) for value in peaks), number(peaks[1] / peaks[2])])
    header = ["in arrays", "forward, peak", "with backward, peak", "plain NumPy by hand, peak", "ratio"]
    return (
        f"## Memory\n\nAllocated at the peak for value and gradients of float32 arrays of {side} x {side}, in units of "
        f"one such array; the arguments themselves are not counted, the gradients are.\n\n" + table(header, rows)
    )


if __name__ == "__main__":
    main(report)
