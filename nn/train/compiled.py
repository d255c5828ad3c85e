"""`Compiled`: the steps of a training, written down once for each shape of batch and replayed without a graph."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from autograd.compile.functions import OtherBranch
from autograd.compile.replay import Replay
from autograd.errors import SourceError
from autograd.graph import RECORDING, get_mode
from nn.module import Module, Parameter
from nn.random import generator
from nn.train import randomness
from nn.train.doctor.observing import Hook
from nn.train.proof import Proof, generators_of

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = ["Compiled"]

#: Shapes of batches that are written down; those that come after them are trained on as without `compile`.
MOST_SHAPES = 32
#: Batches of a shape that are trained on with a graph, too, after it was written down, to see that both give the same.
PROOFS = 3


class Compiled:
    """Replays by the shapes of what they are for, as long as the model and the loss are set up as they were.

    Called with a batch, it gives the loss, the prediction and the loss's `backward`; or None where the step has to be
    taken with a graph: the model has hooks, somebody looks for anomalies, the values decide for another branch, the
    program cannot be replayed, of which it warns once, or the replay has yet to be proven. It is by the first batches
    of a shape, and again by the first of each epoch: `proof` is then what runs the graph backward.
    """

    def __init__(self) -> None:
        self.replays: dict[Any, Replay] = {}
        self.unproven: dict[Any, int] = {}  # how many batches a replay has yet to be compared for
        self.failed: dict[Any, int] = {}  # how often one was other than the graph, since it was last proven
        self.known: list[Any] = []
        self.proof: Proof | None = None
        self.refused = ""  # why this model cannot be replayed
        self.said: set[str] = {""}

    def look(self, model: Module, loss: Any) -> None:
        """An epoch begins: begin anew if model or loss are set up otherwise than the last time."""
        known = [Same(generator()), Same(loss), *(item for owner in (model, loss) for item in setting(owner))]
        if known != self.known:
            self.known, self.replays, self.unproven, self.failed, self.refused = known, {}, {}, {}, ""
        self.unproven = {key: max(self.unproven.get(key, 0), 1) for key in self.replays}

    def __call__(self, trainer: Trainer, *batch: Any) -> tuple[Any, Any, Callable[..., None]] | None:
        self.proof = None
        if self.refused:
            self.warn()  # what was refused for an error came this far with a graph
            return None
        if get_mode() is not RECORDING:
            return None
        arrays = [x for x in batch if x is not None]
        key = tuple([(x.shape, x.dtype) for x in arrays])
        replay = self.replays.get(key) or self.written(key, trainer, *batch)
        if replay is None:
            return None
        try:
            if not self.unproven.get(key):
                return replay(arrays)
            self.proof = Proof(trainer, replay, arrays, partial(self.proven, key))
        except OtherBranch:
            pass
        except Exception as error:  # noqa: BLE001  # with a graph it may be right
            self.refuse(f"a replayed step failed: {type(error).__name__}: {error}")
        return None

    def proven(self, key: Any, differing: str) -> None:
        """A replay has given the same as the graph, or not."""
        if not differing:
            self.unproven[key] -= 1
            if not self.unproven[key]:
                self.failed.pop(key, None)
            return
        del self.replays[key], self.unproven[key]
        self.failed[key] = self.failed.get(key, 0) + 1
        if self.failed[key] > 1:
            self.refuse(
                f"a replayed step gives other numbers ({differing}) than one with a graph: model or loss depend on "
                f"more than their arguments, parameters and buffers."
            )

    def refuse(self, why: str) -> None:
        """Replay nothing until something changes."""
        self.replays, self.unproven, self.failed, self.refused = {}, {}, {}, why

    def warn(self) -> None:
        """Say why nothing is replayed, if that was not said."""
        if self.refused not in self.said:
            self.said.add(self.refused)
            warnings.warn(f"Trainer: not compiled, trained with a graph. {self.refused}", stacklevel=2)

    def written(self, key: Any, trainer: Trainer, x: Any, y: Any, weights: Any) -> Replay | None:
        """A replay for a batch; None if none can be made, or not now."""
        model, loss = trainer.model, trainer.loss
        modules = [module for owner in (model, loss) if isinstance(owner, Module) for module in owner.modules()]
        watched = any(getattr(hook, "every_step", True) for module in modules for hook in hooks_of(module))
        if watched or any(map(has_hooks, model.parameters())) or len(self.replays) == MOST_SHAPES:
            return None
        generators = generators_of(trainer)
        before, attributes = randomness.read(generators), [(module, dict(vars(module))) for module in modules]
        try:
            replay = (
                Replay(model, loss, x, y)
                if weights is None
                else Replay(model, lambda out, target: trainer.weighted_loss(out, *target), x, (y, weights))
            )
            if pickle.dumps(randomness.read(generators)) != pickle.dumps(before):
                raise SourceError("it draws random numbers by other means than those of nn.")
            for module, kept in attributes:
                require_unchanged(module, kept)
        except Exception as error:  # noqa: BLE001  # a model may do anything
            randomness.restore(generators, before)
            for module, kept in attributes:
                vars(module).clear()
                vars(module).update(kept)
            self.refuse(f"{type(error).__name__}: {error}")
            return None
        self.replays[key], self.unproven[key] = replay, PROOFS
        return replay

    def __getstate__(self) -> dict[str, Any]:
        return vars(Compiled())  # a copy of a trainer trains other parameters


def hooks_of(module: Module) -> list[Any]:
    """All hooks of a module."""
    hooks = module._hooks
    if hooks is None:
        return []
    forward = [hook for hook, _ in (*hooks.before.values(), *hooks.after.values())]
    return [*forward, *hooks.before_backward.values(), *hooks.after_backward.values()]


def has_hooks(p: Parameter) -> bool:
    return p.notes is not None and bool(p.notes.hooks)


def require_unchanged(module: Module, kept: dict[str, Any]) -> None:
    """Raise `SourceError` if the module's forward has set an attribute, which a replay would not do."""
    now = vars(module)
    changed = [name for name in now.keys() | kept.keys() if now.get(name, kept) is not kept.get(name, now)]
    if changed:
        raise SourceError(f"{type(module).__name__}.forward sets {changed[0]!r}, which only buffers may be for.")


class Same:
    """Equal to what stands for the very same object."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value

    __hash__ = object.__hash__


def setting(owner: Any) -> Iterator[Any]:
    """What a replay of a module takes for granted: its parts and their attributes, but for the values in arrays."""
    for module in owner.modules() if isinstance(owner, Module) else ():
        yield Same(module)
        yield [Same(hook) for hook in hooks_of(module) if not isinstance(hook, Hook)]
        for name, value in vars(module).items():
            yield name
            if isinstance(value, Parameter):
                yield Same(value), value.requires_grad, value.dtype, has_hooks(value)
            elif isinstance(value, (bool, int, float, str)):
                yield type(value), value
            elif name != "_hooks" and name not in vars(module).get("_buffers", {}):
                yield Same(value)
