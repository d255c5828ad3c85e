"""`Dataset` and its kinds: examples by their index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import repeat
from operator import getitem
from typing import Any

import numpy as np

from nn import checks, errors

__all__ = ["Dataset", "Subset", "TensorDataset", "batches_of", "check_dataset"]


class Dataset:
    """Examples by their index: override `__getitem__` and `__len__`. A list is one, too.

    A `DataLoader` reads the examples of a batch one by one and puts them together; a class that has its own
    ``batch(indices)``, which returns the batch of an array of indices, is asked for that instead.
    """

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} needs a method __getitem__(self, index), which returns one.")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} needs a method __len__(self), which counts the examples.")


class TensorDataset(Dataset):
    """Arrays of one length; an example is a tuple of their rows, a batch a tuple of arrays.

    Raises `ArgumentError`.
    """

    def __init__(self, *arrays: Any) -> None:
        if not arrays:
            raise errors.ArgumentError("TensorDataset: there are no arrays. Write TensorDataset(x, y).")
        self.arrays = tuple(checks.as_array("TensorDataset", array) for array in arrays)
        for i, array in enumerate(self.arrays):
            if not array.ndim:
                raise errors.ArgumentError(f"TensorDataset: array {i} is one value ({array.dtype}), without rows.")
        lengths = [len(array) for array in self.arrays]
        if len(set(lengths)) > 1:
            counts = " and ".join(map(str, lengths))
            raise errors.ArgumentError(f"TensorDataset: the arrays have {counts} rows; they must be as many.")

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(array[index] for array in self.arrays)

    def __len__(self) -> int:
        return len(self.arrays[0])

    def batch(self, indices: Any) -> tuple[Any, ...]:
        """The rows at an array of indices: one index per array, nothing per example."""
        return tuple(map(getitem, self.arrays, repeat(indices)))

    def __repr__(self) -> str:
        return f"TensorDataset({', '.join(f'{array.dtype}{array.shape}' for array in self.arrays)})"


class Subset(Dataset):
    """The examples of another dataset at some indices, or where a mask is true: what scikit-learn's splitters give.

    Raises `ArgumentError` for an index that the dataset has not.
    """

    def __init__(self, dataset: Any, indices: Any) -> None:
        check_dataset("Subset", dataset)
        indices = checks.as_array("Subset", indices)
        if indices.dtype == bool and indices.shape == (len(dataset),):
            indices = np.flatnonzero(indices)
        if indices.ndim != 1 or (indices.dtype.kind not in "iu" and indices.size):
            raise errors.ArgumentError(
                f"Subset: the indices are {indices.dtype}{indices.shape}; write integers of shape (M,), "
                f"or a mask of shape ({len(dataset)},)."
            )
        indices = indices.astype(np.intp)
        outside = (indices < 0) | (indices >= len(dataset))
        if outside.any():
            raise errors.ArgumentError(
                f"Subset: index {indices[outside][0]} is none of the {len(dataset)} examples, 0..{len(dataset) - 1}."
            )
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        indices = self.indices[index]
        return self.dataset[int(indices) if indices.ndim == 0 else indices]

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        return f"Subset({self.dataset!r}, {len(self)} of {len(self.dataset)})"


def check_dataset(what: str, dataset: Any) -> None:
    """It has a length and examples by their index; raises `ArgumentError`."""
    if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")) or isinstance(dataset, Mapping):
        write = "what has len() and [] by integers, such as TensorDataset(x, y) or a list"
        raise errors.wrong_argument(what, "dataset", dataset, write)


def batches_of(dataset: Any) -> Callable[[Any], Any] | None:
    """What makes a whole batch of an array of indices, if the dataset has that; None where examples are read singly.

    A class that overrides `__getitem__` alone means it to be called, whatever its base class can do at once.
    """
    if isinstance(dataset, np.ndarray):
        return dataset.__getitem__
    for kind in type(dataset).__mro__:
        if kind is Subset and "batch" not in vars(type(dataset)):
            return within(batches_of(dataset.dataset), dataset.indices)
        if "batch" in vars(kind):
            method: Callable[[Any], Any] = dataset.batch
            return method
        if "__getitem__" in vars(kind):
            return None
    return None


def within(batch: Callable[[Any], Any] | None, chosen: Any) -> Callable[[Any], Any] | None:
    """What makes batches of some examples, of what makes them of all."""
    return batch and (lambda indices: batch(chosen[indices]))
