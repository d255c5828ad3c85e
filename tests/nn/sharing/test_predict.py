"""``python -m nn predict``: what it prints, and one line and status 2 for what it cannot read."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.__main__ import main
from nn.sharing import ImageInput, TableInput, registry

Output = pytest.CaptureFixture[str]


def line(*weights: float) -> nn.Linear:
    layer = nn.Linear(len(weights), 2)
    layer.load_state_dict({"weight": [weights, np.zeros(len(weights))], "bias": [0, 0]})
    return layer


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "line.zip"
    nn.save_model(line(1.0, 2.0), path, input=TableInput(["a", "b"], means=[1, 1]), classes=["up", "down"])
    return path


def run(*arguments: Any) -> int:
    return main(["predict", *map(str, arguments)])


def test_rows_of_a_table(table: Path, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "x.csv"
    file.write_text("b,a\n1,1\n1,0\n")
    assert run(table, file) == 0
    assert capsys.readouterr() == (
        "row 1:\nup     50.00%\ndown   50.00%\nrow 2:\ndown   73.11%\nup     26.89%\n",
        "",
    )


def test_an_image(tmp_path: Path, capsys: Output) -> None:
    image = pytest.importorskip("PIL.Image")
    model = nn.Sequential(nn.Flatten(), line(1, 0, 0, 0))
    nn.save_model(model, tmp_path / "m", input=ImageInput((1, 2, 2)))
    image.fromarray(np.full((5, 5), 255, np.uint8)).save(tmp_path / "x.png")
    assert run(tmp_path / "m", tmp_path / "x.png", "--top", 1) == 0
    assert capsys.readouterr() == ("0   73.11%\n", "")


def test_images_of_16_bits_are_scaled_and_of_an_unknown_range_refused(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    image.fromarray(np.array([[0, 32896, 65535]], np.uint16)).save(tmp_path / "x.png")
    for channels in (1, 3):
        x = ImageInput((channels, 1, 3)).read(tmp_path / "x.png")
        np.testing.assert_allclose(x[0, channels - 1, 0], [0, 128 / 255, 1], rtol=1e-6)
    image.fromarray(np.ones((2, 2), np.float32)).save(tmp_path / "x.tiff")
    with pytest.raises(nn.errors.ModelFileError, match="of mode F, whose range is not known"):
        ImageInput((1, 2, 2)).read(tmp_path / "x.tiff")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is full")
def test_a_full_disk_behind_the_output(table: Path, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1,2\n")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "nn", "predict", table, tmp_path / "x.csv"]
        done = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "python -m nn predict: cannot print: No space left on device\n")


def test_values(tmp_path: Path, capsys: Output) -> None:
    nn.save_model(line(1.0), tmp_path / "m.zip", input=TableInput(["a"]), output="values")
    (tmp_path / "x.csv").write_text("2.5\n")
    assert run(tmp_path / "m.zip", tmp_path / "x.csv") == 0
    assert capsys.readouterr().out == "2.5  0\n"


def test_a_class_from_a_file(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "REGISTERED", {})
    source = "import nn\n@nn.register\nclass Own(nn.Module):\n    def forward(self, x):\n        return abs(x)"
    (tmp_path / "own.py").write_text(source)
    names: dict[str, Any] = {}
    exec(source, names)
    nn.save_model(names["Own"](), tmp_path / "m.zip", input=TableInput(["a"]), output="values")
    (tmp_path / "x.csv").write_text("-2.5\n")
    registry.REGISTERED.clear()
    assert run(tmp_path / "m.zip", tmp_path / "x.csv") == 2
    assert "the class 'Own', which is not registered" in capsys.readouterr().err
    assert run(tmp_path / "m.zip", tmp_path / "x.csv", "--classes", tmp_path / "own.py") == 0
    assert capsys.readouterr().out == "2.5\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.csv has no rows."),
        ("a,b\n", "x.csv has no rows."),
        ("a,c\n1,2\n", "x.csv must have one column each of 'b'."),
        ("1,2,3\n", "x.csv, row 1 has 3 cells; there must be 2."),
        ("a,b\n1\n", "x.csv, row 2 has 1 cells; there must be 2."),
        ("a,b\n1,x\n", "x.csv, row 2: b is 'x', not a number."),
        ("1,nan\n", "x.csv, row 1: b is 'nan', not a number."),
        ("1,\n", "x.csv, row 1: b is '', not a number."),
        ("1,1_000\n", "x.csv, row 1: b is '1_000', not a number."),
        ('a,b\n1,"2\n', "x.csv is no CSV file in UTF-8: unexpected end of data."),
    ],
)
def test_a_table_that_does_not_fit(text: str, message: str, table: Path, tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "x.csv").write_text(text)
    assert run(table, tmp_path / "x.csv") == 2
    assert capsys.readouterr() == ("", f"python -m nn predict: {tmp_path}/{message}\n")


def test_files_that_are_none(table: Path, tmp_path: Path, capsys: Output) -> None:
    nowhere = tmp_path / "none"
    assert run(nowhere, table) == 2
    assert capsys.readouterr().err == f"python -m nn predict: cannot read {nowhere}: No such file or directory\n"
    assert run(table, nowhere) == 2
    assert capsys.readouterr().err == f"python -m nn predict: cannot read {nowhere}: No such file or directory\n"
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    assert run(table, tmp_path / "x.csv") == 2
    assert "is no CSV file in UTF-8" in capsys.readouterr().err
    assert run(tmp_path / "x.csv", table) == 2
    assert "x.csv is no zip, or a damaged one" in capsys.readouterr().err


def test_an_image_that_is_none(tmp_path: Path, capsys: Output) -> None:
    pytest.importorskip("PIL.Image")
    nn.save_model(nn.Flatten(), tmp_path / "m.zip", input=ImageInput((1, 2, 2)))
    for content in (b"", b"\x89PNG\r\n\x1a\n" + bytes(40), b"a,b\n"):
        (tmp_path / "x.png").write_bytes(content)
        assert run(tmp_path / "m.zip", tmp_path / "x.png") == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"python -m nn predict: {tmp_path}/x.png is no image that can be read: ")
        assert err.count("\n") == 1
        assert "BytesIO" not in err


def test_a_model_that_does_not_say_what_it_reads(tmp_path: Path, capsys: Output) -> None:
    nn.save_model(line(1.0), tmp_path / "m.zip")
    assert run(tmp_path / "m.zip", tmp_path / "m.zip") == 2
    assert capsys.readouterr().err.endswith("m.zip does not say what it reads. Give nn.save_model an input=.\n")


def test_a_model_that_the_input_does_not_fit(tmp_path: Path, capsys: Output) -> None:
    nn.save_model(line(1.0), tmp_path / "m.zip", input=TableInput(["a", "b"]))
    (tmp_path / "x.csv").write_text("1,2\n")
    assert run(tmp_path / "m.zip", tmp_path / "x.csv") == 2
    assert "the last axis must be 1" in capsys.readouterr().err
    assert run(tmp_path / "m.zip", tmp_path / "x.csv", "--top", 0) == 2
    assert capsys.readouterr().err == "python -m nn predict: --top 0: it must be 1 or more\n"
