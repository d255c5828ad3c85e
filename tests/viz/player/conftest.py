"""Graphs to play, and pages of a browser to play them in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd import Tensor
from autograd.viz import Player, player


def textbook() -> Any:
    """The graph of (x + y) * z."""
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    return ((x + y).named("p") * z).named("g")


@pytest.fixture
def toy() -> Any:
    return textbook()


@pytest.fixture
def look(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a player's page; at the end it must have asked the network for nothing and complained of nothing."""
    complaints: list[str] = []
    asked: list[str] = []
    contexts: list[Any] = []

    def opened(shown: Any, width: int = 1200, height: int = 850, clock: bool = False, **options: Any) -> Any:
        made = shown if isinstance(shown, Player) else player(shown)
        path = made.save(tmp_path / f"{len(contexts)}.html")
        options = {"reduced_motion": "reduce", "color_scheme": "light"} | options
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)  # the machine may be busy
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url) if request.url != path.as_uri() else None)
        page.route("**/*", lambda route: route.continue_() if route.request.url == path.as_uri() else route.abort())
        if clock:
            page.clock.install()
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("data:", "about:"))] == []


@pytest.fixture
def picture_of(artefacts: Path) -> Callable[[Any, str], None]:
    """Keep a screenshot."""

    def kept(page: Any, name: str) -> None:
        page.wait_for_timeout(100)
        page.screenshot(path=str(artefacts / f"player-{name}.png"))

    return kept
