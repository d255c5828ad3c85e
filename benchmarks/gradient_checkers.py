"""Gradient checkers side by side: which correct gradients each accepts, which wrong ones it catches.

The cases are `benchmarks.gradient_cases`. Each checker runs in a process of its own, with an interpreter of its own,
since one package is called autograd like ours; a checker that is not there gets an empty column. To have them all:

    python -m venv .venv-hips && .venv-hips/bin/pip install autograd scipy
    python -m venv .venv-jax && .venv-jax/bin/pip install jax
    make bench ARGS=--quick        # installs PyTorch beside chainrule
    .venv/bin/python -m benchmarks.gradient_checkers --write docs/gradient_checkers.md

``--python-hips PATH`` and the like name other interpreters; ``--peer jax`` runs one peer alone; ``--quick`` takes every
tenth case; ``--verdicts PATH`` keeps every verdict as JSON.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.gradient_cases import CORRECT, ONE_ZEROED, WRONG, GradientCase
from benchmarks.timing import ROOT, table

__all__ = ["page", "report", "run"]

OURS = {"chainrule": "chainrule", "by-hand": "chainrule"}
PEERS = {"hips": "hips", "pytorch": "pytorch", "pytorch-fast": "pytorch", "jax": "jax"}  # and where their Python is
TITLES = {
    "chainrule": "chainrule",
    "by-hand": "chainrule, grad=",
    "hips": "HIPS autograd",
    "pytorch": "PyTorch",
    "pytorch-fast": "PyTorch, fast_mode",
    "jax": "JAX",
}
INCONCLUSIVE = "inconclusive"
INTRODUCTION = """\
# Gradient checkers

`python -m benchmarks.gradient_checkers --write docs/gradient_checkers.md` measured and wrote this page.

{versions}.

The cases of `benchmarks/gradient_cases`, {correct} correct gradients and {wrong} wrong ones, are given to every checker
as a custom function with a custom rule, and each checker runs with its default settings. A test proves every case with
numbers of a hundred digits. The correct ones are hard on purpose: differences with one fixed step see little at 1e8,
beside a kink, at the edge of a domain or in float32. At a kink, every slope between those of its sides is correct.

An exception that is not the checker's own verdict counts as refused or caught: it is what a user sees. So many of the
cases raised one: {raised}."""
NOTES = """\
To refuse everything is to catch everything: the last row counts a catch only where the checker accepts the correct
gradient of the same function.

\\* Repaired before the checker sees them: the system sums a broadcast or casts a dtype, and the gradient that arrives
is right."""
CAUGHT = ("refused", "error")
Results = Mapping[str, Mapping[str, Any]]  # what `checker_worker` printed, by the name of the checker


def interpreter(place: str) -> str:
    """The Python that has a peer; PyTorch may be beside us."""
    if place in ("chainrule", "pytorch"):
        return sys.executable
    return str(ROOT / f".venv-{place}" / "bin" / "python")


def run(name: str, python: str, every: int = 1) -> dict[str, Any] | None:
    """The verdicts of one checker; None where it cannot be run."""
    command = [python, "-P", str(ROOT / "benchmarks" / "checker_worker.py"), name, str(every)]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    except FileNotFoundError:
        reason = f"there is no {python}"
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines()[-1]
    else:
        found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
        print(f"{found['version']}: {found['seconds']:.0f} s", file=sys.stderr)
        return found
    print(f"{name} is left out: {reason}", file=sys.stderr)
    return None


def columns(results: Results) -> list[str]:
    """The checkers in order: ours as far as they ran, and every peer."""
    return [name for name in TITLES if name in PEERS or name in results]


def count(result: Mapping[str, Any], cases: Iterable[GradientCase], *wanted: str) -> int:
    return sum(result["verdicts"].get(case.name) in wanted for case in cases)


def row(results: Results, cases: Sequence[GradientCase], *wanted: str) -> list[str]:
    """How many of the cases each checker judged as `wanted`; beside ours, how many it left open."""
    cells = [str(len(cases))]
    for name in columns(results):
        if name not in results:
            cells.append("")
            continue
        repaired = count(results[name], cases, "repaired")
        cells.append(f"{count(results[name], cases, *wanted)}" + (f" + {repaired}\\*" if repaired else ""))
        if name in OURS:
            cells.append(str(count(results[name], cases, INCONCLUSIVE)))
    return cells


def told_apart(results: Results, cases: Sequence[GradientCase]) -> list[str]:
    """How many wrong gradients each checker caught where it accepts the correct one of the same function."""
    cells = [str(len(cases))]
    for name in columns(results):
        result = results.get(name)
        both = [case for case in cases if result and result["repairs"].get(case.name) == "accepted"]
        cells.append("" if result is None else str(count(result, both, *CAUGHT)))
        if name in OURS:
            cells.append("")
    return cells


def headed(title: str, results: Results, rows: Iterable[Iterable[str]]) -> str:
    header = [title, "cases"]
    for name in columns(results):
        header += [TITLES[name], INCONCLUSIVE] if name in OURS else [TITLES[name]]
    return table(header, rows)


def by_kind(results: Results, cases: Sequence[GradientCase], *wanted: str) -> list[list[str]]:
    """A row for each kind of case, and one for all."""
    kinds = {case.kind: [other for other in cases if other.kind == case.kind] for case in cases}
    rows = [[kind, *row(results, of_kind, *wanted)] for kind, of_kind in kinds.items()]
    return [*rows, ["**all**", *row(results, cases, *wanted)]]


def misjudged(result: Mapping[str, Any], cases: Iterable[GradientCase], *wanted: str) -> str:
    """What a checker got wrong, or left open, by name."""
    verdicts = result["verdicts"]
    lines = [
        f"- {case.kind}: {case.name}" + (f" ({INCONCLUSIVE})" if verdicts[case.name] == INCONCLUSIVE else "")
        for case in cases
        if verdicts.get(case.name, "repaired") not in (*wanted, "repaired")
    ]
    return "\n".join(lines) or "None."


def page(results: Results, every: int = 1) -> str:
    """The whole comparison in Markdown."""
    cases = [*CORRECT, *WRONG, *ONE_ZEROED][::every]
    correct = [case for case in cases if case in CORRECT]
    wrong = [case for case in cases if case in WRONG]
    zeroed = [case for case in cases if case in ONE_ZEROED]
    versions = ", ".join(dict.fromkeys(result["version"] for result in results.values()))
    raised = ", ".join(f"{len(result['errors'])} with {TITLES[name]}" for name, result in results.items())
    sections = [
        INTRODUCTION.format(versions=versions, correct=len(correct), wrong=len(wrong), raised=raised),
        "## Correct gradients: how many are accepted",
        headed("correct", results, by_kind(results, correct, "accepted")),
        "## Wrong gradients: how many are caught",
        headed(
            "wrong",
            results,
            [
                *by_kind(results, wrong, *CAUGHT),
                ["**of them, with the correct one accepted**", *told_apart(results, wrong)],
            ],
        ),
        NOTES,
        "## One zeroed entry of 1000",
        "Forty functions with forty seeds: how often a single missing entry is seen.",
        headed("wrong", results, [["one of 1000", *row(results, zeroed, *CAUGHT)]]),
    ]
    if "chainrule" in results:
        ours = results["chainrule"]
        sections += ["## What ours does not see", "Correct, and not accepted:", misjudged(ours, correct, "accepted")]
        sections += ["Wrong, and not caught:", misjudged(ours, [*wrong, *zeroed], *CAUGHT)]
    return "\n\n".join(sections) + "\n"


def report(quick: bool = False) -> str:
    """The page with whatever checkers are there."""
    every = 10 if quick else 1
    found = {name: run(name, interpreter(place), every) for name, place in (OURS | PEERS).items()}
    return page({name: result for name, result in found.items() if result is not None}, every)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="PATH", help="write the page there")
    parser.add_argument("--verdicts", type=Path, metavar="PATH", help="write every verdict there, as JSON")
    parser.add_argument("--peer", choices=PEERS, action="append", help="run this peer beside ours, not all of them")
    parser.add_argument("--quick", action="store_true", help="every tenth case")
    for place in sorted(set(PEERS.values())):
        parser.add_argument(
            f"--python-{place}", metavar="PATH", default=interpreter(place), help=f"the Python with {place}"
        )
    options = parser.parse_args()
    every = 10 if options.quick else 1
    checkers = OURS | {name: place for name, place in PEERS.items() if not options.peer or name in options.peer}
    results = {}
    for name, place in checkers.items():
        result = run(name, getattr(options, f"python_{place}", sys.executable), every)
        if result is not None:
            results[name] = result
    text = page(results, every)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    if options.verdicts:
        options.verdicts.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
