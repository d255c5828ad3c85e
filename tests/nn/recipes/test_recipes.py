"""Every recipe runs from end to end, quickly and without files; its model predicts; what fails says so."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn.__main__ import main
from nn.data.datasets import files
from nn.recipes import admissions
from nn.recipes.catalogue import RECIPES, about
from nn.recipes.run import Figure, Run, reached
from nn.sharing import load_bundle
from nn.train import Trainer

WITHOUT_MODEL = {"graph"}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_runs_and_leaves_its_figures_a_picture_and_its_model(name: str, tmp_path: Path) -> None:
    assert main(["run", name, "--quick", "--out", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "results.json").read_text())
    assert record["recipe"] == name
    assert record["figures"]
    assert all(math.isfinite(figure["value"]) for figure in record["figures"])
    assert any(path.suffix in (".png", ".svg") for path in tmp_path.iterdir())
    if name not in WITHOUT_MODEL:
        bundle = load_bundle(tmp_path / "model.zip")
        assert bundle.card.figures
        assert bundle.input is not None


@pytest.mark.parametrize("name", ["graph", "neuron"])
def test_what_needs_no_training_is_exact(name: str, tmp_path: Path) -> None:
    run = Run(tmp_path)
    RECIPES[name](run)
    assert all(figure.reached for figure in run.figures)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_recipe_says_in_a_line_what_it_shows(recipe: object) -> None:
    assert 30 < len(about(recipe)) < 115  # type: ignore[arg-type]


def test_the_model_of_admissions_is_asked_in_plain_marks(tmp_path: Path) -> None:
    assert main(["run", "admissions", "--quick", "--epochs", "100", "--out", str(tmp_path)]) == 0
    bundle = load_bundle(tmp_path / "model.zip")
    assert bundle.input is not None
    best, worst = bundle.probabilities(bundle.input.prepared([[800, 4.0, 1, 0, 0, 0], [220, 2.0, 1, 0, 0, 0]]))[:, 1]
    assert best > 0.9
    assert worst < 0.1


def test_an_applicant_held_back_is_scaled_by_the_others() -> None:
    others, applicant = np.array([[400, 2.0, 1], [600, 4.0, 2]]), np.array([[700, 3.0, 4]])
    assert admissions.inputs(applicant, others).tolist() == [[2, 0, 0, 0, 0, 1]]


def test_churn_leaves_a_customer_to_ask_its_model_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "churn", "--quick", "--out", str(tmp_path)]) == 0
    command = capsys.readouterr().out.partition("for one customer: python -m nn ")[2].splitlines()[0]
    assert main(command.split()) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"stays", "leaves"}


def test_epochs_that_a_recipe_does_not_have_are_not_passed_over_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, said in {"graph": True, "churn": False}.items():
        assert main(["run", name, "--quick", "--epochs", "2", "--out", str(tmp_path / name)]) == 0
        assert ("--epochs 2 changed nothing" in capsys.readouterr().out) is said


def test_a_run_counts_as_good_when_it_is_over_and_reached_its_figures_in_full(tmp_path: Path) -> None:
    assert not reached(tmp_path)
    for figures, quick, good in (([0.9], False, True), ([0.9], True, False), ([0.9, 0.7], False, False)):
        run = Run(tmp_path, quick=quick)
        for value in figures:
            run.figure("accuracy", value, "at least", 0.8)
        run.finish("a recipe")
        assert reached(tmp_path) is good


@pytest.mark.parametrize(
    ("name", "work"), [("tune", "sklearn.model_selection.cross_val_score"), ("overfit", "nn.train.Trainer.train_step")]
)
def test_what_takes_minutes_goes_on_where_it_was(
    name: str, work: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["run", name, "--quick", "--out", str(tmp_path)]) == 0
    first = json.loads((tmp_path / "results.json").read_text())["figures"]
    monkeypatch.setattr(work, None)  # there is none of it left to do
    assert main(["run", name, "--quick", "--out", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "results.json").read_text())["figures"] == first


def test_the_same_seed_gives_the_same_figures(tmp_path: Path) -> None:
    found = []
    for place in ("a", "b"):
        run = Run(tmp_path / place, seed=3, quick=True)
        RECIPES["digits"](run)
        found.append(run.figures)
    assert found[0] == found[1]
    other = Run(tmp_path / "c", seed=4, quick=True)
    RECIPES["digits"](other)
    assert other.figures != found[0]


def test_a_run_that_was_interrupted_says_so_and_goes_on_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step, presses = Trainer.train_step, iter([False] * 4 + [True] + [False] * 1000)

    def pressing(self: Trainer, *batch: Any) -> Any:
        if next(presses):
            signal.raise_signal(signal.SIGINT)
        return step(self, *batch)

    def command(place: str) -> list[str]:
        return ["run", "mnist-mlp", "--quick", "--epochs", "2", "--out", str(tmp_path / place)]

    def results(place: str) -> Any:
        record = json.loads((tmp_path / place / "results.json").read_text())
        return record["figures"], record["resumed"]

    assert main(command("whole")) == 0
    monkeypatch.setattr(Trainer, "train_step", pressing)
    assert main(command("cut")) == 130
    assert capsys.readouterr().err == "python -m nn run: interrupted\n"
    assert not (tmp_path / "cut" / "results.json").exists()
    assert main(command("cut")) == 0
    assert "goes on in epoch" in capsys.readouterr().out
    assert (results("whole")[0], True) == results("cut")


def test_another_seed_in_the_same_folder_is_another_training(tmp_path: Path) -> None:
    figures = []
    for seed in "010":
        assert main(["run", "mnist-mlp", "--quick", "--seed", seed, "--out", str(tmp_path)]) == 0
        figures.append(json.loads((tmp_path / "results.json").read_text())["figures"])
    assert figures[0] == figures[2] != figures[1]


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure("accuracy", 0.97, "at least", 0.98), "accuracy: 0.9700 (target: at least 0.9800; NOT reached)"),
        (Figure("loss", 1.9, "at most", 1.9), "loss: 1.9000 (target: at most 1.9000; reached)"),
        (Figure("g", -12.0, "exactly", -12), "g: -12.0000 (target: exactly -12.0000; reached)"),
        (Figure("g", float("nan"), "at most", 1), "g: nan (target: at most 1.0000; NOT reached)"),
    ],
)
def test_a_figure_says_whether_it_is_reached(figure: Figure, text: str) -> None:
    assert str(figure) == text


def test_the_command_line_lists_the_recipes_and_names_a_missing_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_: Any, **__: Any) -> None:
        raise OSError("no network")

    monkeypatch.setattr(files, "downloader", lambda _: fetch)
    assert main(["list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [*RECIPES]
    assert main(["run", "churn", "--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "python -m nn run: " in error
    assert "or name a folder that holds churn/Churn_Modelling.csv" in error


def test_an_unknown_recipe_is_one_line_and_status_2() -> None:
    done = subprocess.run([sys.executable, "-m", "nn", "run", "nothing"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nothing" in done.stderr
    assert len(done.stderr.splitlines()) == 1
