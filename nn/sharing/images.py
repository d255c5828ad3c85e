"""Images from the bytes of files: what may be decoded, and to which channels; for `inputs.py` and `nn.serve`."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.optional import optional
from nn import errors

__all__ = ["FORMATS", "MOST_PIXELS", "as_pixels", "decoded", "pillow"]

MOST_PIXELS = 1 << 26
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "PPM", "TIFF", "WEBP")


def pillow() -> Any:
    """Pillow's module of images; raises `MissingDependencyError`."""
    return optional("PIL.Image", "plot", "reading images")


def decoded(
    data: bytes, what: Any, channels: int, formats: Sequence[str] = FORMATS, most_pixels: int = MOST_PIXELS
) -> Any:
    """The image, Pillow's, in a file's bytes: grey for one channel, red, green and blue for three.

    `what` is what errors call it. The number of its pixels is looked at before they are decoded.

    Raises `ModelFileError`.
    """
    library = pillow()
    try:
        with library.open(io.BytesIO(data), formats=formats) as image:
            if math.prod(image.size) > most_pixels:
                raise errors.ModelFileError(f"{what}: {image.size} pixels; {most_pixels:,} are the most.")
            return of_bytes(library, image, what).convert("L" if channels == 1 else "RGB")
    except errors.ModelFileError:
        raise
    except library.UnidentifiedImageError as error:
        raise errors.ModelFileError(
            f"{what} is no image that can be read: it is none of {', '.join(formats)}."
        ) from error
    except Exception as error:  # Pillow's decoders raise what they like: OSError, SyntaxError, struct.error, ...
        raise errors.ModelFileError(f"{what} is no image that can be read: {error}") from error


def of_bytes(library: Any, image: Any, what: Any) -> Any:
    """An image whose channels are 0..255; 16 bits are scaled, which Pillow would cut off."""
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PNG"):
        return library.fromarray(((np.asarray(image).astype(np.uint32) + 128) // 257).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise errors.ModelFileError(f"{what}: its pixels are of mode {image.mode}, whose range is not known.")
    return image


def as_pixels(image: Any, height: int, width: int) -> Any:
    """An image's numbers (channels, height, width), resized if it is of another size."""
    values = np.asarray(image if image.size == (width, height) else image.resize((width, height)))
    return values.reshape(*values.shape[:2], -1).transpose(2, 0, 1)
