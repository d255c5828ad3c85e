"""Curves as SVG: a chart with axes, and a small one for a row of a table. Texts are escaped here.

Colours are classes, which the page's style defines for light and for dark; kinds of lines differ in their dashes too.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import NamedTuple

from nn.text import number
from nn.train.live.record import Curve

__all__ = ["Line", "Scale", "chart", "scale_of", "spark"]

WIDTH, HEIGHT = 560, 250
LEFT, RIGHT, TOP, BOTTOM = 62, 24, 10, 34  # the margins, in which the axes are labelled


class Line(NamedTuple):
    """A curve, what it is called, and its class: ``"faint"``, ``"training"`` or ``"held-back"``."""

    label: str
    curve: Curve
    kind: str


class Scale(NamedTuple):
    """From numbers to 0..1, by their logarithms if `log`."""

    low: float
    high: float
    log: bool

    def __call__(self, value: float) -> float | None:
        """The place of a number; None if it has none."""
        if not math.isfinite(value) or (self.log and value <= 0):
            return None
        low, high, value = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        return (value - low) / (high - low)

    def ticks(self) -> list[float]:
        """Round numbers in the range: powers of ten, or steps of 1, 2 or 5 of them."""
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            return [10.0**power for power in range(first, last + 1, 1 + (last - first) // 6)]
        rough = (self.high - self.low) / 5
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
        return [step * i for i in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]


def scale_of(values: Sequence[float], *, log: bool | None = None) -> Scale:
    """The range of the finite values; by logarithms if they spread over two powers of ten, unless told."""
    finite = [value for value in values if math.isfinite(value)]
    positive = [value for value in finite if value > 0]
    if log is None:
        log = bool(positive) and len(positive) == len(finite) and max(positive) / min(positive) > 100
    if log and positive:
        low, high = math.floor(math.log10(min(positive))), math.ceil(math.log10(max(positive)))
        return Scale(10.0 ** max(low, -300), 10.0 ** min(max(high, low + 1), 300), log=True)
    low_, high_ = (min(finite), max(finite)) if finite else (0.0, 1.0)
    margin = (high_ - low_) * 0.05 or abs(high_) * 0.1 or 0.5
    return Scale(low_ - margin, high_ + margin, log=False)


def path(curve: Curve, x: Scale, y: Scale, width: float, height: float) -> str:
    """The line, which is broken where a value is not finite; a point alone is a dot."""
    parts, pen = [], "M"
    for at, value in zip(curve.x, curve.y, strict=True):
        across, up = x(at), y(value)
        if across is None or up is None:
            pen = "M"
            continue
        parts.append(f"{pen}{across * width:.1f} {(1 - up) * height:.1f}" + ("h0" if pen == "M" else ""))
        pen = "L"
    return "".join(parts)


def chart(title: str, lines: Sequence[Line], x_label: str) -> str:
    """A chart of some curves with axes, and the last value of each in its legend."""
    shown = [line for line in lines if len(line.curve)]
    x = Scale(*ends([at for line in shown for at in line.curve.x]), log=False)
    y = scale_of([value for line in shown for value in line.curve.y])
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    grid = []
    for tick in y.ticks():
        at = TOP + (1 - (y(tick) or 0.0)) * height
        grid.append(
            f'<path class="grid" d="M{LEFT} {at:.1f}h{width}"/>'
            f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{tick:.4g}</text>'
        )
    for tick in x.ticks() if shown else []:
        if tick == round(tick):
            at = LEFT + (x(tick) or 0.0) * width
            grid.append(f'<text x="{at:.1f}" y="{HEIGHT - 18}" text-anchor="middle">{tick:,.0f}</text>')
    curves = "".join(
        f'<path class="curve {line.kind}{" alone" if len(line.curve) == 1 else ""}" '
        f'd="{path(line.curve, x, y, width, height)}"/>'
        for line in shown
    )
    legend = "".join(
        f'<li><svg width="26" height="10" aria-hidden="true"><path class="curve {line.kind}" d="M1 5h24"/></svg> '
        f"{html.escape(line.label)} <b>{number(line.curve.last)}</b></li>"
        for line in shown
    )
    name = html.escape(title)
    return (
        f"<figure><figcaption>{name}{' (powers of ten)' if y.log else ''}</figcaption><ul>{legend}</ul>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name} by {x_label}">{"".join(grid)}'
        f'<path class="axis" d="M{LEFT} {TOP}v{height}h{width}"/><g transform="translate({LEFT} {TOP})">{curves}</g>'
        f'<text x="{LEFT + width / 2:.0f}" y="{HEIGHT - 2}" text-anchor="middle">{html.escape(x_label)}</text>'
        f"</svg></figure>"
    )


def spark(curve: Curve, x: Scale, y: Scale, width: int = 300, height: int = 30) -> str:
    """A curve alone, on scales that several share; as wide as there is room."""
    return (
        f'<svg viewBox="0 -2 {width} {height + 4}" height="{height}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="grid" d="M0 {height}h{width}"/>'
        f'<path class="curve training" d="{path(curve, x, y, width, height)}"/></svg>'
    )


def ends(values: Sequence[float]) -> tuple[float, float]:
    """The smallest and the largest, apart from each other."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if high > low else (low - 1, high + 1)
