"""The state of a training as a tree of numbers and arrays: all that its future depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph import unwrap
from nn import errors
from nn.module import Module
from nn.train import randomness
from nn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from nn.train.loop import Loop

__all__ = ["generators", "load", "read"]


def generators(loop: Loop) -> dict[str, np.random.Generator]:
    """The random generators that the training draws from, by name.

    A loader that keeps its own state keeps its generators', too.
    """
    trainer = loop.trainer
    owners: list[tuple[str, Any]] = [("model", trainer.model), ("trainer", trainer), ("loss", trainer.loss)]
    owners += [(f"callbacks.{i}", callback) for i, callback in enumerate(loop.hooks.callbacks)]
    owners.append(("validation", loop.validation_data))
    if not loop.feed.has_state:
        owners.append(("loader", loop.feed.loader))
    return randomness.generators(owners)


def buffers(model: Module) -> dict[str, Any]:
    """The buffers that are not in the model's state."""
    kept = model.state_dict().keys()
    return {name: np.array(unwrap(value)) for name, value in model.named_buffers() if name not in kept}


def stateful(loop: Loop) -> list[Callback]:
    """The callbacks that have something to remember; the others may come and go."""
    return [callback for callback in loop.hooks.callbacks if callback.state_dict()]


def named(kind: Any) -> str:
    return type(kind).__name__


def read(loop: Loop) -> dict[str, Any]:
    """The tree."""
    trainer = loop.trainer
    return {
        "model": trainer.model.state_dict(),
        "buffers": buffers(trainer.model),
        "loss": trainer.loss.state_dict() if isinstance(trainer.loss, Module) else {},
        "optimizer": [named(trainer.optimizer), trainer.optimizer.state_dict()],
        "callbacks": [[named(callback), callback.state_dict()] for callback in stateful(loop)],
        "randomness": randomness.read(loop.generators),
        "data": loop.feed.state_dict(),
        "numbers": loop.running.state_dict(),
        "history": trainer.history.columns,
        "step": trainer.step,
        "stopped": trainer.stop_training,
        "accumulate": loop.group.size,
    }


def load(loop: Loop, tree: dict[str, Any]) -> None:
    """Continue where `read` stood; raises `StateDictError` for a training of other parts."""
    trainer = loop.trainer
    optimizer, state = tree["optimizer"]
    callbacks = [name for name, _ in tree["callbacks"]]
    for what, then, now in (
        ("the optimizer", optimizer, named(trainer.optimizer)),
        ("the list of callbacks with a state", callbacks, [named(callback) for callback in stateful(loop)]),
        ("accumulate", tree["accumulate"], loop.group.size),
    ):
        if then != now:
            raise errors.StateDictError(
                f"the checkpoint is of another training: {what} was {then}, and is {now}. Resume with the same call, "
                f"or begin in another folder."
            )
    trainer.model.load_state_dict(tree["model"])
    for path, value in tree["buffers"].items():
        place, _, name = path.rpartition(".")
        setattr(trainer.model.get_submodule(place), name, value)
    if isinstance(trainer.loss, Module):
        trainer.loss.load_state_dict(tree["loss"])
    trainer.optimizer.load_state_dict(state)
    for callback, (_, state) in zip(stateful(loop), tree["callbacks"], strict=True):
        callback.load_state_dict(state)
    trainer.history.columns = tree["history"]
    trainer.step, trainer.stop_training = tree["step"], tree["stopped"]
    loop.running.load_state_dict(tree["numbers"])

    def restore(states: Any = None) -> None:
        randomness.restore(loop.generators, tree["randomness"] if states is None else states)

    loop.feed.load_state_dict(tree["data"], restore)
