"""The picture in a real browser: a box closes on a click and opens on the next, colours follow the screen's."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.viz import draw


@pytest.fixture
def picture(tmp_path: Path) -> str:
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    with ag.viz.annotate():
        loss = model(np.ones((2, 3))).sum()
    return draw(loss, theme="auto").save(tmp_path / "g.svg").as_uri()


def test_a_click_closes_a_box_and_the_next_opens_it(browser: Any, picture: str) -> None:
    page = browser.new_page(viewport={"width": 2_500, "height": 1_000})
    page.goto(picture)
    title = page.locator("text", has_text="model.1").first
    cover = page.locator("g[id$=_closed]", has_text="model.1")
    assert cover.evaluate("g => getComputedStyle(g).visibility") == "hidden"
    title.click()
    page.wait_for_function("g => getComputedStyle(g).visibility == 'visible'", arg=cover.element_handle())
    seen = "gs => gs.filter(g => getComputedStyle(g).visibility == 'visible').length"
    assert page.locator("g[id$=_closed]").evaluate_all(seen) == 1
    cover.locator("text").click()
    page.wait_for_function("g => getComputedStyle(g).visibility == 'hidden'", arg=cover.element_handle())
    page.close()


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(15, 23, 42)")])
def test_auto_follows_the_screen(scheme: str, ground: str, browser: Any, picture: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(picture)
    assert page.locator("rect").first.evaluate("r => getComputedStyle(r).fill") == ground
    page.close()


def test_no_text_leaves_its_node(browser: Any, picture: str) -> None:
    """With the fonts of this machine: each text is within the picture, and none is wider than its card."""
    page = browser.new_page(viewport={"width": 2_500, "height": 1_000})
    page.goto(picture)
    outside = page.evaluate(
        """() => [...document.querySelectorAll('g')].filter(g => g.querySelector('text') && g.querySelector('path')
            && !g.querySelector('polygon') && !g.id).flatMap(g => {
                const room = [...g.querySelectorAll('path')].map(p => p.getBBox())
                const left = Math.min(...room.map(b => b.x)), right = Math.max(...room.map(b => b.x + b.width))
                return [...g.querySelectorAll('text')].filter(t => t.getBBox().x < left
                    || t.getBBox().x + t.getBBox().width > right).map(t => t.textContent)
            })"""
    )
    assert outside == []
    page.close()
