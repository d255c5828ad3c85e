"""`collate`: the examples of a batch, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn import errors

__all__ = ["collate"]


def collate(examples: Sequence[Any]) -> Any:
    """Stack arrays and numbers along a new first axis; tuples, lists and dicts of them entry by entry, however deep.

    Strings, bytes and None stay a list.

    Raises `ShapeError` for arrays of different shapes and `ArgumentError` for examples of different kinds or lengths,
    with the place.

    >>> collate([(1, {"a": 2.0}), (3, {"a": 4.0})])
    (array([1, 3]), {'a': array([2., 4.])})
    """
    if not isinstance(examples, (Sequence, np.ndarray)):
        raise errors.wrong_argument("collate", "examples", examples, "a list of them")
    if not len(examples):
        raise errors.ArgumentError("collate: there are no examples.")
    return collated(examples, "example")


def collated(parts: Sequence[Any], place: str) -> Any:
    """One entry of all examples; `place` says which, for the errors."""
    first = parts[0]
    match first:
        case str() | bytes() | None:
            alike(parts, place, (str, bytes, type(None)))
            return list(parts)
        case Mapping():
            alike(parts, place, Mapping)
            for i, part in enumerate(parts):
                if part.keys() != first.keys():
                    raise mixed(place, f"has the keys {sorted(map(str, part))}", i, sorted(map(str, first)))
            return {key: collated([part[key] for part in parts], f"{place}[{key!r}]") for key in first}
        case tuple() | list():
            alike(parts, place, (tuple, list))
            for i, part in enumerate(parts):
                if len(part) != len(first):
                    raise mixed(place, f"has {len(part)} entries", i, len(first))
            columns = zip(*parts, strict=True)
            entries = [collated(column, f"{place}[{i}]") for i, column in enumerate(columns)]
            if isinstance(first, list):
                return entries
            return type(first)(*entries) if hasattr(first, "_fields") else tuple(entries)
    return stacked(parts, place)


def stacked(parts: Sequence[Any], place: str) -> Any:
    """Arrays, Tensors and numbers as one array."""
    arrays = [np.asarray(unwrap(part)) for part in parts]
    for i, array in enumerate(arrays):
        if array.dtype.kind not in "biufcSUMm":
            raise errors.ArgumentError(
                f"collate: {place} of example {i} of the batch is a {type(parts[i]).__name__}; it must be an array, a "
                f"number, a string, or a tuple, list or dict of such. For others write collate_fn=."
            )
        if (array.dtype.kind in "SU") != (arrays[0].dtype.kind in "SU"):  # NumPy would write the numbers as text
            raise mixed(place, f"is of {array.dtype}", i, arrays[0].dtype)
        if array.shape != arrays[0].shape:
            raise errors.ShapeError(
                f"collate: {place} has shape {array.shape} in example {i} of the batch, but {arrays[0].shape} in the "
                f"first; arrays of different shapes do not stack. Pad them, or write collate_fn=."
            )
    return np.stack(arrays)


def alike(parts: Sequence[Any], place: str, kinds: Any) -> None:
    """Every example has this entry in the same kind of container."""
    for i, part in enumerate(parts):
        if not isinstance(part, kinds):
            raise mixed(place, f"is a {type(part).__name__}", i, type(parts[0]).__name__)


def mixed(place: str, what: str, index: int, first: object) -> errors.ArgumentError:
    """Two examples that are not alike."""
    return errors.ArgumentError(
        f"collate: {place} {what} in example {index} of the batch, but {first} in the first; examples must be alike."
    )
