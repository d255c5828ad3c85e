"""What a training shows: in a terminal, a notebook, a pipe and CI, with and without a length."""

import sys
from typing import Any

import numpy as np
import pytest

import nn
from nn.text import number
from nn.train import progress as shown
from nn.train.progress import Progress


def fit(**options: Any) -> nn.History:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)).astype(np.float32), rng.integers(0, 2, 20)
    model = nn.Linear(2, 2, rng=rng)
    t = nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=nn.optim.SGD(model.parameters()), rng=rng)
    return t.fit([(x, y)] * 3 if "epochs" in options else (pair for pair in [(x, y)] * 3), **{"epochs": 1, **options})


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "is_terminal", lambda: True)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
@pytest.mark.usefixtures("terminal")
def test_ci_gets_a_line_per_epoch_even_with_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    fit()
    out = capsys.readouterr().out
    assert out.startswith("epoch 1/1  loss ")
    assert out.count("\n") == 1
    assert "\r" not in out


@pytest.mark.usefixtures("terminal")
def test_a_loader_without_a_length_has_a_count_in_place_of_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    fit()
    *bars, line = capsys.readouterr().out.rstrip("\n").split("\r")
    assert any("1 batches" in bar for bar in bars)
    assert line.startswith("epoch 1/1  loss ")


def test_a_notebook_has_a_bar_that_is_drawn_less_often(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(shown, "is_notebook", lambda: True)
    with Progress("epoch 1/1", 100, verbose=True) as progress:
        for _ in range(100):
            progress.advance(lambda: {"loss": 0.5})
        progress.finish({"loss": 0.5})
    *bars, line = capsys.readouterr().out.rstrip("\n").split("\r")
    assert len([bar for bar in bars if bar.strip()]) == 2  # at once empty, and after the first batch
    assert line == "epoch 1/1  loss 0.5000"


def test_a_notebook_is_known_by_its_output(monkeypatch: pytest.MonkeyPatch) -> None:
    class OutStream:
        __module__ = "ipykernel.iostream"

    assert not shown.is_notebook()
    monkeypatch.setattr(sys, "stdout", OutStream())
    assert shown.is_notebook()


@pytest.mark.usefixtures("terminal")
def test_numbers_are_asked_for_only_when_they_are_shown() -> None:
    asked = []

    def numbers() -> dict[str, float]:
        asked.append(1)
        return {"loss": 0.5}

    with Progress("epoch 1/1", 1000, verbose=True) as progress:
        progress.interval = 60
        for _ in range(1000):
            progress.advance(numbers)
    assert len(asked) == 1


@pytest.mark.usefixtures("terminal")
def test_a_resumed_epoch_has_a_bar_that_begins_where_it_was() -> None:
    with Progress("epoch 1/1", 10, verbose=True, done=4) as progress:
        assert progress.bar.n == 4


@pytest.mark.usefixtures("terminal")
def test_fit_shows_a_bar_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    history = fit(epochs=2)
    out = capsys.readouterr().out
    assert out.count("\n") == 2
    assert f"\repoch 2/2  loss {number(history['loss'][1])}" in out


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("columns", [40, 60])
def test_a_narrow_terminal_gets_the_whole_line_when_an_epoch_ends(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    means = {"loss": 0.5, "accuracy": 0.75}
    with Progress("epoch 1/1", 2, verbose=True) as progress:
        progress.interval = 0
        progress.advance(lambda: {"loss": 0.5})
        progress.advance(lambda: {"loss": 0.5})
        progress.finish({**means, "val_loss": 0.25, "val_accuracy": 0.875})
    *bars, line = capsys.readouterr().out.rstrip("\n").split("\r")
    assert any("█" in bar for bar in bars)
    assert all(len(bar) <= columns for bar in bars)
    assert line == "epoch 1/1  loss 0.5000  accuracy 0.7500  val_loss 0.2500  val_accuracy 0.8750"


@pytest.mark.usefixtures("terminal")
def test_an_epoch_that_fails_leaves_its_bar(capsys: pytest.CaptureFixture[str]) -> None:

    def fail() -> None:
        with Progress("epoch 1/1", 2, verbose=True) as progress:
            progress.advance(lambda: {"loss": 0.5})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert capsys.readouterr().out.rstrip().split("\r")[-1].startswith("epoch 1/1  loss 0.5000")
