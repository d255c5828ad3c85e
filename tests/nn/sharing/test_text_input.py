"""`TextInput`: text as the places of its letters in an alphabet, in a bundle and from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import nn
from nn import errors
from nn.__main__ import main
from nn.models import GPT, LastPlace
from nn.sharing import TextInput, load_bundle


@pytest.mark.parametrize(
    ("text", "places"),
    [("ab\n", [2, 0, 1]), ("\ufeffba", [2, 1, 0]), ("abba", [1, 1, 0]), ("ab\r\n", [2, 0, 1]), ("", [2])],
)
def test_a_file_is_read_as_the_places_of_its_last_letters(text: str, places: list[int], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    x = TextInput("ab.", start=".", length=3).read(tmp_path / "a.txt")
    assert x.tolist() == [places]
    assert x.dtype == np.int64


def test_without_a_length_all_is_read() -> None:
    assert TextInput("ab").prepared(["abab", "bbbb"]).tolist() == [[0, 1, 0, 1], [1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"abc", "does not know 'c'; its letters: 'ab'"), (b"\xff\xfe\xff", "no text in UTF-8"), (b"\n", "is empty")],
)
def test_what_the_model_cannot_read_is_named(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(errors.ModelFileError, match=message):
        TextInput("ab").read(tmp_path / "a.txt")


@pytest.mark.parametrize(
    "make",
    [
        lambda: TextInput(""),
        lambda: TextInput("aba"),
        lambda: TextInput(["a", "b"]),  # type: ignore[arg-type]
        lambda: TextInput("ab", start="c"),
        lambda: TextInput("ab", start=1),  # type: ignore[arg-type]
        lambda: TextInput("ab", length=0),
        lambda: TextInput("ab", length=1.5),  # type: ignore[arg-type]
    ],
)
def test_values_outside_their_range_are_refused(make: Callable[[], TextInput]) -> None:
    with pytest.raises(errors.ArgumentError, match="TextInput: "):
        make()


def test_it_is_saved_with_a_model_and_read_by_predict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = LastPlace(GPT(3, 4, layers=1, heads=1, width=4, rng=np.random.default_rng(0)))
    reads = TextInput("ab\n", start="\n", length=4)
    nn.save_model(model, tmp_path / "m.zip", input=reads, classes=["a", "b", "line"])
    assert load_bundle(tmp_path / "m.zip").input == reads
    (tmp_path / "a.txt").write_text("abba")
    assert main(["predict", str(tmp_path / "m.zip"), str(tmp_path / "a.txt")]) == 0
    assert sorted(line.split()[0] for line in capsys.readouterr().out.splitlines()) == ["a", "b", "line"]
    (tmp_path / "a.txt").write_text("abbc")
    assert main(["predict", str(tmp_path / "m.zip"), str(tmp_path / "a.txt")]) == 2
    assert "does not know 'c'" in capsys.readouterr().err
