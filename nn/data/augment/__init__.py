"""Augmentation: random changes of a batch of images (N, C, H, W), each image by its own draw from an explicit `rng`.

Each is a function of the batch and the generator, as ``DataLoader(..., transform=...)`` calls it; options are keywords,
so ``functools.partial(rotate, degrees=20)`` fixes them and `Compose` does several in turn. A batch may be a tuple
``(images, ...)``, whose other parts stay. What comes out is a new array of the same dtype, integers rounded and kept
within their range. `geometry.py` has what resamples, `places.py` what moves pixels as they are, `values.py` the rest.
"""

from nn.data.augment.batches import Compose
from nn.data.augment.geometry import rotate, scale
from nn.data.augment.places import crop, flip, shift
from nn.data.augment.values import cutout, mixup, noise

__all__ = ["Compose", "crop", "cutout", "flip", "mixup", "noise", "rotate", "scale", "shift"]
