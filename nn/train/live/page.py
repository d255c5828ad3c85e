"""The page of `LiveView`: one HTML file that loads nothing, and the part of it that a notebook shows."""

from __future__ import annotations

import html

from nn.text import number
from nn.train.live.chart import Line, Scale, chart, ends, scale_of, spark
from nn.train.live.record import Curve, Record

__all__ = ["page", "view"]

SECONDS = 2  # after which the page is read again
# Blue and vermilion, and their lighter kin: told apart by everyone (Okabe and Ito, "Color Universal Design", 2008)
STYLE = """
.chainrule-live { color-scheme: light dark; --ink: #1b1b1f; --quiet: #5a5a64; --grid: #e2e2e8; --back: #fff;
  --training: #0072b2; --held: #d55e00; background: var(--back); color: var(--ink); padding: 1rem;
  font: 15px/1.45 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .chainrule-live { DARK } }
[data-jp-theme-light="true"] .chainrule-live, .vscode-light .chainrule-live { LIGHT }
[data-jp-theme-light="false"] .chainrule-live, .vscode-dark .chainrule-live { DARK }
.chainrule-live h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
.chainrule-live p { margin: .2rem 0 1rem; color: var(--quiet); }
.chainrule-live .charts { display: grid; gap: 1rem 2rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.chainrule-live figure { margin: 0; max-width: 46rem; }
.chainrule-live figcaption, .chainrule-live caption { font-weight: 600; text-align: left; overflow-wrap: anywhere; }
.chainrule-live ul { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin: .1rem 0; padding: 0; list-style: none; }
.chainrule-live figure > svg { display: block; width: 100%; height: auto; }
.chainrule-live text { fill: var(--quiet); font-size: 12px; }
.chainrule-live path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.chainrule-live .grid { stroke: var(--grid); }
.chainrule-live .axis { stroke: var(--quiet); }
.chainrule-live .curve { stroke-width: 2.25; }
.chainrule-live .alone { stroke-width: 7; }
.chainrule-live .faint { stroke: var(--quiet); stroke-width: 1; opacity: .5; }
.chainrule-live .training { stroke: var(--training); }
.chainrule-live .held-back { stroke: var(--held); stroke-dasharray: 6 5; }
.chainrule-live table { width: 100%; max-width: 46rem; margin-top: 1.5rem; border-collapse: collapse;
  font-variant-numeric: tabular-nums; }
.chainrule-live th, .chainrule-live td { padding: .15rem 0 .15rem 1rem; text-align: right; font-weight: normal;
  white-space: nowrap; }
.chainrule-live th:first-child { padding-left: 0; min-width: 7rem; text-align: left; overflow-wrap: anywhere;
  white-space: normal; }
.chainrule-live th:nth-child(2) { width: 60%; text-align: left; white-space: normal; }
.chainrule-live thead th { color: var(--quiet); }
.chainrule-live td svg { display: block; width: 100%; overflow: visible; }
.chainrule-live td path { vector-effect: non-scaling-stroke; stroke-width: 1.5; }
"""
LIGHT = "--ink: #1b1b1f; --quiet: #5a5a64; --grid: #e2e2e8; --back: #fff; --training: #0072b2; --held: #d55e00;"
DARK = "--ink: #ececf1; --quiet: #a9a9b4; --grid: #3a3a42; --back: #17171a; --training: #56b4e9; --held: #e69f00;"


def page(title: str, record: Record, elapsed: float, state: str) -> str:
    """The file: the view, and while the training runs the wish to be read again."""
    refresh = f'<meta http-equiv="refresh" content="{SECONDS}">\n' if state == "running" else ""
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n{refresh}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html.escape(title)}</title>\n'
        f"<style>html, body {{ margin: 0; height: 100%; }} body > .chainrule-live {{ min-height: 100%; "
        f"box-sizing: border-box; padding: 2rem max(1rem, 4vw); }}</style>\n"
        f"<body>\n{view(title, record, elapsed, state)}\n</body>\n</html>\n"
    )


def view(title: str, record: Record, elapsed: float, state: str) -> str:
    """Title, state, charts and the table of layers, with their style."""
    counts = [
        f"{n:,} {kind}{'' if n == 1 else 's'}" for n, kind in [(record.epochs, "epoch"), (record.batches, "step")]
    ]
    facts = f"{html.escape(state)}: {', '.join(counts)} in {duration(elapsed)}"
    style = STYLE.replace("LIGHT", LIGHT).replace("DARK", DARK)
    parts = "\n".join(charts(record)) if record.batches else "<p>There was no step yet.</p>"
    return (
        f'<div class="chainrule-live"><style>{style}</style>\n<h1>{html.escape(title)}</h1>\n<p>{facts}</p>\n'
        f'<div class="charts">\n{parts}\n</div>\n{layers(record)}</div>'
    )


def charts(record: Record) -> list[str]:
    """The loss over batches, and each metric over epochs."""
    found = [
        Line("each batch", record.loss, "faint"),
        Line("mean of the epoch", record.by_batch.get("loss", Curve()), "training"),
        Line("held back", record.by_batch.get("val_loss", Curve()), "held-back"),
    ]
    drawn = [chart("loss", found, "steps")]
    for name, curve in record.columns.items():
        if name != "loss" and not name.startswith("val_"):
            held = Line("held back", record.columns.get(f"val_{name}", Curve()), "held-back")
            drawn.append(chart(name, [Line("training", curve, "training"), held], "epochs"))
    return drawn


def layers(record: Record) -> str:
    """The norms of the gradients, a row per layer, all on one scale."""
    if not record.gradients:
        return ""
    curves = record.gradients.values()
    x = Scale(*ends([at for curve in curves for at in curve.x]), log=False)
    y = scale_of([value for curve in curves for value in curve.y], log=True)
    rows = "\n".join(
        f"<tr><th>{html.escape(name)}</th><td>{spark(curve, x, y)}</td><td>{number(curve.last)}</td></tr>"
        for name, curve in record.gradients.items()
    )
    between = f"from {y.low:.0e} to {y.high:.0e}, in powers of ten" if y.log else "over the training"
    return (
        f"<table><caption>gradients, their norm by layer</caption>\n<thead><tr><th>layer</th><th>{between}</th>"
        f"<th>now</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table>\n"
    )


def duration(seconds: float) -> str:
    """Hours, minutes and seconds, as far as there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
