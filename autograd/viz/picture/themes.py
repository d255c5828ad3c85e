"""The colours of a picture, on light and on dark ground.

Blue and orange, green and purple: pairs that any eye tells apart.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["THEMES", "Colours", "Theme"]

Theme = Literal["light", "dark", "auto"]
Colours = dict[str, str]  # by the role that something plays in the picture

LIGHT: Colours = {
    "ground": "#ffffff",
    "ink": "#1f2937",
    "quiet": "#64748b",
    "pale": "#94a3b8",
    "value": "#dbeafe",
    "gradient": "#ffe4c9",
    "constant": "#f8fafc",
    "badge": "#ffffff",
    "module": "#f1f5f9",
    "edge": "#64748b",
    "frame": "#f8fafc",
    "repeat": "#7c3aed",
    "positive": "#166534",
    "negative": "#7e22ce",
    "missing": "#dc2626",
    "panel": "#ffffff",
}
DARK: Colours = {
    "ground": "#0f172a",
    "ink": "#e5e7eb",
    "quiet": "#94a3b8",
    "pale": "#64748b",
    "value": "#1e3a5f",
    "gradient": "#5a3413",
    "constant": "#1e293b",
    "badge": "#0f172a",
    "module": "#1e293b",
    "edge": "#94a3b8",
    "frame": "#172033",
    "repeat": "#a78bfa",
    "positive": "#4ade80",
    "negative": "#d8b4fe",
    "missing": "#f87171",
    "panel": "#0f172a",
}
THEMES: dict[str, Colours] = {"light": LIGHT, "dark": DARK, "auto": LIGHT}  # "auto" changes in the browser
