"""A saved model's files, in a folder or a zip: written so that a model is there as a whole, and read with suspicion.

Nothing is ever unpacked: the few files whose names are known are read into memory, after their sizes were looked at.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from nn import errors
from nn.files import replace

__all__ = ["read_files", "write_files"]

MOST = 1 << 34  # bytes of one file
RATIO = 100  # how much longer than in the zip; a bomb is by 1000 and more
FREE = 1 << 20  # bytes for which the ratio does not matter
FREE_WEIGHTS = (
    1 << 28
)  # the same for weights, which may all be 0; more of these are to be stored, as `write_files` does
TIME = (1980, 1, 1, 0, 0, 0)  # the same model makes the same zip


def write_files(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a zip if the path ends in .zip, else into a folder, the last of them last.

    A zip is replaced at once. In a folder each file is, so whoever reads what the last one names finds it.
    """
    if path.suffix == ".zip":
        if path.is_dir():
            raise errors.ModelFileError(f"{path} is a folder. Write a path that does not end in .zip, or another one.")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data in files.items():
                entry = zipfile.ZipInfo(name, TIME)
                entry.external_attr = 0o644 << 16
                kind = zipfile.ZIP_STORED if is_weights(name) else zipfile.ZIP_DEFLATED
                archive.writestr(entry, data, kind)
        replace(path, buffer.getvalue())
        return
    if path.exists() and not path.is_dir():
        raise errors.ModelFileError(f"{path} is a file. Write a path that ends in .zip, or that of a folder.")
    if (path / "README.md").exists() and not (path / "model.json").exists():
        raise errors.ModelFileError(f"{path} has a README.md of something else. Write the path of another folder.")
    path.mkdir(exist_ok=True)
    for name, data in files.items():
        replace(path / name, data)


class Files:
    """The files of a saved model, by name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str, most: int = MOST) -> bytes:
        """The bytes of a file of at most so many; raises `ModelFileError`."""
        found = self.size(name)
        if found is None:
            raise errors.ModelFileError(f"{self.path} has no {name!r}. A saved model is what nn.save_model writes.")
        if found > most:
            raise errors.ModelFileError(f"{self.path}: {name!r} has {found:,} bytes; {most:,} are the most.")
        return self.content(name)

    def size(self, name: str) -> int | None:
        """The length of a file, or None if there is none."""
        file = self.path / name
        return file.stat().st_size if file.is_file() else None

    def content(self, name: str) -> bytes:
        return (self.path / name).read_bytes()


class Zipped(Files):
    """The same in a zip, whose entries are all looked at before any is read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, UnicodeDecodeError) as error:
            raise errors.ModelFileError(f"{path} is no zip, or a damaged one: {error}.") from None
        self.entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self.archive.infolist():
            self.check(entry)
            self.entries[entry.filename] = entry

    def check(self, entry: zipfile.ZipInfo) -> None:
        """Raise for an entry that no saved model has."""
        name, problem = entry.filename, ""
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or parts[0] == "/" or ".." in parts or ":" in parts[0] or name != entry.orig_filename:
            problem = "its name leads out of the model"
        elif name in self.entries:
            problem = "it comes twice"
        elif entry.flag_bits & 1:
            problem = "it is encrypted"
        elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            problem = "it is compressed in a way that is not read"
        elif entry.file_size > max(FREE_WEIGHTS if is_weights(name) else FREE, RATIO * entry.compress_size):
            problem = f"it would grow from {entry.compress_size:,} bytes to {entry.file_size:,}"
        if problem:
            raise errors.ModelFileError(f"{self.path}: the entry {name!r} is refused: {problem}.")

    def size(self, name: str) -> int | None:
        return self.entries[name].file_size if name in self.entries else None

    def content(self, name: str) -> bytes:
        try:
            return self.archive.read(self.entries[name])
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError) as error:
            raise errors.ModelFileError(f"{self.path}: {name!r} is damaged: {error}.") from None


def is_weights(name: str) -> bool:
    return name.endswith(".safetensors")


def read_files(path: Any) -> Files:
    """The files of a saved model, of which nothing has been read but the names.

    Raises `ModelFileError`, and `OSError` where there is nothing.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(2, os.strerror(2), str(path))
    if path.is_dir():
        return Files(path)
    if not path.is_file():  # a device or pipe may have no end
        raise errors.ModelFileError(f"{path} is neither a folder nor a file.")
    return Zipped(path)
