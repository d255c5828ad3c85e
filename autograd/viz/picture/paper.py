"""A scene as PNG and PDF.

PNG is made of the SVG by resvg; PDF, with letters and lines that stay sharp, by `dot`. Where only one of the two is
there, it makes both: `dot` a PNG with fewer round corners, resvg a PDF that holds the PNG.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

from autograd.errors import MissingDependencyError
from autograd.optional import optional
from autograd.viz.picture.dot import FONT, escape
from autograd.viz.picture.layout import Box, Point
from autograd.viz.picture.scene import Area, Curve, Scene, Shape, Squares, Words
from autograd.viz.picture.svg import svg_text
from autograd.viz.picture.themes import THEMES, Colours, Theme
from autograd.viz.render import INSTALL_DOT, find_dot, run_dot

__all__ = ["paper"]

BOLD = f"{FONT} bold"
ZOOM = 1.5  # pixels of a PNG per pixel of the SVG, of which 96 are an inch
LARGEST = 8_000  # pixels of a side


def paper(scene: Scene, form: str, theme: Theme) -> bytes:
    """The scene as ``png`` or ``pdf``; an "auto" picture is light there.

    Raises `MissingDependencyError` with neither resvg nor `dot`.
    """
    theme = "light" if theme == "auto" else theme
    dot, resvg = find_dot(), find_resvg()
    if dot and (form == "pdf" or resvg is None):
        size = ["-Gdpi=144"] if form == "png" else []
        return undated(run_dot([dot, "-Kneato", "-n2", *size, f"-T{form}"], pinned(scene, THEMES[theme])))
    if resvg is None:
        raise MissingDependencyError(
            f"a .{form} needs the package 'resvg-py': pip install 'chainrule[draw]', or {INSTALL_DOT}. "
            f"Or save as .svg or .dot."
        )
    zoom = min(ZOOM, LARGEST * 0.75 / max(scene.width, scene.height))
    svg = svg_text(scene, theme)
    png: bytes = bytes(resvg.svg_to_bytes(svg_string=svg, dpi=96.0, zoom=zoom, font_files=font_files(resvg, form)))
    return png if form == "png" else pdf_around(png, scene)


def font_files(resvg: Any, form: str) -> list[str] | None:
    """The font that matplotlib brings, where the machine has none: resvg would leave all text out, and say nothing."""
    blank = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="8">{}</text></svg>'
    if resvg.svg_to_bytes(svg_string=blank.format("M")) != resvg.svg_to_bytes(svg_string=blank.format("")):
        return None
    try:
        folder = Path(optional("matplotlib", "plot", "a bitmap").__file__).parent
    except MissingDependencyError as error:
        raise MissingDependencyError(
            f"a .{form} needs a font, and this machine has none: install one, or pip install 'chainrule[plot]', "
            f"which brings one. Or save as .svg or .dot."
        ) from error
    return [str(folder / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf")]


def undated(data: bytes) -> bytes:
    """A PDF without the time at which it was made, so that the same picture is the same file."""

    def same_length(found: re.Match[bytes]) -> bytes:
        return found[1] + b"20000101000000".ljust(len(found[2]))[: len(found[2])]

    return re.sub(rb"(/CreationDate \(D:)([^)]*)", same_length, data)


def find_resvg() -> Any:
    try:
        return optional("resvg_py", "draw", "a bitmap")
    except MissingDependencyError:
        return None


# ----------------------------------------------------------------------------------------------------- drawn by `dot`


def pinned(scene: Scene, colours: Colours) -> str:
    """DOT in which everything has its place, for ``neato -n2``, which only draws then."""
    pen = Pen(scene, colours)
    body = [line for group in scene.groups for shape in group.shapes for line in pen.lines(shape)]
    head = f'graph [bgcolor="{colours["ground"]}" outputorder=nodesfirst splines=true pad=0]'
    node = f'node [shape=box fixedsize=true label="" fontname="{FONT}" margin=0]'
    corners = [pen.node(Box(x, y, 0.1, 0.1), "style=invis") for x, y in ((0, 0), (scene.width, scene.height))]
    return "\n".join(["digraph {", head, node, *corners, 'o [style=invis pos="0,0" width=0 height=0]', *body, "}"])


class Pen:
    """Writes shapes as pinned nodes, and arrows as edges with all of their points."""

    def __init__(self, scene: Scene, colours: Colours) -> None:
        self.height, self.colours, self.count = scene.height, colours, 0

    def lines(self, shape: Shape) -> list[str]:
        if isinstance(shape, Words):
            width, high = 1.0, shape.size / 72
            text = f'shape=plaintext label="{quoted(shape.text)}" fontsize={shape.size:g} fixedsize=false'
            weight = f' fontname="{BOLD}"' if shape.bold else ""
            box = Box(shape.middle.x - width / 2, shape.middle.y - high / 2, width, high)
            return [self.node(box, f'{text} fontcolor="{self.colours[shape.colour]}"{weight}')]
        if isinstance(shape, Squares):
            colour = self.colours[shape.colour] + f"{round(shape.strength * 255):02x}"
            return [self.node(box, f'style=filled fillcolor="{colour}" penwidth=0') for box in shape.boxes]
        if isinstance(shape, Curve):
            return [self.edge(shape)]
        return [self.area(shape)]

    def area(self, area: Area) -> str:
        style = [*(["filled"] if area.fill else []), *(["dashed"] if area.dash else [])]
        round_form = min(area.corners) >= min(area.box.width, area.box.height) / 2 and "shape=ellipse"
        look = f'style="{",".join(style)}" {round_form or ""}'
        look += f' fillcolor="{self.colours[area.fill]}"' if area.fill else ""
        look += f' color="{self.colours[area.stroke]}" penwidth={area.width:g}' if area.stroke else " penwidth=0"
        return self.node(area.box, look)

    def edge(self, curve: Curve) -> str:
        points = " ".join(map(self.at, curve.spline.points))
        look = f'color="{self.colours[curve.colour]}" arrowsize=0.7' + (" style=dashed" if curve.dash else "")
        return f'o -> o [pos="e,{self.at(curve.spline.tip)} {points}" {look}]'

    def node(self, box: Box, look: str) -> str:
        self.count += 1
        middle = self.at(Point(box.x + box.width / 2, box.y + box.height / 2))
        return f's{self.count} [pos="{middle}" width={box.width / 72:.4f} height={box.height / 72:.4f} {look}]'

    def at(self, point: Point) -> str:
        return f"{point.x:.2f},{self.height - point.y:.2f}"


def quoted(text: str) -> str:
    return escape(text).replace('"', '\\"')


# --------------------------------------------------------------------------------------------------- around a bitmap


def pdf_around(png: bytes, scene: Scene) -> bytes:
    """A page that shows a PNG of eight bits per colour with transparency, as resvg makes it.

    The PNG's own compressed lines are put in. The fourth of its colours, the transparency, is dropped by the colour
    space: nothing in a picture is transparent.
    """
    width, height = struct.unpack(">II", png[16:24])
    data = b"".join(body for kind, body in chunks(png) if kind == b"IDAT")
    space = b"[/DeviceN [/R /G /B /A] /DeviceRGB 5 0 R]"
    decode = b"<< /Predictor 15 /Colors 4 /BitsPerComponent 8 /Columns %d >>" % width
    image = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace %s" % (
        *(width, height),
        space,
    )
    box = f"{scene.width:g} {scene.height:g}".encode()
    drawing = b"q %s 0 0 %s 0 0 cm /P Do Q" % tuple(box.split())
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 6 0 R /Resources << /XObject << /P 4 0 R >> >> >>"
        % box,
        stream(image + b" /Filter /FlateDecode /DecodeParms " + decode, data),
        stream(b"/FunctionType 4 /Domain [0 1 0 1 0 1 0 1] /Range [0 1 0 1 0 1]", b"{ pop }"),
        stream(b"", drawing),
    ]
    return pdf_file(bodies)


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """The parts of a PNG file, by their kind."""
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def pdf_file(bodies: list[bytes]) -> bytes:
    """The objects with the table of where each begins."""
    text, places = b"%PDF-1.5\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(text))
    return text + head + table + tail
