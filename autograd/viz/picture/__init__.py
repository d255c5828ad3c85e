"""What stands between a trace and its picture; `autograd.viz.drawing` puts the parts together.

In the order of the work: `units.py` collapses modules, `folds.py` finds what repeats, `outline.py` says what is drawn
and `frames.py` in which boxes, `rows.py` breaks it into rows, `cards.py` and `heat.py` say what stands in a node,
`dot.py` writes DOT, `layout.py` has Graphviz place it, `scene.py` draws it, `tips.py` says what the mouse shows,
`svg.py` and `paper.py` put that into a format. `themes.py` has the colours, `metrics.py` the widths of letters.
"""
