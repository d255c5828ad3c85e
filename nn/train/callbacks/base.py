"""`Callback`: what may happen during `fit`; `Hooks` calls those of several. The trainer imports both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["Callback", "Hooks"]


class Callback:
    """What may happen during `fit`: override what you need.

    The trainer has `model`, `optimizer`, `scheduler`, `history`, `epoch` (from 1), `step` (of the optimizer, so far),
    `batch` (x, y), `prediction` and `last_loss`; the last two, with their graph, until `on_batch_end` is over.
    ``trainer.stop_training = True`` ends the training after the batch or the epoch.
    """

    def on_train_begin(self, trainer: Trainer) -> None:
        """Before the first epoch."""

    def on_epoch_begin(self, trainer: Trainer) -> None:
        """Before the first batch of an epoch."""

    def on_batch_begin(self, trainer: Trainer) -> None:
        """Before a batch is computed."""

    def on_backward_end(self, trainer: Trainer) -> None:
        """When the gradients of a step are there, before they are clipped and used.

        If `stop_training` is set here, the step is not taken.
        """

    def on_batch_end(self, trainer: Trainer) -> None:
        """After a batch, and the step of the optimizer unless more batches are accumulated for it."""

    def on_epoch_end(self, trainer: Trainer) -> None:
        """After an epoch, with its numbers in ``trainer.history``."""

    def on_train_end(self, trainer: Trainer) -> None:
        """After the last epoch, or when Ctrl-C has ended the training."""

    def on_exception(self, trainer: Trainer) -> None:
        """When the training fails, in place of `on_train_end`; ``sys.exception()`` is what `fit` is about to raise."""

    def state_dict(self) -> dict[str, Any]:
        """What a resumed training needs to know: numbers, strings, arrays, in lists and dicts."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where another callback of the class stood."""


class Hooks:
    """The hooks of several callbacks, one attribute each: those that somebody has overridden, in order."""

    def __init__(self, callbacks: Iterable[Callback], trainer: Trainer) -> None:
        self.callbacks = list(callbacks)

        def calls(name: str) -> Callable[[], None]:
            found = [getattr(callback, name) for callback in self.callbacks]
            nothing = getattr(Callback, name)
            found = [hook for hook in found if getattr(hook, "__func__", None) is not nothing]
            if not found:
                return lambda: None

            def call() -> None:
                for hook in found:
                    hook(trainer)

            return call

        self.on_train_begin = calls("on_train_begin")
        self.on_epoch_begin = calls("on_epoch_begin")
        self.on_batch_begin = calls("on_batch_begin")
        self.on_backward_end = calls("on_backward_end")
        self.on_batch_end = calls("on_batch_end")
        self.on_epoch_end = calls("on_epoch_end")
        self.on_train_end = calls("on_train_end")
        self.on_exception = calls("on_exception")
