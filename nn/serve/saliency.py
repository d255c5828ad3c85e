"""What a model says of one image, and the gradient of one of its numbers over the pixels, its saliency.

Simonyan, Vedaldi and Zisserman (2013) look at ``|d score / d pixel|``; here the sign stays, as it tells whether a
brighter pixel would speak for the class or against it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import autograd as ag
from nn import checks, errors
from nn.module import mode
from nn.sharing import Bundle, ImageInput

__all__ = ["Explanation", "explain", "image_input", "seen"]

SCORES = {"logits": "logit", "probabilities": "probability", "values": "value"}


class Explanation(NamedTuple):
    """What a model says of an image, and why.

    `numbers` are the probabilities of the classes, or the values of a model that has none; `chosen` is the class whose
    `score`, its "logit", "probability" or "value", was differentiated. `saliency` is its gradient (channels, height,
    width) over the brightness of the pixels, from 0 for black to 1 for white, as the model sees them.
    """

    numbers: Any
    chosen: int
    score: str
    saliency: Any


def image_input(bundle: Bundle) -> ImageInput:
    """The images that a model reads; raises `ModelFileError` if it reads something else, or does not say."""
    if isinstance(bundle.input, ImageInput):
        return bundle.input
    says = "does not say what it reads" if bundle.input is None else f"reads {bundle.input}"
    raise errors.ModelFileError(
        f"{bundle.card.name!r} {says}; this is for models of images. Give nn.save_model an "
        f"input=nn.sharing.ImageInput((1, height, width))."
    )


def explain(bundle: Bundle, pixels: Any, chosen: int | None = None) -> Explanation:
    """The numbers of the model for an image, and the gradient of the chosen one, or of the largest.

    `pixels` (channels, height, width) are 0..255 as the model sees them: of an input that turns dark and light round,
    after that. The gradient of a lone logit z is that of z for class 1, and that of -z for class 0.

    Raises `ModelFileError` for a model of other inputs or outputs, `ArgumentError` for a class that there is not.
    """
    reads = image_input(bundle)
    x = taken(reads, pixels)
    values = bundle.output == "values"
    with ag.no_grad(), mode(bundle.model, training=False):  # or the gradient itself would be traced to the parameters
        y, pullback = ag.vjp(bundle.model, x)
        numbers = flat(y) if values else bundle.probabilities_of(y)[0]
        if chosen is None:
            chosen = int(np.argmax(np.where(np.isnan(numbers), -np.inf, numbers)))
        elif not checks.is_whole(chosen, 0) or chosen >= len(numbers):
            raise errors.out_of_range("explain", "chosen", chosen, f"a class, 0 to {len(numbers) - 1}")
        two_of_one = not values and np.size(y) == 1
        one = np.zeros(np.shape(y), y.dtype)
        one.flat[0 if two_of_one else chosen] = -1 if two_of_one and chosen == 0 else 1
        gradient = pullback(one)
    slope = taken(reads, np.full(reads.shape, 255)) - taken(reads, np.zeros(reads.shape))  # d input / d brightness
    return Explanation(numbers, int(chosen), SCORES[bundle.output], (gradient * slope).reshape(reads.shape))


def seen(reads: ImageInput, pixels: Any) -> Any:
    """The pixels of a file as the model sees them, and the other way round."""
    return 255 - np.asarray(pixels) if reads.invert else np.asarray(pixels)


def taken(reads: ImageInput, pixels: Any) -> Any:
    """What the model takes for an image that it sees so: a batch of one."""
    return reads.prepared(seen(reads, pixels)[None])


def flat(values: Any) -> Any:
    """One row of numbers; raises `ModelFileError` for anything else."""
    y = np.asarray(values)
    if y.ndim not in (1, 2) or not y.size:
        raise errors.ModelFileError(f"the model returns shape {y.shape}; to be shown it must be (N, values).")
    return y.reshape(-1)
