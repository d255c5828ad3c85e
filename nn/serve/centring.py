"""A drawing as MNIST would have it: scaled into a box, and put with its centre of mass in the middle.

Its images are 28 x 28; the strokes, light on black, fill a box of 20 x 20 in one direction, and their centre of mass is
pixel (14, 14) (LeCun, Cortes and Burges, "The MNIST database"). A model trained on them reads a digit badly that is
small or in a corner.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.sharing.images import pillow

__all__ = ["centred"]

BOX = 20 / 28  # how much of the image the longer side of the strokes takes
FAINT = 0.1  # of the strongest stroke; what is fainter is no stroke, but the noise of a photograph


def centred(image: Any, height: int, width: int) -> Any:
    """The strokes of a grey image (rows, columns), 0..255, light on black in the middle of one of the size given.

    The border says what the ground is: strokes on a light one are turned round.
    """
    strokes = ink(np.asarray(image, np.float32))
    result = np.zeros((height, width), np.uint8)
    there = strokes > FAINT * 255
    if not there.any():
        return result
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    part = strokes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = max(1, round(BOX * min(height, width))) / max(part.shape)
    size = [max(1, round(side * scale)) for side in part.shape]
    library = pillow()
    small = np.asarray(library.fromarray(part).resize(size[::-1], library.Resampling.BILINEAR))
    top, left = (start(small.sum(1 - axis), (height, width)[axis]) for axis in (0, 1))
    result[top : top + size[0], left : left + size[1]] = np.round(np.clip(small, 0, 255))
    return result


def ink(values: Any) -> Any:
    """How much lighter than the ground a pixel is, 0..255 with the lightest at 255; darker if the ground is light."""
    border = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    ground = np.median(border)
    strokes = np.clip(ground - values if ground > 127 else values - ground, 0, None)
    return strokes * np.float32(255 / max(1, strokes.max()))


def start(mass: Any, room: int) -> int:
    """Where a part begins whose centre of mass is to be in the middle, as far as all of it stays inside."""
    centre = mass @ np.arange(len(mass)) / max(mass.sum(), 1e-6)
    return int(np.clip(round(room / 2 - centre), 0, room - len(mass)))
