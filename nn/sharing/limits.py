"""What a file may ask for before its weights have been seen to fit: no more memory than they take.

The sizes of layers are numbers in the architecture. One with a few more digits would have a layer allocate all memory
before its weights could be compared, so the numbers are compared with what the file of weights holds, first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from nn import checks, errors, parameter, random
from nn.module import Module

__all__ = ["Limits", "kept_generator"]

USUAL = 1 << 20  # entries that nobody minds
TIMES = 16  # how often as many entries as in the file may be built: layers that are replaced are built twice
COUNTS = ("num_layers", "num_encoder_layers", "num_decoder_layers")


class Limits:
    """How large the layers of a model may be whose weights have these shapes; None sets no limit."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]] | None) -> None:
        self.shapes = shapes
        entries = sum(math.prod(shape) for shape in (shapes or {}).values())
        self.entries = math.inf if shapes is None else max(entries, USUAL)
        self.left = TIMES * self.entries

    def check(self, path: str, options: dict[str, Any]) -> None:
        """Raise if an integer among the options of one of nn's layers is larger than any layer of the file."""
        copies = 1
        for name, value in options.items():
            numbers = [n for n in (value if isinstance(value, (list, tuple)) else [value]) if checks.is_integer(n)]
            size = math.prod(max(abs(int(n)), 1) for n in numbers)
            most = len(self.shapes) if name in COUNTS and self.shapes is not None else self.entries
            if size > most:
                raise errors.ModelFileError(f"the module {path!r}: {name}={value!r} is more than the weights are for.")
            self.take(size)
            copies = size if name in COUNTS else copies
        layers = [value for value in options.values() if isinstance(value, Module)]
        self.take(copies * sum(p.size for layer in layers for p in layer.parameters()))

    def check_shape(self, path: str, name: str, shape: Any) -> None:
        """Raise unless a parameter's shape is one, and not larger than the file."""
        sizes = isinstance(shape, list) and len(shape) <= 32 and all(checks.is_whole(n, 0) for n in shape)
        if not sizes or math.prod(shape) > self.entries:
            raise errors.ModelFileError(f"the module {path!r}: its parameter {name!r} has the shape {shape!r}.")
        self.take(math.prod(shape))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside, parameters with more entries than the file are refused before their memory is written to."""
        with parameter.sized_by(self.parameter):
            yield

    def parameter(self, size: int) -> None:
        if size > self.entries:
            raise errors.ModelFileError(f"a parameter of {size:,} numbers, more than the file of weights has.")
        self.take(size)

    def take(self, entries: int) -> None:
        """Count what is built, of which some may be replaced later; raise if it is more than can be needed."""
        self.left -= entries
        if self.left < 0:
            raise errors.ModelFileError("all layers together are many times larger than the file of weights.")


@contextmanager
def kept_generator() -> Iterator[None]:
    """Afterwards the default generator is where it was."""
    state = random.default.bit_generator.state
    try:
        yield
    finally:
        random.default.bit_generator.state = state
