"""What the doctor sees beside the losses: gradients that were never cleared, evaluation in training mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import get_mode, unwrap
from nn.checks import is_number
from nn.layers.batch_norm import BatchNorm
from nn.layers.dropout import Dropping
from nn.module import Module
from nn.train.doctor.findings import Finding
from nn.train.doctor.observing import Hook, without_hooks
from nn.train.doctor.thresholds import EVALUATION_CALLS, STALE_STEPS

__all__ = ["Clearing", "Modes"]


class Clearing:
    """Whether steps are taken with gradients to which the next ones are added: hooks on the parameters.

    A gradient that arrives finds the old one still there and the weights moved meanwhile. Gradients that are added up
    over several batches find the weights where they were.
    """

    def __init__(self, model: Module, report: Callable[[Finding], None]) -> None:
        self.report = report
        self.handles = [p.register_hook(Hook(self.hook(p))) for p in model.parameters() if p.requires_grad]

    def hook(self, p: Any) -> Callable[[Any], None]:
        moved, steps = p.changed, 0

        def arrives(_: Any) -> None:
            nonlocal moved, steps
            if p.grad is None or not np.any(unwrap(p.grad)):
                steps = 0
            elif p.changed != moved:
                steps += 1
            moved = p.changed
            if steps >= STALE_STEPS:
                self.report(
                    Finding(
                        "zero-grad",
                        "gradients are added to those of earlier steps, which have been used: zero_grad is missing. "
                        "Write optimizer.zero_grad() before loss.backward().",
                    )
                )

        return arrives

    def remove(self) -> None:
        for handle in self.handles:
            handle.remove()
        self.handles = []


class Modes:
    """Whether the model is evaluated while it drops units or normalises by the batch: a hook on the model itself.

    Without a gradient it may be run in training mode for good reasons: a generator makes examples for its
    discriminator. So it counts as evaluation between two epochs of a `Trainer`, with batches of a size that the
    training does not have, and for many batches in a row.
    """

    def __init__(self, model: Module, report: Callable[[Finding], None]) -> None:
        self.model, self.report = model, report
        self.between_epochs = False
        self.sizes: set[int] = set()
        self.in_a_row = 0
        hook = Hook(self.called, every_step=False)
        self.handles = [model.register_forward_hook(hook)] if changes_by_mode(model) else []

    def called(self, model: Module, args: tuple[Any, ...], _: Any) -> None:
        shape = getattr(unwrap(args[0]), "shape", ()) if args else ()
        size = shape[0] if shape else 0
        recording = get_mode().recording
        if recording and not self.between_epochs:
            self.sizes.add(size)
            self.stepped()
        elif model.training:
            self.in_a_row += bool(self.sizes)
            if self.between_epochs or (self.sizes and size > max(self.sizes)) or self.in_a_row >= EVALUATION_CALLS:
                self.found()

    def stepped(self) -> None:
        """The model has been trained on a batch."""
        self.in_a_row = 0

    def found(self) -> None:
        """Tell of it."""
        if self.model.training and changes_by_mode(self.model):
            self.report(
                Finding(
                    "train-mode",
                    "the model is evaluated in training mode: dropout drops units, and batch norm uses the batch and "
                    "takes it into its running statistics. Write model.eval() before and model.train() after it, or "
                    "use Trainer.evaluate and Trainer.predict, which do.",
                )
            )

    def remove(self) -> None:
        for handle in self.handles:
            handle.remove()
        self.handles = []
        without_hooks(self.model)


def changes_by_mode(model: Module) -> bool:
    """Whether a layer that is in training mode drops units, or is a batch norm with running statistics."""
    layers = [layer for layer in model.modules() if layer.training]
    if any(isinstance(layer, BatchNorm) and layer.momentum is None for layer in layers):
        return False  # nn.optim.swa_utils.update_bn runs it over the data
    return any(
        (isinstance(layer, Dropping) and layer.p > 0)
        or (is_number(rate := getattr(layer, "dropout", 0)) and rate > 0)  # of recurrent layers and attention
        or (isinstance(layer, BatchNorm) and layer.track_running_stats)
        for layer in layers
    )
