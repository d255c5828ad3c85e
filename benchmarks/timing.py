"""What the benchmarks share: PyTorch if it is there, interleaved repetitions, medians, Markdown tables."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

try:
    import torch
except ImportError:  # its columns stay empty
    torch = None

__all__ = ["ROOT", "Seconds", "interleaved", "main", "number", "ratio", "table", "torch"]

ROOT = Path(__file__).parents[1]
Seconds = float


def seconds(function: Callable[[], Any], calls: int) -> Seconds:
    """The time of one call, averaged over `calls`."""
    start = time.perf_counter()
    for _ in range(calls):
        function()
    return (time.perf_counter() - start) / calls


def interleaved(functions: Mapping[str, Callable[[], Any]], rounds: int, calls: int) -> dict[str, list[Seconds]]:
    """The times of each function in each of `rounds` rounds.

    Every round runs every function, so that what else the machine does falls on all of them. The garbage collector
    stays on: a graph of Python objects pays for it, in a user's program too.
    """
    for function in functions.values():
        seconds(function, calls)
    times: dict[str, list[Seconds]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            times[name].append(seconds(function, calls))
    return times


def ratio(ours: Seconds, theirs: Seconds | None) -> str:
    return "" if theirs is None else f"{ours / theirs:.2f}"


def number(value: float | None, digits: int = 2) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; numbers to the right, the first column to the left."""
    header = list(header)
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(report: Callable[[bool], str]) -> None:
    """The command line of one benchmark: print its section; `--quick` measures too little to trust, in a second."""
    print(report("--quick" in sys.argv[1:]))
