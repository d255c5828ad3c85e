"""Augmentations that change values: `noise`, `cutout`, `mixup`."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import checks, errors
from nn.data.augment.batches import on_images, working, written
from nn.random import generator

__all__ = ["cutout", "mixup", "noise"]


@on_images
def noise(images: Any, rng: np.random.Generator, *, std: float = 0.05) -> Any:
    """Gaussian noise added to each value; `std` is in the images' units, so about 10 for integers of 0..255."""
    checks.not_negative("noise", std=std)
    checks.finite("noise", std=std)
    dtype = working(images)
    drawn = rng.standard_normal(images.shape, np.float32 if dtype == np.float32 else np.float64)
    return written(images + np.asarray(std * drawn, dtype), images.dtype)


@on_images
def cutout(images: Any, rng: np.random.Generator, *, size: Any = 8, fill: float = 0) -> Any:
    """A rectangle of each image, of `size` (an integer or a pair), set to `fill` (DeVries and Taylor, 2017).

    Its middle is drawn evenly among the pixels, so it may reach over the edge.
    """
    height, width = checks.several("cutout", "size", size, 2)
    n, _, *shape = images.shape
    inside = []
    for length, wanted in zip(shape, (height, width), strict=True):
        first = rng.integers(0, max(length, 1), n)[:, None] - wanted // 2
        places = np.arange(length)
        inside.append((places >= first) & (places < first + wanted))
    rows, columns = inside
    result = images.copy()
    np.copyto(result, np.asarray(fill).astype(images.dtype), where=(rows[:, :, None] & columns[:, None, :])[:, None])
    return result


def mixup(batch: Any, rng: np.random.Generator, *, alpha: float = 0.2, classes: int | None = None) -> Any:
    """Each example of ``(x, y)`` mixed with another one, and its target likewise (Zhang and others, 2018).

    The weights are drawn from Beta(alpha, alpha). `y` has rows of numbers, such as class probabilities; with `classes`
    it has labels (N,), which become rows (N, classes) first, as `nn.CrossEntropyLoss` takes them. `x` may have any
    shape (N, ...).

    Raises `LabelError` for labels outside the classes, `ArgumentError` and `ShapeError`.
    """
    if not (isinstance(batch, (tuple, list)) and len(batch) == 2):
        raise errors.wrong_argument("mixup", "batch", batch, "a pair (x, y), as the targets are mixed, too")
    x, y = (checks.as_array("mixup", part) for part in batch)
    if x.dtype.kind not in "biuf":
        raise errors.ArgumentError(f"mixup: x is of {x.dtype}; it must be of numbers.")
    if not (checks.is_number(alpha) and 0 < alpha < np.inf):
        raise errors.out_of_range("mixup", "alpha", alpha, "a number above 0")
    if not (x.ndim and y.ndim and len(x) == len(y)):
        raise errors.ShapeError(f"mixup: x has shape {x.shape} and y {y.shape}; they must be (N, ...) with one N.")
    target = one_hot(y, classes) if classes is not None else y
    if target.dtype.kind != "f":
        raise errors.ArgumentError(
            f"mixup: the targets are {y.dtype}{y.shape}, of which there is no mixture. "
            f"Write classes=10 for labels of 10 classes, or y.astype(np.float32)."
        )
    rng = generator(rng)
    weights, others = rng.beta(alpha, alpha, len(x)), rng.permutation(len(x))
    return tuple(mixed(part, others, weights) for part in (x, target))


def mixed(values: Any, others: Any, weights: Any) -> Any:
    """Each row with another one, `weights` of itself."""
    dtype = working(values)
    own = weights.astype(dtype).reshape(-1, *[1] * (values.ndim - 1))
    return written(own * values + (1 - own) * values[others], values.dtype)


def one_hot(labels: Any, classes: Any) -> Any:
    """Labels (N,) as rows of zeros with a one."""
    checks.at_least_one("mixup", classes=classes)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise errors.LabelError(f"mixup: the labels are {labels.dtype}{labels.shape}; they must be integers (N,).")
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        wrong = labels[(labels < 0) | (labels >= classes)][0]
        raise errors.LabelError(f"mixup: label {wrong} is none of the {classes} classes, 0..{classes - 1}.")
    rows = np.zeros((len(labels), classes), np.float32)
    rows[np.arange(len(labels)), labels] = 1
    return rows
