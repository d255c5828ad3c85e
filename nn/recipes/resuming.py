"""`resumable`: the epochs of a loop that a recipe writes itself, for what `Trainer` does not fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from nn import errors, files
from nn.io import as_arrays
from nn.train.pack import pack, unpack

__all__ = ["resumable"]


def resumable(path: Path, epochs: int, *parts: Any) -> Iterator[int]:
    """The epochs from 0 on, or where a run that was cut off stopped, which left the parts in a file.

    A part is what has a `state_dict` (a module, an optimizer), a generator, or a dict of numbers and arrays.

    Raises `CheckpointError` if the file cannot be written, `StateDictError` if it is not of these parts.
    """
    first = restored(path, parts) if path.exists() else 0
    if first:
        goes_on = ", which is over" if first >= epochs else f"; it goes on after epoch {first} of {epochs}"
        print(f"{path} holds this training{goes_on}", flush=True)
    for epoch in range(first, epochs):
        yield epoch
        arrays: dict[str, Any] = {}
        tree = json.dumps(pack({"epochs": epoch + 1, "parts": [state(part) for part in parts]}, arrays))
        with files.named_failures("checkpoint", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            files.replace(path, safetensors.numpy.save(as_arrays(arrays), {"training": tree}))


def restored(path: Path, parts: tuple[Any, ...]) -> int:
    """Give the parts the states in the file; after how many epochs it was written."""
    try:
        with safetensors.safe_open(path, "numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no dict
            tree = unpack(json.loads(file.metadata()["training"]), arrays)
        for part, kept in zip(parts, tree["parts"], strict=True):
            load(part, kept)
    except (safetensors.SafetensorError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise errors.StateDictError(
            f"{path} is not of this training, or damaged: remove it, or write another folder."
        ) from error
    return int(tree["epochs"])


def state(part: Any) -> Any:
    if isinstance(part, np.random.Generator):
        return part.bit_generator.state
    return part if isinstance(part, dict) else part.state_dict()


def load(part: Any, kept: Any) -> None:
    if isinstance(part, np.random.Generator):
        part.bit_generator.state = kept
    elif isinstance(part, dict):
        part.update(kept)
    else:
        part.load_state_dict(kept)
