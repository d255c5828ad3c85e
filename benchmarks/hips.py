"""Programs written for HIPS autograd, on it and on this engine: the same text, the same numbers, and the time of each.

Both packages are called autograd, so each has a process and an environment of its own, and HIPS's is never installed
beside this project: the first run makes it in ``.venv-hips``, with the NumPy that is here. ``python -m benchmarks.hips
--python PATH`` names another Python that has it; with ``--quick`` nothing is installed.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from statistics import median
from typing import NamedTuple

import numpy as np

from benchmarks.timing import ROOT, number, ratio, table
from benchmarks.workers import KEPT_HEAP, Worker, environment, threads

__all__ = ["report"]

PACKAGES = ("autograd==1.9.1", "scipy", f"numpy=={np.__version__}")
TARGET = 0.5
HOME = ROOT / ".venv-hips"
WORKER = ROOT / "benchmarks" / "hips_worker.py"
CHAIN_OPS = 1600  # of the program below, whose time is given per operation


class Program(NamedTuple):
    """What the page says of a program of `hips_worker`, its calls in a round, and by what its time is divided."""

    title: str
    calls: int
    parts: int = 1


PROGRAMS = {
    "logistic regression": Program("logistic regression, 1000 x 50: gradient", 50),
    "logistic regression, logaddexp": Program("the same, by `np.logaddexp`", 50),
    "multi-layer perceptron": Program("MLP 64-128-128-10, batch 64: loss and gradient", 15),
    "Hessian-vector product": Program("Rosenbrock, 50 variables: Hessian-vector product", 40),
    "Hessian": Program("Rosenbrock, 50 variables: Hessian", 4),
    "chain of scalars": Program(f"{CHAIN_OPS:,} scalar operations in a chain, per operation", 2, CHAIN_OPS),
}


def difference(ours: list[float], theirs: list[float]) -> float:
    """The largest difference of two results, relative to their largest number."""
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} numbers, and {len(theirs)} of HIPS")
    return float(np.max(np.abs(np.subtract(ours, theirs))) / np.max(np.abs(theirs)))


def measure(workers: dict[str, Worker], name: str, program: Program, rounds: int) -> list[str]:
    """The row of one program: every round asks each library in turn."""
    values = [worker.ask("value", name) for worker in workers.values()]
    error = f"{difference(*values):.0e}" if len(values) == 2 else ""
    times: dict[str, list[float]] = {library: [] for library in workers}
    for _ in range(rounds):
        for library, worker in workers.items():
            times[library].append(worker.ask("time", name, program.calls))
    ours, *theirs = [median(times[library]) / program.parts * 1e6 for library in workers]
    other = theirs[0] if theirs else None
    return [program.title, number(ours), number(other), ratio(ours, other), error]


def report(quick: bool = False, python: str | None = None) -> str:
    """Run every program on both; HIPS's columns stay empty where it is not to be had."""
    rounds = 2 if quick else 40
    pythons = {"chainrule": sys.executable, "hips": python or environment(HOME, PACKAGES, quick)}
    with ExitStack() as stack:
        workers = {
            library: Worker(WORKER, library, path, threads(1) | KEPT_HEAP, stack)
            for library, path in pythons.items()
            if path
        }
        versions = f", HIPS autograd {workers['hips'].version}" if "hips" in workers else ""
        rows = [measure(workers, name, program, rounds) for name, program in PROGRAMS.items()]
    header = ["us", "chainrule", "HIPS autograd", "ratio", "difference"]
    return (
        f"## Programs for HIPS autograd\n\nThe same text on both{versions}, in processes of their own on one thread, "
        f"from scratch at each call; medians of processor time in {rounds} interleaved rounds. The difference is that "
        f"of the results, relative to their largest number. Target: a ratio of at most {TARGET}.\n\n"
        + table(header, rows)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", metavar="PATH", help="a Python that has HIPS autograd")
    parser.add_argument("--quick", action="store_true", help="too short to trust; installs nothing")
    options = parser.parse_args()
    print(report(options.quick, options.python))


if __name__ == "__main__":
    main()
