"""`Record`: the numbers of a training that are drawn, in a space that does not grow with its length."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from nn.module import Module
from nn.utils import get_total_norm

__all__ = ["Curve", "Record"]


class Curve:
    """Points, of which neighbours are averaged when there are too many to draw."""

    LIMIT = 800

    def __init__(self) -> None:
        self.x: list[float] = []
        self.y: list[float] = []
        self.each = 1  # so many of those added make one point
        self.last = math.nan
        self._sum_x = self._sum_y = 0.0
        self._count = 0

    def add(self, x: float, y: float) -> None:
        """Add a point; `x` is not below the one before."""
        self.last = y
        self._sum_x, self._sum_y, self._count = self._sum_x + x, self._sum_y + y, self._count + 1
        if self._count == self.each:
            self.x.append(self._sum_x / self.each)
            self.y.append(self._sum_y / self.each)
            self._sum_x = self._sum_y = 0.0
            self._count = 0
        if len(self.x) == 2 * self.LIMIT:
            self.x, self.y = ([(a + b) / 2 for a, b in pairs(values)] for values in (self.x, self.y))
            self.each *= 2

    def __len__(self) -> int:
        return len(self.x)


class Record:
    """The loss of the batches, the numbers of the epochs, the norms of the gradients of every layer."""

    def __init__(self) -> None:
        self.batches = self.epochs = 0
        self.loss = Curve()
        self.columns: dict[str, Curve] = {}  # of the history, over epochs
        self.by_batch: dict[str, Curve] = {}  # the losses among them, over batches
        self.gradients: dict[str, Curve] = {}

    def add_loss(self, loss: float) -> None:
        """A batch is over."""
        self.batches += 1
        self.loss.add(self.batches, loss)

    def add_epoch(self, numbers: dict[str, float]) -> None:
        """An epoch is over."""
        self.epochs += 1
        for name, value in numbers.items():
            self.columns.setdefault(name, Curve()).add(self.epochs, value)
            if name in ("loss", "val_loss"):
                self.by_batch.setdefault(name, Curve()).add(self.batches, value)

    def add_gradients(self, model: Module) -> None:
        """Measure the gradients that are there, layer by layer."""
        for name, norm in gradient_norms(model):
            self.gradients.setdefault(name, Curve()).add(self.batches + 1, norm)

    def state_dict(self) -> dict[str, Any]:
        """Everything, as numbers in lists and dicts."""
        groups = {name: value for name, value in vars(self).items() if isinstance(value, dict)}
        curves = {group: {name: dict(vars(curve)) for name, curve in found.items()} for group, found in groups.items()}
        return {"batches": self.batches, "epochs": self.epochs, "loss": dict(vars(self.loss)), **curves}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Become what the other was."""
        self.batches, self.epochs = int(state_dict["batches"]), int(state_dict["epochs"])
        self.loss = loaded(state_dict["loss"])
        for group in ("columns", "by_batch", "gradients"):
            setattr(self, group, {name: loaded(values) for name, values in state_dict[group].items()})


def loaded(values: dict[str, Any]) -> Curve:
    curve = Curve()
    vars(curve).update(values, x=list(values["x"]), y=list(values["y"]))
    return curve


def pairs(values: list[float]) -> Iterator[tuple[float, float]]:
    return zip(values[::2], values[1::2], strict=True)


def gradient_norms(model: Module) -> Iterator[tuple[str, float]]:
    """The norm of all gradients of the parameters that a layer itself has, for each layer with some."""
    for path, module in model.named_modules():
        gradients = [p.grad for p in module.parameters(recurse=False) if p.grad is not None]
        if gradients:
            yield f"{path} {type(module).__name__}".lstrip(), float(get_total_norm(gradients))
