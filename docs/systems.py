"""Run the recipes on real data and write systems.md, what they reached: ``make systems``.

Each run is ``python -m nn run NAME``, whose records systems.json keeps; with names as arguments only those run anew. A
run that is cut off goes on at the next call: what it made lies in ``runs/`` until then.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nn.recipes.catalogue import RECIPES, about
from nn.text import number

ROOT = Path(__file__).parents[1]
PAGE, RECORDS = ROOT / "docs" / "systems.md", ROOT / "docs" / "systems.json"
RUNS = ROOT / "runs"
#: The lessons that teach what these show; the others have a notebook of their own.
LESSONS = {
    "graph": "01_graph",
    "neuron": "03_neuron",
    "optimizers": "07_descent",
    "overfit": "09_overfitting",
}
#: Notebooks that several share.
SHARED = {
    "mnist-cnn-augmented": "mnist_cnn",
    "rnn-one-to-one": "rnn_names",
    "rnn-one-to-many": "rnn_names",
    "rnn-many-to-one": "rnn_rows",
    "rnn-many-to-many": "rnn_names",
}


def main() -> int:
    """Run what is asked for, one after the other; status 1 if one did not come to an end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipes", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--data", type=Path, help="the folder of data files (default: CHAINRULE_DATA)")
    parser.add_argument("--page", action="store_true", help="run nothing: write the page from the records")
    options = parser.parse_args()
    unknown = [name for name in options.recipes if name not in RECIPES]
    if unknown:
        parser.error(f"{', '.join(unknown)}: not a recipe; `python -m nn list` lists them")
    failed = [] if options.page else [name for name in options.recipes or RECIPES if not run(name, options.data)]
    PAGE.write_text(page(records()), encoding="utf-8")
    print(f"wrote {PAGE}" + "".join(f"; {name} did not come to an end" for name in failed))
    return 1 if failed else 0


def run(name: str, data: Path | None) -> bool:
    """Run a recipe and keep its record; whether it came to an end (which figures it missed, the page tells)."""
    print(f"--- {name}", flush=True)
    found = RUNS / name / "results.json"
    found.unlink(missing_ok=True)
    command = [sys.executable, "-m", "nn", "run", name, "--out", str(RUNS / name)]
    subprocess.run(command + (["--data", str(data)] if data else []), cwd=ROOT, check=False)
    if not found.exists():
        return False
    kept = records() | {name: json.loads(found.read_text(encoding="utf-8"))}
    RECORDS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return True


def records() -> dict[str, Any]:
    """What the runs found, by recipe."""
    kept: dict[str, Any] = json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}
    return kept


def page(kept: dict[str, Any]) -> str:
    """The page, in Markdown."""
    machines = sorted({record["machine"] for record in kept.values()})
    lines = [
        "# The textbook's systems on real data",
        "",
        "`make systems` ran these and wrote this page, from the recipes of `python -m nn list`; one is run by",
        "`python -m nn run NAME`. Time is what a run took, processor time that of all cores together, threads are",
        "as many as it may use. Other work may have gone on beside it. Each ran once, on:",
        "",
        *(f"- {letter(i)}: {text}" for i, text in enumerate(machines)),
        "",
        "| recipe | figure | reached | target | | seed | time | processor | threads | date | on |",
        "| --- | --- | ---: | --- | --- | ---: | ---: | ---: | ---: | --- | --- |",
        *(line for name in RECIPES if name in kept for line in rows(name, kept[name], machines)),
        "",
        "What each shows, and its notebook:",
        "",
        *(f"- [`{name}`]({notebook(name)}): {about(recipe)}" for name, recipe in RECIPES.items()),
    ]
    return "\n".join(lines) + "\n"


def rows(name: str, record: dict[str, Any], machines: list[str]) -> Iterator[str]:
    """A line for each figure of a run; what is the run's stands in the first."""
    again = " (resumed)" if record["resumed"] else ""
    of_run = [
        str(record["seed"]),
        f"{record['seconds']:.0f} s{again}",
        f"{record['processor_seconds']:.0f} s",
        str(record["threads"]),
        record["date"],
        letter(machines.index(record["machine"])),
    ]
    for i, figure in enumerate(record["figures"]):
        verdict = "" if figure["reached"] else "**missed**"
        target = f"{figure['sense']} {number(figure['target'])}"
        found = [figure["name"].replace("|", "\\|"), number(figure["value"]), target, verdict]
        yield (
            "| "
            + " | ".join([f"`{name}`" if i == 0 else "", *found, *(of_run if i == 0 else [""] * len(of_run))])
            + " |"
        )


def letter(i: int) -> str:
    """A name for a machine."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i]


def notebook(name: str) -> str:
    """Where the notebook of a recipe is, from docs/."""
    if name in LESSONS:
        return f"../notebooks/{LESSONS[name]}.ipynb"
    return f"../notebooks/systems/{SHARED.get(name, name).replace('-', '_')}.ipynb"


if __name__ == "__main__":
    sys.exit(main())
