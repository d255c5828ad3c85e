"""`Run`: what a recipe is asked for, and where it puts what it found. Imported by every recipe.

A recipe is a module with a function ``run(run)`` whose docstring's first line says what it shows. It reads its data
through the run, reports figures, and leaves pictures and a model in the folder `out`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from autograd import no_grad
from autograd.graph import unwrap
from nn import threads
from nn.files import replace, save_figure
from nn.module import Module, mode
from nn.recipes import standins
from nn.recipes.machine import machine
from nn.sharing import save_model
from nn.text import number

__all__ = ["Figure", "Recipe", "Run", "applied", "reached"]

Sense = Literal["at least", "at most", "exactly"]


class Figure(NamedTuple):
    """One result beside what it is to reach."""

    name: str
    value: float
    sense: Sense
    target: float

    @property
    def reached(self) -> bool:
        """Whether it is as good as asked for; NaN never is."""
        if self.sense == "exactly":
            return bool(np.isclose(self.value, self.target, rtol=1e-12, atol=1e-12))
        return self.value >= self.target if self.sense == "at least" else self.value <= self.target

    def __str__(self) -> str:
        verdict = "reached" if self.reached else "NOT reached"
        return f"{self.name}: {number(self.value)} (target: {self.sense} {number(self.target)}; {verdict})"


class Run:
    """One run of a recipe.

    `rng` is where all its chance comes from, `data` the folder of data files (None: as `nn.data.datasets` looks for
    them). A `quick` one is for tests: a few steps on data that needs no file, whose figures mean nothing.
    """

    def __init__(
        self,
        out: str | os.PathLike[str],
        *,
        data: Any = None,
        seed: int = 0,
        epochs: int | None = None,
        quick: bool = False,
    ) -> None:
        self.out, self.data, self.seed, self.quick = Path(out), data, seed, quick
        self.given_epochs, self.asked_for_epochs = epochs, False
        self.rng = np.random.default_rng(seed)
        self.figures: list[Figure] = []
        self.files: list[Path] = []
        self.out.mkdir(parents=True, exist_ok=True)
        self.resumed = self.checkpoint.exists()
        self.start, self.start_of_work = time.perf_counter(), time.process_time()

    def epochs(self, usual: int) -> int:
        """How long to train: as asked for, else as the recipe usually does; quickly, 1."""
        self.asked_for_epochs = True
        return self.given_epochs or (1 if self.quick else usual)

    def some(self, usual: int, quick: int) -> int:
        """A number that is smaller in a quick run."""
        return quick if self.quick else usual

    def load(self, dataset: Callable[..., Any]) -> Any:
        """What ``dataset(data_dir)`` gives: one of `nn.data.datasets`; quickly, what stands in for it."""
        return standins.of(dataset) if self.quick else dataset(self.data)

    @property
    def checkpoint(self) -> Path:
        """Where a training is kept, so that one that was interrupted goes on when the same command is given again."""
        asked = f"seed-{self.seed}" + (f"-epochs-{self.given_epochs}" if self.given_epochs else "")
        return self.out / "checkpoint" / (f"{asked}-quick" if self.quick else asked)

    # ------------------------------------------------------------------------------------------------------- results

    def figure(self, name: str, value: Any, sense: Sense, target: float) -> None:
        """Report a result, and what it is to reach."""
        self.figures.append(Figure(name, float(value), sense, target))
        print(self.figures[-1])

    def plot(self, figure: Any, name: str) -> None:
        """Keep one of Matplotlib's figures, as ``name.png``."""
        save_figure(f"the picture {name}", figure, self.kept(f"{name}.png"))

    def save(self, model: Module, **about: Any) -> None:
        """Keep the trained model with its card, for ``python -m nn predict``; the arguments are `save_model`'s."""
        card = {"figures": {f.name: f.value for f in self.figures if np.isfinite(f.value)}, **about.pop("card", {})}
        save_model(model, self.kept("model.zip"), card=card, **about)

    def kept(self, name: str) -> Path:
        """The path of a file among the results."""
        self.files.append(self.out / name)
        return self.files[-1]

    def finish(self, recipe: str) -> bool:
        """Write the figures as ``results.json``; whether all were reached.

        Beside them stand the seed, the date, the machine, the seconds that passed and those that the processor worked,
        on all cores together. Of a run that `resumed` an interrupted one these are the last part's.
        """
        seconds = round(time.perf_counter() - self.start, 1)
        record = {
            "recipe": recipe,
            "seed": self.seed,
            "epochs": self.given_epochs,
            "quick": self.quick,
            "date": str(dt.date.today()),
            "machine": machine(),
            "threads": threads.count(),
            "seconds": seconds,
            "processor_seconds": round(time.process_time() - self.start_of_work, 1),
            "resumed": self.resumed,
            "figures": [figure._asdict() | {"reached": figure.reached} for figure in self.figures],
        }
        replace(self.kept("results.json"), (json.dumps(record, indent=1, allow_nan=True) + "\n").encode())
        if self.given_epochs and not self.asked_for_epochs:
            print(f"--epochs {self.given_epochs} changed nothing: {recipe} does not train by epochs")
        print(f"{seconds:.0f} s; in {self.out}: {', '.join(path.name for path in self.files)}")
        return all(figure.reached for figure in self.figures)


def applied(model: Any, x: Any) -> Any:
    """What a model makes of a great many examples, in evaluation mode."""
    with no_grad(), mode(model, training=False):
        return np.concatenate([unwrap(model(part)) for part in np.array_split(x, -(-len(x) // 500))])


def reached(out: Path) -> bool:
    """Whether a run has left its results in a folder, with all of its figures reached, and was no quick one."""
    path = out / "results.json"
    if not path.exists():
        return False
    record = json.loads(path.read_text(encoding="utf-8"))
    return not record["quick"] and all(figure["reached"] for figure in record["figures"])


Recipe = Callable[[Run], None]
