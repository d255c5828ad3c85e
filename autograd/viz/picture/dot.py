"""The picture as DOT text, which Graphviz places, and which can be rendered by itself.

Labels are plain text, not Graphviz's HTML, because the wheel's Graphviz cannot read HTML; a node has two colours by a
gradient fill that changes at one point. Heat maps are not in it, but the room for them is.
"""

from __future__ import annotations

from dataclasses import dataclass

import graphviz

from autograd.viz.picture.cards import Face, Half, clipped, link_text
from autograd.viz.picture.frames import Frame
from autograd.viz.picture.outline import Card, Outline
from autograd.viz.picture.rows import Arrow, Row, Tag
from autograd.viz.picture.themes import Colours

__all__ = ["FONT", "Sheet", "escape", "name_of", "sheet_of"]

FONT = "Helvetica,Arial,sans-serif"
LONGEST_LABEL = 44


@dataclass(eq=False, slots=True)
class Sheet:
    """The DOT text: `source` is all of it, `rows` the same in parts that are laid out one below the other.

    `frames` are the boxes by their name in DOT, and the number of the row.
    """

    source: str
    rows: list[str]
    faces: dict[Card, Face]
    frames: dict[str, tuple[Frame, int]]


def sheet_of(picture: Outline, faces: dict[Card, Face], rows: list[Row], colours: Colours) -> Sheet:
    """Write the picture as DOT: a node per card, named by its place."""
    frames: dict[str, tuple[Frame, int]] = {}
    writer = Writer(picture, faces, frames, colours)
    bodies = [writer.body(number, row) for number, row in enumerate(rows)]
    # Graphviz puts the first of unconnected parts at the bottom
    whole = writer.graph([line for body in reversed(bodies) for line in body])
    return Sheet(whole, [writer.graph(body) for body in bodies], faces, frames)


class Writer:
    """Writes rows in the colours of one theme."""

    def __init__(
        self, picture: Outline, faces: dict[Card, Face], frames: dict[str, tuple[Frame, int]], colours: Colours
    ) -> None:
        self.picture, self.faces, self.frames, self.colours = picture, faces, frames, colours
        self.arrows = 0

    def graph(self, body: list[str]) -> str:
        colours = self.colours
        look = {"rankdir": "LR", "bgcolor": colours["ground"], "pad": "0.2", "nodesep": "0.3", "ranksep": "0.45"}
        look |= {"ordering": "in", "fontname": FONT, "fontsize": "12", "fontcolor": colours["quiet"]}
        node = {"shape": "Mrecord", "style": "filled", "fontname": FONT, "fontsize": "13"}
        node |= {"color": colours["ink"], "fontcolor": colours["ink"]}
        edge = {"fontname": FONT, "fontsize": "11", "color": colours["edge"], "fontcolor": colours["ink"]}
        dot = graphviz.Digraph(graph_attr=look, node_attr=node, edge_attr={**edge, "arrowsize": "0.7"}, body=body)
        return str(dot.source)

    def body(self, number: int, row: Row) -> list[str]:
        """The statements of a row: nodes, in the boxes that are around them, and then arrows."""
        dot = graphviz.Digraph()
        self.fill(dot, row.nodes, 0, number)
        for arrow in row.arrows:
            self.arrow(dot, arrow)
        return list(dot.body)

    def fill(self, dot: graphviz.Digraph, nodes: list[Card | Tag], level: int, number: int) -> None:
        """Write the nodes, those in boxes further in where the first of them stands."""
        inside: dict[Frame, list[Card | Tag]] = {}
        for node in nodes:
            if len(node.frames) > level:
                inside.setdefault(node.frames[level], []).append(node)
        for node in nodes:
            if len(node.frames) <= level:
                self.node(dot, node)
            elif (members := inside.pop(node.frames[level], None)) is not None:
                frame = node.frames[level]
                name = f"cluster_{len(self.frames)}"
                self.frames[name] = (frame, number)
                with dot.subgraph(name=name, graph_attr=self.box(frame)) as box:
                    self.fill(box, members, level + 1, number)

    def box(self, frame: Frame) -> dict[str, str]:
        colour = self.colours["repeat" if frame.count > 1 else "pale"]
        look = {"label": escape(frame.title), "style": "rounded", "color": colour, "margin": "12", "labeljust": "l"}
        return {**look, "fontcolor": colour} if frame.count > 1 else look

    def node(self, dot: graphviz.Digraph, node: Card | Tag) -> None:
        colours = self.colours
        box = {"shape": "box", "style": "filled,rounded"}
        if isinstance(node, Tag):
            look = {**box, "style": "filled,rounded,dotted", "fillcolor": colours["value"], "height": "0.3"}
            dot.node(name_of(node), label=escape(node.card.vertex.symbol), **look, width="0.4", margin="0.1,0.04")
            return
        face = self.faces[node]
        size = {"width": inches(face.width), "height": inches(face.height)}
        if face.gradient is None:
            look = {**box, "style": "filled,rounded,dashed", "fillcolor": colours["constant"]}
            look |= {"color": colours["pale"], "fontcolor": colours["quiet"], "margin": "0.1,0.04"}
            dot.node(name_of(node), label=text_of(face.value), **look, **size)
            return
        look = {"fillcolor": f"{colours['value']};0.5:{colours['gradient']}", "gradientangle": "270"}
        if node.vertex is self.picture.root:
            look["penwidth"] = "2"
        label = f"{text_of(face.value)}|{text_of(face.gradient)}"
        if face.badge:
            label = f"{{{escape(chr(10).join(face.badge))}|{{{label}}}}}"
        dot.node(name_of(node), label=label, **look, **size)

    def arrow(self, dot: graphviz.Digraph, arrow: Arrow) -> None:
        link = arrow.link
        head = name_of(link.target)
        if self.faces[link.target].is_sign:
            head += ":w"
        look = {"id": f"e{self.arrows}"}
        self.arrows += 1
        if link.back:
            look |= {"style": "dashed", "color": self.colours["repeat"], "fontcolor": self.colours["repeat"]}
        elif link.edge is not None and link.edge.contribution is None:
            look |= {"style": "dashed", "color": self.colours["pale"]}
        text = link_text(link)
        if text:
            look["label"] = escape(clipped(text, LONGEST_LABEL))
        if link.back and isinstance(arrow.source, Card) and arrow.source is not link.target:
            # from left to right for Graphviz, which loses arrows within a column of records
            dot.edge(head, name_of(arrow.source), dir="back", **look)
        else:
            dot.edge(name_of(arrow.source), head, **look)


def name_of(node: Card | Tag) -> str:
    return f"t{node.place}" if isinstance(node, Tag) else f"n{node.place}"


def inches(points: float) -> str:
    return f"{points / 72:.3f}"


def text_of(half: Half) -> str:
    return escape("\n".join(half.lines))


def escape(text: str) -> str:
    r"""`text` as a label that shows exactly it: no fields, no ``\N``, no entities, no HTML."""
    for sign in "\\{}|<>":
        text = text.replace(sign, f"\\{sign}")
    return str(graphviz.nohtml(text.replace("&", "&amp;").replace("\n", "\\n")))
