"""A chain of a million scalar operations: time to build, to run backward, to delete, and the memory that it takes."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.timing import ROOT, main, number, table, torch

OPS = 1_000_000
LIMIT_MB = 1000


def report(quick: bool = False) -> str:
    """Run the chain in a fresh process for each library."""
    ops = 1000 if quick else OPS
    rows = []
    for library in ("chainrule", *(["PyTorch"] if torch is not None else [])):
        command = [sys.executable, "-m", "benchmarks.chain_worker", library, str(ops)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found = json.loads(result.stdout)
        times = [number(found[phase]) for phase in ("forward", "backward", "deletion")]
        rows.append([library, *times, number(found["memory"], 0), number(found["memory"] - found["empty"], 0)])
    header = ["", "forward, s", "backward, s", "deletion, s", "peak memory, MB", "of it the graph's, MB"]
    return (
        f"## A chain of {ops:,} scalar operations\n\nEach library in a fresh process. Memory is resident memory at its "
        f"peak, with the interpreter and the libraries; limit: {LIMIT_MB:,} MB.\n\n" + table(header, rows)
    )


if __name__ == "__main__":
    main(report)
