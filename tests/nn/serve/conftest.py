"""Models to serve, a server in a thread, and pages of a browser."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.serve import Service, Site
from nn.serve.centring import centred
from nn.sharing import Bundle, Card, ImageInput

pytest.importorskip("PIL")
HOSTILE = "<script>alert(1)</script>"


DIGITS = ImageInput((1, 28, 28), flatten=True)


def a_bundle(
    model: Any = None,
    reads: Any = DIGITS,
    classes: Any = None,
    output: str = "logits",
    **card: Any,
) -> Bundle:
    """A model with what a file of it would say; random weights if none is given."""
    rng = np.random.default_rng(0)
    model = model or nn.Sequential(nn.Linear(784, 16, rng=rng), nn.Tanh(), nn.Linear(16, 10, rng=rng))
    return Bundle(model.eval(), Card(**card), reads, classes, output)


def strokes_of(*lines: tuple[int, int, int, int], size: int = 28) -> Any:
    """An image with a rectangle of light for each (top, left, bottom, right)."""
    pixels = np.zeros((size, size), np.uint8)
    for top, left, bottom, right in lines:
        pixels[top:bottom, left:right] = 255
    return pixels


def png(pixels: Any, kind: str = "PNG") -> bytes:
    """The bytes of an image file."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(out, kind)
    return out.getvalue()


@contextmanager
def serving(bundle: Bundle, **options: Any) -> Iterator[Site]:
    """A server at a free port, closed at the end."""
    with Site(Service(bundle), **options) as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def bars_model() -> Bundle:
    """A model that was trained in an instant to tell standing from lying strokes, put in the middle."""
    rng = np.random.default_rng(0)
    x, y = [], []
    for _ in range(300):
        long, thin, lying = rng.integers(12, 21), rng.integers(2, 4), rng.integers(2)
        top, left = rng.integers(2, 8), rng.integers(2, 8)
        box = (top, left, top + (thin if lying else long), left + (long if lying else thin))
        x.append(centred(strokes_of(box), 28, 28).ravel() / 255)
        y.append(lying)
    rng = np.random.default_rng(1)
    model = nn.Sequential(nn.Linear(784, 16, rng=rng), nn.ReLU(), nn.Linear(16, 2, rng=rng))
    optimizer = nn.optim.Adam(model.parameters(), lr=1e-2)
    trainer = nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=optimizer, rng=rng)
    trainer.fit(np.array(x, np.float32), np.array(y), epochs=15, batch_size=32, verbose=False)
    return a_bundle(
        model,
        classes=("standing", "lying"),
        name="Strokes",
        task="Tells standing from lying strokes.",
        figures={"test accuracy": 0.98765},
    )


@pytest.fixture(scope="session")
def strokes() -> Bundle:
    return bars_model()


@pytest.fixture
def look(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a model's page; at the end it must have asked nobody but its server, and complained of nothing else."""
    complaints: list[str] = []
    asked: list[str] = []
    closing: list[Any] = []

    def opened(bundle: Bundle, width: int = 1100, height: int = 1000, **options: Any) -> Any:
        server = serving(bundle)
        site = server.__enter__()
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        closing.append((context, server))
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url) if not request.url.startswith(site.url) else None)
        page.goto(site.url)
        return page

    yield opened
    for context, server in closing:
        context.close()
        server.__exit__(None, None, None)
    # a refused upload is an answer, of which the browser tells the console
    assert [text for text in complaints if "responded with a status of 4" not in text] == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == []


@pytest.fixture
def picture_of(artefacts: Path) -> Callable[[Any, str], None]:
    """Keep a screenshot of the whole page."""

    def kept(page: Any, name: str) -> None:
        page.screenshot(path=str(artefacts / f"serve-{name}.png"), full_page=True)

    return kept
