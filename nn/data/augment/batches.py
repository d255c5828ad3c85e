"""What the augmentations share: the images of a batch, their dtype, and doing several in turn."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from nn import checks, errors
from nn.random import generator

__all__ = ["Compose", "on_images", "share", "working", "written"]

F = TypeVar("F", bound=Callable[..., Any])


def on_images(function: F) -> F:
    """Let a function of an array (N, C, H, W) take the batch of a loader: the array, or a tuple that begins with it."""
    name = function.__name__

    @functools.wraps(function)
    def on_batch(images: Any, rng: np.random.Generator, **options: Any) -> Any:
        if isinstance(images, (tuple, list)):
            if not images:
                raise errors.ShapeError(f"{name}: the batch is an empty {type(images).__name__}.")
            return (on_batch(images[0], rng, **options), *images[1:])
        images = checks.as_array(name, images)
        if images.dtype.kind not in "biuf":
            raise errors.ArgumentError(f"{name}: the images are of {images.dtype}; they must be of numbers.")
        if images.ndim != 4:
            raise errors.ShapeError(f"{name}: got images of shape {images.shape}; it must be (N, C, H, W).")
        if "fill" in options:
            options["fill"] = filling(name, options["fill"], images.dtype)
        return function(images, generator(rng), **options)

    return cast(F, on_batch)


class Compose:
    """Augmentations in turn, each a function of (batch, rng): ``Compose(shift, partial(rotate, degrees=5))``.

    Raises `ArgumentError`.
    """

    def __init__(self, *steps: Callable[[Any, np.random.Generator], Any]) -> None:
        for step in steps:
            if not callable(step):
                raise errors.wrong_argument(
                    "Compose", "a step", step, "functions of (batch, rng): Compose(shift, flip)"
                )
        self.steps = steps

    def __call__(self, batch: Any, rng: np.random.Generator) -> Any:
        for step in self.steps:
            batch = step(batch, rng)
        return batch

    def __repr__(self) -> str:
        return f"Compose({', '.join(map(named, self.steps))})"


def named(step: Any) -> str:
    """A step as it was written."""
    if isinstance(step, functools.partial):
        return (
            f"partial({', '.join([named(step.func), *(f'{key}={value!r}' for key, value in step.keywords.items())])})"
        )
    return getattr(step, "__name__", None) or repr(step)


def share(what: str, **option: Any) -> None:
    """The one option, which is a number from 0 to 1."""
    ((name, value),) = option.items()
    if not (checks.is_number(value) and 0 <= value <= 1):
        raise errors.out_of_range(what, name, value, "a number from 0 to 1")


def filling(what: str, fill: Any, dtype: Any) -> Any:
    """What is put where nothing is, as a value of the images' dtype."""
    if checks.number(what, fill=fill) != fill and dtype.kind != "f":
        raise errors.out_of_range(what, "fill", fill, f"a number that images of {dtype} can hold")
    return written(np.asarray(fill, np.result_type(dtype, np.float32)), dtype)


def working(images: Any) -> Any:
    """The dtype to compute in: the images' own, and of integers and narrow ones one that holds all their values."""
    return np.result_type(images.dtype, np.float32)


def written(values: Any, dtype: Any) -> Any:
    """Values in the dtype of the images: for integers rounded, and no further than their range."""
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        largest = values.dtype.type(limits.max)
        if int(largest) > limits.max:  # of 64 bits: rounded up, out of the range
            largest = np.nextafter(largest, 0)
        values = np.clip(np.rint(values), limits.min, largest)
    return (values >= 0.5) if dtype.kind == "b" else values.astype(dtype)
