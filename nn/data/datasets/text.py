"""`names` and `shakespeare`: text to learn letter by letter."""

from __future__ import annotations

import os
from pathlib import Path

from nn import errors
from nn.data.datasets.files import located

__all__ = ["names", "read_text", "shakespeare"]

MOST = 1 << 28  # bytes: far more than either file has


def names(data_dir: str | os.PathLike[str] | None = None) -> list[str]:
    """32,033 first names in small letters a-z (from karpathy/makemore).

    The file is ``names/names.txt``; see `mnist` for where it is looked for, and what is raised.
    """
    file = located("names/names.txt", data_dir)
    lines = [line.strip() for line in read_text(file).splitlines()]
    for i, line in enumerate(lines):
        if not (line.isascii() and line.isalpha() and line.islower()):
            raise errors.DataFileError(f"{file}, line {i + 1}: {line[:40]!r} is no name in small letters a-z.")
    return lines


def shakespeare(data_dir: str | os.PathLike[str] | None = None) -> str:
    """Parts of Shakespeare's plays, 1,115,394 characters, 65 different ones (from karpathy/char-rnn).

    The file is ``shakespeare/input.txt``; see `mnist` for where it is looked for, and what is raised.
    """
    return read_text(located("shakespeare/input.txt", data_dir))


def read_text(path: Path, most: int = MOST) -> str:
    """A text in UTF-8, not empty; raises `DataFileError`."""
    size = path.stat().st_size
    if size > most:
        raise errors.DataFileError(f"{path} has {size} bytes; at most {most} are read.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise errors.DataFileError(f"{path} is no text in UTF-8: {error}.") from error
    if not text or "\0" in text:
        raise errors.DataFileError(f"{path} is {'no text: it has zero bytes' if text else 'empty'}.")
    return text
