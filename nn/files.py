"""Files that are there whole or not at all. Imported by whatever saves; imports the errors alone."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograd.errors import AutogradError
from nn import errors

__all__ = ["named_failures", "remove_leftovers", "replace", "save_figure"]


def replace(path: Path, data: bytes) -> None:
    """Write a file at once: afterwards either all of the data is there, or what was there before.

    What is no file, such as a pipe or /dev/stdout, is written to.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        path.write_bytes(data)
        return
    path = path.resolve()
    # next to the file, so that the renaming, which replaces it at once, stays within one file system
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        # with the name that was given, not the temporary one, of which nobody knows
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(path: Path) -> None:
    """Remove what a process that was killed while it wrote this file has left beside it."""
    for leftover in path.parent.glob(f".{path.name}.????????"):
        leftover.unlink(missing_ok=True)


@contextmanager
def named_failures(what: str, path: Any, before: str = "") -> Iterator[None]:
    """Raise `CheckpointError` for an `OSError` in the block, or a path that cannot be; `before` says what stays."""
    try:
        yield
    except AutogradError:
        raise
    except (OSError, ValueError) as error:  # a ValueError is a null byte in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise errors.CheckpointError(f"{what}: {path} cannot be written: {reason}.{before}") from error


def save_figure(what: str, figure: Any, path: str | os.PathLike[str]) -> None:
    """Write a Matplotlib figure, a PNG unless the name says otherwise; the file is there whole or not at all.

    Raises `ArgumentError` for another kind of path or an unknown format, `CheckpointError` if it cannot be written.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise errors.wrong_argument(what, "path", path, "the path of a file")
    target, data = Path(path), io.BytesIO()
    target = target if target.suffix else target.with_name(f"{target.name}.png")  # as Matplotlib names it
    try:
        figure.savefig(data, format=target.suffix[1:], dpi=120)
    except ValueError as error:
        raise errors.ArgumentError(f"{what}: path={str(path)!r}: {error}.") from None
    with named_failures(what, target):
        replace(target, data.getvalue())
