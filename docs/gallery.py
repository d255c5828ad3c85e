"""Write gallery.md: each view of the same five graphs, in words, mathematics, code, pictures and pages to play.

``make docs`` runs this. The pictures and pages go to ``docs/gallery/``; a test compares the texts on the page with what
the views say now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import autograd as ag
import nn
from autograd import Tensor
from autograd.compile.source import listing

PAGE = Path(__file__).parent / "gallery.md"
FOLDER = PAGE.parent / "gallery"


class Example(NamedTuple):
    """A graph, with what is to be seen in it."""

    name: str
    title: str
    remark: str
    graph: Callable[[], Any]


def textbook() -> Any:
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    with ag.viz.annotate():
        p = x + y
        g = p * z
    return g  # noqa: RET504  # the variable names it in the views


def reused() -> Any:
    x, y = Tensor(2.0, name="x"), Tensor(-1.0, name="y")
    with ag.viz.annotate():
        s = x * y
        h = s + np.tanh(s) * x
    return h  # noqa: RET504  # the variable names it in the views


def neuron() -> Any:
    w = Tensor(np.array([[0.5, -1.0], [1.5, 0.25]]), name="w")
    b = Tensor(np.array([0.1, -0.2]), name="b")
    x = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]])
    with ag.viz.annotate():
        hidden = np.tanh(x @ w + b)
        loss = np.mean(hidden**2)
    return loss  # noqa: RET504  # the variable names it in the views


def classifier() -> Any:
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(4, 5, dtype=float, rng=rng), nn.ReLU(), nn.Linear(5, 3, dtype=float, rng=rng))
    x, y = rng.normal(size=(6, 4)), rng.integers(0, 3, 6)
    with ag.viz.annotate():
        loss = nn.CrossEntropyLoss()(model(x), y)
    return loss  # noqa: RET504  # the variable names it in the views


def recurrence() -> Any:
    rng = np.random.default_rng(0)
    u, w = Tensor(rng.normal(size=(3, 3)) / 2, name="u"), Tensor(rng.normal(size=(2, 3)), name="w")
    h: Any = np.zeros((1, 3))
    for _ in range(12):
        h = np.tanh(h @ u + rng.normal(size=(1, 2)) @ w)
    return np.sum(h**2).named("loss")


EXAMPLES = [
    Example("textbook", "(x + y) * z", "Value above, gradient below, the local derivative on each edge.", textbook),
    Example("reused", "A value used twice", "What the paths give is added.", reused),
    Example("neuron", "A layer of neurons", "Arrays are shape, range and heat map; b is broadcast, so summed.", neuron),
    Example("classifier", "A classifier's loss", "The modules are boxes, named as in the model.", classifier),
    Example("recurrence", "Twelve steps of a recurrence", "What repeats is drawn once.", recurrence),
]


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def section(example: Example) -> Iterator[str]:
    """The texts of one graph, and links to its pictures and page."""
    graph = example.graph()
    yield f"## {example.title}\n\n{example.remark}"
    yield f"![The graph](gallery/{example.name}.svg)"
    yield f"[In the dark](gallery/{example.name}-dark.svg), [a page to play](gallery/{example.name}.html)."
    for title, text in texts(graph).items():
        yield f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def texts(graph: Any) -> dict[str, str]:
    """What the views say of a graph."""
    return {
        "In words: `explain`": fenced("text", str(ag.explain(graph))),
        "As mathematics: `explain(..., format='latex')`": fenced("latex", str(ag.explain(graph, format="latex"))),
        "As code: what `source` writes": fenced("python", listing(graph).text),
        "As DOT: `draw(...).source`": fenced("dot", ag.draw(graph).source),
    }


def page() -> str:
    """The page as Markdown."""
    head = (
        "# Gallery\n\nEach view of the same five graphs, written by `make docs` "
        "([the graphs](gallery.py)). The pages to play are single files: download one and open it."
    )
    return "\n\n".join([head, *(part for example in EXAMPLES for part in section(example))]) + "\n"


def write() -> None:
    """The page, its pictures and its pages."""
    FOLDER.mkdir(exist_ok=True)
    for example in EXAMPLES:
        graph = example.graph()
        ag.draw(graph).save(FOLDER / f"{example.name}.svg")
        ag.draw(graph, theme="dark").save(FOLDER / f"{example.name}-dark.svg")
        ag.player(graph).save(FOLDER / f"{example.name}.html")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
