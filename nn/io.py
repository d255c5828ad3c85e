"""`save` and `load`: arrays by name in a safetensors file, which PyTorch and others read and write too.

The format is a table of names, dtypes, shapes and places, then the bytes: there is nothing in it to be executed. A file
is read whole and checked before anything is made of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from autograd.graph import unwrap
from nn import errors, files
from nn.module import Module

__all__ = ["as_arrays", "load", "parsed", "save"]

DTYPES = {
    "BOOL": "?",
    "U8": "u1",
    "I8": "i1",
    "U16": "<u2",
    "I16": "<i2",
    "U32": "<u4",
    "I32": "<i4",
    "U64": "<u8",
    "I64": "<i8",
    "F16": "<f2",
    "F32": "<f4",
    "F64": "<f8",
}
WRITTEN = {np.dtype(code).newbyteorder("=") for code in DTYPES.values()}
PICKLES = (b"PK", b"\x80")  # what torch.save writes, now and formerly


def save(obj: Module | Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a module's state, or a dict of arrays (or Tensors) by name, to a safetensors file.

    `safetensors.torch.load_file` reads it, and a PyTorch module with the same layers takes what it returns in
    `load_state_dict`. Either all is written or what was there before stays.

    Raises `WeightsFileError`, which lists all that is no array of numbers, and `OSError`.
    """
    arrays = as_arrays(obj.state_dict() if isinstance(obj, Module) else obj)
    files.replace(path_of("nn.save", path), safetensors.numpy.save(arrays))


def path_of(what: str, path: Any) -> Path:
    if not isinstance(path, (str, os.PathLike)):
        raise errors.wrong_argument(what, "path", path, "the path of a file")
    return Path(path)


def as_arrays(obj: Any) -> dict[str, Any]:
    """The arrays by name, as safetensors takes them: contiguous, in the machine's byte order."""
    if not isinstance(obj, Mapping):
        raise errors.WeightsFileError(
            f"nn.save takes a Module or a dict of arrays by name, not a {type(obj).__name__}. Write model.state_dict()."
        )
    arrays, wrong = {}, []
    for name, value in obj.items():
        try:
            array = np.asarray(unwrap(value)) if not isinstance(value, (Mapping, str)) else None
        except ValueError:  # nested lists of different lengths
            array = None
        if not isinstance(name, str):
            wrong.append(f"the name {name!r}, which is no string")
        elif name == "__metadata__":
            wrong.append(f"the name {name!r}, which means something else in the format")
        elif array is None or array.dtype.newbyteorder("=") not in WRITTEN:
            wrong.append(f"{name} ({type(value).__name__ if array is None else array.dtype})")
        else:
            arrays[name] = np.ascontiguousarray(array, array.dtype.newbyteorder("=")).reshape(array.shape)
    if wrong:
        raise errors.WeightsFileError(f"nothing was written; no arrays of numbers: {', '.join(wrong)}.")
    return arrays


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The arrays in a safetensors file by name; ``model.load_state_dict(nn.load(path))`` puts them into a model.

    bfloat16 becomes float32, which holds all of its values.

    Raises `WeightsFileError` for a file that is truncated or damaged, no safetensors file at all, or has dtypes that
    NumPy has not, and `OSError`.
    """
    return parsed(path_of("nn.load", path).read_bytes(), path)


def parsed(data: bytes, path: Any) -> dict[str, Any]:
    """The arrays in the bytes of a file, whose path is for messages."""
    try:
        entries = safetensors.deserialize(data)
    except safetensors.SafetensorError as error:
        raise unreadable(path, data, str(error)) from error
    foreign = [f"{name} ({entry['dtype']})" for name, entry in entries if entry["dtype"] not in {*DTYPES, "BF16"}]
    if foreign:
        raise errors.WeightsFileError(f"{path} has dtypes that NumPy has not: {', '.join(sorted(foreign))}.")
    try:
        return {name: as_array(entry) for name, entry in entries}
    except ValueError as error:  # a shape that NumPy has not: 65 axes, or 2**62 times 0 entries
        raise unreadable(path, data, str(error)) from error


def as_array(entry: dict[str, Any]) -> Any:
    """The array of an entry, writeable and in the machine's byte order."""
    if entry["dtype"] == "BF16":  # the upper half of a float32
        values = (np.frombuffer(entry["data"], "<u2").astype(np.uint32) << 16).view(np.float32)
    else:
        data = entry["data"]  # a bytearray can be written to, bytes cannot
        values = np.frombuffer(data if isinstance(data, bytearray) else bytearray(data), DTYPES[entry["dtype"]])
        values = values if sys.byteorder == "little" else values.astype(values.dtype.newbyteorder("="))
    return values.reshape(entry["shape"])


def unreadable(path: Any, data: bytes, reason: str) -> errors.WeightsFileError:
    """What is wrong with a file, and for a pickle what to do."""
    if data.startswith(PICKLES):
        return errors.WeightsFileError(
            f"{path} looks like a pickle, as torch.save writes it. Pickles can run any code and are not read. "
            f"Where the file comes from, write safetensors.torch.save_file(model.state_dict(), path)."
        )
    return errors.WeightsFileError(
        f"{path} is no whole safetensors file ({len(data)} bytes): {reason}. Nothing was loaded."
    )
