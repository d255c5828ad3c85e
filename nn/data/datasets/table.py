"""`read_csv`: columns of numbers and words, by pandas, after a look at what is in the file."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd.optional import optional
from nn import errors

__all__ = ["read_csv"]

MOST = 1 << 26  # bytes
HEADER = 1 << 16  # bytes
Kind = type | Sequence[str]


def read_csv(path: str | os.PathLike[str], columns: Mapping[str, Kind], *, most: int = MOST) -> dict[str, Any]:
    """The columns of a CSV file by name, which are those of `columns` in this order, every cell filled.

    Each has a kind: `int`, `float`, `str`, or the words that it may hold; they become arrays of int64, float64 and str.
    The size of the file, at most `most` bytes, its first line and its last end are looked at before it is read.

    Raises `DataFileError` for other columns, other kinds of cells, empty ones, too many or too few in a row, and a
    last row without an end, as a truncated file has it; and `OSError`.
    """
    path = Path(path)
    for name, kind in columns.items():
        if kind not in (int, float, str) and (isinstance(kind, (type, str)) or not isinstance(kind, Sequence)):
            raise errors.out_of_range("read_csv", f"columns[{name!r}]", kind, "int, float, str, or a list of words")
    check_file(path, columns, most)
    pandas = optional("pandas", "data", "reading CSV files")
    kinds = {name: kind if isinstance(kind, type) else str for name, kind in columns.items()}
    try:
        frame = pandas.read_csv(path, dtype=dict.fromkeys(columns, str), keep_default_na=False, encoding="utf-8")
    except (ValueError, pandas.errors.ParserError) as error:  # also bytes that are no UTF-8
        raise errors.DataFileError(f"{path} is no CSV file of {len(columns)} columns: {str(error).strip()}.") from error
    if not isinstance(frame.index, pandas.RangeIndex):  # pandas takes the first column of too many for names of rows
        raise errors.DataFileError(f"{path} is no CSV file of {len(columns)} columns: its rows have more.")
    if not len(frame):
        raise errors.DataFileError(f"{path} has no rows below its first line.")
    return {name: column(frame[name], name, kinds[name], columns[name], path) for name in columns}


def check_file(path: Path, columns: Any, most: int) -> None:
    """The size, the names in the first line, and that the last line has an end."""
    size = path.stat().st_size
    if size > most:
        raise errors.DataFileError(f"{path} has {size} bytes; at most {most} are read.")
    with path.open("rb") as file:
        first = file.readline(HEADER)
        file.seek(max(0, size - 1))
        last = file.read(1)
    try:
        found = next(csv.reader([first.decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error):
        found = []
    if found != list(columns):
        shown = ", ".join(found)[:200] if found else repr(first[:40])
        raise errors.DataFileError(f"{path} has the columns {shown}; they must be {', '.join(columns)}.")
    if last not in b"\r\n":
        raise errors.DataFileError(f"{path} ends within a row: it is truncated, or its last line end is missing.")


def column(cells: Any, name: str, kind: type, known: Any, path: Path) -> Any:
    """The cells of a column in their kind."""
    empty = cells.isna() | (cells == "")
    if empty.any():
        raise wrong(path, name, int(np.argmax(empty)), "", "it must not be empty")
    if kind is str:
        words = np.array(cells.tolist(), dtype=str)
        strange = np.zeros(len(words), bool) if known is str else ~np.isin(words, list(known))
        if strange.any():
            row = int(np.argmax(strange))
            raise wrong(path, name, row, words[row], f"it must be one of {', '.join(known)}")
        return words
    numbers = []
    for row, cell in enumerate(cells):
        try:
            numbers.append(kind(cell))
            if "_" in cell:  # a number in Python alone
                raise ValueError
        except ValueError:
            raise wrong(path, name, row, cell, "it must be " + ("an integer" if kind is int else "a number")) from None
    try:
        array = np.array(numbers, np.int64 if kind is int else np.float64)
    except OverflowError:
        raise errors.DataFileError(f"{path}, column {name}: an integer of more than 64 bits.") from None
    if not np.isfinite(array).all():
        row = int(np.argmin(np.isfinite(array)))
        raise wrong(path, name, row, array[row], "it must be finite")
    return array


def wrong(path: Path, name: str, row: int, cell: Any, must: str) -> errors.DataFileError:
    """A cell that is not as it should be."""
    return errors.DataFileError(f"{path}, column {name}, row {row + 1} below the names: {str(cell)[:40]!r}; {must}.")
