"""`player`: one HTML file that steps forward and backward through a graph, and asks for the next gradient.

Read `story.py` first: what the page is told, as JSON. `wording.py` has its formulas, `layout.py` places the values,
`code.py` finds the code beside them, `page.py` puts the file together; `player.html`, `player.css` and the scripts are
the page as it is sent.
"""

from autograd.viz.player.page import Player, player

__all__ = ["Player", "player"]
