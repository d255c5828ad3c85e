"""Run every benchmark, print the page, and write it to docs/benchmarks.md; with `--quick` only print."""

from __future__ import annotations

import datetime as dt
import sys

from benchmarks import hips, import_time, keras_fit, long_chain, memory, per_op, trainer, training
from benchmarks.timing import ROOT, torch
from nn.recipes.machine import machine


def setting() -> str:
    """Machine, date and versions."""
    other = "without PyTorch" if torch is None else f"PyTorch {torch.__version__}"
    return f"{machine()}, {other}; {dt.date.today()}."


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    page = f"# Benchmarks\n\n`make bench` measured and wrote this page.\n\n{setting()}\n"
    print(page)
    for benchmark in (per_op, hips, training, trainer, keras_fit, long_chain, import_time, memory):
        section = benchmark.report(quick)
        print(section, end="\n\n", flush=True)
        page += f"\n{section}\n"
    if not quick:
        (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
