"""`DataLoader`: batches of a dataset, shuffled, made by threads ahead of time, and resumable in mid-epoch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from typing import Any

import numpy as np

from nn import checks, errors
from nn.data.collate import collate
from nn.data.dataset import batches_of, check_dataset
from nn.data.epoch import Epoch, Plan
from nn.data.workers import ahead
from nn.random import generator

__all__ = ["DataLoader"]


class DataLoader:
    """Batches of a dataset, one epoch per ``for`` loop; ``len(loader)`` counts them.

    `rng` shuffles and seeds `transform`, the default generator of `nn.manual_seed` if None: an epoch draws one seed
    from it (none if there is neither), and all else follows from the seed. So batches are the same for any
    `num_workers`, which are threads: they read the dataset at the same time, each works up to `prefetch` batches
    ahead, and they end with the loop, however that ends. `collate_fn` makes a batch of a list of examples (see
    `collate`); without it a `TensorDataset` gives a batch at once. ``transform(batch, rng)`` changes a whole batch, as
    the functions of `nn.data.augment` do.

    An error while a batch is made is raised as it is when its turn comes, with a note that names the example.

    Raises `ArgumentError`, also for a dataset without examples or a `drop_last` that leaves no batch.
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        rng: np.random.Generator | None = None,
        drop_last: bool = False,
        num_workers: int = 0,
        prefetch: int = 2,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        transform: Callable[[Any, np.random.Generator], Any] | None = None,
    ) -> None:
        check_dataset("DataLoader", dataset)
        if not checks.is_integer(batch_size):
            raise errors.wrong_argument("DataLoader", "batch_size", batch_size, "an integer, 1 or more")
        checks.at_least_one("DataLoader", batch_size=batch_size, prefetch=prefetch)
        if not checks.is_whole(num_workers, 0):
            raise errors.out_of_range("DataLoader", "num_workers", num_workers, "an integer, 0 or more")
        for name, function in {"collate_fn": collate_fn, "transform": transform}.items():
            if not (function is None or callable(function)):
                raise errors.wrong_argument("DataLoader", name, function, "a function")
        generator(rng)
        self.dataset, self.batch_size = dataset, int(batch_size)
        self.shuffle, self.drop_last = bool(shuffle), bool(drop_last)
        self.rng, self.num_workers, self.prefetch = rng, num_workers, prefetch
        self.collate_fn, self.transform = collate_fn, transform
        self.epoch: Epoch | None = None  # the one under way
        self.resumed = False  # `load_state_dict` has put it there, and the next loop goes on with it
        self.plan.check()

    @property
    def plan(self) -> Plan:
        """What the batches depend on, beside the seed."""
        return Plan(len(self.dataset), self.batch_size, self.shuffle, self.drop_last)

    def __len__(self) -> int:
        return self.plan.batches

    def __iter__(self) -> Iterator[Any]:
        plan = self.plan
        plan.check()
        if self.epoch is None or not self.resumed:
            random = self.shuffle or self.transform is not None
            self.epoch = Epoch(plan, Epoch.draw(generator(self.rng)) if random else [])
        self.resumed = False
        return self.batches(self.epoch)

    def batches(self, epoch: Epoch) -> Iterator[Any]:
        """The batches of an epoch that are left."""
        whole = batches_of(self.dataset) if self.collate_fn is None else None

        def make(number: int) -> Any:
            indices = which = epoch.indices(number)
            done = "read"
            try:
                if whole is not None:
                    batch = whole(indices)
                else:
                    examples = []
                    for which in map(int, indices):
                        examples.append(self.dataset[which])  # noqa: PERF401  # an error shall say which
                    done, which = "put together", indices
                    batch = (self.collate_fn or collate)(examples)
                if self.transform is not None:
                    done = "transformed"
                    batch = self.transform(batch, epoch.generator(1 + number))
            except Exception as error:
                error.add_note(f"DataLoader: while batch {number} was {done}, {listed(which)} of the dataset")
                raise
            return batch

        left = range(epoch.position, epoch.plan.batches)
        with closing(ahead(make, left, self.num_workers, self.num_workers * self.prefetch)) as made:
            for batch in made:
                epoch.position += 1
                yield batch
        if self.epoch is epoch:
            self.epoch = None

    def state_dict(self) -> dict[str, Any]:
        """Where the loader is: the seed of the epoch under way, how many of its batches were taken, the rng's state.

        Within a loop the batch just taken counts as taken. After a loop that came to its end there is no epoch under
        way; one that was left early still is.
        """
        epoch = self.epoch
        return {
            "plan": asdict(self.plan),
            "seed": None if epoch is None else list(epoch.seed),
            "position": 0 if epoch is None else epoch.position,
            "rng": generator(self.rng).bit_generator.state,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put the loader where another, made with the same arguments, was: the next loop gives the batches left there.

        The state of the rng is set in place, for the epochs after this one.

        Raises `StateDictError` for a state of a loader of other data or arguments; nothing is changed then.
        """
        plan, bits = self.plan, generator(self.rng).bit_generator
        try:
            there, position, seed = state["plan"], state["position"], state["seed"]
            others = [f"{name}={there[name]!r}" for name, value in asdict(plan).items() if there[name] != value]
            epoch = None if seed is None else Epoch(plan, [int(word) for word in seed], position)
            copy.deepcopy(bits).state = state["rng"]  # would it be taken?
        except (TypeError, KeyError, ValueError) as error:
            kind = type(bits).__name__
            raise errors.StateDictError(
                f"this is no state of a DataLoader with a generator of the kind {kind}: {error}. Nothing was loaded."
            ) from error
        if others:
            raise errors.StateDictError(
                f"the state is of a DataLoader with {', '.join(others)}; this one has {plan}. Nothing was loaded."
            )
        if not checks.is_whole(position, 0) or position > plan.batches:
            raise errors.StateDictError(f"position={position!r} of {plan.batches} batches. Nothing was loaded.")
        bits.state = state["rng"]
        self.epoch, self.resumed = epoch, epoch is not None

    def __repr__(self) -> str:
        options = f"batch_size={self.batch_size}, shuffle={self.shuffle}, drop_last={self.drop_last}"
        return f"DataLoader({self.dataset!r}, {options})"


def listed(which: Any) -> str:
    """An index, or some, in words."""
    examples = np.ravel(which).tolist()
    some = ", ".join(map(str, examples[:8])) + ", ..." * (len(examples) > 8)
    return f"index {some}" if np.ndim(which) == 0 else f"indices {some}"
