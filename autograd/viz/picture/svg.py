"""A scene as SVG: no script, nothing loaded, every name escaped.

Each shape has its colour as an attribute, so that any viewer shows it, and in an "auto" picture its role as a class,
so that a style sheet can change it for dark screens. A module's box closes and opens on a click, by animation.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from autograd.viz.picture.layout import Box, Point, Spline
from autograd.viz.picture.scene import Curve, Group, Scene, Shape, Squares, Words
from autograd.viz.picture.themes import DARK, THEMES, Theme

__all__ = ["svg_text"]

FONT = "Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"
HEAD = 7.0  # of an arrow, in points
RIGHT_TO_LEFT = re.compile("([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)")


def svg_text(scene: Scene, theme: Theme) -> str:
    """The scene as one SVG element."""
    writer = Writer(theme)
    body = "\n".join(line for group in scene.groups for line in writer.group(group))
    covers = "\n".join(line for group in reversed(scene.groups) if group.cover for line in writer.cover(group))
    picture = f"{writer.ground(scene)}\n{body}\n{covers}".rstrip()
    name = "g" + hashlib.sha256(picture.encode(errors="replace")).hexdigest()[:10]  # no other picture in a page has it
    picture = picture.replace(ANYNAME, name)
    size = f'width="{scene.width:g}pt" height="{scene.height:g}pt" viewBox="0 0 {scene.width:g} {scene.height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" {size} role="img" font-family="{FONT}">\n'
        f"<title>{plain(scene.title)}</title>\n{writer.style(name)}{picture}\n</svg>\n"
    )


ANYNAME = "\x00"  # stands for the picture's name until that is known; no name of a user's has it


class Writer:
    """Writes shapes in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self.colours, self.classes = THEMES[theme], theme == "auto"

    def style(self, name: str) -> str:
        """The style sheet of an "auto" picture."""
        if not self.classes:
            return ""
        rules = "".join(
            f"#{name} .f-{role}{{fill:{colour}}}#{name} .s-{role}{{stroke:{colour}}}" for role, colour in DARK.items()
        )
        return f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>\n"

    def ground(self, scene: Scene) -> str:
        return f'<rect width="{scene.width:g}" height="{scene.height:g}"{self.paint("ground", None)}/>'

    def paint(self, fill: str | None, stroke: str | None) -> str:
        text = f' fill="{self.colours[fill] if fill else "none"}"'
        if stroke:
            text += f' stroke="{self.colours[stroke]}"'
        names = [*([f"f-{fill}"] if fill else []), *([f"s-{stroke}"] if stroke else [])]
        return f'{text} class="{" ".join(names)}"' if self.classes and names else text

    def group(self, group: Group) -> Iterator[str]:
        pointer = f' id="{ANYNAME}_{group.name}" style="cursor:pointer"' if group.cover else ""
        yield f"<g{pointer}>" + (f"<title>{plain(group.tip)}</title>" if group.tip else "")
        yield from map(self.shape, group.shapes)
        yield "</g>"

    def cover(self, group: Group) -> Iterator[str]:
        """What hides a box between a click on it and a click on this."""
        name = f"{ANYNAME}_{group.name}"
        yield f'<g id="{name}_closed" visibility="hidden" style="cursor:pointer"><title>click to open</title>'
        yield from map(self.shape, group.cover)
        yield (f'<set attributeName="visibility" to="visible" begin="{name}.click" end="{name}_closed.click"/></g>')

    def shape(self, shape: Shape) -> str:
        if isinstance(shape, Words):
            return self.words(shape)
        if isinstance(shape, Curve):
            return self.curve(shape)
        if isinstance(shape, Squares):
            path = "".join(f"M{b.x:g} {b.y:g}h{b.width:g}v{b.height:g}h{-b.width:g}z" for b in shape.boxes)
            strength = "" if shape.strength == 1 else f' fill-opacity="{shape.strength:g}"'
            return f'<path d="{path}"{self.paint(shape.colour, None)}{strength}/>'
        look = self.paint(shape.fill, shape.stroke)
        look += f' stroke-width="{shape.width:g}"' if shape.stroke and shape.width != 1 else ""
        look += f' stroke-dasharray="{shape.dash}"' if shape.dash else ""
        return f'<path d="{outline(shape.box, shape.corners)}"{look}/>'

    def words(self, words: Words) -> str:
        baseline = words.middle.y + 0.35 * words.size
        look = self.paint(words.colour, "ground" if words.haloed else None)
        look += ' stroke-width="3" paint-order="stroke" stroke-linejoin="round"' if words.haloed else ""
        look += ' font-weight="bold"' if words.bold else ""
        return (
            f'<text x="{words.middle.x:.5g}" y="{baseline:.5g}" font-size="{words.size:g}" text-anchor="middle"{look}>'
            f"{plain(words.text)}</text>"
        )

    def curve(self, curve: Curve) -> str:
        look = self.paint(None, curve.colour) + f' stroke-width="{curve.width:g}"'
        look += f' stroke-dasharray="{curve.dash}"' if curve.dash else ""
        points = curve.spline.points
        path = f"M{at(points[0])}C" + " ".join(map(at, points[1:]))
        head = " ".join(map(at, arrow_head(curve.spline)))
        return f'<path d="{path}"{look}/><polygon points="{head}"{self.paint(curve.colour, None)}/>'


def outline(box: Box, corners: tuple[float, float, float, float]) -> str:
    """A rectangle's path, with round corners."""
    nw, ne, se, sw = corners
    x, y, right, low = box.x, box.y, box.x + box.width, box.y + box.height
    parts = [f"M{x + nw:g} {y:g}", f"H{right - ne:g}", arc(ne, ne, ne), f"V{low - se:g}", arc(se, -se, se)]
    return "".join([*parts, f"H{x + sw:g}", arc(sw, -sw, -sw), f"V{y + nw:g}", arc(nw, nw, -nw), "z"])


def arc(radius: float, dx: float, dy: float) -> str:
    return f"a{radius:g} {radius:g} 0 0 1 {dx:g} {dy:g}" if radius else ""


def arrow_head(spline: Spline) -> list[Point]:
    """A triangle from the end of the line to the tip."""
    end, tip = spline.points[-1], spline.tip
    dx, dy = tip.x - end.x, tip.y - end.y
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    nx, ny = -dy / length * HEAD / 2, dx / length * HEAD / 2
    return [Point(end.x + nx, end.y + ny), tip, Point(end.x - nx, end.y - ny)]


def at(point: Point) -> str:
    return f"{point.x:.6g},{point.y:.6g}"


def plain(text: str) -> str:
    """Text in XML. After letters that are read from the right stands a mark, so that they turn nothing after them."""
    clean = text.encode(errors="replace").decode()
    return escape(RIGHT_TO_LEFT.sub("\\1\u200e", clean))
