"""How long `import autograd` takes, next to `import numpy`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from statistics import median

from benchmarks.timing import ROOT, main, number, ratio, table

TARGET = 1.3
PROGRAM = "import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"


def import_seconds(module: str, bytecode: str) -> float:
    """The time of the import alone in a fresh interpreter, which keeps compiled modules in the folder `bytecode`."""
    command = [sys.executable, "-c", PROGRAM.format(module=module)]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return float(result.stdout)


def report(quick: bool = False) -> str:
    """Import both in turn, in fresh interpreters, with all modules compiled by a first import."""
    rounds = 2 if quick else 31
    modules = ("numpy", "autograd")
    times: dict[str, list[float]] = {module: [] for module in modules}
    with tempfile.TemporaryDirectory() as bytecode:
        import_seconds("autograd", bytecode)
        for _ in range(rounds):
            for module in modules:
                times[module].append(import_seconds(module, bytecode))
    medians = {module: median(times[module]) for module in modules}
    rows = [
        [f"`import {module}`", number(medians[module] * 1000, 1), ratio(medians[module], medians["numpy"])]
        for module in modules
    ]
    return (
        f"## Import\n\nMedians of {rounds} fresh interpreters each, in turn. Target: a ratio of at most {TARGET}.\n\n"
        + table(["", "ms", "ratio"], rows)
    )


if __name__ == "__main__":
    main(report)
