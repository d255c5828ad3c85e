"""What a model reads: images, rows of a table or text, with what is done to them before the model sees them.

A bundle holds such a description, so that ``python -m nn predict`` can make an input from a file.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from nn import checks, errors
from nn.sharing import images
from nn.sharing.images import MOST_PIXELS

__all__ = ["ImageInput", "Input", "TableInput", "TextInput", "from_json", "to_json"]

MOST_BYTES = 1 << 28


@dataclass(frozen=True)
class ImageInput:
    """Images of a shape (channels, height, width), 1 channel for grey, 3 for red, green and blue.

    Pixels 0..255 are divided by 255, turned round where `invert` (for dark strokes on white paper, if the model knows
    light ones on black), then ``(x - mean) / std``, numbers or one for each channel. An image of another size is
    resized. With `flatten` each is one row, as a model of Linear layers takes it.

    Raises `ArgumentError` for values outside their range.
    """

    shape: tuple[int, int, int]
    mean: float | tuple[float, ...] = 0.0
    std: float | tuple[float, ...] = 1.0
    invert: bool = False
    flatten: bool = False

    kind: ClassVar[str] = "image"

    def __post_init__(self) -> None:
        shape = given(self.shape)
        if len(shape) != 3 or not all(checks.is_whole(n, 1) for n in shape) or shape[0] not in (1, 3):
            raise errors.out_of_range("ImageInput", "shape", self.shape, "(1 or 3, height, width)")
        if math.prod(shape) > MOST_PIXELS:
            raise errors.out_of_range("ImageInput", "shape", self.shape, f"at most {MOST_PIXELS:,} numbers")
        object.__setattr__(self, "shape", tuple(map(int, shape)))
        for name in ("mean", "std"):
            object.__setattr__(self, name, numbers("ImageInput", name, getattr(self, name), shape[0]))
        if 0 in as_tuple(self.std):
            raise errors.out_of_range("ImageInput", "std", self.std, "not 0")
        for name in ("invert", "flatten"):
            if not isinstance(getattr(self, name), bool):
                raise errors.out_of_range("ImageInput", name, getattr(self, name), "True or False")

    def __str__(self) -> str:
        kind = "grey" if self.shape[0] == 1 else "colour"
        steps = ", dark for light" if self.invert else ""
        taken = ("N", math.prod(self.shape)) if self.flatten else ("N", *self.shape)
        return (
            f"{kind} images, {self.shape[1]} x {self.shape[2]} pixels scaled to 0..1{steps}, then minus {self.mean}, "
            f"over {self.std}; the model takes ({', '.join(map(str, taken))})"
        )

    def read(self, path: Path) -> Any:
        """The image of a file as a batch of one; raises `ModelFileError`, and `OSError`."""
        image = images.decoded(checked_bytes(path), path, self.shape[0])
        return self.prepared(images.as_pixels(image, *self.shape[1:])[None])

    def prepared(self, pixels: Any) -> Any:
        """Images (N, C, H, W) of numbers 0..255 as the model takes them."""
        x = np.asarray(pixels, np.float32) / np.float32(255)
        x = 1 - x if self.invert else x
        mean, std = (np.array(v, np.float32).reshape(-1, 1, 1) for v in (self.mean, self.std))
        x = (x - mean) / std
        return x.reshape(len(x), -1) if self.flatten else x


@dataclass(frozen=True)
class TableInput:
    """Rows of numbers, a column for each name, of which ``(x - mean) / scale`` is what the model takes.

    `means` and `scales` are one number for each column, as `StandardScaler` has them in `mean_` and `scale_`.

    Raises `ArgumentError` for values outside their range.
    """

    columns: tuple[str, ...]
    means: tuple[float, ...] | None = None
    scales: tuple[float, ...] | None = None

    kind: ClassVar[str] = "table"

    def __post_init__(self) -> None:
        columns = given(self.columns)
        if not columns or not all(isinstance(name, str) for name in columns) or len(set(columns)) != len(columns):
            raise errors.out_of_range("TableInput", "columns", self.columns, "different names, one for each column")
        object.__setattr__(self, "columns", columns)
        for name, usual in (("means", 0.0), ("scales", 1.0)):
            value = getattr(self, name)
            value = (usual,) * len(columns) if value is None else numbers("TableInput", name, value, len(columns))
            object.__setattr__(self, name, value if isinstance(value, tuple) else (value,) * len(columns))
        if 0 in as_tuple(self.scales):
            raise errors.out_of_range("TableInput", "scales", self.scales, "not 0")

    def __str__(self) -> str:
        return f"rows of the columns {', '.join(self.columns)}"

    def read(self, path: Path) -> Any:
        """The rows of a CSV file, with or without a line of names first; raises `ModelFileError`, and `OSError`."""
        try:
            text = checked_bytes(path).decode("utf-8-sig")
            lines = [line for line in csv.reader(io.StringIO(text), strict=True) if line]
        except (UnicodeDecodeError, csv.Error) as error:
            raise errors.ModelFileError(f"{path} is no CSV file in UTF-8: {error}.") from None
        places = list(range(len(self.columns)))
        width, first = len(places), 1
        if lines and not any(map(is_number, lines[0])):
            names, first = [name.strip() for name in lines.pop(0)], 2
            missing = [name for name in self.columns if names.count(name) != 1]
            if missing:
                raise errors.ModelFileError(f"{path} must have one column each of {', '.join(map(repr, missing))}.")
            places, width = [names.index(name) for name in self.columns], len(names)
        if not lines:
            raise errors.ModelFileError(f"{path} has no rows.")
        rows = []
        for number, line in enumerate(lines, first):
            if len(line) != width:
                raise errors.ModelFileError(f"{path}, row {number} has {len(line)} cells; there must be {width}.")
            for place, name in zip(places, self.columns, strict=True):
                if not is_number(line[place]):
                    raise errors.ModelFileError(f"{path}, row {number}: {name} is {line[place]!r}, not a number.")
            rows.append([float(line[place]) for place in places])
        return self.prepared(np.array(rows))

    def prepared(self, rows: Any) -> Any:
        """Rows of numbers (N, columns) as the model takes them."""
        means, scales = np.array(self.means), np.array(self.scales)
        return ((np.asarray(rows, np.float64) - means) / scales).astype(np.float32)


@dataclass(frozen=True)
class TextInput:
    """Text, of which each letter is its place in `alphabet`; the model takes integers (N, T).

    `start` is put before it, and where `length` is given only the last so many letters are taken. A line break at the
    end of a file is no part of the text.

    Raises `ArgumentError` for values outside their range.
    """

    alphabet: str
    start: str = ""
    length: int | None = None

    kind: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        alphabet: Any = self.alphabet
        start: Any = self.start
        if not isinstance(alphabet, str) or not alphabet or len(set(alphabet)) != len(alphabet):
            raise errors.out_of_range("TextInput", "alphabet", alphabet, "a string of different letters")
        if not isinstance(start, str) or not set(start) <= set(alphabet):
            raise errors.out_of_range("TextInput", "start", start, "letters of the alphabet")
        if not (self.length is None or checks.is_whole(self.length, 1)):
            raise errors.out_of_range("TextInput", "length", self.length, "an integer, 1 or more, or None")

    def __str__(self) -> str:
        first = f", {self.start!r} put first" if self.start else ""
        last = "" if self.length is None else f", the last {self.length} of them"
        return f"text of the {len(self.alphabet)} letters {self.alphabet!r}{first}{last}; the model takes (N, T)"

    def read(self, path: Path) -> Any:
        """The text of a file as a batch of one; raises `ModelFileError`, and `OSError`."""
        try:
            text = checked_bytes(path).decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n")
        except UnicodeDecodeError as error:
            raise errors.ModelFileError(f"{path} is no text in UTF-8: {error}.") from None
        strange = next((letter for letter in text if letter not in self.alphabet), None)
        if strange is not None:
            raise errors.ModelFileError(f"{path}: the model does not know {strange!r}; its letters: {self.alphabet!r}.")
        if not self.start + text:
            raise errors.ModelFileError(f"{path} is empty.")
        return self.prepared([text])

    def prepared(self, texts: Any) -> Any:
        """Texts of one length, in letters of the alphabet, as the model takes them."""
        places = {letter: place for place, letter in enumerate(self.alphabet)}
        taken = [(self.start + text)[-(self.length or 0) :] for text in texts]
        return np.array([[places[letter] for letter in text] for text in taken], np.int64)


Input = ImageInput | TableInput | TextInput


def numbers(what: str, name: str, value: Any, count: int) -> Any:
    """A finite number, or one for each of several, as Python's."""
    values = [*value] if isinstance(value, (tuple, list)) or np.ndim(value) else [value]
    single = not isinstance(value, (tuple, list, np.ndarray))
    if not all(map(checks.is_finite, values)) or len(values) not in (1, count):
        raise errors.out_of_range(what, name, value, f"a finite number, or {count} of them")
    return float(value) if single else tuple(map(float, values if len(values) == count else values * count))


def given(value: Any) -> tuple[Any, ...]:
    """A list or tuple as a tuple; anything else as an empty one."""
    return tuple(value) if isinstance(value, (tuple, list)) else ()


def as_tuple(value: Any) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def is_number(cell: str) -> bool:
    """Whether a cell is a finite number."""
    try:
        return "_" not in cell and math.isfinite(float(cell))
    except ValueError:
        return False


def checked_bytes(path: Path) -> bytes:
    """The content of a file that is not too long."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise errors.ModelFileError(f"{path} has {size:,} bytes; {MOST_BYTES:,} are the most.")
    return path.read_bytes()


KINDS: dict[str, type[Input]] = {kind.kind: kind for kind in (ImageInput, TableInput, TextInput)}


def to_json(description: Input) -> dict[str, Any]:
    """The fields by name, and which kind it is."""
    fields = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(description).items()}
    return {"kind": description.kind, **fields}


def from_json(document: Any) -> Input:
    """The description that JSON stands for; raises `ModelFileError`."""
    kinds = [*KINDS]  # a list, in which what is not hashable is looked for, too
    if not isinstance(document, Mapping) or document.get("kind") not in kinds:
        raise errors.ModelFileError(f"the input is described by {document!r}"[:200] + f"; known are {kinds}.")
    fields = {key: tuple(v) if isinstance(v, list) else v for key, v in document.items() if key != "kind"}
    kind: Any = KINDS[document["kind"]]
    if not set(fields) <= set(kind.__dataclass_fields__) or next(iter(kind.__dataclass_fields__)) not in fields:
        raise errors.ModelFileError(f"the input has the fields {sorted(fields)}, not those of {kind.__name__}.")
    try:
        made: Input = kind(**fields)
    except errors.ArgumentError as error:
        raise errors.ModelFileError(f"the input: {error}") from None
    return made
