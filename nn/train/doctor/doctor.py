"""`Doctor`: looks at the first batches of a training and says what is wrong with them, and how to repair it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

from autograd import Tensor
from autograd.graph import unwrap
from nn import checks, errors
from nn.module import Module
from nn.optim.optimizer import Optimizer
from nn.train.callbacks import Callback
from nn.train.doctor.activations import Activations
from nn.train.doctor.findings import Finding, named, warn
from nn.train.doctor.gradients import Gradients
from nn.train.doctor.inputs import check_inputs
from nn.train.doctor.losses import culprit, diverging
from nn.train.doctor.modes import Clearing, Modes
from nn.train.doctor.observing import Hooked, Step
from nn.train.doctor.schedules import check_schedule
from nn.train.doctor.targets import check_targets
from nn.train.doctor.thresholds import BATCHES, EARLY_BATCHES

__all__ = ["Doctor"]


class Doctor(Callback):
    """Watch the first `batches` of a training, and warn once of each thing that is wrong: `TrainingWarning`.

    A `Trainer` has one by default. In a loop of your own it is a context around the loop, and `check` is called between
    the backward pass and the step; `loss` is the function that is called as ``loss(prediction, y)``, with which a NaN
    is traced to the call that made it. `findings` has what was found, `batch` the batch whose loss was not finite.
    Afterwards only the loss itself is looked at, for NaN; the hooks on the model are gone.

    >>> import nn
    >>> model, loss = nn.Linear(2, 1), nn.MSELoss()
    >>> optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    >>> x, y = np.ones((8, 2), np.float32), np.ones((8, 1), np.float32)
    >>> with Doctor(model, optimizer, loss=loss) as doctor:
    ...     for _ in range(30):
    ...         optimizer.zero_grad()
    ...         value = loss(model(x), y)
    ...         value.backward()
    ...         doctor.check(value, (x, y))
    ...         optimizer.step()
    >>> doctor.findings
    []
    """

    def __init__(
        self,
        model: Module | None = None,
        optimizer: Optimizer | None = None,
        *,
        loss: Callable[..., Any] | None = None,
        batches: int = BATCHES,
    ) -> None:
        checks.at_least_one("Doctor", batches=batches)
        if not (model is None or isinstance(model, Module)):
            raise errors.wrong_argument("Doctor", "model", model, "an nn.Module, such as nn.Sequential(...)")
        if not (optimizer is None or isinstance(optimizer, Optimizer)):
            raise errors.wrong_argument("Doctor", "optimizer", optimizer, "an optimizer, or None")
        self.model, self.optimizer, self.loss, self.batches = model, optimizer, loss, batches
        self.findings: list[Finding] = []
        self.batch: Any = None
        self.hooked: Hooked | None = None  # while it watches
        self.modes: Modes | None = None
        self.clearing: Clearing | None = None
        self.number, self.broken = 0, False

    # ---------------------------------------------------------------------------------------- in a loop of one's own

    def __enter__(self) -> Self:
        if self.model is None:
            raise errors.ArgumentError("Doctor: no model to look at. Write nn.train.Doctor(model, optimizer).")
        self.begin(self.model, self.optimizer, self.loss)
        self.clearing = Clearing(self.model, self.report)
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        self.finish(quiet=kind is not None)

    def check(self, loss: Any, batch: Any = None) -> None:
        """Look at one step, after ``loss.backward()`` and before ``optimizer.step()``; `batch` is ``(x, y)``."""
        if self.model is None or self.modes is None:
            raise errors.ArgumentError(
                "Doctor.check: the doctor is not there. Write `with nn.train.Doctor(model, optimizer) as doctor:` "
                "around the loop."
            )
        if not isinstance(loss, Tensor) or loss.size != 1:
            raise errors.wrong_argument("Doctor.check", "loss", loss, "the Tensor of one number that backward ran from")
        if loss.requires_grad:
            self.see(loss, batch)
        else:
            self.modes.found()

    # ------------------------------------------------------------------------------------------------- in a `Trainer`

    def on_train_begin(self, trainer: Any) -> None:
        self.begin(trainer.model, trainer.optimizer, trainer.loss)
        for finding in check_schedule(trainer.scheduler, trainer.loop.epochs, trainer.loop.feed.length):
            self.report(finding)

    def on_epoch_begin(self, trainer: Any) -> None:  # noqa: ARG002  # as callbacks are called
        if self.modes is not None and self.modes.between_epochs:  # one evaluation tells enough
            self.modes.remove()

    def on_backward_end(self, trainer: Any) -> None:
        self.see(trainer.last_loss, trainer.batch)

    def on_batch_end(self, trainer: Any) -> None:
        if self.modes is not None:
            self.modes.stepped()
        loss = trainer.last_loss  # of a batch, perhaps, whose gradients are added up for a later step
        if not (self.broken or math.isfinite(loss.item())):
            self.not_finite(loss, trainer.batch)

    def on_epoch_end(self, trainer: Any) -> None:  # noqa: ARG002
        if self.modes is not None:
            self.modes.between_epochs = True

    def on_train_end(self, trainer: Any) -> None:  # noqa: ARG002
        self.finish()

    # ------------------------------------------------------------------------------------------------------- its work

    def begin(self, model: Module, optimizer: Optimizer | None, loss: Callable[..., Any] | None) -> None:
        """Put the hooks on, and forget what was seen before; what was said once is not said again."""
        self.finish(quiet=True)
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.batch, self.broken, self.number, self.losses = None, False, 0, list[float]()
        self.activations, self.gradients = Activations(), Gradients(model)
        self.hooked, self.modes = Hooked(model), Modes(model, self.report)

    def see(self, loss: Any, batch: Any) -> None:
        """One step of the training."""
        if self.broken:
            self.retire()  # what comes after a NaN follows from it
            return
        if self.hooked is None:
            if not math.isfinite(loss.item()):
                self.not_finite(loss, batch)
            return
        assert self.model is not None
        self.number += 1
        step = Step(self.model, self.hooked.taken(), loss, batch, self.number)
        self.losses.append(step.value)
        self.hooked.recording = False
        for finding in self.found(step):
            self.report(finding)
        self.hooked.recording = True
        if self.number >= self.batches or self.broken:
            self.retire()

    def found(self, step: Step) -> Iterator[Finding]:
        """What one step shows."""
        if step.number <= EARLY_BATCHES:
            yield from check_inputs(step)
            yield from check_targets(step)
        sizes = self.gradients.sizes()
        broken = [path for path, size in sizes.items() if not math.isfinite(size)]
        if not math.isfinite(step.value) or broken:
            yield from diverging(self.losses, self.gradients.ratios, self.rates(), rows=step.rows)
            self.not_finite(step.loss, (step.x, step.y), broken)
            return
        self.activations.add(step)
        self.gradients.add(step, sizes)
        if step.number == 1:
            yield from self.gradients.exploding()
        yield from diverging(self.losses, self.gradients.ratios, self.rates(), rows=step.rows)

    def not_finite(self, loss: Any, batch: Any, broken: list[str] | None = None) -> None:
        """Keep the batch, and say where the NaN comes from."""
        assert self.model is not None
        self.batch, self.broken = copied(batch), True
        if self.hooked is not None:
            self.hooked.recording = False
        finite = math.isfinite(loss.item())
        what = f"gradients are not finite ({named(broken or [])})" if finite else f"the loss is {loss.item()}"
        text = culprit(self.model, self.loss, batch, loss)
        self.report(Finding("not-finite", f"{what}; the batch is kept as doctor.batch. {text}"))

    def rates(self) -> list[float]:
        """The learning rates, where there is an optimizer that has them."""
        groups = self.optimizer.param_groups if self.optimizer is not None else []
        return [float(group["lr"]) for group in groups if isinstance(group.get("lr"), (int, float))]

    def report(self, finding: Finding) -> None:
        """Warn, if this has not been said."""
        if finding.name not in {said.name for said in self.findings}:
            self.findings.append(finding)
            warn(finding)

    def retire(self, *, quiet: bool = False) -> None:
        """Say what all batches together show, and take the hooks away from the layers."""
        if self.hooked is None:
            return
        self.hooked.remove()
        self.hooked = None
        if self.clearing is not None:
            self.clearing.remove()
        diverged = {"learning-rate", "not-finite"} & {said.name for said in self.findings}  # the rest follows from it
        if not (quiet or diverged):
            for finding in [*self.activations.findings(), *self.gradients.findings()]:
                self.report(finding)
            if not self.findings:  # each of them is a reason of its own for gradients of 0
                for finding in self.gradients.zero():
                    self.report(finding)

    def finish(self, *, quiet: bool = False) -> None:
        """The training is over: nothing of the doctor stays on the model."""
        self.retire(quiet=quiet)
        if self.modes is not None:
            self.modes.remove()
            self.modes = None


def copied(batch: Any) -> Any:
    """The batch as it is now: the next one may be read into the same arrays."""
    if isinstance(batch, (tuple, list)):
        return tuple(copied(part) for part in batch)
    return None if batch is None else np.copy(unwrap(batch))
