"""`read_idx`: arrays in the format of MNIST's files, gzip-compressed or not.

The format (Y. LeCun): two zero bytes, a byte for the type, one for the number of axes, their lengths as unsigned
32-bit integers, then the values; all with the most significant byte first.
"""

from __future__ import annotations

import gzip
import io
import math
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from nn import errors

__all__ = ["read_idx"]

DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
AXES = 8  # more than any such file has
PIECE = 1 << 20  # bytes at a time: gzip makes a copy of what it is asked for
RATIO = 1032  # no stream of deflate unpacks to more than so many times its size


def read_idx(path: str | os.PathLike[str]) -> Any:
    """The array in an idx file, in the machine's byte order.

    The header is held against the size of the file before anything is allocated.

    Raises `DataFileError` for a file that is no idx file, truncated, longer than it says, or damaged, and `OSError`.
    """
    path = Path(path)
    size = path.stat().st_size
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            return values(raw, path, size, exact=True)
        try:
            with gzip.GzipFile(fileobj=raw) as stream:
                return values(stream, path, size * RATIO, exact=False)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise damaged(path, f"its compressed data are truncated or damaged ({error})") from error


def values(stream: io.BufferedIOBase, path: Path, most: int, *, exact: bool) -> Any:
    """The array in a stream of `most` bytes, or of at most so many."""
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in DTYPES:
        begins = f"it begins with the bytes {start.hex(' ')}, which no idx file does" if start else "it is empty"
        raise damaged(path, begins)
    dtype, axes = np.dtype(DTYPES[start[2]]), start[3]
    if axes > AXES:
        raise damaged(path, f"its header speaks of {axes} axes; at most {AXES} are read")
    lengths = stream.read(4 * axes)
    if len(lengths) < 4 * axes:
        raise damaged(path, "it ends within its header")
    shape = tuple(int.from_bytes(lengths[i : i + 4], "big") for i in range(0, 4 * axes, 4))
    header, promised = 4 + 4 * axes, math.prod(shape) * dtype.itemsize
    if header + promised > most or (exact and header + promised < most):
        there = f"{most} bytes" if exact else f"at most {most} bytes unpacked"
        raise damaged(path, f"its header promises {dtype.name}{shape}, {header + promised} bytes with it, of {there}")
    data = bytearray(promised)
    view, got = memoryview(data), 0
    while got < promised and (count := stream.readinto(view[got : got + PIECE])):
        got += count
    if got < promised:
        raise damaged(path, f"its header promises {promised} bytes of values, and {got} are there")
    if stream.read(1):
        raise damaged(path, f"its header promises {promised} bytes of values, and there are more")
    try:
        array = np.frombuffer(data, dtype).reshape(shape)
    except ValueError as error:  # 0 times more than NumPy counts to
        raise damaged(path, f"its header promises the shape {shape}: {error}") from error
    return array.astype(dtype.newbyteorder("="), copy=False)


def damaged(path: Path, what: str) -> errors.DataFileError:
    """A file that cannot be read as idx."""
    return errors.DataFileError(f"{path} is no whole idx file: {what}.")
