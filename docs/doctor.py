"""Write doctor.md: what the training doctor says of broken trainings, and that it says nothing of healthy ones.

``make docs`` runs this. The trainings are those of the tests, tests/nn/train/trials; here each is run with more seeds.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nn.train.doctor import thresholds
from tests.nn.train.trials.broken import BROKEN
from tests.nn.train.trials.healthy import HEALTHY

PAGE = Path(__file__).parent / "doctor.md"
SEEDS = 20


def outcomes(trial: Any) -> list[list[Any]]:
    """What the doctor found, seed by seed."""
    return [trial.run(np.random.default_rng(seed)) for seed in range(SEEDS)]


def broken() -> Iterator[str]:
    """A row for each broken training."""
    for trial in BROKEN:
        runs = outcomes(trial)
        right = sum({finding.name for finding in run} == trial.expected for run in runs)
        yield f"| {trial.what} | {', '.join(sorted(trial.expected))} | {right} of {SEEDS} |"


def words() -> Iterator[str]:
    """For each finding its text, as the first training gave it that has it."""
    told: set[str] = set()
    for trial in BROKEN:
        for finding in trial.run(np.random.default_rng(0)):
            if len(trial.expected) == 1 and finding.name not in told:
                told.add(finding.name)
                text = finding.text.split("\n  File")[0].replace("\n ", "")
                yield f"- **{finding.name}** ({trial.what}): {text}"


def healthy() -> Iterator[str]:
    """A row for each healthy training."""
    for trial in HEALTHY:
        alarms = sum(map(bool, outcomes(trial)))
        yield f"| {trial.what} | {alarms} of {SEEDS} |"


def page() -> str:
    """The page, in Markdown."""
    lines = [
        "# The training doctor, tried",
        "",
        f"`make docs` wrote this page. The doctor looks at the first {thresholds.BATCHES} batches of a training and",
        "warns once of what is wrong; `nn/train/doctor/thresholds.py` has every number that it judges by, and why.",
        f"The trainings are in `tests/nn/train/trials/`; each was run with {SEEDS} seeds.",
        "",
        f"## {len(BROKEN)} broken trainings",
        "",
        "Counted is a run in which the doctor said exactly this, and nothing else.",
        "",
        "| what is wrong | what is said | right |",
        "| --- | --- | ---: |",
        *broken(),
        "",
        "Classes outside 0..C-1 in `nn.CrossEntropyLoss` and `nn.NLLLoss`, and (N, 1) against (N,) in nn's losses, are",
        "errors and need no doctor.",
        "",
        f"## {len(HEALTHY)} healthy trainings",
        "",
        "| what it is | false alarms |",
        "| --- | ---: |",
        *healthy(),
        "",
        "## What is said",
        "",
        *words(),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with warnings.catch_warnings(action="ignore"):
        PAGE.write_text(page(), encoding="utf-8")
