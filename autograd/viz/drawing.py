"""`draw`: the graph as a picture, values and gradients in the nodes, local derivatives on the edges.

The parts of the work are in `picture/`; here is what users hold.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from autograd.errors import MissingDependencyError, ViewError
from autograd.viz.picture.cards import faces_of
from autograd.viz.picture.dot import Sheet, sheet_of
from autograd.viz.picture.layout import place
from autograd.viz.picture.outline import Depth, Folding, Outline, outline
from autograd.viz.picture.paper import paper
from autograd.viz.picture.rows import Row, rows_of
from autograd.viz.picture.scene import Scene, scene_of
from autograd.viz.picture.svg import svg_text
from autograd.viz.picture.themes import THEMES, Theme
from autograd.viz.trace import trace

__all__ = ["Drawing", "draw"]

LIMIT = 100_000  # values: computing the gradient through each edge takes seconds for so many
SUFFIXES = ("svg", "png", "pdf", "dot")


class Drawing:
    """A drawn graph: `source` is its DOT text, `svg` the picture, `save` writes it, a notebook shows it."""

    def __init__(self, picture: Outline, theme: Theme) -> None:
        self.theme = theme
        self._picture = picture
        faces = faces_of(picture)
        self._rows: list[Row] = rows_of(picture, faces)
        self._sheet: Sheet = sheet_of(picture, faces, self._rows, THEMES[theme])

    @property
    def source(self) -> str:
        """The picture as DOT text, which Graphviz renders too: all but the heat maps."""
        return self._sheet.source

    @cached_property
    def _scene(self) -> Scene:
        return scene_of(self._picture, self._rows, self._sheet, place(self._sheet))

    @cached_property
    def svg(self) -> str:
        """The picture as SVG text. A click on the title of a module closes its box, and another opens it."""
        return svg_text(self._scene, self.theme)

    def save(self, path: str | Path) -> Path:
        """Write the picture, in the format that the suffix names: .svg, .png, .pdf or .dot. Returns the path.

        Raises `ViewError` for another suffix, `MissingDependencyError` if nothing is installed that can make it.
        """
        path = Path(path)
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in SUFFIXES:
            raise ViewError(
                f"save({str(path)!r}): the suffix says the format, and the known ones are "
                f"{', '.join(f'.{known}' for known in SUFFIXES)}."
            )
        if suffix in ("svg", "dot"):
            data = (self.svg if suffix == "svg" else self.source).encode()
        else:
            data = paper(self._scene, suffix, self.theme)
        path.write_bytes(data)
        return path

    def _repr_svg_(self) -> str | None:
        return self._repr_mimebundle_().get("image/svg+xml")  # IPython asks, too, where the bundle has none

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002  # IPython's
        try:
            return {"image/svg+xml": self.svg, "text/plain": repr(self)}
        except MissingDependencyError as error:
            return {"text/plain": f"{error}\n\n{self.source}"}

    def _mime_(self) -> tuple[str, str]:
        """Marimo's: SVG within its page, where boxes close and open."""
        bundle = self._repr_mimebundle_()
        kind = next(iter(bundle))
        return ("text/html" if kind == "image/svg+xml" else kind), bundle[kind]

    def __repr__(self) -> str:
        return "<Drawing: .save('graph.svg') writes it, .source is its DOT text>"


def draw(
    t: Any,
    *,
    depth: Depth = "auto",
    fold: Folding = "auto",
    theme: Theme = "light",
) -> Drawing:
    """Draw the graph behind `t`: each call with its value and gradient, one edge per operand with its derivative.

    The gradients are those of `t`, or of its sum if it is not a scalar; they are computed for the picture, before
    `backward` or after it, and nothing in the graph changes. An array is shown by its dtype, shape and range and a
    heat map, green above zero and purple below; a constant faded; a value that is used again much later, or in another
    row, is there once more, by its name alone. Modules called inside `ag.viz.annotate` or whose results are in the
    graph are boxes. The same graph gives the same picture, to the byte.

    - `depth`: modules within more than so many others are drawn as one node: 0 shows a model as one, None all of it.
    - `fold`: whether what repeats (the steps of a loop, the blocks of a model) is drawn once, the last of it, with
      how often.
    - "auto" for both: everything of a small graph; of a large one what can be read.
    - `theme`: "light", "dark", or "auto" for an SVG that follows the browser's setting.

    Raises `DataError` if `t` is no Tensor, `ViewError` for more than 100,000 values, or 1,000 nodes after folding, and
    for an unknown theme; `FreedGraphError`.

    >>> from autograd import Tensor
    >>> x = Tensor(3.0, name="x")
    >>> draw(x * x)
    <Drawing: .save('graph.svg') writes it, .source is its DOT text>
    """
    check("theme", theme, theme in get_args(Theme), "'light', 'dark' or 'auto'")
    whole = isinstance(depth, int) and not isinstance(depth, bool) and depth >= 0
    check("depth", depth, depth is None or depth == "auto" or whole, "a whole number from 0, None (all) or 'auto'")
    check("fold", fold, isinstance(fold, bool) or fold == "auto", "True, False or 'auto'")
    return Drawing(outline(trace(t, "draw", LIMIT), depth, fold), theme)


def check(name: str, value: Any, fine: bool, choices: str) -> None:
    if not fine:
        raise ViewError(f"draw({name}={value!r}): {name} is {choices}.")
