"""The page: its HTML, style and scripts, and what it says of the model, in one text; and its security policy."""

from __future__ import annotations

from importlib.resources import files
from string import Template
from typing import Any

from autograd.viz.player.page import embedded, hashed

__all__ = ["page"]

SCRIPTS = ("drawing.js", "showing.js", "page.js")  # in the order in which they run


def page(about: dict[str, Any]) -> tuple[bytes, str]:
    """The page about a model, and the policy under which it may run its own scripts and ask its own server."""
    scripts = [resource(name) for name in SCRIPTS]
    style = resource("page.css")
    text = Template(resource("page.html")).substitute(
        style=style,
        about=embedded(about),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )
    policy = (
        f"default-src 'none'; img-src data:; connect-src 'self'; style-src {hashed(style)}; "
        f"script-src {' '.join(map(hashed, scripts))}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return text.encode(), policy


def resource(name: str) -> str:
    return files("nn.serve").joinpath(name).read_text(encoding="utf-8")
