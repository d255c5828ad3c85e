"""``python -m nn demo``: a short run, and what it refuses."""

import html
from pathlib import Path

import pytest

from nn.__main__ import main
from nn.recipes import demo

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


def test_demo_reaches_its_accuracy_in_ten_epochs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.run(tmp_path, epochs=10, seed=0) > 0.95


def test_page_escapes_what_it_is_given() -> None:
    page = demo.page("a < b", ["c & d"], "<e>")
    for text in ("a < b", "c & d", "<e>"):
        assert html.escape(text) in page
        assert text not in page


def test_demo_refuses_less_than_one_epoch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", str(tmp_path / "demo"), "--epochs", "0"]) == 2
    assert capsys.readouterr() == ("", "python -m nn demo: --epochs 0: it must be 1 or more\n")
    assert not (tmp_path / "demo").exists()


def test_demo_refuses_a_folder_that_it_cannot_make(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    for out in (file, file / "demo"):
        assert main(["demo", "--out", str(out)]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith(f"python -m nn demo: cannot write to {out}: ")
        assert printed.err.count("\n") == 1
