"""`Running`: the numbers of an epoch while its batches come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn.metrics import Metric

__all__ = ["Numbers", "Running"]

Numbers = dict[str, float]


class Running:
    """Means of the loss and the metrics over batches, weighted by their sizes."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self.functions = metrics
        self.sums: Numbers = dict.fromkeys(["loss", *metrics], 0.0)
        self.count = 0

    def add(self, loss: float, prediction: Any, target: Any, size: int | None = None) -> None:
        """Take a batch: its mean loss, what was predicted, and what was right."""
        size = len(target) if size is None else size
        self.sums["loss"] += size * loss
        for name, metric in self.functions.items():
            self.sums[name] += size * metric(prediction, target)
        self.count += size

    def means(self) -> Numbers:
        """What can be said after each batch."""
        return {name: value / self.count for name, value in self.sums.items()} if self.count else {}

    def values(self) -> Numbers:
        """Every number, at the end."""
        return self.means()

    def state_dict(self) -> dict[str, Any]:
        """What a resumed epoch needs to know."""
        return {"sums": dict(self.sums), "count": self.count}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue where another one stood."""
        self.sums, self.count = dict(state_dict["sums"]), state_dict["count"]
