"""What a training shows: a line per epoch, and in a terminal or a notebook a bar until it is over.

A pipe, a file and CI get the lines alone, even if CI has a terminal: a log keeps every state of a bar.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from typing import Self

from tqdm import tqdm

from nn.text import number

__all__ = ["Progress", "shows_bars"]

#: seconds between two states of the bar: a notebook sends each of them to the browser
TERMINAL, NOTEBOOK = 0.1, 0.5


class Progress:
    """The report on one epoch; a context, so that the bar is closed when the epoch fails."""

    def __init__(self, title: str, batches: int | None, verbose: bool, *, done: int = 0) -> None:
        self.title, self.line = title, verbose
        columns, rows = shutil.get_terminal_size()  # tqdm would believe a terminal that says it has none
        counted = "{bar} {elapsed}<{remaining}" if batches else "{n_fmt} batches {elapsed}"
        self.bar = tqdm(
            total=batches,
            initial=done,
            desc=title,
            bar_format="{desc}  " + counted,  # the numbers first: a narrow terminal cuts the end
            file=sys.stdout,
            disable=not (verbose and shows_bars()),
            mininterval=0,  # `advance` sees to it, before the text is made
            ncols=columns,
            nrows=rows,
        )
        self.interval = NOTEBOOK if is_notebook() else TERMINAL
        self.shown, self.hidden = 0.0, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.bar.close()

    def advance(self, numbers: Callable[[], dict[str, float]]) -> None:
        """One batch more; `numbers`, asked when they are shown, are those so far."""
        if self.bar.disable:
            return
        self.hidden += 1
        now = time.monotonic()
        if now - self.shown >= self.interval:
            self.bar.set_description_str(self.text(numbers()), refresh=False)
            self.bar.update(self.hidden)
            self.shown, self.hidden = now, 0

    def finish(self, record: dict[str, float]) -> None:
        """The epoch is over; these are its numbers."""
        if not self.bar.disable:
            self.bar.leave = False  # the bar goes, and the line stays: whole, however narrow the terminal
            self.bar.close()
        if self.line:
            print(self.text(record), flush=True)

    def text(self, numbers: dict[str, float]) -> str:
        """The line that is shown, without the bar."""
        return "  ".join([self.title, *(f"{name} {number(value)}" for name, value in numbers.items())])


def shows_bars() -> bool:
    """Whether a bar can be drawn, over what it was before."""
    if os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return False
    return is_terminal() or is_notebook()


def is_terminal() -> bool:
    """Whether what is printed goes to a screen."""
    return sys.stdout.isatty()


def is_notebook() -> bool:
    """Whether what is printed goes to a notebook, whose output says that it is no terminal."""
    return type(sys.stdout).__module__.partition(".")[0] == "ipykernel"
