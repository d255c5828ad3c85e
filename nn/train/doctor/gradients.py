"""Gradients that do not come, come as next to nothing, or grow on the way back; steps that are too long."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.graph import unwrap
from nn.module import Module
from nn.train.doctor.findings import Finding, named
from nn.train.doctor.observing import Step
from nn.train.doctor.thresholds import (
    EARLY_BATCHES,
    EXPLODING_ACTIVATION,
    EXPLODING_GRADIENT,
    NEVER_BATCHES,
    SAMPLED_WEIGHTS,
    VANISHING_GRADIENT,
    ZERO_BATCHES,
)

__all__ = ["Gradients", "rms"]


class Gradients:
    """What gradients each parameter got over several batches, and by how much of itself each was moved."""

    def __init__(self, model: Module) -> None:
        self.parameters = {path: p for path, p in model.named_parameters() if p.requires_grad}
        self.batches = 0
        self.largest: dict[str, float] = {}  # root mean squares; without an entry, there was no gradient
        self.first: dict[str, float] = {}  # those of the first batch
        self.order: dict[str, int] = {}  # in which the layers are called
        self.before: Any = None  # some weights of the batch before
        self.ratios: list[float] = []
        self.growth = 0.0  # of a hidden layer over the input

    def sizes(self) -> dict[str, float]:
        """The root mean squares of the gradients that are there now; not finite for one that is not."""
        return {path: rms(p.grad, nonzero=True) for path, p in self.parameters.items() if p.grad is not None}

    def add(self, step: Step, sizes: dict[str, float]) -> None:
        """One batch, with the sizes of its gradients."""
        self.batches += 1
        for path, size in sizes.items():
            self.largest[path] = max(self.largest.get(path, 0.0), size)
        self.first = self.first or sizes
        self.moved()
        if self.batches <= EARLY_BATCHES:
            self.activations(step)

    def moved(self) -> None:
        """How far the steps since the last batch went, as a share of all the weights together."""
        if not self.parameters:
            return
        now = np.concatenate([unwrap(p).reshape(-1)[:SAMPLED_WEIGHTS] for p in self.parameters.values()])
        if self.before is not None:
            step, size = rms(now - self.before), rms(self.before)
            if step:  # not between batches whose gradients are added up
                self.ratios.append(step / size if size else math.inf)
        self.before = now

    def activations(self, step: Step) -> None:
        """In which order layers are called, and how much larger a hidden one is than the first one's input."""
        paths = {id(p): path for path, p in self.parameters.items()}
        for call in step.calls:
            for p in call.parameters:
                if id(p) in paths:
                    self.order.setdefault(paths[id(p)], len(self.order))
        if self.batches > 1:
            return
        weighty = [call for call in step.calls if call.parameters]
        if len(weighty) > 2 and unwrap(weighty[0].input).dtype.kind == "f":
            start = max(rms(unwrap(weighty[0].input)), 1.0)
            self.growth = max([self.growth, *(rms(call.output._value) / start for call in weighty[1:-1])])

    def findings(self) -> Iterator[Finding]:
        """What holds for all batches together."""
        yield from self.never()
        yield from self.vanishing()

    def never(self, least: int = NEVER_BATCHES) -> Iterator[Finding]:
        """Parameters without any gradient, after so many batches at least."""
        missing = [path for path in self.parameters if path not in self.largest]
        if missing and self.batches >= least:
            yield Finding(
                "no-gradient",
                f"parameters that have not received a gradient in {self.batches} batches: {named(missing)}. The loss "
                f"does not depend on them: use them in forward, without .data, .detach() or no_grad() on the way, or "
                f"freeze them on purpose, p.requires_grad = False.",
            )

    def zero(self) -> Iterator[Finding]:
        """Layers whose gradients were exactly 0 each time, after all the batches."""
        moving = {path.rpartition(".")[0] for path, size in self.largest.items() if size}
        still = [path for path in self.largest if path.rpartition(".")[0] not in moving]
        if still and self.batches >= ZERO_BATCHES:
            yield Finding(
                "no-gradient",
                f"parameters whose gradient was 0 in each of {self.batches} batches: {named(still)}. They do not "
                f"move. Start from random weights, not all 0, and look for a product with 0, a ReLU at the end that is "
                f"off, or a clip that cuts everything.",
            )

    def weights(self, sizes: dict[str, float]) -> list[str]:
        """The weights of layers among these parameters, in the order of the calls."""
        paths = sorted(self.order, key=self.order.__getitem__)
        return [path for path in paths if path in sizes and self.parameters[path].ndim > 1]

    def vanishing(self) -> Iterator[Finding]:
        """Gradients that get lost on the way back."""
        weights = self.weights(self.largest)
        if len(weights) < 3:
            return
        most = max(self.largest[path] for path in weights)
        top = max(i for i, path in enumerate(weights) if self.largest[path] == most)
        little = [path for path in weights[:top] if self.largest[path] < VANISHING_GRADIENT * most]
        # Exactly 0 is a branch that is switched off; if residual branches alone get little, the first layer gets enough
        if weights[0] in little and any(self.largest[path] for path in little):
            sizes = named(f"{path}: {self.largest[path]:.0e}" for path in little)
            yield Finding(
                "vanishing-gradient",
                f"the gradient vanishes on its way back, from {most:.0e} in {weights[top]} to {sizes}. Use ReLU or "
                f"tanh in place of sigmoids, fewer layers, residual connections, or normalization between the layers.",
            )

    def exploding(self) -> Iterator[Finding]:
        """Explosions by the initialisation: of the gradients on the way back, of the activations on the way there."""
        weights = [path for path in self.weights(self.first) if self.first[path]]
        remedy = (
            "Start from smaller weights (nn.init.xavier_uniform_, kaiming_uniform_, orthogonal_ for recurrent ones), "
            "put a normalization between the layers, or clip (nn.utils.clip_grad_norm_)."
        )
        if self.growth > EXPLODING_ACTIVATION:
            yield Finding(
                "exploding-gradient",
                f"a hidden layer is {self.growth:.0e} times as large as the input, and gradients with it. {remedy}",
            )
        elif len(weights) > 1:
            last = self.first[weights[-1]]
            much = [path for path in weights[:-1] if self.first[path] > EXPLODING_GRADIENT * last]
            if much:
                sizes = named(f"{path}: {self.first[path]:.0e}" for path in much)
                yield Finding(
                    "exploding-gradient",
                    f"the gradient explodes on its way back, from {last:.0e} in {weights[-1]} to {sizes}. {remedy}",
                )


def rms(values: Any, *, nonzero: bool = False) -> float:
    """The root mean square; of those entries that are not 0 if so wished: an embedding's rows that were not used."""
    x = np.asarray(unwrap(values)).reshape(-1)
    if not x.size:
        return 0.0
    x = x.astype(np.float64) if x.dtype.itemsize < 4 else x
    largest, squares = 1.0, float(np.vdot(x, x).real)
    if not 1e-25 < squares < 1e25:  # near to where squares of float32 vanish or overflow, or not finite
        largest = float(np.max(np.abs(x)))
        if not 0 < largest < np.inf:
            return largest
        x = x / largest
        squares = float(np.vdot(x, x).real)
    count = np.count_nonzero(x) if nonzero else x.size
    return largest * math.sqrt(squares / count)
