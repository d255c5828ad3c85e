"""`LambdaCallback`: a callback of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nn import errors
from nn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["LambdaCallback"]


class LambdaCallback(Callback):
    """A callback from functions of the trainer: ``LambdaCallback(on_epoch_end=lambda trainer: print(trainer.epoch))``.

    Raises `ArgumentError` for a name that is no hook, and for what is no function.
    """

    def __init__(self, **hooks: Callable[[Trainer], object]) -> None:
        known = [name for name in vars(Callback) if name.startswith("on_")]
        for name, function in hooks.items():
            if name not in known:
                raise errors.unknown_name("hook of a callback", name, known)
            if not callable(function):
                raise errors.wrong_argument("LambdaCallback", name, function, "a function of the trainer")
            setattr(self, name, function)
