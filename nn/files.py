"""Files that are there whole or not at all. Imported by whatever saves; imports the errors alone."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nn import errors

__all__ = ["named_failures", "remove_leftovers", "replace", "save_figure"]


def replace(path: Path, data: bytes) -> None:
    """Write a file at once: afterwards either all of the data is there, or what was there before.

    What is there and no file, such as a device or a pipe, is written to, not replaced.
    """
    if path.exists() and not path.is_file():
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
    finally:
        temporary.unlink(missing_ok=True)


def save_figure(figure: Any, path: str | os.PathLike[str]) -> None:
    """Save one of Matplotlib's figures in the format of its ending, PNG without one; whole or not at all."""
    path, image = Path(path), io.BytesIO()
    figure.savefig(image, dpi=120, format=path.suffix[1:] or "png")
    replace(path, image.getvalue())


def remove_leftovers(path: Path) -> None:
    """Remove what a process that was killed while it wrote this file has left beside it."""
    for leftover in path.parent.glob(f".{path.name}.????????"):
        leftover.unlink(missing_ok=True)


@contextmanager
def named_failures(what: str, path: Any, before: str = "") -> Iterator[None]:
    """Raise `CheckpointError` for an `OSError` in the block; `before` says what is there from before."""
    try:
        yield
    except errors.CheckpointError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise errors.CheckpointError(f"{what}: {path} cannot be written: {reason}.{before}") from error
