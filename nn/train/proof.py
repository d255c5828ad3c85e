"""`Proof`: a step with a graph, beside which a replay of the same step shows whether it gives the same numbers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.containers import flatten
from autograd.graph import unwrap
from nn.random import generator
from nn.train import randomness

if TYPE_CHECKING:
    from autograd.compile.replay import Replay
    from nn.train.trainer import Trainer

__all__ = ["Proof", "generators_of"]


class Proof:
    """What a replay gives for a batch, compared with what the graph then gives; `said` is told what differs, or ""."""

    def __init__(self, trainer: Trainer, replay: Replay, arrays: list[Any], said: Callable[[str], None]) -> None:
        self.trainer, self.replay, self.said = trainer, replay, said
        self.generators = list(generators_of(trainer).values())
        before = self.states()
        self.loss, self.prediction, self.moved, self.kept = replay.run(arrays)
        self.drawn = pickle.dumps(self.states())
        for rng, state in zip(self.generators, before, strict=True):
            rng.bit_generator.state = state

    def states(self) -> list[Any]:
        return [rng.bit_generator.state for rng in self.generators]

    def backward(self, loss: Any, gradient: Any = None) -> None:
        """Run the graph backward from its loss, and compare."""
        trained = {id(p) for p in self.replay.trained}
        others = [p for p in self.trainer.optimizer.parameters() if id(p) not in trained]
        before = [p.grad for p in (*self.replay.trained, *others)]
        loss.backward(gradient)
        after = [p.grad for p in (*self.replay.trained, *others)]
        found = self.replay.pull(self.replay.one if gradient is None else gradient, *self.kept)
        found = [added(g, old) for g, old in zip([*found, *[None] * len(others)], before, strict=True)]
        prediction = [unwrap(x) for x in flatten(self.trainer.prediction)[0]]
        buffers = [attributes[name] for attributes, name in self.replay.moved]
        differing = [
            what
            for what, ours, graph in (
                ("the prediction", self.prediction, prediction),
                ("the loss", [self.loss], [unwrap(loss)]),
                ("a buffer", self.moved, buffers),
                ("a gradient", found, after),
            )
            if not same(ours, graph)
        ]
        if pickle.dumps(self.states()) != self.drawn:
            differing.insert(0, "what is drawn at random")
        self.said(differing[0] if differing else "")


def generators_of(trainer: Trainer) -> dict[str, np.random.Generator]:
    """What a step may draw from."""
    found = randomness.generators([("model", trainer.model), ("loss", trainer.loss)])
    return found | {"now": generator()}  # that of a block, perhaps


def added(g: Any, old: Any) -> Any:
    """The gradient after a backward pass that brings `g`."""
    if g is None:
        return old
    return g if old is None else unwrap(old) + g


def same(ours: list[Any], graph: list[Any]) -> bool:
    """Whether these are the same numbers to the bit, but for the sign of a zero."""
    if len(ours) != len(graph):
        return False
    for a, b in zip(map(unwrap, ours), map(unwrap, graph), strict=True):
        if a is None or b is None:
            if a is not b:
                return False
        elif a.dtype != b.dtype or not (np.array_equal(a, b) or np.array_equal(a, b, equal_nan=True)):  # or is slower
            return False
    return True
