"""Surfaces to go down on: three of two numbers, each with a difficulty, and pictures of the ways that were taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor
from autograd.optional import optional
from nn.optim import Optimizer
from nn.recipes.pictures import blank
from nn.recipes.run import Run

__all__ = ["SURFACES", "Surface", "animate", "height", "path"]


class Surface(NamedTuple):
    """A function of two numbers, where to start, its least value, and what to show of it."""

    f: Callable[[Any, Any], Any]
    start: tuple[float, float]
    least: float
    window: tuple[float, float, float, float]


SURFACES = {
    # a curved valley, steep across and flat along it (Rosenbrock, 1960)
    "Rosenbrock": Surface(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.2, 1), 0, (-2, 2, -1, 3)),
    # a plateau with steep edges (Beale, 1955)
    "Beale": Surface(
        lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
        *((1, 1.5), 0, (-1, 4.5, -2, 2)),
    ),
    # next to nothing says which way to leave the ridge on which one starts
    "saddle": Surface(lambda x, y: x**2 - y**2 + y**4 / 4, (1, 1e-3), -1, (-1.5, 1.5, -2, 2)),
}


def path(surface: Surface, make: Callable[..., Optimizer], steps: int, rate: float) -> Any:
    """Where an optimizer goes on a surface; where it leaves all bounds, the last place before."""
    x, y = (Tensor(float(value)) for value in surface.start)
    optimizer = make([x, y], lr=rate)

    def closure() -> Any:
        optimizer.zero_grad()
        value = surface.f(x, y)
        value.backward()
        return value

    places = [surface.start]
    for _ in range(steps):
        optimizer.step(closure)
        place = float(x.data), float(y.data)
        places.append(place if np.abs(place).max() < 100 else places[-1])
        if places[-1] != place:
            break
    return np.array([*places, *places[-1:] * (steps + 1 - len(places))])


def height(surface: Surface, place: Any) -> float:
    """How far above the least value a place is."""
    return max(float(surface.f(*place)) - surface.least, 0.0)  # rounding may go below


def animate(paths: dict[str, dict[str, tuple[Any, float]]], run: Run) -> None:
    """The paths as they grow, slow at first, then faster: a picture of the end and ``surfaces.gif``."""
    figure = blank(13, 5)
    colours = optional("matplotlib", "plot", "the picture").colormaps["tab20"].colors
    lines = []
    for axes, (place, surface) in zip(figure.subplots(1, 3), SURFACES.items(), strict=True):
        left, right, low, high = surface.window
        x, y = np.meshgrid(np.linspace(left, right, 150), np.linspace(low, high, 150))
        z = surface.f(x, y) - surface.least
        axes.contourf(x, y, np.log10(z + 1e-2), 20, cmap="Greys", vmax=8)
        axes.set(title=place, xlim=(left, right), ylim=(low, high))
        for (name, (points, _)), colour in zip(paths[place].items(), colours, strict=False):
            lines.append((axes.plot([], [], color=colour, label=name, marker="o", markevery=[-1])[0], points))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=8)
    title = figure.suptitle("after 0 steps")
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # it is laid out now, and not again for each frame
    frames = np.unique(np.geomspace(1, len(lines[0][1]), run.some(60, 3)).astype(int))
    writer = optional("matplotlib.animation", "plot", "the animation").PillowWriter(fps=10)
    with writer.saving(figure, run.kept("surfaces.gif"), dpi=70):
        for frame in frames:
            for line, points in lines:
                line.set_data(*points[:frame].T)
            title.set_text(f"after {frame - 1} steps")
            writer.grab_frame()
    run.plot(figure, "surfaces")
