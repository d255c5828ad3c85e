"""Views of a graph: `draw` makes a picture of it, `explain` puts the chain rule into words, `player` plays it.

Read `trace.py` first: every view draws from the one model there. `text.py` writes values and calls, `formulas.py`
derivatives, `latex.py` either as mathematics; `picture/` is how a graph is drawn, `render.py` runs Graphviz,
`expression.py` reads what the command line is given.
"""

from autograd.formulas import Equation, formula, index_equation, word
from autograd.graph import annotate
from autograd.viz.drawing import Drawing, draw
from autograd.viz.explanation import Explanation, explain
from autograd.viz.player import Player, player
from autograd.viz.shapes import product_equation

__all__ = [
    "Drawing",
    "Equation",
    "Explanation",
    "Player",
    "annotate",
    "draw",
    "explain",
    "formula",
    "index_equation",
    "player",
    "product_equation",
    "word",
]
