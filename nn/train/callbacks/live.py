"""`LiveView`: a training to look at while it runs, in a notebook and as a page."""

from __future__ import annotations

import sys
import time
import warnings
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.graph import unwrap
from nn import checks, errors, files
from nn.train.callbacks.base import Callback
from nn.train.live.page import page, view
from nn.train.live.record import Record

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["LiveView"]

SHARE = 0.05  # of the time may be spent on drawing


class LiveView(Callback):
    """Draw loss, metrics and the norms of each layer's gradients while a model is trained.

    In a notebook the drawing stands below the cell. With `path` it is an HTML file too, which loads nothing, reloads
    itself until the training is over, and is replaced at once, so that it can be read at any time. Both are drawn
    every `every` batches, unless that would take more than a twentieth of the time, and at the end; gradients are
    measured ten times as often, before they are clipped.

    Raises `ArgumentError`, in `fit` too if the file cannot be written there. Where that fails later, it warns, and the
    training goes on.
    """

    def __init__(
        self, path: str | PathLike[str] | None = None, *, every: int = 50, title: str = "Training of a network"
    ) -> None:
        checks.at_least_one("LiveView", every=every)
        if not (path is None or isinstance(path, (str, PathLike))):
            raise errors.wrong_argument("LiveView", "path", path, "the path of an HTML file, or None")
        self.path, self.every, self.title = path if path is None else Path(path), every, str(title)
        self.record, self.since, self.elapsed = Record(), 0, 0.0
        self.measuring = 0  # the batch after which gradients are measured again
        self.resumed = False
        self.cell: Any = None  # what a notebook shows, to be updated

    def on_train_begin(self, trainer: Trainer) -> None:  # noqa: ARG002
        if not self.resumed:
            self.record, self.elapsed, self.measuring = Record(), 0.0, 0
        self.resumed, self.since = False, 0
        self.started = time.perf_counter() - self.elapsed
        self.writing, self.cell = self.path is not None, None
        try:
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            self.draw("running")
        except OSError as error:
            reason = error.strerror or str(error)
            raise errors.ArgumentError(f"LiveView: {self.path} cannot be written: {reason}.") from error

    def on_backward_end(self, trainer: Trainer) -> None:
        if self.record.batches >= self.measuring:
            self.measuring = self.record.batches + max(self.every // 10, 1)
            self.record.add_gradients(trainer.model)

    def on_batch_end(self, trainer: Trainer) -> None:
        self.record.add_loss(float(unwrap(trainer.last_loss)))
        self.since += 1
        if self.since >= self.every and time.perf_counter() >= self.due:
            self.update("running")

    def on_epoch_end(self, trainer: Trainer) -> None:
        self.record.add_epoch({name: values[-1] for name, values in trainer.history.columns.items()})

    def on_train_end(self, trainer: Trainer) -> None:  # noqa: ARG002
        self.update("finished")

    def on_exception(self, trainer: Trainer) -> None:  # noqa: ARG002
        error = sys.exception()
        self.update(f"stopped by {type(error).__name__}" + (f": {error}" if str(error) else ""))

    def update(self, state: str) -> None:
        """Draw; a file that cannot be written any more is given up."""
        try:
            self.draw(state)
        except OSError as error:
            self.writing = False
            reason = error.strerror or str(error)
            text = f"LiveView: {self.path} cannot be written any more: {reason}. The training goes on without."
            warnings.warn(text, stacklevel=2)

    def draw(self, state: str) -> None:
        """Draw the state of the training, wherever it is shown."""
        before = time.perf_counter()
        self.since, self.elapsed = 0, before - self.started
        self.show(state)
        if self.path is not None and self.writing:
            files.replace(self.path, page(self.title, self.record, self.elapsed, state).encode())
        now = time.perf_counter()
        self.due = now + (now - before) / SHARE

    def show(self, state: str) -> None:
        """Put the drawing below the cell of a notebook, or replace it there; elsewhere nothing."""
        display = notebook()
        if display is None:
            return
        drawing = display.HTML(view(self.title, self.record, self.elapsed, state))
        if self.cell is None:
            self.cell = display.display(drawing, display_id=True)
        else:
            self.cell.update(drawing)

    def state_dict(self) -> dict[str, Any]:
        return {"record": self.record.state_dict(), "elapsed": self.elapsed, "measuring": self.measuring}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.record.load_state_dict(state_dict["record"])
        self.elapsed, self.resumed = float(state_dict["elapsed"]), True
        self.measuring = int(state_dict["measuring"])
        self.started = time.perf_counter() - self.elapsed


def notebook() -> Any:
    """`IPython.display` where a notebook's kernel runs this; else None, also in a terminal with IPython."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return ipython.display if ipython is not None and hasattr(shell, "kernel") else None
