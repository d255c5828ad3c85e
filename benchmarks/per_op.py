"""Time per operation, forward and backward, on small arrays and scalars: what the engine itself costs."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from autograd import Tensor
from benchmarks.timing import interleaved, main, number, ratio, table, torch

OPS = 100  # per graph
TARGET = 0.6

Graph = Callable[[Any, Any, Any], Any]


def multiply_add(x: Any, y: Any, library: Any) -> Any:
    for _ in range(OPS // 2):
        x = x * y
        x = x + y
    return x


def tanh(x: Any, y: Any, library: Any) -> Any:
    for _ in range(OPS):
        x = library.tanh(x)
    return x


def mixed(x: Any, y: Any, library: Any) -> Any:
    for _ in range(OPS // 10):
        x = x * y
        x = x + y
        x = x - 0.5
        x = x / 2.0
        x = -x
        x = library.exp(x)
        x = library.tanh(x)
        x = library.maximum(x, y)
        x = x * x
        x = x + 1.0
    return x


GRAPHS: dict[str, Graph] = {"multiply, add": multiply_add, "tanh": tanh, "mixed": mixed}


def measure(graph: Graph, shape: tuple[int, ...], rounds: int, calls: int) -> dict[str, tuple[float, float]]:
    """Microseconds per operation, forward and backward, of each library.

    Backward is what `backward` adds to a forward pass in the same round. Both libraries start from given ones and
    their leaves keep adding up gradients.
    """
    rng = np.random.default_rng(0)
    a, b = (np.asarray(rng.uniform(0.5, 0.9, shape), np.float32)[()] for _ in range(2))
    ones = np.ones_like(a)[()]
    x, y = Tensor(a), Tensor(b)
    functions: dict[str, Callable[[], Any]] = {
        "chainrule forward": lambda: graph(x, y, np),
        "chainrule both": lambda: graph(x, y, np).backward(gradient=ones),
    }
    if torch is not None:
        p, q, one = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True), torch.tensor(ones)
        functions["PyTorch forward"] = lambda: graph(p, q, torch)
        functions["PyTorch both"] = lambda: graph(p, q, torch).backward(one)
    times = interleaved(functions, rounds, calls)
    result = {}
    for library in ("chainrule", "PyTorch"):
        if f"{library} both" in times:
            forward, both = times[f"{library} forward"], times[f"{library} both"]
            backward = [t - f for t, f in zip(both, forward, strict=True)]
            result[library] = median(forward) / OPS * 1e6, median(backward) / OPS * 1e6
    return result


def report(quick: bool = False) -> str:
    """Measure every graph on float32 arrays of 8 entries and on float32 scalars."""
    rounds, calls = (2, 1) if quick else (60, 10)
    threads = torch.get_num_threads() if torch is not None else 1
    rows = []
    try:
        if torch is not None:
            torch.set_num_threads(1)
        for shape, of in (((8,), "(8,)"), ((), "scalar")):
            for name, graph in GRAPHS.items():
                found = measure(graph, shape, rounds, calls)
                ours = found["chainrule"]
                theirs = found.get("PyTorch", (None, None))
                cells = [
                    cell
                    for mine, other in zip(ours, theirs, strict=True)
                    for cell in (number(mine), number(other), ratio(mine, other))
                ]
                rows.append([f"{name}, {of}", *cells])
    finally:
        if torch is not None:
            torch.set_num_threads(threads)
    header = ["us per operation", *("forward", "PyTorch", "ratio"), *("backward", "PyTorch", "ratio")]
    return (
        f"## One operation\n\nGraphs of {OPS} operations on float32, PyTorch on one thread; medians of {rounds} "
        f"interleaved rounds. Backward is what it adds to a forward pass. Target: a ratio of at most {TARGET}.\n\n"
        + table(header, rows)
    )


if __name__ == "__main__":
    main(report)
