"""`Finding`: what the doctor says, and how it says so: once, as a warning at the user's line."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from typing import NamedTuple

from nn.errors import TrainingWarning

__all__ = ["Finding", "named", "warn"]

OURS = {"autograd", "nn", "numpy", "contextlib"}
SHOWN = 4


class Finding(NamedTuple):
    """A name by which it is told once, and what was seen with the remedy."""

    name: str
    text: str


def warn(finding: Finding) -> None:
    """Warn, at the nearest line outside the project."""
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] in OURS:
        frame, level = frame.f_back, level + 1
    warnings.warn(f"{finding.text} [{finding.name}]", TrainingWarning, stacklevel=level)


def named(places: Iterable[str]) -> str:
    """The first few of several places."""
    places = list(dict.fromkeys(places))
    more = len(places) - SHOWN
    return ", ".join(places[:SHOWN]) + (f" and {more} more" if more > 0 else "")
