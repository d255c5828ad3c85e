"""`Trainer`: Keras's verbs, `fit`, `evaluate` and `predict`. What an epoch does is in `loop.py`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.graph import unwrap
from nn import checks, errors
from nn.metrics import Metric
from nn.metrics.epoch import Numbers, Running
from nn.module import Module, mode
from nn.optim.lr_scheduler import LRScheduler
from nn.optim.optimizer import Optimizer
from nn.random import generator
from nn.train import arguments, weighting
from nn.train import callbacks as built_in
from nn.train.callbacks.base import Callback
from nn.train.checkpoint import Checkpoint
from nn.train.compiled import Compiled
from nn.train.doctor import Doctor
from nn.train.feed import Feed, batches_of, is_loader, length_of
from nn.train.history import History
from nn.train.loop import Loop
from nn.utils import clip_grad_norm_

__all__ = ["Trainer"]


class Trainer:
    """Fits a model to arrays, example by example along their first axis, or to the batches of a loader.

    `loss` takes prediction and target and returns their mean loss; `metrics` are names (see `nn.metrics`) or functions
    of two arrays, averaged over batches by their size. `scheduler`, of `nn.optim.lr_scheduler`, is stepped after every
    epoch; `callbacks.LRScheduler` has more options. `rng` shuffles, the default generator of `nn.manual_seed` if None.
    `doctor` (`nn.train.Doctor`) watches the first batches and warns of what is wrong; False leaves it out, a callback
    takes its place. Floating data is cast to the dtype of the model's parameters.

    With `compile` the step of each shape of batch is written down and then run without making a graph: the same numbers
    to the bit, sooner where the arrays are small. The Python code of model and loss then runs for the first batches of
    a shape and of an epoch alone, which are compared with the replay; what is set up otherwise (a layer frozen, another
    dropout) is seen when the next epoch begins. `last_loss` and `prediction` have no graph. Batches for which the
    values decide for another branch, models with hooks, and, with a warning, those that a replay does not give the same
    numbers for are trained on with a graph. See docs/training.md.

    Raises `ArgumentError` for an unknown metric, an argument of another kind, or an optimizer of another model.
    """

    def __init__(
        self,
        model: Module,
        *,
        loss: Callable[[Any, Any], Any],
        optimizer: Optimizer,
        metrics: Iterable[str | Metric] = (),
        scheduler: LRScheduler | built_in.LRScheduler | None = None,
        rng: np.random.Generator | None = None,
        doctor: bool | Callback = True,
        compile: bool = False,  # noqa: A002  # PyTorch's and Keras's name
    ) -> None:
        arguments.check_kinds(model, loss, optimizer)
        arguments.check_optimizer(model, optimizer)
        self.model, self.loss, self.optimizer, self.rng = model, loss, optimizer, rng
        self.metrics = arguments.named_metrics(metrics, loss)
        generator(rng)  # raises
        if not isinstance(doctor, (bool, Callback)):
            raise errors.wrong_argument("Trainer", "doctor", doctor, "True, False, or a callback in its place")
        arguments.check_scheduler(scheduler, (LRScheduler, built_in.LRScheduler))
        if not isinstance(compile, bool):
            raise errors.wrong_argument("Trainer", "compile", compile, "True or False")
        self.compiled = Compiled() if compile else None
        self.scheduler, self.doctor = scheduler, Doctor() if doctor is True else doctor or None
        self.history = History()
        self.stop_training, self.verbose = False, True
        self.epoch = self.step = 0
        self.columns: list[str] = []
        self.batch: tuple[Any, Any] | None = None
        self.prediction: Any = None
        self.last_loss: Any = None
        self.loop: Loop | None = None
        self.weighted: Any = None

    def fit(
        self,
        x: Any,
        y: Any = None,
        *,
        epochs: int = 5,
        batch_size: int = 32,
        validation_data: Any = None,
        validation_split: float = 0.0,
        shuffle: bool = True,
        verbose: bool = True,
        callbacks: Sequence[Callback] = (),
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        accumulate: int = 1,
        clip_norm: float | None = None,
        checkpoint: str | os.PathLike[str] | Checkpoint | None = None,
    ) -> History:
        """Train, and return what each epoch gave: means over its batches, in training mode.

        `x` and `y` are arrays, or `x` is a loader: any iterable of batches (x, y) or (x, y, weights), which decides
        itself about `batch_size` and `shuffle`. `validation_data`, a pair or a loader, is evaluated after each epoch;
        without it, `validation_split` sets the last part of the arrays aside for that.

        `class_weight` (by class, 1 if it is not there) and `sample_weight` (N,) multiply the losses of the examples
        before they are averaged; validation is not weighted. `accumulate` batches make one step, as one batch of all
        their examples would. `clip_norm` bounds the norm of all gradients. `checkpoint` is a folder: a training that
        was cut off goes on from there, see `Checkpoint`.

        Ctrl-C ends the training after the batch; the second time at once. The mode of the model is afterwards what it
        was.

        Raises `ArgumentError`; those of a checkpoint are in `Checkpoint`.
        """
        if self.loop is not None:
            raise errors.ArgumentError(
                "Trainer: fit is running. Another training at the same time needs its own Trainer."
            )
        checks.at_least_one("Trainer", epochs=epochs, batch_size=batch_size, accumulate=accumulate)
        if clip_norm is not None and not (checks.is_number(clip_norm) and clip_norm > 0):
            raise errors.out_of_range("Trainer", "clip_norm", clip_norm, "a number above 0, or None")
        weighting.check_class_weight(class_weight)
        given = arguments.sequence(callbacks, Callback)
        if y is None and is_loader(x):
            arguments.only_for_arrays(sample_weight=sample_weight, validation_split=validation_split or None)
            feed = Feed(x, self.as_examples, class_weight)
        else:
            arrays = self.as_examples(x, y)
            if sample_weight is not None:
                arrays.append(weighting.check_sample_weight(sample_weight, len(arrays[0])))
            if validation_data is None and validation_split:
                arrays, held_back = arguments.split(arrays, validation_split)
                validation_data = tuple(held_back[:2])
            feed = self.shuffled(arrays, class_weight, batch_size, generator(self.rng) if shuffle else None)
        self.weighted = weighting.weighted(self.loss) if class_weight or sample_weight is not None else None
        validate = None if validation_data is None else self.validation(validation_data, batch_size)
        self.history, self.stop_training, self.verbose = History(), False, verbose
        self.epoch = self.step = 0
        names = ["loss", *self.metrics]
        self.columns = names + [f"val_{name}" for name in names if validate is not None]
        if not (checkpoint is None or isinstance(checkpoint, Checkpoint)):
            checkpoint = Checkpoint(checkpoint)
        self.loop = Loop(
            *(self, feed, [*self.own_callbacks(), *given]),
            epochs=epochs,
            validate=validate,
            validation_data=validation_data,
            accumulate=accumulate,
            clip_norm=clip_norm,
            checkpoint=checkpoint,
        )
        try:
            self.loop.run()
        finally:
            if isinstance(self.doctor, Doctor):
                self.doctor.finish(quiet=True)  # also where the training failed
            self.loop = self.batch = self.prediction = self.last_loss = None
        return self.history

    def shuffled(
        self,
        arrays: list[Any],
        class_weight: dict[int, float] | None,
        batch_size: int,
        rng: np.random.Generator | None,
    ) -> Feed:
        """The batches of x, y and perhaps weights, with the weights of the classes in them."""
        x, y, *given = arrays
        weights = weighting.weights_of(y, class_weight, given[0] if given else None)
        return Feed(batches_of((x, y) if weights is None else (x, y, weights), batch_size, rng), None)

    def own_callbacks(self) -> list[Callback]:
        """Those that `fit` has without being given them."""
        schedule = self.scheduler
        if isinstance(schedule, LRScheduler):
            schedule = built_in.LRScheduler(schedule)
        return [callback for callback in (self.doctor, schedule) if callback is not None]

    def train_step(self, x: Any, y: Any, weights: Any = None) -> float:
        """One batch: forward, backward, and the optimizer's step, unless more batches are accumulated. Its loss."""
        loop = self.running_loop()
        group = loop.group
        self.prediction = self.last_loss = None  # of a batch before this one, with their graph
        if not group.count:
            self.optimizer.zero_grad()
        found = None if self.compiled is None else self.compiled(self, x, y, weights)
        if found is None:
            self.prediction = prediction = self.model(x)
            self.last_loss = loss = (
                self.loss(prediction, y) if weights is None else self.weighted_loss(prediction, y, weights)
            )
            arguments.check_loss(loss)
            proof = self.compiled and self.compiled.proof
            group.add(loss, y, partial(proof.backward, loss) if proof else loss.backward)
        else:
            loss, self.prediction, backward = found
            self.last_loss = loss
            group.add(loss, y, backward)
        if group.count >= group.size or loop.feed.position == loop.feed.length:
            self.take_step()
        return loss.item()  # type: ignore[no-any-return]

    def running_loop(self) -> Loop:
        """That of the `fit` that is running; raises `ArgumentError` if none is."""
        if self.loop is None:
            raise errors.ArgumentError(
                "Trainer: train_step and take_step are parts of fit. For a loop of your own write the step yourself: "
                "zero_grad, the loss, backward, step."
            )
        return self.loop

    def weighted_loss(self, prediction: Any, y: Any, weights: Any) -> Any:
        """The loss of weighted examples."""
        if self.weighted is None:
            self.weighted = weighting.weighted(self.loss)
        return self.weighted(prediction, y, weights)

    def take_step(self) -> None:
        """The optimizer's step, with the gradients of the batches since the last one."""
        loop = self.running_loop()
        loop.group.finish(self.optimizer)
        loop.hooks.on_backward_end()
        if self.stop_training:
            return
        if loop.clip_norm is not None:
            clip_grad_norm_(self.optimizer.parameters(), loop.clip_norm)
        self.optimizer.step()
        self.step += 1

    def evaluate(self, x: Any, y: Any = None, *, batch_size: int = 32) -> Numbers:
        """The loss and the metrics, in evaluation mode, of arrays or of a loader of batches (x, y)."""
        checks.at_least_one("Trainer", batch_size=batch_size)
        feed = self.feed_of(x, y, batch_size)
        running = Running(self.metrics)
        with no_grad(), mode(self.model, training=False):
            for inputs, target, _ in feed:
                prediction = self.model(inputs)
                loss = arguments.check_number(self.loss(prediction, target))
                running.add(loss, unwrap(prediction), target)
        return running.values()

    def predict(self, x: Any, *, batch_size: int = 32) -> Any:
        """What the model returns for an array, or a loader of batches x or (x, y), as one array, in evaluation mode."""
        checks.at_least_one("Trainer", batch_size=batch_size)
        batches: Iterable[Any] = x if is_loader(x) else batches_of(tuple(self.as_examples(x)), batch_size)
        found = []
        with no_grad(), mode(self.model, training=False):
            for batch in batches:
                (one,) = self.as_examples(batch[0] if isinstance(batch, (tuple, list)) else batch)
                found.append(arguments.check_prediction(self.model(one)))
        if not found:
            raise errors.ArgumentError("Trainer: the loader gave no batches; there is nothing to predict.")
        return np.concatenate(found)

    def validation(self, data: Any, batch_size: int) -> Callable[[], Numbers]:
        """What evaluates the validation data, which are checked here."""
        if is_loader(data) and not isinstance(data, tuple):
            if length_of(data) == 0:  # said before the first epoch, not after it
                raise errors.ArgumentError("Trainer: validation_data gives no batches; there is nothing to evaluate.")
            return lambda: self.evaluate(data)
        x, y = self.as_examples(*arguments.pair(data))
        return lambda: self.evaluate(x, y, batch_size=batch_size)

    def feed_of(self, x: Any, y: Any, batch_size: int) -> Feed:
        """Arrays or a loader as batches in order, without weights."""
        if y is None and is_loader(x):
            return Feed(x, self.as_examples)
        return Feed(batches_of(tuple(self.as_examples(x, y)), batch_size), None)

    def as_examples(self, *data: Any) -> list[Any]:
        """Arrays of the same, positive length, floating ones in the dtype of the parameters."""
        names = ("x", "y", "weights")[: len(data)]
        arrays = [arguments.numbers(name, values) for name, values in zip(names, data, strict=True)]
        lengths = [len(array) if array.ndim else 0 for array in arrays]
        for name, length in zip(names, lengths, strict=True):
            if length != lengths[0]:
                raise errors.ArgumentError(
                    f"x has {lengths[0]} examples and {name} has {length}; they must be as many."
                )
        if lengths[0] == 0:
            raise errors.ArgumentError("there are no examples: x is empty.")
        dtype = next((p.dtype for p in self.model.parameters()), None)
        return [array.astype(dtype, copy=False) if array.dtype.kind == "f" and dtype else array for array in arrays]

    def say(self, text: str) -> None:
        """Print a line, unless ``verbose=False``."""
        if self.verbose:
            print(text, flush=True)
