"""`fit` on the MNIST perceptron, here and in Keras on JAX: the time of an epoch.

Keras and JAX are heavy, so they have an environment of their own, which the first run makes in ``.venv-keras``, with
the NumPy that is here. ``python -m benchmarks.keras_fit --python PATH`` names another Python that has them, ``--data
PATH`` the folder of MNIST's files; without it, arrays of its shape stand in. With ``--quick`` nothing is installed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.timing import ROOT, number, ratio, table
from benchmarks.workers import KEPT_HEAP, PAUSE, Worker, environment, threads

__all__ = ["report"]

PACKAGES = ("keras==3.15.1", "jax==0.10.2", f"numpy=={np.__version__}")
TARGET = 1.5
CORES = (1, 2)
HOME = ROOT / ".venv-keras"
WORKER = ROOT / "benchmarks" / "keras_fit_worker.py"


def measure(pythons: dict[str, str], cores: int, folder: str, rounds: int, examples: int) -> tuple[list[str], str, str]:
    """The row for so many cores, Keras's version, and what was trained on: epoch by epoch in turn."""
    own = {"KERAS_BACKEND": "jax", "KERAS_HOME": str(HOME / "home"), "BENCHMARK_CORES": str(cores)}
    with ExitStack() as stack:
        workers = {
            library: Worker(WORKER, library, path, threads(cores) | KEPT_HEAP | own, stack)
            for library, path in pythons.items()
        }
        source = {worker.ask("data", folder, examples) for worker in workers.values()}
        times: dict[str, list[float]] = {library: [] for library in workers}
        for worker in workers.values():
            worker.ask("epoch")  # in which Keras compiles
        for _ in range(rounds):
            for library, worker in workers.items():
                times[library].append(worker.ask("epoch"))
                time.sleep(PAUSE)
        losses = [worker.ask("loss") for worker in workers.values()]
        version = workers["keras"].version if "keras" in workers else ""
    ours, compiled, *theirs = [median(times[library]) for library in workers]
    other = theirs[0] if theirs else None
    row = [
        *(f"{cores} core{'s'[: cores > 1]}", number(ours), number(compiled), number(other)),
        *(ratio(ours, other), ratio(compiled, other), number(TARGET, 1)),
        *(number(losses[0], 3), number(losses[2], 3) if theirs else ""),
    ]
    return row, version, source.pop()


def report(quick: bool = False, python: str | None = None, data: str | None = None) -> str:
    """Train on both; Keras's columns stay empty where it is not to be had."""
    rounds, examples = (1, 640) if quick else (5, 60_000)
    other = python or environment(HOME, PACKAGES, quick)
    own = dict.fromkeys(("chainrule", "compiled"), sys.executable)
    pythons = own | ({"keras": other} if other else {})
    folder = data or os.environ.get("CHAINRULE_DATA", "")
    found = [measure(pythons, cores, folder, rounds, examples) for cores in CORES[: 1 if quick else None]]
    rows, (_, version, source) = [row for row, _, _ in found], found[0]
    header = ["`fit` on", "s", "compiled, s", "Keras, s", "ratio", "compiled", "target", "loss", "Keras, loss"]
    return (
        f"## Epochs of `fit`\n\nThe perceptron 784-128-10 with ReLU and dropout 0.2, Adam, batches of 32, with "
        f"shuffling and accuracy, on {source} in float32{f', against Keras {version}' * bool(version)}, in processes "
        f"of their own; medians of {rounds} interleaved epochs after a first one. Keras compiles its step; compiled is "
        f"`Trainer(..., compile=True)`, which gives the same numbers as without. The loss is that of the last.\n\n"
        + table(header, rows)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", metavar="PATH", help="a Python that has Keras and JAX")
    parser.add_argument("--data", metavar="PATH", type=Path, help="the folder of MNIST's files")
    parser.add_argument("--quick", action="store_true", help="too short to trust; installs nothing")
    options = parser.parse_args()
    print(report(options.quick, options.python, options.data and str(options.data)))


if __name__ == "__main__":
    main()
