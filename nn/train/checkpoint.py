"""`Checkpoint`: a folder that keeps a training, so that one that was cut off, at whatever moment, goes on bit by bit.

One safetensors file holds the arrays, and as JSON in its metadata all else. It is written beside and renamed: what is
there under its name is always whole.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors
import safetensors.numpy

from nn import checks, errors, files
from nn.io import as_arrays, unreadable
from nn.train.pack import pack, unpack

if TYPE_CHECKING:
    from nn.train.loop import Loop

__all__ = ["Checkpoint"]

NAME = "checkpoint.safetensors"
FORMAT = 1


class Checkpoint:
    """Where ``fit(..., checkpoint=...)`` keeps a training: model, optimizer, schedules, callbacks, randomness, place.

    The same call resumes it; the weights at the end are, bit by bit, those of a training that was never cut off. It is
    written before the first step, after every epoch, when Ctrl-C ends the training and, within an epoch, after a step
    if `every_seconds` have passed or `every_steps` have been taken since the last time; None is never.

    Raises `ArgumentError`; in `fit`, `CheckpointError` if the file cannot be written (the last one stays),
    `WeightsFileError` if it is damaged and `StateDictError` if it is of another model, optimizer or data.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        every_steps: int | None = None,
        every_seconds: float | None = 300.0,
    ) -> None:
        if not isinstance(folder, (str, os.PathLike)):
            raise errors.wrong_argument("Trainer", "checkpoint", folder, "a folder, checkpoint='run/'")
        if every_steps is not None:
            checks.at_least_one("Checkpoint", every_steps=every_steps)
        if every_seconds is not None:
            checks.not_negative("Checkpoint", every_seconds=every_seconds)
        self.path = Path(folder) / NAME
        self.every_steps, self.every_seconds = every_steps, every_seconds
        self.saved_step, self.saved_at = 0, 0.0

    def open(self, loop: Loop) -> bool:
        """Resume what is there, or write the first checkpoint; whether it was resumed."""
        with files.named_failures("checkpoint", self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            files.remove_leftovers(self.path)
        resumed = self.path.exists()
        if resumed:
            loop.load_state_dict(self.read())
        else:
            model = loop.trainer.model  # laid out as a file lays it out: sums are rounded alike
            model.load_state_dict({name: np.array(value, order="C") for name, value in model.state_dict().items()})
            self.save(loop)
        self.note(loop)
        return resumed

    def after_step(self, loop: Loop) -> None:
        """Save if it is time."""
        steps, seconds = self.every_steps, self.every_seconds
        if (steps is not None and loop.trainer.step - self.saved_step >= steps) or (
            seconds is not None and time.monotonic() - self.saved_at >= seconds
        ):
            self.save(loop)

    def save(self, loop: Loop) -> None:
        """Write the file anew."""
        arrays: dict[str, Any] = {}
        state = json.dumps(pack(loop.state_dict(), arrays))
        data = safetensors.numpy.save(as_arrays(arrays), {"format": str(FORMAT), "training": state})
        stays = " The one before stays as it is." if self.path.exists() else ""
        with files.named_failures("checkpoint", self.path, stays):
            files.replace(self.path, data)
        self.note(loop)

    def note(self, loop: Loop) -> None:
        self.saved_step, self.saved_at = loop.trainer.step, time.monotonic()

    def read(self) -> dict[str, Any]:
        """What `save` was given."""
        try:
            with safetensors.safe_open(self.path, "numpy") as file:
                about = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no dict
        except safetensors.SafetensorError as error:
            raise unreadable(self.path, self.path.read_bytes(), str(error)) from error
        try:
            if about["format"] != str(FORMAT):
                raise ValueError
            found: dict[str, Any] = unpack(json.loads(about["training"]), arrays)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            raise errors.WeightsFileError(
                f"{self.path} is no checkpoint of a training, or one of another version. Write another folder."
            ) from None
        return found
