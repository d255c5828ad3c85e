"""What a training reads: arrays or a loader as batches that are checked, converted and counted.

`batches_of` is the one place where arrays become batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from nn import errors
from nn.data import DataLoader, TensorDataset
from nn.train.weighting import check_sample_weight, weights_of

__all__ = ["Feed", "batches_of", "is_loader", "length_of"]


def batches_of(arrays: tuple[Any, ...], batch_size: int, rng: np.random.Generator | None = None) -> DataLoader:
    """Arrays of the same length as a loader of batches, shuffled if there is an `rng`."""
    return DataLoader(TensorDataset(*arrays), batch_size, shuffle=rng is not None, rng=rng)


def is_loader(data: Any) -> bool:
    """Whether this is an iterable of batches, not an array or nested lists of numbers."""
    if isinstance(data, (list, tuple)):  # nested lists hold numbers, a list of batches arrays
        return not data or (isinstance(data[0], (list, tuple)) and any(getattr(x, "shape", ()) for x in data[0]))
    return isinstance(data, Iterable) and not hasattr(data, "shape") and not isinstance(data, (str, bytes, dict, set))


def length_of(loader: Any) -> int | None:
    """The batches of an epoch, if the loader knows."""
    try:
        return len(loader)
    except TypeError:  # it has no `__len__`, or its data have none
        return None


class Feed:
    """The batches of one epoch after the other, as (x, y, weights or None), and the place in them.

    `loader` is any iterable; if it has `state_dict` and `load_state_dict`, they are used to resume within an epoch,
    else the batches before are read again, with the generators as they were. `convert` makes arrays of a batch.
    """

    def __init__(
        self, loader: Any, convert: Callable[..., list[Any]] | None, class_weight: dict[int, float] | None = None
    ) -> None:
        self.loader, self.convert, self.class_weight = loader, convert, class_weight
        self.position = self.epochs = 0
        self.before: Any = None  # the generators at the beginning of the epoch
        self.resuming: Callable[[], None] | None = None
        self.has_state = hasattr(loader, "state_dict") and hasattr(loader, "load_state_dict")
        self.length = length_of(loader)

    def __iter__(self) -> Iterator[tuple[Any, Any, Any]]:
        batches, self.length = iter(self.loader), length_of(self.loader)
        if self.resuming is not None:
            yield from self.continued(batches)
        else:
            self.position = 0
        for batch in batches:
            self.position += 1
            yield self.checked(batch)
        if not self.position:
            raise errors.ArgumentError(self.nothing())
        self.position, self.epochs = 0, self.epochs + 1

    def continued(self, batches: Iterator[Any]) -> Iterator[tuple[Any, Any, Any]]:
        """The first batch after those that were seen; only then are the generators what they were."""
        restore, self.resuming = self.resuming, None
        assert restore is not None
        if not self.has_state:
            for _ in range(self.position):
                next(batches, None)
            restore()
            return
        batch = next(batches, None)
        restore()
        if batch is not None:
            self.position += 1
            yield self.checked(batch)

    def checked(self, batch: Any) -> tuple[Any, Any, Any]:
        """A batch as x, y and weights."""
        if self.convert is None:
            return (*batch, None) if len(batch) == 2 else batch
        if not (isinstance(batch, (tuple, list)) and len(batch) in (2, 3)):
            raise errors.wrong_argument(
                "Trainer", f"batch {self.position} of the loader", batch, "a pair (x, y), or (x, y, weights)"
            )
        x, y, *weights = self.convert(*batch)
        given = check_sample_weight(weights[0], len(x)) if weights else None
        return x, y, weights_of(y, self.class_weight, given)

    def nothing(self) -> str:
        """What to say where there are no batches."""
        if self.epochs:
            return (
                f"Trainer: the loader gave no batches in its epoch {self.epochs + 1}. A generator is used up after one "
                f"pass: give an object whose __iter__ begins anew, such as a list or nn.data.DataLoader."
            )
        return "Trainer: the loader gave no batches; there is nothing to train on or to evaluate."

    def state_dict(self) -> dict[str, Any]:
        """The place; at the end of an epoch, that of the beginning of the next one."""
        loader = self.loader.state_dict() if self.has_state else None
        return {"position": self.position, "length": self.length, "before": self.before, "loader": loader}

    def load_state_dict(self, state_dict: dict[str, Any], restore: Callable[..., None]) -> None:
        """Continue there; `restore` sets the generators' states, those of now or those given."""
        length = state_dict["length"]
        if length != self.length:
            raise errors.StateDictError(
                f"the checkpoint is of a training with {length} batches an epoch, and these data give {self.length}. "
                f"Resume with the same data and batch_size, or begin in another folder."
            )
        self.position = state_dict["position"]
        if self.has_state:
            self.loader.load_state_dict(state_dict["loader"])
        if not self.position:
            restore()
            return
        if not self.has_state:
            self.before = state_dict["before"]
            restore(self.before)
        self.resuming = restore
