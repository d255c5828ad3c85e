"""``python -m nn demo``: a short run, and what it refuses."""

import html
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd.testing import GradcheckReport
from nn.__main__ import main
from nn.recipes import demo
from nn.recipes.page import digit, page

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")


def test_demo_prints_the_chain_rule_learns_and_writes_its_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "demo"
    assert main(["demo", "--out", str(out), "--epochs", "3", "--seed", "1"]) == 0
    printed = capsys.readouterr().out
    assert "dg/dx" in printed
    assert "epoch 3/3  loss" in printed
    assert "PASS: gradient" in printed
    for name in ("index.html", "graph.svg", "learning_curve.png"):
        assert str(out / name) in printed
    assert "<svg" in (out / "graph.svg").read_text(encoding="utf-8")
    assert (out / "learning_curve.png").read_bytes().startswith(b"\x89PNG")
    page = (out / "index.html").read_text(encoding="utf-8")
    for part in ('src="graph.svg"', 'src="learning_curve.png"', "17,226 parameters", "dg/dx", "PASS: gradient"):
        assert part in page


@pytest.mark.slow
def test_demo_reaches_its_accuracy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = demo.run(tmp_path)
    assert result.accuracy >= 0.97
    assert result.report.passed


def test_page_says_one_epoch_and_shows_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", str(tmp_path), "--epochs", "1"]) == 0
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "360 digits held back, after 1 epoch on 1437 others." in text
    assert text.count("<figure") == 20
    for part in ("prefers-color-scheme: dark", "<details>", '<p class="large">', "<h3>Learning curve</h3>"):
        assert part in text


def test_digits_that_were_read_wrongly_are_marked() -> None:
    image = np.eye(8)
    assert 'class="right"' in digit(image, 3, 3)
    assert "<figcaption>3</figcaption>" in digit(image, 3, 3)
    assert 'class="wrong"' in digit(image, 3, 8)
    assert "<figcaption>3, not 8</figcaption>" in digit(image, 3, 8)
    assert digit(image, 3, 3).count("<rect") == 8


def test_some_digits_are_mistakes_if_there_are_any() -> None:
    wrong = np.zeros(100, bool)
    assert demo.some_digits(wrong, 20) == list(range(20))
    wrong[[50, 60]] = True
    assert demo.some_digits(wrong, 20) == [*range(18), 50, 60]


def test_page_escapes_what_it_is_given() -> None:
    given = ("a < b", "1 < 2", "c & d", "<e>", "<f>")
    text = page(given[0], given[1], [given[2]], [], *given[3:])
    for part in given:
        assert html.escape(part) in text
        assert part not in text


@pytest.mark.parametrize(
    ("option", "value", "least"), [("epochs", "0", 1), ("epochs", "1.5", 1), ("epochs", "x", 1), ("seed", "-1", 0)]
)
def test_demo_refuses_numbers_out_of_range(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, least: int
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["demo", "--out", str(tmp_path / "demo"), f"--{option}", value])
    assert caught.value.code == 2
    message = f"python -m nn demo: argument --{option}: {value}: it must be an integer, {least} or more\n"
    assert capsys.readouterr() == ("", message)
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("name", demo.FILES)
def test_demo_names_the_file_that_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / name).mkdir()
    assert main(["demo", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr() == ("", f"python -m nn demo: cannot write to {tmp_path / name}: Is a directory\n")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_demo_says_that_it_was_interrupted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "digits", interrupt)
    assert main(["demo", "--out", str(tmp_path)]) == 130
    assert capsys.readouterr() == ("", "python -m nn demo: interrupted\n")


def test_demo_fails_if_the_gradients_are_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = GradcheckReport(problems=["planted"])
    monkeypatch.setattr(demo, "check_gradients", lambda *arguments: report)
    assert main(["demo", "--out", str(tmp_path), "--epochs", "1"]) == 1
    assert "FAIL: gradient" in capsys.readouterr().out


def test_a_reader_that_goes_away_ends_the_demo_with_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nn", "demo", "--out", str(tmp_path), "--epochs", "1"]
    read, write = os.pipe()
    os.close(read)
    root = str(Path(__file__).parents[2])
    ended = subprocess.run(
        command, stdout=write, stderr=subprocess.PIPE, text=True, check=False, env={**os.environ, "PYTHONPATH": root}
    )
    os.close(write)
    assert (ended.returncode, ended.stderr) == (2, "python -m nn demo: nobody reads the output\n")


def test_demo_refuses_a_folder_that_it_cannot_make(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    for out in (file, file / "demo"):
        assert main(["demo", "--out", str(out)]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith(f"python -m nn demo: cannot write to {out}: ")
        assert printed.err.count("\n") == 1
