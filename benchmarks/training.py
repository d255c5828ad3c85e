"""Training steps of usual models, next to PyTorch's: the same text, each library in a process of its own."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from statistics import median
from typing import NamedTuple

from benchmarks.timing import ROOT, main, number, ratio, table, torch
from benchmarks.workers import KEPT_HEAP, PAUSE, Worker, threads

__all__ = ["report"]

WORKER = ROOT / "benchmarks" / "training_worker.py"
THREADS = 2
LIBRARIES = ("chainrule", "pytorch")


class Program(NamedTuple):
    """The steps of a program of `training_worker` in a round, and the ratio to reach."""

    calls: int
    target: float


PROGRAMS = {
    "MLP, batch 32": Program(100, 0.9),
    "MLP, batch 128": Program(60, 0.9),
    "tutorial CNN, batch 32": Program(15, 1.0),
    "two-conv CNN, batch 128": Program(2, 1.3),
    "LSTM, batch 64": Program(4, 1.1),
    "RNN loop, batch 32": Program(12, 0.6),
    "GRU loop, batch 32": Program(6, 0.6),
    "GPT, batch 16": Program(5, 1.5),
}


def memory(name: str, library: str) -> float:
    """Megabytes by which a fresh process grows."""
    with ExitStack() as stack:
        worker = Worker(WORKER, library, sys.executable, threads(THREADS), stack)
        grown: float = worker.ask("memory", name)
        assert worker.process.stdin is not None
        worker.process.stdin.close()
    return grown / 2**20


def measure(workers: dict[str, Worker], name: str, program: Program, rounds: int) -> list[str]:
    """The row of one program: every round asks each library in turn."""
    times: dict[str, list[float]] = {library: [] for library in workers}
    for worker in workers.values():
        worker.ask("time", name, program.calls)
    for _ in range(rounds):
        for library, worker in workers.items():
            times[library].append(worker.ask("time", name, program.calls))
            time.sleep(PAUSE)
    ours, *theirs = [median(times[library]) * 1e3 for library in workers]
    other = theirs[0] if theirs else None
    grown = [memory(name, library) for library in workers]
    return [
        *(name, number(ours), number(other), ratio(ours, other), number(program.target, 1)),
        *(number(grown[0], 0), number(grown[1], 0) if theirs else "", ratio(grown[0], grown[1]) if theirs else ""),
    ]


def report(quick: bool = False) -> str:
    """Run every program on both; PyTorch's columns stay empty where it is not installed."""
    rounds = 2 if quick else 20
    with ExitStack() as stack:
        workers = {
            library: Worker(WORKER, library, sys.executable, threads(THREADS) | KEPT_HEAP, stack)
            for library in LIBRARIES
            if library == "chainrule" or torch is not None
        }
        rows = [measure(workers, name, program, rounds) for name, program in PROGRAMS.items()]
        for worker in workers.values():
            assert worker.process.stdin is not None
            worker.process.stdin.close()
    header = ["step", "ms", "PyTorch, ms", "ratio", "target", "peak, MB", "PyTorch, MB", "ratio"]
    return (
        f"## Training steps\n\nForward, backward and update in float32, the same text on both, in processes of their "
        f"own on {THREADS} threads; medians of {rounds} interleaved rounds. The peak is the memory by which a fresh "
        f"process grows in building the model and three steps; it is to be at most PyTorch's.\n\n" + table(header, rows)
    )


if __name__ == "__main__":
    main(report)
