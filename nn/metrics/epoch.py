"""`EpochMetric`, for what is no mean over batches, and `Running`, the numbers of an epoch while its batches come."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd.errors import AutogradError
from autograd.graph import unwrap
from nn import errors

__all__ = ["EpochMetric", "Metric", "Numbers", "Running", "is_epoch_metric"]

Metric = Callable[[Any, Any], float]
Numbers = dict[str, float]


class EpochMetric:
    """A metric of all examples of an epoch at once: define `score`, and `keep` if it needs less than everything.

    ``update(prediction, target)`` takes a batch, ``compute()`` gives the number, ``reset()`` forgets. Called with a
    prediction and a target, it is the metric of these alone.

    >>> class Median(EpochMetric):
    ...     def score(self, prediction, target):
    ...         return np.median(abs(prediction - target))
    >>> Median()(np.array([1.0, 2.0, 9.0]), np.zeros(3))
    2.0
    """

    #: what its column in the history is called
    name: str

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = cls.__dict__.get("name", cls.__name__.lower())

    def keep(self, prediction: Any, target: Any) -> tuple[Any, ...]:
        """Arrays with a row per example, which `score` gets for all batches together."""
        return prediction, target

    def score(self, *kept: Any) -> float:
        """The number, from what was kept of every batch."""
        raise NotImplementedError(f"{type(self).__name__} has no score: define `def score(self, prediction, target)`.")

    def reset(self) -> None:
        """Forget every batch."""
        self.kept: list[tuple[Any, ...]] = []

    def update(self, prediction: Any, target: Any) -> None:
        """Take another batch."""
        if not hasattr(self, "kept"):
            self.reset()
        kept = self.keep(np.asarray(unwrap(prediction)), np.asarray(unwrap(target)))
        # copies: the arrays of a batch may be views of what is used again
        self.kept.append(tuple(np.array(part) for part in kept))

    def compute(self) -> float:
        """The number over all batches since `reset`.

        Raises `ArgumentError` if there were none.
        """
        if not getattr(self, "kept", None):
            raise errors.ArgumentError(f"{self.name}: there was no batch yet; call update(prediction, target) first.")
        return float(self.score(*map(np.concatenate, zip(*self.kept, strict=True))))

    def state_dict(self) -> dict[str, Any]:
        """What was kept of each batch, so that a training can be interrupted in the middle of an epoch."""
        return vars(self) | {"kept": [list(parts) for parts in getattr(self, "kept", [])]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where another one stood."""
        vars(self).update(state_dict, kept=[tuple(parts) for parts in state_dict["kept"]])

    def __call__(self, prediction: Any, target: Any) -> float:
        return float(self.score(*self.keep(np.asarray(unwrap(prediction)), np.asarray(unwrap(target)))))


def is_epoch_metric(metric: Any) -> bool:
    """It has `update`, `compute` and `reset`, whatever its class."""
    return all(callable(getattr(metric, name, None)) for name in ("update", "compute", "reset"))


class Running:
    """The loss and the metrics of an epoch while its batches come.

    It works on copies of the metrics, so that an evaluation in the middle of an epoch disturbs nothing.
    """

    def __init__(self, metrics: Mapping[str, Any]) -> None:
        self.functions = {name: metric for name, metric in metrics.items() if not is_epoch_metric(metric)}
        self.kept = {name: copy.deepcopy(metric) for name, metric in metrics.items() if is_epoch_metric(metric)}
        for metric in self.kept.values():
            metric.reset()
        self.names = ["loss", *metrics]
        self.sums: Numbers = dict.fromkeys(["loss", *self.functions], 0.0)
        self.count = 0

    def add(self, loss: float, prediction: Any, target: Any, size: int | None = None) -> None:
        """Take a batch: its mean loss, what was predicted, and what was right.

        Raises `ArgumentError` for a metric that does not fit these, or is no number.
        """
        size = len(target) if size is None else size
        self.sums["loss"] += size * loss
        for name, metric in self.functions.items():
            self.sums[name] += size * as_number(name, called(name, metric, prediction, target))
        for name, metric in self.kept.items():
            called(name, metric.update, prediction, target)
        self.count += size

    def means(self) -> Numbers:
        """What can be said after each batch, at no cost: the means."""
        return {name: value / self.count for name, value in self.sums.items()} if self.count else {}

    def values(self) -> Numbers:
        """Every number, in the order of the metrics; asked once, at the end."""
        if not self.count:
            return {}
        means = self.means()
        whole = {name: as_number(name, called(name, metric.compute)) for name, metric in self.kept.items()}
        return {name: (means | whole)[name] for name in self.names}

    def state_dict(self) -> dict[str, Any]:
        """What a resumed epoch needs to know; of a metric of another class, what its own `state_dict` says."""
        kept = {name: metric.state_dict() for name, metric in self.kept.items() if hasattr(metric, "state_dict")}
        return {"sums": dict(self.sums), "count": self.count, "kept": kept}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where another one stood."""
        self.sums, self.count = dict(state_dict["sums"]), int(state_dict["count"])
        for name, state in state_dict["kept"].items():
            self.kept[name].load_state_dict(state)


def called(name: str, metric: Callable[..., Any], *arrays: Any) -> Any:
    """What the metric returns; an error that does not say so gets the metric's name and the shapes."""
    try:
        return metric(*arrays)
    except AutogradError:
        raise
    except (ValueError, TypeError, IndexError) as error:
        shapes = " and targets of shape ".join(str(np.shape(array)) for array in arrays)
        got = f", predictions of shape {shapes}" if arrays else ""
        raise errors.ArgumentError(f"the metric {name!r} does not fit what the model returns{got}: {error}") from error


def as_number(name: str, value: Any) -> float:
    """One number, of any kind that NumPy has."""
    array = np.asarray(unwrap(value))
    if array.size != 1 or array.dtype.kind not in "biuf":
        what = f"an array of shape {array.shape}" if array.size != 1 else f"a {type(value).__name__}"
        raise errors.ArgumentError(f"the metric {name!r} returned {what}; it must be one number.")
    return float(array.reshape(()))
