"""The file: complete in itself, safe whatever a name holds, the same each time; what is refused."""

import hashlib
import html
import json
import re
import subprocess
import sys
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path
from time import process_time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor
from autograd.errors import AutogradError, DataError, FreedGraphError, ViewError
from autograd.viz.player import code
from autograd.viz.trace import trace

ROOT = Path(__file__).parents[3]


class Reader(HTMLParser):
    """The tags of a page, the text of its scripts and styles, and every attribute that names a resource."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[tuple[str, dict[str, str | None], str]] = []
        self.loads: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.loads += [value or "" for key, value in attrs if key in ("src", "href", "srcset", "action", "data")]
        self.policy = given["content"] or "" if given.get("http-equiv") == "Content-Security-Policy" else self.policy
        if tag in ("script", "style"):
            self.texts.append((tag, given, ""))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] in ("script", "style") and data.strip():
            tag, given, text = self.texts[-1]
            self.texts[-1] = (tag, given, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.tags.append("")


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def data_of(page: str) -> dict[str, Any]:
    return next(json.loads(text) for tag, given, text in read(page).texts if given.get("type") == "application/json")


def test_the_file_loads_nothing(toy: Any) -> None:
    page = ag.player(toy).html
    reader = read(page)
    assert reader.loads == ["data:,"]
    assert set(re.findall(r"https?://[^\"'\s)]+", page)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in page
    assert "url(" not in re.sub(r"url\(#tip[a-z-]*\)", "", page)
    assert len(page.encode()) < 80_000


def test_the_policy_names_exactly_the_scripts_and_the_style(toy: Any) -> None:
    reader = read(ag.player(toy).html)
    allowed = {b64decode(found) for found in re.findall(r"'sha256-([^']+)'", reader.policy)}
    texts = [text for tag, given, text in reader.texts if "type" not in given]
    assert {hashlib.sha256(text.encode()).digest() for text in texts} == allowed
    assert len(texts) == 6
    assert "default-src 'none'" in reader.policy


HOSTILE = ["</script><script>alert(1)</script>", "<!--<script>", '"><b>', "&lt;", "\u2028", "\ud800", "$data", "'"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_inside_the_data(name: str) -> None:
    plain, hostile = (ag.player((Tensor(1.0, name=given) * 2).named("f")).html for given in ("x", name))
    assert read(hostile).tags == read(plain).tags
    assert data_of(hostile)["vertices"][0]["symbol"] == data_of(plain)["vertices"][0]["symbol"].replace(
        "x", " ".join(name.split()).replace("\ud800", "\ufffd") or "x1"
    )
    hostile.encode()


def test_the_same_graph_gives_the_same_bytes_everywhere(toy: Any) -> None:
    program = (
        "import sys, autograd as ag; x, y, z = (ag.Tensor(v, name=n) for v, n in ((1., 'x'), (3., 'y'), (-3., 'z')));"
        "sys.stdout.buffer.write(ag.player(((x + y).named('p') * z).named('g')).html.encode())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT, env={"PYTHONHASHSEED": "7"}
    )
    assert other.stdout.decode() == ag.player(toy).html


def test_nothing_changes_before_or_after_backward(toy: Any) -> None:
    before = ag.player(toy).html
    toy.backward()
    gradients = [t.grad for t in (toy, *toy.parents)]
    assert ag.player(toy).html == before
    assert [t.grad for t in (toy, *toy.parents)] == gradients == [1, -3, 4]


def test_it_is_saved_as_html_and_as_nothing_else(toy: Any, tmp_path: Path) -> None:
    made = ag.player(toy)
    assert made.save(tmp_path / "g.html").read_bytes() == made.html.encode()
    assert made.save(str(tmp_path / "G.HTM")) == tmp_path / "G.HTM"
    with pytest.raises(ViewError, match=r"a player is an HTML file\. Write 'g\.html' instead"):
        made.save(tmp_path / "g.svg")
    assert repr(made) == "<Player: .save('graph.html') writes the page, .html is its text>"


def test_a_notebook_gets_the_page_in_a_sandbox(toy: Any) -> None:
    made = ag.player(toy)
    frame = made._repr_html_()
    assert re.findall(r"<\w+", frame) == ["<iframe"]
    assert 'sandbox="allow-scripts"' in frame
    assert html.unescape(re.findall(r'srcdoc="([^"]*)"', frame)[0]) == made.html


def test_what_cannot_be_played_is_refused_at_once(toy: Any) -> None:
    with pytest.raises(DataError, match=r"player\(t\) shows the graph behind a Tensor, and this is ndarray"):
        ag.player(np.ones(2))
    t: Any = Tensor(1.0)
    for _ in range(100_000):
        t = -t
    began = process_time()
    with pytest.raises(ViewError, match=r"player\(t\) shows at most 500 values, and this graph has 100,001"):
        ag.player(t)
    assert process_time() - began < 2
    toy.backward(retain_graph=False)
    with pytest.raises(FreedGraphError):
        ag.player(toy)


# ------------------------------------------------------------------------------------------------------------- the code


def test_without_the_code_of_source_the_forward_lines_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(graph: Any) -> Any:
        raise AutogradError("no code for this graph")

    monkeypatch.setattr(code, "optional", lambda *_: SimpleNamespace(listing=refuse))
    x = Tensor([1.0, 2.0], name="x")
    graph = trace(np.sum(np.tanh(x) * 2).named("s"), "player", 500)
    found = code.code_of(graph)
    assert found.text == "v1 = tanh(x)\nv2 = v1 * 2\ns = sum(v2)"
    assert [found.lines_of(vertex) for vertex in graph.vertices if vertex.op is not None] == [
        ([1], []),
        ([2], []),
        ([3], []),
    ]
    assert code.code_of(trace(x, "player", 500)).text == "x = [1, 2]"


def test_the_code_of_source_is_shown_where_there_is_one(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = SimpleNamespace(text="one\ntwo\nthree", lines_of=lambda _: ((2,), ()), lines_along=lambda _: (1, 3))
    monkeypatch.setattr(code, "optional", lambda *_: SimpleNamespace(listing=lambda graph: listed))
    data = data_of(ag.player(toy).html)
    assert data["code"] == ["one", "two", "three"]
    assert [vertex["forward"] for vertex in data["vertices"][2:4]] == [[], [2]]
    assert all(edge["lines"] == [1, 3] for edge in data["edges"])


def test_the_lines_of_source_are_those_of_their_values(toy: Any) -> None:
    pytest.importorskip("autograd.compile.source")
    data = data_of(ag.player(toy).html)
    for vertex in data["vertices"][3:]:
        assert [data["code"][line - 1].strip() for line in vertex["forward"]] == [
            f"{vertex['symbol']} = {vertex['call']}"
        ]
    assert [data["code"][line - 1].strip() for edge in data["edges"] for line in edge["lines"]] == [
        *["return g, (z, z, p)"] * 4
    ]
    assert any(line.strip().startswith("return") for line in data["code"])
