"""What a training shows: a line per epoch, and in a terminal a bar until it is over."""

from __future__ import annotations

import shutil
import sys
from typing import Self

from tqdm import tqdm

from nn.text import number

__all__ = ["Progress"]


class Progress:
    """The report on one epoch; a context, so that the bar is closed when the epoch fails."""

    def __init__(self, title: str, batches: int, verbose: bool) -> None:
        terminal = sys.stdout.isatty()
        self.title, self.line = title, verbose
        columns, rows = shutil.get_terminal_size()  # tqdm would believe a terminal that says it has none
        self.bar = tqdm(
            total=batches,
            desc=title,
            bar_format="{desc}  {bar} {elapsed}<{remaining}",  # the numbers first: a narrow terminal cuts the end
            file=sys.stdout,
            disable=not (verbose and terminal),
            ncols=columns,
            nrows=rows,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.bar.close()

    def advance(self, means: dict[str, float]) -> None:
        """One batch more; `means` are the numbers so far."""
        if not self.bar.disable:
            self.bar.set_description_str(self.text(means), refresh=False)
            self.bar.update()

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
