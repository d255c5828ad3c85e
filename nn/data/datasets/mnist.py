"""`mnist` and `fashion_mnist`: images of 28 x 28 pixels in ten classes."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from nn import errors
from nn.data.datasets.files import located
from nn.data.datasets.idx import read_idx

__all__ = ["FASHION_CLASSES", "fashion_mnist", "mnist"]

FASHION_CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
Split = tuple[tuple[Any, Any], tuple[Any, Any]]  # (x, y) to train with, (x, y) to test with


def mnist(data_dir: str | os.PathLike[str] | None = None) -> Split:
    """Handwritten digits: ``(x_train, y_train), (x_test, y_test)``, 60,000 and 10,000 (LeCun, Cortes and Burges).

    Images are float32 (N, 1, 28, 28) in 0..1, labels int64 (N,). The files are those of ``mnist/`` in `data_dir`, else
    in the folder that the environment variable `CHAINRULE_DATA` names, else in the cache; missing ones are downloaded.

    Raises `MissingDataError` and `DataFileError`.
    """
    return both("mnist", data_dir)


def fashion_mnist(data_dir: str | os.PathLike[str] | None = None) -> Split:
    """Photographs of clothes, in the form of `mnist`; `FASHION_CLASSES` names the classes (Xiao and others, 2017)."""
    return both("fashion_mnist", data_dir)


def both(folder: str, data_dir: Any) -> Split:
    """The examples to train and to test with."""
    return part(folder, "train", data_dir), part(folder, "t10k", data_dir)


def part(folder: str, name: str, data_dir: Any) -> tuple[Any, Any]:
    """Images and labels."""
    files = [located(f"{folder}/{name}-{kind}-ubyte.gz", data_dir) for kind in ("images-idx3", "labels-idx1")]
    images, labels = map(read_idx, files)
    if images.dtype != np.uint8 or images.shape[1:] != (28, 28):
        raise unlike(files[0], images, "uint8(N, 28, 28)")
    if labels.dtype != np.uint8 or labels.ndim != 1:
        raise unlike(files[1], labels, "uint8(N,)")
    if len(images) != len(labels):
        raise errors.DataFileError(f"{files[0]} has {len(images)} images and {files[1]} {len(labels)} labels.")
    if labels.size and labels.max() > 9:
        raise errors.DataFileError(f"{files[1]} has the label {labels.max()}; they must be 0..9.")
    return np.divide(images, np.float32(255))[:, None], labels.astype(np.int64)


def unlike(file: Any, array: Any, shape: str) -> errors.DataFileError:
    """An array of another form than the file of this name has."""
    return errors.DataFileError(f"{file} holds {array.dtype}{array.shape}; it must be {shape}.")
