"""The graph of (x + y) * z, its value, its gradients, and how the chain rule gives them."""

from __future__ import annotations

from autograd import Tensor
from autograd.viz import draw, explain
from nn.recipes.run import Run

__all__ = ["run"]


def run(run: Run) -> None:
    """(x + y) * z at x = 1, y = 3, z = -3: value, gradients, the chain rule in words and as a picture."""
    x, y, z = Tensor(1.0, name="x"), Tensor(3.0, name="y"), Tensor(-3.0, name="z")
    p = (x + y).named("p")
    g = (p * z).named("g")
    g.backward()
    print(explain(g), end="\n\n")
    run.figure("g", g.item(), "exactly", -12)
    for name, leaf, expected in [("x", x, -3), ("y", y, -3), ("z", z, 4)]:
        run.figure(f"dg/d{name}", leaf.grad, "exactly", expected)
    draw(g).save(run.kept("graph.svg"))
