"""Where the user's program made a value, and which of its variables held it: what the views put names and lines by.

The engine makes one `Sighting` per node inside `autograd.viz.annotate`; outside, nothing here costs anything.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

__all__ = ["Sighting", "Witness", "caller", "seen", "variables", "witness"]

OURS = {"autograd", "nn", "numpy"}


class Sighting:
    """The user's line that made a node, and the variable that held its value."""

    __slots__ = ("file", "frames", "line", "name")

    def __init__(self, frames: list[FrameType]) -> None:
        self.file, self.line = frames[0].f_code.co_filename, frames[0].f_lineno
        self.frames = frames  # while the program runs: where it was made, and who called that
        self.name: str | None = None

    @property
    def text(self) -> str:
        """The line as it is written; empty where the source cannot be read."""
        return linecache.getline(self.file, self.line).strip()


class Witness:
    """Sees a program run, between the first and the last call of an `annotate` block.

    What a variable holds is looked at whenever the next value is made: ``h`` then names both values of
    ``h = x @ w; h = h + b``.
    """

    def __init__(self, outermost: FrameType | None) -> None:
        self.outermost = outermost
        self.made: dict[Any, Sighting] = {}
        self.frames: dict[FrameType, None] = {}  # an ended one keeps its variables

    def see(self, node: Any) -> Sighting:
        """The sighting of a node that has just been made."""
        frames = list(user_frames(sys._getframe(1), self.outermost)) or [sys._getframe(1)]
        self.frames.update(dict.fromkeys(frames))
        self.look(frames)
        self.made[node] = Sighting(frames)
        return self.made[node]

    def look(self, frames: list[FrameType]) -> None:
        """Name what variables hold: by that of the function that made it, else by its caller's."""
        for frame in frames:
            for name, value in variables_of(frame):
                sighting = self.made.get(value) if hasattr(type(value), "__autograd_call__") else None
                if sighting is not None and frame in sighting.frames:
                    rank = sighting.frames.index(frame)
                    sighting.name = name
                    sighting.frames = sighting.frames[:rank] if rank else []  # only those nearer may name it again

    def close(self) -> None:
        """Look for the last time, and let go of what was seen."""
        self.look(list(self.frames))
        for sighting in self.made.values():
            sighting.frames = []
        self.made, self.frames = {}, {}


_witness: ContextVar[Witness | None] = ContextVar("autograd_witness", default=None)
witness: Callable[[], Witness | None] = _witness.get


@contextmanager
def seen() -> Iterator[None]:
    """Let a new witness see what runs in the block."""
    new = Witness(next(user_frames(sys._getframe(1)), None))
    token = _witness.set(new)
    try:
        yield
    finally:
        _witness.reset(token)
        new.close()


def user_frames(frame: FrameType | None, outermost: FrameType | None = None) -> Iterator[FrameType]:
    """The frames from this one outwards that belong neither to this project nor to NumPy, up to the `outermost`."""
    while frame is not None:
        if frame.f_globals.get("__name__", "").split(".")[0] not in OURS:
            yield frame
        frame = frame.f_back if frame is not outermost else None


def caller() -> tuple[str, int]:
    """File and line of whoever called this project."""
    frame = next(user_frames(sys._getframe(1)), sys._getframe(1))
    return frame.f_code.co_filename, frame.f_lineno


def variables_of(frame: FrameType) -> list[tuple[str, Any]]:
    """The variables that a user has named: not ``_`` and ``Out`` of IPython, nor those that pytest makes."""
    found = list(frame.f_locals.items())
    return [(name, value) for name, value in found if name.isidentifier() and not name.startswith(("_", "In", "Out"))]


def variables() -> dict[str, Any]:
    """The local variables of whoever called this project."""
    frame = next(user_frames(sys._getframe(1)), None)
    return {} if frame is None else dict(variables_of(frame))
