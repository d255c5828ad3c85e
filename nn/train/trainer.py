"""`Trainer`: the training loop, with Keras's verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.graph import unwrap
from nn import checks, errors
from nn.metrics import Metric
from nn.module import Module, mode
from nn.optim.optimizer import Optimizer
from nn.random import generator
from nn.train import arguments
from nn.train.history import History
from nn.train.progress import Progress

__all__ = ["Callback", "Trainer"]

Numbers = dict[str, float]


class Callback:
    """What may happen during `fit`: override what you need.

    The trainer has `model`, `optimizer` and `history`; ``trainer.stop_training = True`` ends after the epoch.
    """

    def on_train_begin(self, trainer: Trainer) -> None:
        """Before the first epoch."""

    def on_batch_end(self, trainer: Trainer) -> None:
        """After a step of the optimizer."""

    def on_epoch_end(self, trainer: Trainer) -> None:
        """After an epoch, with its numbers in ``trainer.history``."""

    def on_train_end(self, trainer: Trainer) -> None:
        """After the last epoch."""


class Trainer:
    """Fits a model to arrays, example by example along their first axis.

    `loss` takes prediction and target and returns their mean loss; `metrics` are names (see `nn.metrics`) or functions
    of two arrays, averaged over batches by their size. `rng` shuffles, the default generator of `nn.manual_seed` if
    None. Floating data is cast to the dtype of the model's parameters.

    Raises `ArgumentError` for an unknown metric, an argument of another kind, or an optimizer of another model.
    """

    def __init__(
        self,
        model: Module,
        *,
        loss: Callable[[Any, Any], Any],
        optimizer: Optimizer,
        metrics: Iterable[str | Metric] = (),
        rng: np.random.Generator | None = None,
    ) -> None:
        arguments.check_kinds(model, loss, optimizer)
        arguments.check_optimizer(model, optimizer)
        self.model, self.loss, self.optimizer, self.rng = model, loss, optimizer, rng
        self.metrics = arguments.named_metrics(metrics)
        self.history = History()
        self.stop_training = False

    def fit(
        self,
        x: Any,
        y: Any,
        *,
        epochs: int = 5,
        batch_size: int = 32,
        validation_data: tuple[Any, Any] | None = None,
        validation_split: float = 0.0,
        shuffle: bool = True,
        verbose: bool = True,
        callbacks: Sequence[Callback] = (),
    ) -> History:
        """Train, and return what each epoch gave: means over its batches, in training mode.

        `validation_data` is evaluated after each epoch; without it, `validation_split` sets the last part of the data
        aside for that. The mode of the model is afterwards what it was.

        Raises `ArgumentError`.
        """
        checks.at_least_one("Trainer", epochs=epochs, batch_size=batch_size)
        callbacks = arguments.sequence(callbacks, Callback)
        x, y = self.as_examples(x, y)
        if validation_data is not None:
            validation_data = tuple(self.as_examples(*arguments.pair(validation_data)))
        elif validation_split:
            x, y, validation_data = split(x, y, validation_split)
        self.history, self.stop_training = History(), False
        with mode(self.model, training=True):
            for callback in callbacks:
                callback.on_train_begin(self)
            for epoch in range(1, epochs + 1):
                with Progress(f"epoch {epoch}/{epochs}", -(-len(x) // batch_size), verbose) as progress:
                    means = Means()
                    for batch in batches(len(x), batch_size, generator(self.rng) if shuffle else None):
                        means.add(self.train_step(x[batch], y[batch]), len(y[batch]))
                        progress.advance(means.values())
                        for callback in callbacks:
                            callback.on_batch_end(self)
                    record = means.values()
                    if validation_data is not None:
                        validation = self.evaluate(*validation_data, batch_size=batch_size)
                        record |= {f"val_{name}": value for name, value in validation.items()}
                    progress.finish(record)
                self.history.append(record)
                for callback in callbacks:
                    callback.on_epoch_end(self)
                if self.stop_training:
                    break
            for callback in callbacks:
                callback.on_train_end(self)
        return self.history

    def train_step(self, x: Any, y: Any) -> Numbers:
        """One step of the optimizer on one batch; the graph goes when it returns."""
        self.optimizer.zero_grad()
        prediction = self.model(x)
        loss = self.loss(prediction, y)
        arguments.check_loss(loss)
        loss.backward()
        self.optimizer.step()
        return self.measure(loss, prediction, y)

    def evaluate(self, x: Any, y: Any, *, batch_size: int = 32) -> Numbers:
        """The loss and the metrics, in evaluation mode."""
        checks.at_least_one("Trainer", batch_size=batch_size)
        x, y = self.as_examples(x, y)
        means = Means()
        with no_grad(), mode(self.model, training=False):
            for batch in batches(len(x), batch_size):
                prediction = self.model(x[batch])
                means.add(self.measure(self.loss(prediction, y[batch]), prediction, y[batch]), len(y[batch]))
        return means.values()

    def predict(self, x: Any, *, batch_size: int = 32) -> Any:
        """What the model returns, as one array, in evaluation mode."""
        checks.at_least_one("Trainer", batch_size=batch_size)
        (x,) = self.as_examples(x)
        with no_grad(), mode(self.model, training=False):
            return np.concatenate([unwrap(self.model(x[batch])) for batch in batches(len(x), batch_size)])

    def measure(self, loss: Any, prediction: Any, y: Any) -> Numbers:
        """The loss and the metrics of one batch."""
        values = {name: metric(unwrap(prediction), y) for name, metric in self.metrics.items()}
        return {"loss": float(unwrap(loss)), **values}

    def as_examples(self, *data: Any) -> list[Any]:
        """Arrays of the same, positive length, floating ones in the dtype of the parameters."""
        arrays = [arguments.numbers(name, values) for name, values in zip("xy", data, strict=False)]
        lengths = [len(array) if array.ndim else 0 for array in arrays]
        if len(set(lengths)) != 1:
            raise errors.ArgumentError(f"x has {lengths[0]} examples and y has {lengths[1]}; they must be as many.")
        if lengths[0] == 0:
            raise errors.ArgumentError("there are no examples: x is empty.")
        dtype = next((p.dtype for p in self.model.parameters()), None)
        return [array.astype(dtype, copy=False) if array.dtype.kind == "f" and dtype else array for array in arrays]


class Means:
    """Means of named numbers over batches, weighted by their sizes."""

    def __init__(self) -> None:
        self.sums: Numbers = {}
        self.count = 0

    def add(self, numbers: Numbers, size: int) -> None:
        for name, value in numbers.items():
            self.sums[name] = self.sums.get(name, 0.0) + size * value
        self.count += size

    def values(self) -> Numbers:
        return {name: value / self.count for name, value in self.sums.items()}


def batches(length: int, size: int, rng: np.random.Generator | None = None) -> Iterator[Any]:
    """Indices of one batch after the other, shuffled by `rng`; the last may be smaller."""
    order = None if rng is None else rng.permutation(length)
    for start in range(0, length, size):
        yield slice(start, start + size) if order is None else order[start : start + size]


def split(x: Any, y: Any, share: float) -> tuple[Any, Any, tuple[Any, Any]]:
    """The first part of x and of y, and the last part of both, which has `share` of the examples."""
    kept = len(x) - round(len(x) * share) if checks.is_number(share) else 0
    if not 0 < kept < len(x):
        both = f"a share that leaves some of the {len(x)} examples on each side"
        raise errors.out_of_range("Trainer", "validation_split", share, both)
    return x[:kept], y[:kept], (x[kept:], y[kept:])
