"""Tables in plain text, for `Module.summary` and `History`. Imports nothing of the package."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Text", "number", "table"]


class Text(str):
    """A string that an interactive session shows as it prints, line breaks and all."""

    __slots__ = ()
    __repr__ = str.__str__


def table(rows: Sequence[Sequence[str]], left: int = 0) -> Text:
    """Cells as aligned columns: the first `left` of them to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = [str.ljust] * left + [str.rjust] * (len(widths) - left)
    lines = ["  ".join(side(cell, width) for side, cell, width in zip(sides, row, widths, strict=True)) for row in rows]
    return Text("\n".join(line.rstrip() for line in lines))


def number(value: float) -> str:
    """Four decimals, or powers of ten where those would say nothing."""
    return f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e5 else f"{value:.2e}"
