"""One model behind the page: bytes of an image in, what is shown of it out; several threads may ask at once."""

from __future__ import annotations

import math
from threading import Lock
from typing import Any

import numpy as np

from autograd.errors import AutogradError
from nn import errors
from nn.serve.centring import centred
from nn.serve.saliency import explain, image_input, seen
from nn.sharing import Bundle
from nn.sharing.images import as_pixels, decoded, pillow

__all__ = ["FORMATS", "Service", "UploadError"]

FORMATS = ("PNG", "JPEG")
MOST_PIXELS = 1 << 24  # of an upload; those of a telephone have 12 million
MOST_SHOWN = 1 << 18  # numbers of an image that the page is sent: 512 x 512


class UploadError(AutogradError, ValueError):
    """What was sent is no image that can be read, or asks for a class that there is not."""


class Service:
    """Explains images by a model, one at a time.

    A model may keep something from one call to the next, and the mode of its modules is switched during a call, so a
    lock holds the others back; it also keeps large images from being decoded all at once.

    Raises `ModelFileError` for a model that does not read images, or does not return a number for each class, and
    `MissingDependencyError` without Pillow.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.reads = image_input(bundle)
        self.lock = Lock()
        if math.prod(self.reads.shape) > MOST_SHOWN:
            raise errors.ModelFileError(f"its images have the shape {self.reads.shape}; {MOST_SHOWN:,} are the most.")
        pillow()
        # a model that does not fit fails now
        count = len(explain(bundle, np.zeros(self.reads.shape, np.uint8)).numbers)
        self.classes = bundle.classes or tuple(map(str, range(count)))
        if len(self.classes) != count:
            raise errors.ModelFileError(f"the model returns {count} numbers for {len(self.classes)} classes.")

    @property
    def can_centre(self) -> bool:
        """Whether its images are grey, as MNIST's."""
        return self.reads.shape[0] == 1

    def answer(self, data: bytes, chosen: int | None = None, centre: bool = False) -> dict[str, Any]:
        """What the model says of a PNG or JPEG, as JSON can hold it; numbers that are not finite are None.

        `centre` has a grey image centred and scaled first.

        Raises `UploadError`, and what the model raises.
        """
        if chosen is not None and not 0 <= chosen < len(self.classes):
            raise UploadError(f"Class {chosen}: there are {len(self.classes)}, 0 to {len(self.classes) - 1}.")
        if centre and not self.can_centre:
            raise UploadError("Only grey images are centred, and this model reads colour.")
        with self.lock:
            pixels = self.pixels(data, centre)
            found = explain(self.bundle, pixels, chosen)
        return {
            "classes": list(self.classes),
            "probabilities": None if found.score == "value" else finite(found.numbers, 9),
            "values": finite(found.numbers, 9) if found.score == "value" else None,
            "chosen": found.chosen,
            "score": found.score,
            "shape": list(self.reads.shape),
            "seen": pixels.ravel().tolist(),
            "saliency": finite(found.saliency, 5),
        }

    def pixels(self, data: bytes, centre: bool) -> Any:
        """An upload as the model sees it, (channels, height, width) of 0..255."""
        channels, height, width = self.reads.shape
        try:
            image = decoded(data, "The file", channels, FORMATS, MOST_PIXELS)
        except errors.ModelFileError as error:
            raise UploadError(str(error)) from error
        return centred(image, height, width)[None] if centre else seen(self.reads, as_pixels(image, height, width))

    def about(self) -> dict[str, Any]:
        """What the page says of the model."""
        card = self.bundle.card
        return {
            "name": card.name,
            "texts": {title: getattr(card, title) for title in ("task", "data", "limits", "license")},
            "figures": card.figures,
            "input": str(self.reads),
            "classes": list(self.classes),
            "shape": list(self.reads.shape),
            "dark": self.reads.invert,  # whether the files that it knows have dark strokes on white
            "centring": self.can_centre,
        }


def finite(values: Any, digits: int) -> list[float | None]:
    """Numbers in a row, in so many digits; None for one that is not finite, which JSON has no word for."""
    rounded = (float(f"{value:.{digits}g}") for value in np.ravel(values).tolist())
    return [value if math.isfinite(value) else None for value in rounded]
