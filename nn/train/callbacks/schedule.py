"""`LRScheduler`: a schedule of learning rates, stepped while training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nn import checks, errors
from nn.optim import lr_scheduler
from nn.train.callbacks.base import Callback
from nn.train.callbacks.monitor import watched

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["LRScheduler"]


class LRScheduler(Callback):
    """Step a schedule of `nn.optim.lr_scheduler` after every epoch, or after every step with ``every="step"``.

    `ReduceLROnPlateau` is given the column `monitor` of the history; None is "val_loss" where there is validation, else
    "loss". ``Trainer(scheduler=...)`` does the same with the defaults.

    Raises `ArgumentError` for an unknown `every`, and in `fit` if there is no such column.
    """

    def __init__(
        self, scheduler: lr_scheduler.LRScheduler, *, every: str = "epoch", monitor: str | None = None
    ) -> None:
        if not isinstance(scheduler, lr_scheduler.LRScheduler):
            write = "a scheduler, such as nn.optim.lr_scheduler.StepLR(optimizer, 10)"
            raise errors.wrong_argument("LRScheduler", "scheduler", scheduler, write)
        checks.known_name("time of a step (every)", every, ["epoch", "step"])
        self.plateau = isinstance(scheduler, lr_scheduler.ReduceLROnPlateau)
        if self.plateau and every == "step":
            raise errors.ArgumentError(
                "LRScheduler: ReduceLROnPlateau goes by a column of the history, which has a row per epoch. "
                "Write every='epoch'."
            )
        self.scheduler, self.every, self.monitor = scheduler, every, monitor
        self.steps = 0

    def on_train_begin(self, trainer: Trainer) -> None:
        self.steps = 0
        if self.scheduler.optimizer is not trainer.optimizer:
            raise errors.ArgumentError("LRScheduler: the schedule is of another optimizer than the trainer's.")
        self.column = self.monitor or ("val_loss" if "val_loss" in trainer.columns else "loss")
        if self.plateau:
            watched("LRScheduler", trainer, self.column)

    def on_batch_end(self, trainer: Trainer) -> None:
        if self.every == "step" and trainer.step > self.steps:
            self.steps = trainer.step
            self.scheduler.step()

    def on_epoch_end(self, trainer: Trainer) -> None:
        if self.plateau:
            self.scheduler.step(trainer.history[self.column][-1])  # type: ignore[call-arg]
        elif self.every == "epoch":
            self.scheduler.step()
        else:
            self.on_batch_end(trainer)  # a last step of fewer batches than are accumulated otherwise

    def state_dict(self) -> dict[str, Any]:
        return {"scheduler": self.scheduler.state_dict(), "steps": self.steps}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.scheduler.load_state_dict(state_dict["scheduler"])
        self.steps = state_dict["steps"]
