"""The page: templates, scripts and data in one HTML file that needs nothing else, and loads nothing else.

The page's own security policy forbids it the network, and every script but the ones that are hashed here.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from autograd.errors import ViewError
from autograd.viz.player.code import code_of
from autograd.viz.player.layout import place
from autograd.viz.player.story import tell
from autograd.viz.trace import trace

__all__ = ["Player", "player"]

LIMIT = 500  # beyond that nobody steps through a graph, and the file has megabytes
SCRIPTS = ("numbers.js", "picture.js", "panels.js", "practice.js", "player.js")  # in the order in which they run
HEIGHT = 720  # of the frame in a notebook, in pixels
UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}  # what could end the element that the data stands in


class Player:
    """A graph to step through: `html` is the page, `save` writes it, a notebook shows it."""

    def __init__(self, html: str) -> None:
        self.html = html

    def save(self, path: str | Path) -> Path:
        """Write the page, which any browser opens without a server and without a network. Returns the path.

        Raises `ViewError` for a suffix other than .html and .htm.
        """
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ViewError(f"save({str(path)!r}): a player is an HTML file. Write {path.stem + '.html'!r} instead.")
        path.write_bytes(self.html.encode())
        return path

    def _repr_html_(self) -> str:
        """The page in a frame of its own, which neither sees the notebook nor is seen by it."""
        return (
            f'<iframe title="Gradient player" sandbox="allow-scripts" srcdoc="{html.escape(self.html)}" '
            f'style="width: 100%; height: {HEIGHT}px; border: 1px solid #94a3b8; border-radius: 8px"></iframe>'
        )

    def __repr__(self) -> str:
        return "<Player: .save('graph.html') writes the page, .html is its text>"


def player(t: Any) -> Player:
    """Make a page that plays the graph behind `t`: values appear one by one, then the gradients flow back.

    At each step it shows the formula, the numbers, the running sum of the gradient, the line of the program (of values
    made inside ``ag.viz.annotate()``) and the line of code that computes it. In practice mode it asks for the next
    gradient and checks the answer. The gradients are those of `t`, or of its sum if it is not a scalar; nothing in the
    graph changes. The same graph gives the same page, byte for byte.

    Raises `DataError` if `t` is no Tensor, `ViewError` for more than 500 values, `FreedGraphError`.

    >>> from autograd import Tensor
    >>> x = Tensor(3.0, name="x")
    >>> player(x * x)
    <Player: .save('graph.html') writes the page, .html is its text>
    """
    graph = trace(t, "player", LIMIT)
    return Player(page({**tell(graph, code_of(graph)), "layout": place(graph)}))


def page(data: dict[str, Any]) -> str:
    """The HTML text that shows `data`."""
    scripts = [resource(name) for name in SCRIPTS]
    style = resource("player.css")
    allowed = " ".join(map(hashed, scripts))
    return Template(resource("player.html")).substitute(
        policy=f"default-src 'none'; img-src data:; style-src {hashed(style)}; script-src {allowed}",
        style=style,
        data=embedded(data),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def resource(name: str) -> str:
    return files("autograd.viz.player").joinpath(name).read_text(encoding="utf-8")


def hashed(text: str) -> str:
    """What a security policy calls a script or a style by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def embedded(data: dict[str, Any]) -> str:
    """The data as JSON that can stand inside HTML: in ASCII, and without a sign that means something there."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False).translate(UNSAFE)
