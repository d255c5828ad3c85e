"""How wide text is in Helvetica, so that a node has room for what stands in it wherever it is laid out."""

from __future__ import annotations

import unicodedata

__all__ = ["text_width"]

# thousandths of the font's size (Adobe's font metrics), from space to ~
ASCII = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
WIDE, OTHER = 1000, 600
SLACK = 1.06  # the fonts that stand in for Helvetica are somewhat wider


def text_width(text: str, size: float) -> float:
    """The width of a line in points."""
    return sum(map(letter_width, text)) * size / 1000 * SLACK


def letter_width(letter: str) -> int:
    if " " <= letter <= "~":
        return ASCII[ord(letter) - 32]
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0
    return WIDE if unicodedata.east_asian_width(letter) in "WF" else OTHER
