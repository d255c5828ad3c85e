"""The demo's page: what `demo.py` found, as one HTML file next to its pictures. Imports nothing of the package."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

__all__ = ["digit", "page"]

STYLE = """
:root { color-scheme: light dark; --soft: #f3f3f5; --line: #d4d4da; --wrong: #c62828; }
@media (prefers-color-scheme: dark) { :root { --soft: #26262b; --line: #46464e; --wrong: #ff8a80; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; padding-top: .5rem; border-top: 1px solid var(--line); }
p { white-space: pre-line; }
h3 { margin-bottom: .5rem; }
img { max-width: 100%; height: auto; padding: .5rem; border-radius: .5rem; background: white; }
pre { overflow-x: auto; padding: 1rem; border-radius: .5rem; background: var(--soft); font-size: .85rem; }
summary { cursor: pointer; font-weight: bold; }
.large { margin: 0; font-size: 4rem; line-height: 1.1; font-weight: bold; }
.digits { display: grid; grid-template-columns: repeat(auto-fill, minmax(4.75rem, 1fr)); gap: .75rem; }
figure { margin: 0; padding: .4rem; text-align: center; border: 2px solid var(--line); border-radius: .5rem; }
figure svg { display: block; width: 100%; }
figcaption { white-space: nowrap; }
.wrong { border-color: var(--wrong); }
.wrong figcaption { color: var(--wrong); font-weight: bold; }
"""


def digit(image: Any, prediction: int, label: int) -> str:
    """An image of 8x8 numbers in 0..1 with the class that was predicted, and the right one where that is another."""
    squares = "".join(
        f'<rect x="{column}" y="{row}" width="1.02" height="1.02" opacity="{value:.2g}"/>'
        for row, values in enumerate(image)
        for column, value in enumerate(values)
        if value
    )
    right = prediction == label
    text = str(prediction) if right else f"{prediction}, not {label}"
    return (
        f'<figure class="{"right" if right else "wrong"}"><svg viewBox="0 0 8 8" fill="currentColor" role="img" '
        f'aria-label="a handwritten {label}">{squares}</svg><figcaption>{text}</figcaption></figure>'
    )


def page(
    explanation: str, accuracy: str, facts: Sequence[str], digits: Sequence[str], summary: object, history: object
) -> str:
    """The page; the texts are escaped, `digits` are what `digit` returns."""
    paragraphs = "\n".join(f"<p>{html.escape(fact)}</p>" for fact in facts)
    images = "\n".join(digits)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>chainrule: the demo</title>
<style>{STYLE}</style>
<h1>chainrule: the demo</h1>

<h2>The chain rule on (x + y) * z</h2>
<p><img src="graph.svg" alt="The graph of (x + y) * z with values and gradients"></p>
<pre>{html.escape(explanation)}</pre>

<h2>A network that reads digits</h2>
<p class="large">{html.escape(accuracy)}</p>
{paragraphs}

<h3>Digits held back, and what the network reads</h3>
<div class="digits">
{images}
</div>

<h3>Learning curve</h3>
<p><img src="learning_curve.png" alt="Loss and accuracy by epoch, in training and on the digits held back"></p>
<details>
<summary>Every epoch in numbers</summary>
<pre>{html.escape(str(history))}</pre>
</details>

<h3>Layers of the network</h3>
<pre>{html.escape(str(summary))}</pre>
</html>
"""
