"""Python text in colours, for notebooks: colours that can be read on white and on black."""

from __future__ import annotations

import keyword
import tokenize
from html import escape
from io import StringIO

__all__ = ["highlighted"]

COLOURS = {tokenize.COMMENT: "#6a8759", tokenize.STRING: "#2e8b57", tokenize.NUMBER: "#b5651d"}
KEYWORD = "#8f5fe8"


def highlighted(text: str) -> str:
    """HTML of Python text."""
    lines = text.splitlines(keepends=True)
    parts: list[str] = []
    row, column = 1, 0

    def plain(until: tuple[int, int]) -> None:
        nonlocal row, column
        while (row, column) < until and row <= len(lines):
            end = until[1] if row == until[0] else len(lines[row - 1])
            parts.append(escape(lines[row - 1][column:end]))
            row, column = (row, end) if row == until[0] else (row + 1, 0)

    for token in tokenize.generate_tokens(StringIO(text).readline):
        colour = KEYWORD if token.type == tokenize.NAME and keyword.iskeyword(token.string) else COLOURS.get(token.type)
        if colour is None:
            continue
        plain(token.start)
        parts.append(f'<span style="color: {colour}">')
        plain(token.end)
        parts.append("</span>")
    plain((len(lines) + 1, 0))
    return f'<pre style="line-height: 1.4"><code>{"".join(parts)}</code></pre>'
